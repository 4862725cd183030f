"""What collection refuses."""

from cauce.core.errors import DomainError


class LadderRejected(DomainError):
    """The ladder, from its file or from a screen, is not as it must be."""


class BatchRefused(DomainError):
    """A batch cannot be prepared, approved, issued or discarded."""


class NoticeRefused(DomainError):
    """A notice cannot be captured or printed."""


class NoticePaid(NoticeRefused):
    """The notice is of an account that already paid."""


class RecordRefused(DomainError):
    """A paper of a legal act, or a credential, cannot be issued, filled in or withdrawn."""
