"""The park of meters in the demonstration: some tests on the bench, a proposal with its orders, and one that waits."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from cauce.cli.demo.days import KEY
from cauce.cli.demo.stories import Scene
from cauce.metering.models import Meter, ParkMeter
from cauce.metering.operations import (
    approve_replacement,
    complete_meter,
    propose_replacement,
    record_bench_test,
    take_park,
)
from cauce.metering.queries.park_screens import suspected_meters
from cauce.workorders.operations import issue_replacement_orders

# A cycle that is still to be billed keeps its meters.
CYCLES: Final = (1, 2)
BENCH: Final = "Banco de pruebas, taller de medición"
Litres = Mapping[str, tuple[Decimal, Decimal]]


def _litres(*registered: str) -> Litres:
    """What meters registered of the litres that passed at each flow."""
    passed = (Decimal(20), Decimal(50), Decimal(200))
    return {
        name: (litres, Decimal(told)) for name, litres, told in zip(("Q1", "Q2", "Q3"), passed, registered, strict=True)
    }


# One within the standard, one that slips at the slow flow, one that is worn out.
TESTS: Final[Sequence[tuple[str, Litres]]] = (
    ("CERT-0412", _litres("19.6", "49.8", "200.6")),
    ("CERT-0413", _litres("15.2", "48.6", "197.4")),
    ("CERT-0414", _litres("9.4", "41.5", "176")),
)


def keep_park(scene: Scene) -> None:
    """What happens to the park of meters on a day of the demonstration. Idempotent."""
    happens = _DAYS.get(scene.day)
    if happens is not None:
        happens(scene)


def _tested(scene: Scene) -> None:
    """The park is taken, three meters go to the bench and their faces tell their model and class."""
    take_park(at=scene.at(8, 30), by=scene.person("coordinador"))
    suspected = list(_suspected(scene)[-len(TESTS) :])
    for row, (certificate, litres) in zip(suspected, TESTS, strict=False):
        record_bench_test(
            meter=row.meter,
            tested_on=scene.day,
            bench=BENCH,
            tester="Raúl Almanza Cruz",
            standard="NOM-012-EN-USO",
            litres=litres,
            certificate=certificate,
            at=scene.at(12),
            by=scene.person("tecnico"),
            key=f"{KEY}prueba-{certificate}",
        )
        complete_meter(
            meter=row.meter,
            brand=row.meter.brand or "CICASA",
            diameter=row.meter.diameter or "1/2",
            model_name="MS-15",
            accuracy_class="B",
            at=scene.at(12, 10),
            by=scene.person("tecnico"),
        )


def _approved(scene: Scene) -> None:
    """The worst are proposed, and the head approves them: their orders are given."""
    take_park(at=scene.at(8, 30), by=scene.person("coordinador"))
    meters = [row.meter for row in _suspected(scene)[:6]]
    if not meters:
        return
    proposal = propose_replacement(
        meters=meters,
        reason="Son los que más agua dejan de contar en los ciclos 1 y 2; hay medidores en almacén.",
        at=scene.at(10),
        by=scene.person("coordinador"),
        key=f"{KEY}reemplazo-1",
    )
    if proposal.decided_by_id is None:
        proposal = approve_replacement(
            proposal=proposal,
            note="Procede; que salgan en el programa de la semana.",
            at=scene.at(12),
            by=scene.person("jefe"),
        )
    issue_replacement_orders(proposal=proposal, at=scene.at(12), by=scene.person("jefe"))


def _waiting(scene: Scene) -> None:
    """Another four wait for the head."""
    take_park(at=scene.at(8, 30), by=scene.person("coordinador"))
    meters: list[Meter] = [row.meter for row in _suspected(scene)[:4]]
    if meters:
        propose_replacement(
            meters=meters,
            reason="Segunda entrega de medidores nuevos: los siguientes de la lista.",
            at=scene.at(11),
            by=scene.person("coordinador"),
            key=f"{KEY}reemplazo-2",
        )


def _suspected(scene: Scene) -> list[ParkMeter]:
    """The suspects with whose accounts nothing else happens, those that bring the most first."""
    rows = suspected_meters().filter(account__cycle__in=CYCLES, expected_m3__gt=0)
    spared = scene.town.spared
    ranked = rows.order_by("-pesos_a_year", "-expected_m3", "pk")[:60]
    return [row for row in ranked if row.account is not None and row.account.number not in spared]


_DAYS: Final[Mapping[date, Callable[[Scene], None]]] = MappingProxyType(
    {date(2026, 10, 20): _tested, date(2026, 10, 21): _approved, date(2026, 10, 23): _waiting}
)
