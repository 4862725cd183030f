"""What may be refused of a case."""

from cauce.core.errors import DomainError


class CaseRefused(DomainError):
    """What is asked of a case cannot be as it was asked."""


class CaseElsewhere(DomainError):
    """The case is not where the act needs it: somebody was there before."""


class CaseHeldByAnother(DomainError):
    """Somebody else has the case."""


class CaseOfAnotherArea(DomainError):
    """The case is in another area."""


class IdleArea(DomainError):
    """Nobody of the area could see the case."""


class AttachmentRefused(DomainError):
    """A file is not what its name says."""


class AnswerRefused(DomainError):
    """A written answer cannot be issued or handed over as it is."""


class TicketRefused(DomainError):
    """What is asked of a turn cannot be done."""


class CaseCatalogueRejected(DomainError):
    """A type of case or a template has a fault."""
