"""Why an adjustment, or its policy, is not what was asked."""

from cauce.core.errors import DomainError


class AdjustmentRefused(DomainError):
    """The adjustment cannot be made, or not by who asks."""


class AdjustmentNotReady(DomainError):
    """The adjustment is not in a state in which that can be done."""


class AdjustmentPolicyRejected(DomainError):
    """The policy cannot be used, or not by who asks."""
