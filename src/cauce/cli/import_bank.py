"""``cauce import bank``: the movements of a bank's or store's file."""

from functools import partial
from pathlib import Path

import click

from cauce.cashier.operations import import_bank
from cauce.cli.imports import import_options, run_import


@click.command()
@click.option(
    "--layout",
    metavar="CLAVE",
    help="El formato del archivo (banks/CLAVE.yaml); si falta, se reconoce por su primer renglón o su nombre.",
)
@import_options
def bank(
    file: Path,
    dry_run: bool,
    report: Path | None,
    as_json: bool,
    by: str | None,
    approved_by: str | None,
    layout: str | None,
) -> None:
    """Carga los movimientos de un banco o tienda y aplica cada pago a su cuenta, con su fecha."""
    importer = partial(import_bank, layout=layout)
    run_import(importer, file=file, dry_run=dry_run, report=report, as_json=as_json, by=by)
