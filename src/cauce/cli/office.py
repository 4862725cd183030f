"""``cauce load-office``: the office's data, from its folder."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from cauce.cli.access import capture_user
from cauce.cli.output import emit, json_option, progress
from cauce.core import clock
from cauce.users.models import User


@click.command("load-office")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def load_office(folder: Path, as_json: bool) -> None:
    """Carga los datos de la oficina: días inhábiles, sectores, tandeo, tipos de orden y de caso, y aforos."""
    emit(load_folder(folder, at=clock.now(), by=capture_user()), as_json=as_json)


def load_folder(folder: Path, *, at: datetime, by: User) -> dict[str, object]:
    """Load each file that the folder has, in the order in which one needs another; tell what changed by file."""
    from cauce.agreements.operations import load_agreement_policy
    from cauce.announcements.operations import load_supply_turns
    from cauce.billing.operations import load_adjustment_policies, load_draft_bounds, load_watch_rules
    from cauce.cases.operations import load_case_catalogue
    from cauce.collections.operations import load_ladder, load_service_table
    from cauce.documents.operations import load_norms
    from cauce.guidelines.operations import load_guidelines
    from cauce.metering.operations import load_anomaly_table, load_park_table
    from cauce.registry.operations import load_sectors
    from cauce.users.operations import load_holidays
    from cauce.workorders.operations import load_inspection_basis, load_order_catalogue

    loads: dict[str, Callable[[Path], object]] = {
        "calendario.yaml": lambda path: load_holidays(path=path),
        "sectores.yaml": lambda path: load_sectors(path=path, at=at, by=by),
        "tandeo.yaml": lambda path: load_supply_turns(path=path, on=clock.local_day(at)),
        "ordenes.yaml": lambda path: load_order_catalogue(path=path, at=at, by=by),
        "aforos.yaml": lambda path: load_inspection_basis(path=path, at=at, by=by),
        "convenios.yaml": lambda path: load_agreement_policy(path=path, at=at, by=by),
        "ajustes.yaml": lambda path: load_adjustment_policies(path=path, at=at, by=by),
        "facturacion.yaml": lambda path: load_draft_bounds(path=path, at=at, by=by),
        "cobranza.yaml": lambda path: (
            load_ladder(path=path, at=at, by=by) + load_service_table(path=path, at=at, by=by)
        ),
        "anomalias.yaml": lambda path: load_anomaly_table(path=path, at=at, by=by),
        "medidores.yaml": lambda path: load_park_table(path=path, at=at, by=by),
        "normativa.yaml": lambda path: load_norms(path=path),
        "lineamientos.yaml": lambda path: load_guidelines(path=path, at=at, by=by),
        "vigilancia.yaml": lambda path: load_watch_rules(path=path),
        "casos.yaml": lambda path: load_case_catalogue(path=path, at=at, by=by),
    }
    changed: dict[str, object] = {}
    for name, load in loads.items():
        if (folder / name).exists():
            progress(f"Cargando {name}…")
            changed[name.removesuffix(".yaml")] = load(folder / name)
    return changed
