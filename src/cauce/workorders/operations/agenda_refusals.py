"""What may be refused in the agenda of aforos."""

from collections.abc import Sequence

from cauce.core.errors import DomainError
from cauce.workorders.queries.agenda import FreePlace


class AgendaPowerMissing(DomainError):
    """Only who holds the power L1 opens the agenda or goes over what it holds."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Sólo quien programa los aforos (la coordinación, o su suplente con oficio) puede {what}. Pídaselo a esa "
            "persona o elija un lugar libre."
        )


class AgendaBusy(DomainError):
    """Somebody else is working on the half day and did not end in three seconds."""

    def __init__(self) -> None:
        super().__init__("Otra persona está agendando en ese medio día; espere unos segundos y vuelva a intentar.")


class AgendaRefused(DomainError):
    """A half day cannot be opened, changed or closed as it was asked."""


class InspectionRefused(DomainError):
    """What is asked of an aforo cannot be as it was asked."""


class PlaceTaken(DomainError):
    """The half day has no place left: somebody took the last one."""

    def __init__(self, slot: str, places: Sequence[FreePlace]) -> None:
        self.places = tuple(places)
        offered = "; ".join(place.told for place in self.places)
        follows = (
            f"Los siguientes lugares son: {offered}." if offered else "No hay otro lugar abierto: pida que se abra."
        )
        super().__init__(f"Ese lugar se acaba de ocupar: ya no queda ninguno en {slot}. {follows}")


class AlreadyBooked(DomainError):
    """The account has an aforo that nobody has attended yet."""


class InspectionElsewhere(DomainError):
    """The aforo is not where the act needs it: somebody was there before."""


class InspectionReportRefused(DomainError):
    """What the act tells lacks something or contradicts what is known."""
