"""Which operation takes in each kind of file, and who may ask for it."""

from collections.abc import Callable, Mapping
from typing import Final

from cauce.cashier.operations import import_bank
from cauce.core.errors import DomainError
from cauce.imports.models import ImportBatch, ImportKind
from cauce.imports.queries import stored_path
from cauce.imports.rules import ImportOutcome
from cauce.ledger.operations import import_balances
from cauce.metering.operations import (
    import_consumption_history,
    import_padron,
    import_previous_readings,
    import_readings,
)
from cauce.users.models import User

IMPORTERS: Final[Mapping[str, Callable[..., ImportOutcome]]] = {
    ImportKind.REGISTRY: import_padron,
    ImportKind.PREVIOUS_READINGS: import_previous_readings,
    ImportKind.CONSUMPTION: import_consumption_history,
    ImportKind.BALANCES: import_balances,
    ImportKind.READINGS: import_readings,
    ImportKind.BANK: import_bank,
}
PERMISSIONS: Final[Mapping[str, str]] = {
    ImportKind.REGISTRY: "registry.import_registry",
    ImportKind.PREVIOUS_READINGS: "metering.import_readings",
    ImportKind.CONSUMPTION: "metering.import_readings",
    ImportKind.BALANCES: "ledger.import_balances",
    ImportKind.READINGS: "metering.import_readings",
    ImportKind.BANK: "cashier.import_bank",
}
HINTS: Final[Mapping[str, str]] = {
    ImportKind.REGISTRY: "padron.csv: cuentas, titulares, domicilios y medidores",
    ImportKind.PREVIOUS_READINGS: "lecturas_previas.csv: la última lectura del sistema anterior",
    ImportKind.CONSUMPTION: "consumos_historicos.csv: m³ de los últimos doce meses",
    ImportKind.BALANCES: "saldos.csv: adeudos con los que abre cada cuenta",
    ImportKind.READINGS: "lecturas_AAAAMM_cC.txt: lo que trae la terminal de un ciclo",
    ImportKind.BANK: "los pagos que mandan el banco y las tiendas",
}


def kinds_for(user: User) -> list[ImportKind]:
    """The kinds of file that this person may import, in the order an old system is taken in."""
    return [ImportKind(kind) for kind, permission in PERMISSIONS.items() if user.has_perm(permission)]


def run_batch(batch: ImportBatch) -> None:
    """Take in a received file with the operation of its kind.

    What goes wrong is kept in the batch, where its page shows it; only what is a bug propagates.
    """
    try:
        IMPORTERS[batch.kind](path=stored_path(batch), dry_run=batch.dry_run, at=batch.created_at, by=batch.by)
    except DomainError:
        return
