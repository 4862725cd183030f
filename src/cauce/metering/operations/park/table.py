"""Taking the park's table from its file."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from cauce.documents.operations import take_authorised_table
from cauce.metering.events import PARK_TABLE_LOADED
from cauce.metering.models import ParkTable
from cauce.metering.operations.park.refusals import ParkTableRejected
from cauce.metering.rules.park_file import ParkFault, park_rules
from cauce.users.models import User


@transaction.atomic
def load_park_table(*, path: Path, at: datetime, by: User) -> int:
    """Take a version of the park's table from a YAML file. Idempotent: the same figures again change nothing.

    A version that ruled is never changed: another file with another day begins another one.

    :returns: how many versions were added: one or none.
    :raises ParkTableRejected: naming the file and what is wrong in it.
    """
    return take_authorised_table(
        path=path,
        table=ParkTable,
        what="la tabla del parque de medidores",
        check=park_rules,
        fault=ParkFault,
        refusal=ParkTableRejected,
        event=PARK_TABLE_LOADED,
        at=at,
        by=by,
    )
