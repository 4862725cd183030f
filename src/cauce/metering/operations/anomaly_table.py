"""Taking the table of anomalies from its file."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from cauce.documents.operations import take_authorised_table
from cauce.metering.events import ANOMALIES_LOADED
from cauce.metering.models import AnomalyTable
from cauce.metering.operations.refusals import AnomalyTableRejected
from cauce.metering.rules import AnomalyFault, anomaly_rules
from cauce.users.models import User


@transaction.atomic
def load_anomaly_table(*, path: Path, at: datetime, by: User) -> int:
    """Take a version of the table from a YAML file. Idempotent: the same rows again change nothing.

    A version that ruled is never changed: another file with another day begins another one.

    :returns: how many versions were added: one or none.
    :raises AnomalyTableRejected: naming the file and what is wrong in it.
    """
    return take_authorised_table(
        path=path,
        table=AnomalyTable,
        what="la tabla de anomalías",
        check=anomaly_rules,
        fault=AnomalyFault,
        refusal=AnomalyTableRejected,
        event=ANOMALIES_LOADED,
        at=at,
        by=by,
    )
