"""Why something asked of a reading, or of the table of anomalies, is refused."""

from cauce.core.errors import DomainError


class AnomalyTableRejected(DomainError):
    """The file of anomalies cannot be used."""


class DecisionRefused(DomainError):
    """A reading cannot be decided so."""


class OwnReading(DecisionRefused):
    """Who read or captured it may not decide it."""


class MonthAlreadyBilled(DecisionRefused):
    """The run of that month was approved: it is put right by an adjustment."""


class LaterMonthCounted(DecisionRefused):
    """A later month of the account already counts from here."""


class AlreadyDecided(DecisionRefused):
    """Somebody decided it first."""


class NotDecided(DecisionRefused):
    """There is no decision to open again."""


class PostMayNotRelease(DecisionRefused):
    """The table of anomalies names other posts."""


class NotBilledSo(DecisionRefused):
    """The table of anomalies does not let it be billed in that way, or it cannot be."""


class ImpossibleReading(DecisionRefused):
    """The figure or its day cannot be."""


class MeterChangeWithoutClosing(DecisionRefused):
    """The meter that was read is not the account's: its change was not captured, or its closing reading cannot be."""
