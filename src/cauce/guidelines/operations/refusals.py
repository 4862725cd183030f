"""Why an act on a lineamiento is refused."""

from cauce.core.errors import DomainError


class GuidelineRefused(DomainError):
    """The lineamiento cannot be written, decided or read as it was asked for."""


class GuidelineChanged(DomainError):
    """Somebody wrote it while this person was writing."""


class ChecklistRefused(DomainError):
    """The checklist of the month cannot be captured or closed."""


class GuidelinesRejected(DomainError):
    """The file of the office's lineamientos cannot be used."""
