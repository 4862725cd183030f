"""The sectors of the town, by which supply, orders and campaigns are organised."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.core.yaml_files import read_yaml
from cauce.events.operations import publish
from cauce.registry.events import SECTORS_LOADED
from cauce.registry.models import Route, Sector
from cauce.users.models import User


class SectorsRejected(DomainError):
    """The file of the sectors has a fault."""


@transaction.atomic
def load_sectors(*, path: Path, at: datetime, by: User) -> int:
    """Take the sectors from a YAML file: by name, the routes that are in each. Idempotent.

    Routes that the file does not name keep their sector. One event, when something changed.

    :returns: how many routes changed of sector.
    :raises SectorsRejected: naming the file, and the sector or route that is wrong.
    """
    wanted = _sectors_of(path)
    routes = {route.number: route for route in Route.objects.select_for_update(no_key=True).order_by("number")}
    unknown = sorted({number for numbers in wanted.values() for number in numbers} - set(routes))
    if unknown:
        raise SectorsRejected(f"«{path.name}»: no hay rutas {', '.join(unknown)} en el padrón; revise sus números.")
    changed = 0
    for name, numbers in wanted.items():
        sector, _ = Sector.objects.get_or_create(name=name)
        for number in numbers:
            if routes[number].sector_id != sector.pk:
                routes[number].sector = sector
                routes[number].save(update_fields=["sector"])
                changed += 1
    if changed:
        publish(
            SECTORS_LOADED,
            subject_kind="Sector",
            subject_id=0,
            facts={"sectors": len(wanted), "routes": changed},
            at=at,
            by=by,
        )
    return changed


def _sectors_of(path: Path) -> dict[str, list[str]]:
    """The sectors of a file with their routes.

    :raises SectorsRejected: naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=SectorsRejected)
    sectors = content.get("sectores") if isinstance(content, dict) else None
    if not isinstance(sectors, dict) or set(content) != {"sectores"}:
        raise SectorsRejected(f"«{path.name}» debe llevar sólo «sectores», con las rutas de cada uno.")
    found: dict[str, list[str]] = {}
    seen: dict[str, str] = {}
    for name, numbers in sectors.items():
        if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
            raise SectorsRejected(f'«{path.name}», «{name}»: escriba sus rutas entre comillas, como ["01", "02"].')
        for number in numbers:
            if number in seen:
                raise SectorsRejected(
                    f"«{path.name}»: la ruta {number} está en «{seen[number]}» y en «{name}»; déjela en uno."
                )
            seen[number] = str(name)
        found[str(name)] = numbers
    return found
