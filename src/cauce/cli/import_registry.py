"""``cauce import registry``: the padrón of the old system."""

from pathlib import Path

import click

from cauce.cli.imports import import_options, run_import
from cauce.metering.operations import import_padron


@click.command()
@import_options
def import_registry(
    file: Path, dry_run: bool, report: Path | None, as_json: bool, by: str | None, approved_by: str | None
) -> None:
    """Carga el padrón de usuarios (29 columnas separadas por «|»), con los medidores instalados."""
    run_import(import_padron, file=file, dry_run=dry_run, report=report, as_json=as_json, by=by)
