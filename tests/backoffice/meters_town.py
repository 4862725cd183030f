"""The park of meters taken, with a bench test and a proposal, for its screens."""

from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from cauce.metering.models import BenchTest, Meter, ParkMeter, ReplacementProposal
from cauce.metering.operations import load_park_table, propose_replacement, record_bench_test, take_park
from tests.backoffice.town import AT, Town

OFFICE = Path(__file__).parents[2] / "office" / "cortazar" / "medidores.yaml"
LITRES = {"Q1": (Decimal(20), Decimal(12)), "Q2": (Decimal(50), Decimal(45)), "Q3": (Decimal(200), Decimal(180))}


class MetersTown(NamedTuple):
    """What the screens of the park show."""

    meter: Meter
    test: BenchTest
    proposal: ReplacementProposal


def meters_town(town: Town) -> MetersTown:
    """One of each; asked for again, the same."""
    load_park_table(path=OFFICE, at=AT, by=town.staff["informatica"])
    take_park(at=AT, by=town.staff["coordinador"])
    # The first is put in doubt so that the ranking has somebody.
    first, second = ParkMeter.objects.filter(state="INSTALLED").select_related("meter").order_by("pk")[:2]
    test = record_bench_test(
        meter=first.meter,
        tested_on=AT.date(),
        bench="Taller de medición",
        tester="Raúl Almanza Cruz",
        standard="NOM-012",
        litres=LITRES,
        certificate="CERT-1",
        at=AT,
        by=town.staff["tecnico"],
        key="town/test",
    )
    proposal = ReplacementProposal.objects.filter(key="town/replacement").first() or propose_replacement(
        meters=[second.meter],
        reason="Cuenta de menos",
        at=AT,
        by=town.staff["coordinador"],
        key="town/replacement",
    )
    return MetersTown(first.meter, test, proposal)
