"""Which table of anomalies rules on a day."""

from datetime import date

from cauce.core.periods import last_day
from cauce.metering.models import AnomalyTable
from cauce.metering.rules import DEFAULT_ANOMALIES, AnomalyRules, anomaly_rules


def anomalies_on(period: date) -> AnomalyRules:
    """The table that rules the readings of a month: the last that began by its end; the default while there is none.

    One query.
    """
    rows = (
        AnomalyTable.objects.filter(valid_from__lte=last_day(period))
        .order_by("-valid_from", "-pk")
        .values_list("rows", flat=True)
        .first()
    )
    return DEFAULT_ANOMALIES if rows is None else anomaly_rules(rows)
