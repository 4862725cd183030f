"""``cauce import``: one command for each file of the old system, all with the same options and the same answer."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import click

from cauce.cli.access import acting_options, capture_user
from cauce.cli.lazy import Entry, LazyGroup
from cauce.cli.output import emit, json_option
from cauce.core import clock
from cauce.imports.operations import write_report
from cauce.imports.rules import ImportOutcome
from cauce.users.models import User

COMMANDS = {
    "registry": Entry("cauce.cli.import_registry:import_registry", "El padrón (padron.csv)."),
    "previous-readings": Entry("cauce.cli.import_metering:previous_readings", "Las lecturas anteriores."),
    "consumption": Entry("cauce.cli.import_metering:consumption", "Los consumos históricos."),
    "balances": Entry("cauce.cli.import_balances:balances", "Los adeudos del sistema anterior (saldos.csv)."),
    "readings": Entry("cauce.cli.import_metering:readings", "Las lecturas de un ciclo (lecturas_AAAAMM_cC.txt)."),
    "bank": Entry("cauce.cli.import_bank:bank", "Los movimientos de un banco o tienda (banks/*.yaml)."),
}


class Importer(Protocol):
    """An operation that takes a file in."""

    def __call__(self, *, path: Path, dry_run: bool, at: datetime, by: User) -> ImportOutcome: ...


@click.group(cls=LazyGroup, entries=COMMANDS, subcommand_metavar="ARCHIVO …")
def import_group() -> None:
    """Carga los archivos del sistema anterior y las lecturas; cargar dos veces el mismo no cambia nada."""


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every import takes: the file, ``--dry-run``, ``--report``, ``--json`` and who acts."""
    file = click.argument("file", metavar="ARCHIVO", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    dry_run = click.option("--dry-run", is_flag=True, help="Revisa y cuenta sin guardar nada.")
    report = click.option(
        "--report",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="SALIDA.csv",
        help="Escribe ahí cada rechazo y aviso con su renglón, campo y motivo.",
    )
    return file(dry_run(report(json_option(acting_options(command)))))


def run_import(
    importer: Importer, *, file: Path, dry_run: bool, report: Path | None, as_json: bool, by: str | None
) -> ImportOutcome:
    """Take the file in as the person named, write the report if asked, and print the counts."""
    outcome = importer(path=file, dry_run=dry_run, at=clock.now(), by=capture_user(by))
    if report is not None:
        write_report(batch_id=outcome.batch_id, path=report)
    emit(outcome.as_json(), as_json=as_json, text=lambda: _summary(outcome, dry_run=dry_run, report=report))
    return outcome


def _summary(outcome: ImportOutcome, *, dry_run: bool, report: Path | None) -> str:
    lines = [
        f"{outcome.rows:,} renglones: {outcome.taken:,} aceptados, {outcome.new:,} nuevos, "
        f"{outcome.rejected:,} rechazados, {outcome.flagged:,} con aviso."
    ]
    lines += [f"  {code}: {count:,}" for code, count in outcome.by_code.items()]
    if dry_run:
        lines.append("Fue un ensayo: no se guardó nada.")
    if report is not None:
        lines.append(f"El detalle está en {report}.")
    return "\n".join(lines)
