"""Why billing refuses."""

from cauce.core.errors import DomainError


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


class DraftNotChangeable(DomainError):
    """The draft of an account cannot be withdrawn or returned now."""
