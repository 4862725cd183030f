"""``cauce import previous-readings|consumption|readings``: what metering takes from files."""

from pathlib import Path

import click

from cauce.cli.imports import import_options, run_import
from cauce.metering import operations


@click.command()
@import_options
def previous_readings(
    file: Path, dry_run: bool, report: Path | None, as_json: bool, by: str | None, approved_by: str | None
) -> None:
    """Carga las últimas lecturas del sistema anterior (CUENTA|FECHA|LECTURA)."""
    run_import(operations.import_previous_readings, file=file, dry_run=dry_run, report=report, as_json=as_json, by=by)


@click.command()
@import_options
def consumption(
    file: Path, dry_run: bool, report: Path | None, as_json: bool, by: str | None, approved_by: str | None
) -> None:
    """Carga los consumos mensuales del sistema anterior (CUENTA|PERIODO|CONSUMO)."""
    run_import(operations.import_consumption_history, file=file, dry_run=dry_run, report=report, as_json=as_json, by=by)


@click.command()
@import_options
def readings(
    file: Path, dry_run: bool, report: Path | None, as_json: bool, by: str | None, approved_by: str | None
) -> None:
    """Carga las lecturas de un ciclo (lecturas_AAAAMM_cC.txt) y deja en revisión las dudosas."""
    run_import(operations.import_readings, file=file, dry_run=dry_run, report=report, as_json=as_json, by=by)
