"""A finding, a decision, a reading captured with its photograph and a reader, for the screens of readings."""

from datetime import timedelta
from typing import NamedTuple

from cauce.documents.operations import store_file
from cauce.metering.models import Reader, Reading, ReadingCapture, ReadingDecision, ReadingFinding
from tests.backoffice.town import AT, Town
from tests.backoffice.workorders_town import PNG


class MeteringTown(NamedTuple):
    """What the screens of readings show."""

    finding: ReadingFinding
    decision: ReadingDecision
    capture: ReadingCapture
    reader: Reader


def metering_town(town: Town) -> MeteringTown:
    """One of each; asked for again, the same."""
    readings = list(Reading.objects.filter(round=town.round, status="OK").order_by("pk")[:2])
    finding, _ = ReadingFinding.objects.get_or_create(
        round=town.round, account=readings[0].account, reading=readings[0], code="RECORRIDO_VELOZ", found_at=AT
    )
    waiting = Reading.objects.filter(round=town.round).exclude(status="OK").order_by("pk").first()
    assert waiting is not None
    decision = ReadingDecision.objects.filter(round=town.round, account=waiting.account).first()
    if decision is None:
        decision = ReadingDecision.objects.create(
            account=waiting.account,
            round=town.round,
            reading=waiting,
            kind=ReadingDecision.Kind.PARKED,
            anomaly=waiting.reason,
            reason="Se resuelve el mes próximo",
            decided_at=AT,
            decided_by=town.staff["director"],
        )
    photo = store_file(name="medidor.png", content=PNG, at=AT, by=town.staff["facturacion"])
    capture, _ = ReadingCapture.objects.get_or_create(
        key="town/capture",
        defaults={"reading": readings[1], "taken_at": AT, "received_at": AT + timedelta(minutes=1), "photo": photo},
    )
    reader, _ = Reader.objects.get_or_create(code="Z01", defaults={"name": "Luis Prueba"})
    return MeteringTown(finding, decision, capture, reader)
