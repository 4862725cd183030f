"""Loading the table of what may be done to the service by use."""

from datetime import datetime
from pathlib import Path

import yaml
from django.db import transaction

from cauce.collections.events import SERVICE_TABLE_LOADED
from cauce.collections.models import ServiceRule
from cauce.collections.rules.by_use_file import service_terms_of
from cauce.collections.rules.ladder_file import LadderFault
from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of
from cauce.events.operations import publish
from cauce.users.models import User

KEY = "servicio"


class ServiceTableRejected(DomainError):
    """The file of the office has a fault in the table by use."""


@transaction.atomic
def load_service_table(*, path: Path, at: datetime, by: User) -> int:
    """Take the table by use, key «servicio» of the file, and return how many rows changed.

    A row that is not there any more is taken away; the history keeps it. Idempotent: the same file changes nothing.

    :raises ServiceTableRejected: naming the file, the row and what is wrong in it.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        told = content.get(KEY) if isinstance(content, dict) else None
        rows = {row.code: row for row in service_terms_of(told)}
    except (LadderFault, yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise ServiceTableRejected(f"{path.name}: {error}. Corrija el archivo y vuelva a cargarlo.") from error
    known = ServiceRule.objects.select_for_update().in_bulk()
    changed = 0
    for code, row in rows.items():
        facts = {
            "use_class": row.use_class,
            "activities": list(row.activities),
            "action": row.action,
            "litres_per_person_day": row.litres_per_person_day,
            "legal_basis": row.legal_basis,
        }
        kept = known.get(code)
        if kept is not None and all(getattr(kept, name) == value for name, value in facts.items()):
            continue
        ServiceRule(code=code, **facts).save(force_insert=kept is None, force_update=kept is not None)
        changed += 1
    for code in known.keys() - rows.keys():
        known[code].delete()
        changed += 1
    if changed:
        publish(
            SERVICE_TABLE_LOADED,
            subject_kind="ServiceRule",
            subject_id=0,
            facts={"count": count_of(changed, "renglón", "renglones")},
            at=at,
            by=by,
        )
    return changed
