"""The verbs of adjustments: their policies, and an adjustment from its proposal to its corrected bills."""

from cauce.billing.operations.adjustments.applying import apply_adjustment
from cauce.billing.operations.adjustments.deciding import (
    authorise_adjustment,
    refuse_adjustment,
    withdraw_adjustment,
)
from cauce.billing.operations.adjustments.policies import (
    approve_adjustment_policy,
    load_adjustment_policies,
    propose_adjustment_policy,
    put_policy_in_force,
    refuse_adjustment_policy,
)
from cauce.billing.operations.adjustments.proposing import Evidence, propose_adjustment, propose_undo
from cauce.billing.operations.adjustments.refusals import (
    AdjustmentNotReady,
    AdjustmentPolicyRejected,
    AdjustmentRefused,
)

__all__ = [
    "AdjustmentNotReady",
    "AdjustmentPolicyRejected",
    "AdjustmentRefused",
    "Evidence",
    "apply_adjustment",
    "approve_adjustment_policy",
    "authorise_adjustment",
    "load_adjustment_policies",
    "propose_adjustment",
    "propose_adjustment_policy",
    "propose_undo",
    "put_policy_in_force",
    "refuse_adjustment",
    "refuse_adjustment_policy",
    "withdraw_adjustment",
]
