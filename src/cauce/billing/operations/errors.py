"""Why billing refuses."""

from collections.abc import Sequence

from cauce.core.errors import DomainError

_NAMED = 10


class RunNotReady(DomainError):
    """The run is not in the state that the act needs."""


class SamePersonApproves(DomainError):
    """Whoever computed a run may not approve it."""


class AccountsBilledTwice(DomainError):
    """Accounts of the run are billed by another cycle in the same period."""

    def __init__(self, accounts: int) -> None:
        super().__init__(
            f"{accounts:,} cuentas de la corrida ya se facturan este periodo en otro ciclo. "
            "Calcule la corrida de nuevo para dejarlas fuera y vuelva a aprobarla."
        )


class DraftsBehindReadings(DomainError):
    """Readings of the run were decided after its drafts were computed."""

    def __init__(self, numbers: Sequence[str]) -> None:
        shown = ", ".join(numbers[:5]) + (" y otras" if len(numbers) > 5 else "")
        super().__init__(
            f"{len(numbers):,} cuentas cambiaron de lectura después de calcular la prefactura ({shown}). "
            "Calcule la corrida de nuevo y vuelva a aprobarla."
        )


class DraftNotChangeable(DomainError):
    """The draft of an account cannot be withdrawn or returned now."""


class NothingToCompare(DomainError):
    """There are no two laws, or no consumption to price by them."""


class FindingNotOpen(DomainError):
    """The finding of the watch list was set aside already, or nobody says why."""


class WatchRulesRejected(DomainError):
    """The file of the rules of the watch list cannot be used."""


class ChangesNotAcknowledged(DomainError):
    """Something changed of the cycle's padrón that who bills has not seen."""

    def __init__(self, changes: int) -> None:
        super().__init__(
            f"Hay {changes:,} cambios del padrón desde que se facturó este ciclo y nadie se ha dado por enterado: "
            "véalos en «Cambios del padrón» de la corrida y luego calcule."
        )
        self.changes = changes


class AccountsMissing(DomainError):
    """Accounts that must be billed are nowhere in the month."""

    def __init__(self, numbers: Sequence[str]) -> None:
        named = ", ".join(numbers[:_NAMED])
        more = f" y {len(numbers) - _NAMED:,} más" if len(numbers) > _NAMED else ""
        super().__init__(
            f"No se puede emitir: faltan {len(numbers):,} cuentas que deben facturarse ({named}{more}). "
            "La corrida ya está aprobada y no se calcula de nuevo: pida al Jefe de Comercialización que las firme."
            if len(numbers) > 1
            else f"No se puede emitir: falta la cuenta {named}, que debe facturarse. "
            "La corrida ya está aprobada y no se calcula de nuevo: pida al Jefe de Comercialización que la firme."
        )
        self.numbers = numbers


class GuardChanged(DomainError):
    """The missing accounts are not the ones that were to be signed."""


class UnusualNotLookedAt(DomainError):
    """Something of the draft was not looked at and nobody says why it is approved all the same."""


class CalendarRefused(DomainError):
    """The calendar of cycles cannot be changed so."""


class BoundsRejected(DomainError):
    """The file of bounds is not right."""
