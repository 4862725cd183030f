"""Why something asked of the park of meters is refused."""

from cauce.core.errors import DomainError


class ParkTableRejected(DomainError):
    """The file of the park's table cannot be used."""


class ParkNotKnown(DomainError):
    """There is no table of the park in force, or the meter is not in the park that was taken."""


class MeterFactsRefused(DomainError):
    """The meter cannot be so."""


class BenchTestRefused(DomainError):
    """The bench test cannot be recorded so."""


class ReplacementRefused(DomainError):
    """The replacement cannot be proposed or decided so."""


class ReplacementNotReady(DomainError):
    """The proposal does not wait for that."""
