"""Taking the park's table from its file."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from cauce.core.yaml_files import kept, read_yaml
from cauce.events.operations import publish
from cauce.metering.events import PARK_TABLE_LOADED
from cauce.metering.models import ParkTable
from cauce.metering.operations.park.refusals import ParkTableRejected
from cauce.metering.rules.park_file import ParkFault, park_header, park_rules
from cauce.users.models import User


@transaction.atomic
def load_park_table(*, path: Path, at: datetime, by: User) -> int:
    """Take a version of the park's table from a YAML file. Idempotent: the same figures again change nothing.

    A version that ruled is never changed: another file with another day begins another one.

    :returns: how many versions were added: one or none.
    :raises ParkTableRejected: naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=ParkTableRejected)
    if not isinstance(content, dict):
        raise ParkTableRejected(f"«{path.name}» debe llevar la tabla del parque de medidores.")
    try:
        park_rules(content)
        header = park_header(content)
    except ParkFault as error:
        raise ParkTableRejected(f"«{path.name}»: {error}.") from error
    rows, digest = kept(content)
    table, is_new = ParkTable.objects.get_or_create(
        sha256=digest, defaults={**header._asdict(), "rows": rows, "loaded_at": at, "loaded_by": by}
    )
    if is_new:
        publish(
            PARK_TABLE_LOADED,
            subject_kind="ParkTable",
            subject_id=table.pk,
            facts={"resolution": table.resolution},
            at=at,
            by=by,
        )
    return int(is_new)
