"""Taking the table of anomalies from its file."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from cauce.core.yaml_files import kept, read_yaml
from cauce.events.operations import publish
from cauce.metering.events import ANOMALIES_LOADED
from cauce.metering.models import AnomalyTable
from cauce.metering.operations.refusals import AnomalyTableRejected
from cauce.metering.rules import AnomalyFault, anomaly_rules, table_header
from cauce.users.models import User


@transaction.atomic
def load_anomaly_table(*, path: Path, at: datetime, by: User) -> int:
    """Take a version of the table from a YAML file. Idempotent: the same rows again change nothing.

    A version that ruled is never changed: another file with another day begins another one.

    :returns: how many versions were added: one or none.
    :raises AnomalyTableRejected: naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=AnomalyTableRejected)
    if not isinstance(content, dict):
        raise AnomalyTableRejected(f"«{path.name}» debe llevar la tabla de anomalías.")
    try:
        anomaly_rules(content)
        header = table_header(content)
    except AnomalyFault as error:
        raise AnomalyTableRejected(f"«{path.name}»: {error}.") from error
    rows, digest = kept(content)
    table, is_new = AnomalyTable.objects.get_or_create(
        sha256=digest, defaults={**header._asdict(), "rows": rows, "loaded_at": at, "loaded_by": by}
    )
    if is_new:
        publish(
            ANOMALIES_LOADED,
            subject_kind="AnomalyTable",
            subject_id=table.pk,
            facts={"resolution": table.resolution},
            at=at,
            by=by,
        )
    return int(is_new)
