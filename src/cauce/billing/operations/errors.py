"""Why billing refuses."""

from cauce.core.errors import DomainError


class RunExists(DomainError):
    """There is already a run of that cycle and period."""


class RunNotReady(DomainError):
    """The run is not in the state that the act needs."""


class SamePersonApproves(DomainError):
    """Whoever computed a run may not approve it."""


class DraftNotChangeable(DomainError):
    """The draft of an account cannot be withdrawn or returned now."""
