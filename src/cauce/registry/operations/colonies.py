"""The catalogue of colonias."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cauce.core.text import fold
from cauce.events.operations import publish
from cauce.registry.events import COLONIES_LOADED
from cauce.registry.models import Colony
from cauce.registry.queries import shipped_colonies
from cauce.users.models import User


@transaction.atomic
def load_colonies(*, rows: Iterable[tuple[str, str]], at: datetime, by: User) -> int:
    """Add to the catalogue the colonias it lacks, given as (postal code, official name).

    Idempotent: what is there stays; nothing is removed. One event, when something was added.

    :returns: how many were added.
    """
    wanted = {(postal_code, name): fold(name) for postal_code, name in rows}
    known = set(Colony.objects.values_list("postal_code", "name"))
    missing = [
        Colony(postal_code=postal_code, name=name, name_key=key)
        for (postal_code, name), key in wanted.items()
        if (postal_code, name) not in known
    ]
    if missing:
        Colony.objects.bulk_create(missing, batch_size=5000, ignore_conflicts=True)
        publish(
            COLONIES_LOADED,
            subject_kind="Colony",
            subject_id=0,
            facts={"new": len(missing), "rows": len(wanted)},
            at=at,
            by=by,
        )
    return len(missing)


def load_shipped_colonies(*, at: datetime, by: User) -> int:
    """Load the catalogue that comes with the product (SAT's colonias of the municipality), if it is not there yet.

    Idempotent.

    :returns: how many colonias were added.
    """
    return load_colonies(rows=shipped_colonies(), at=at, by=by)
