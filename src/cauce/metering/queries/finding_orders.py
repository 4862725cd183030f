"""Findings that ask for something to be done in the street."""

from typing import NamedTuple

from cauce.metering.models import ReadingFinding, ReadingRound
from cauce.metering.queries.anomalies import anomalies_on
from cauce.registry.models import Account


class WantedOrder(NamedTuple):
    """A finding that asks for a work order of a kind, with what the crew should know."""

    finding_id: int
    account_id: int
    account: Account
    order: str
    name: str
    detail: str


def findings_to_order(reading_round: ReadingRound) -> list[WantedOrder]:
    """The findings of a round that wait and whose row of the table opens an order, by account. Two queries."""
    table = anomalies_on(reading_round.period)
    codes = [row.code for row in table.rows.values() if row.order]
    findings = (
        ReadingFinding.objects.filter(round=reading_round, code__in=codes, settled_at__isnull=True)
        .select_related("account", "reading")
        .order_by("account_id", "pk")
    )
    return [
        WantedOrder(
            finding_id=finding.pk,
            account_id=finding.account_id,
            account=finding.account,
            order=table.row(finding.code).order,
            name=table.row(finding.code).name,
            detail=_detail(finding),
        )
        for finding in findings
    ]


def _detail(finding: ReadingFinding) -> str:
    reading = finding.reading
    if reading is None:
        return "No se leyó en la ronda."
    value = "sin lectura" if reading.value is None else f"lectura {reading.value:,}"
    previous = "" if reading.previous_value is None else f", anterior {reading.previous_value:,}"
    return f"Medidor {reading.meter_serial or 'sin serie'}, {value}{previous}."
