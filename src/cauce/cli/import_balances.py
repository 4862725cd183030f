"""``cauce import balances``: the debts of the old system."""

from datetime import date, datetime
from functools import partial
from pathlib import Path

import click

from cauce.cli.imports import import_options, run_import
from cauce.ledger.operations import import_balances


@click.command()
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="AAAA-MM-DD",
    help="Día al que se dan los adeudos; si falta, el último del último periodo con agua del archivo.",
)
@import_options
def balances(
    file: Path,
    dry_run: bool,
    report: Path | None,
    as_json: bool,
    by: str | None,
    approved_by: str | None,
    as_of: datetime | None,
) -> None:
    """Carga los adeudos del sistema anterior (cuenta, concepto, periodo, vencimiento e importe)."""
    cut: date | None = None if as_of is None else as_of.date()
    importer = partial(import_balances, as_of=cut)
    run_import(importer, file=file, dry_run=dry_run, report=report, as_json=as_json, by=by)
