"""The park taken of a day, a meter's facts, its bench tests, and the proposals to change the worst."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cauce.core.periods import add_months
from cauce.events.models import Event
from cauce.metering.models import (
    BenchFlow,
    BenchTest,
    Consumption,
    Meter,
    MeterInstallation,
    ParkMeter,
    ParkSnapshot,
    ParkTable,
    ReadingFinding,
    ReplacementLine,
    ReplacementProposal,
)
from cauce.metering.operations import (
    BenchTestRefused,
    MeterFactsRefused,
    MeterIsElsewhere,
    ParkNotKnown,
    ParkTableRejected,
    ReplacementNotReady,
    ReplacementRefused,
    approve_replacement,
    complete_meter,
    install_meter,
    load_park_table,
    propose_replacement,
    put_meter_away,
    record_bench_test,
    refuse_replacement,
    remove_meter,
    report_meter_loss,
    take_park,
    withdraw_replacement,
)
from cauce.metering.queries.park import figures_kept, kept_figures, park_figures
from cauce.metering.queries.park_screens import gains_of, suspected_meters, total_gained
from cauce.metering.rules.finding_codes import STOPPED_IN_A_ROW
from cauce.registry.models import Account, StaffLink
from cauce.registry.operations import OwnAccount
from cauce.users.models import User
from tests.metering.accounts import add_history, make_account
from tests.metering.reviewing import a_round

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 20, 16, tzinfo=UTC)
DAY = date(2026, 10, 20)
OFFICE = Path(__file__).parents[2] / "office" / "cortazar" / "medidores.yaml"
GOOD = {"Q1": (Decimal(20), Decimal("19.5")), "Q2": (Decimal(50), Decimal(50)), "Q3": (Decimal(200), Decimal(201))}
BAD = {"Q1": (Decimal(20), Decimal(10)), "Q2": (Decimal(50), Decimal(40)), "Q3": (Decimal(200), Decimal(170))}


@pytest.fixture
def coordinator(db: None) -> User:
    return User.objects.create(username="coordinador", full_name="Laura Rangel")


@pytest.fixture
def head(db: None) -> User:
    return User.objects.create(username="jefe", full_name="Héctor Soto")


@pytest.fixture
def table(coordinator: User) -> ParkTable:
    load_park_table(path=OFFICE, at=AT, by=coordinator)
    return ParkTable.objects.get()


def months_of(account: Account, volumes: list[int], *, until: date = date(2026, 10, 1)) -> None:
    first = add_months(until, 1 - len(volumes))
    add_history(account, {add_months(first, place): volume for place, volume in enumerate(volumes)})


def meter_of(account: Account) -> Meter:
    return MeterInstallation.objects.get(account=account, removed_on=None).meter


@pytest.fixture
def houses(table: ParkTable) -> dict[str, Account]:
    """A healthy house, one that fell, one that stopped, and one with an old CICASA."""
    made = {
        name: make_account(f"00000{place}", serial=f"M{place}", brand=brand, installed_on=since)
        for place, (name, brand, since) in enumerate(
            (
                ("healthy", "ITRON", date(2024, 10, 20)),
                ("fallen", "ITRON", date(2024, 1, 5)),
                ("stopped", "BADGER", date(2019, 5, 1)),
                ("old", "CICASA", date(2008, 3, 1)),
                ("unknown", "", None),
            ),
            1,
        )
    }
    months_of(made["healthy"], [20] * 14)
    months_of(made["fallen"], [30] * 11 + [9, 10, 8])
    months_of(made["stopped"], [18] * 10 + [0] * 4)
    months_of(made["old"], [25] * 14)
    return made


def parked(account: Account) -> ParkMeter:
    return ParkMeter.objects.get(account=account)


def test_the_park_says_of_each_meter_how_it_goes(houses, coordinator):
    snapshot = take_park(at=AT, by=coordinator)
    assert (snapshot.meters, snapshot.installed, snapshot.stopped, snapshot.suspects) == (5, 5, 1, 3)
    healthy, fallen, stopped = (parked(houses[name]) for name in ("healthy", "fallen", "stopped"))
    assert (healthy.is_suspect, healthy.in_warranty, healthy.age_band) == (False, True, "0-3")
    assert (fallen.reason, fallen.expected_m3, fallen.base_m3, fallen.recent_m3) == ("FALL", 21, 30, 9)
    assert (stopped.is_stopped, stopped.reason, stopped.zeros) == (True, "ZEROS", 4)
    assert parked(houses["old"]).reason == "AGE"
    unknown = parked(houses["unknown"])
    assert (unknown.brand, unknown.age_years, unknown.age_band, unknown.in_warranty) == ("", None, "SIN", False)
    assert Event.objects.filter(kind="PARK_TAKEN").count() == 1


def test_what_is_kept_is_what_is_counted(houses, coordinator):
    snapshot = take_park(at=AT, by=coordinator)
    counted = park_figures()
    assert figures_kept(snapshot.figures) == counted
    assert figures_kept(kept_figures(counted)) == counted
    whole = next(figure for figure in counted if not figure.cut)
    assert (whole.meters, whole.suspects) == (
        ParkMeter.objects.count(),
        ParkMeter.objects.filter(is_suspect=True).count(),
    )
    for cut in {figure.cut for figure in counted if figure.cut}:
        assert sum(figure.meters for figure in counted if figure.cut == cut) == whole.meters
    assert {f.key: f.meters for f in counted if f.cut == "marca"} == {"ITRON": 2, "BADGER": 1, "CICASA": 1, "": 1}


def test_figures_of_a_route_are_those_of_its_meters(houses, coordinator):
    other = make_account("000009", serial="M9", cycle=2)
    take_park(at=AT, by=coordinator)
    whole = next(figure for figure in park_figures(route=other.route_id) if not figure.cut)
    assert whole.meters == 1
    assert next(f for f in park_figures(use="COMMERCIAL") if not f.cut).meters == 0


def test_the_park_of_a_day_is_taken_once_unless_asked_anew(houses, coordinator):
    first = take_park(at=AT, by=coordinator)
    make_account("000010", serial="M10")
    assert take_park(at=AT, by=coordinator).meters == first.meters
    assert take_park(at=AT, by=coordinator, anew=True).meters == first.meters + 1
    with pytest.raises(ParkNotKnown, match="día posterior"):
        take_park(at=datetime(2026, 10, 19, 16, tzinfo=UTC), by=coordinator)
    assert ParkSnapshot.objects.count() == 2 or ParkSnapshot.objects.count() == 1


def test_without_a_table_there_is_no_park(coordinator):
    with pytest.raises(ParkNotKnown, match="medidores"):
        take_park(at=AT, by=coordinator)


def test_the_queries_of_a_park_do_not_grow_with_its_meters(houses, coordinator):
    with CaptureQueriesContext(connection) as few:
        take_park(at=AT, by=coordinator)
    for number in range(20, 40):
        make_account(f"0000{number}", serial=f"M{number}")
    with CaptureQueriesContext(connection) as many:
        take_park(at=AT, by=coordinator, anew=True)
    assert len(many) <= len(few)


def test_meters_that_are_in_no_account_say_where_they_are(houses, coordinator):
    old = MeterInstallation.objects.get(account=houses["old"])
    remove_meter(installation=old, removed_on=DAY, final_value=5, at=AT, by=coordinator)
    lost = MeterInstallation.objects.get(account=houses["stopped"])
    report_meter_loss(
        installation=lost, kind="STOLEN", happened_on=DAY, report_number="D-1", account_of_facts="Lo robaron",
        payer="UTILITY", payer_reason="Con denuncia", at=AT, by=coordinator,
    )  # fmt: skip
    new = Meter.objects.create(serial="NUEVO", register_digits=5)
    scrapped = Meter.objects.create(serial="VIEJO", register_digits=5, put_away="SCRAPPED")
    take_park(at=AT, by=coordinator)
    states = {row.meter_id: row.state for row in ParkMeter.objects.all()}
    assert states[old.meter_id] == "REMOVED"
    assert states[lost.meter_id] == "STOLEN"
    assert states[new.pk] == "STORE"
    assert states[scrapped.pk] == "SCRAPPED"


def test_a_meter_with_a_finding_of_being_stopped_is_stopped(houses, coordinator):
    ReadingFinding.objects.create(round=a_round(), account=houses["healthy"], code=STOPPED_IN_A_ROW, found_at=AT)
    take_park(at=AT, by=coordinator)
    assert parked(houses["healthy"]).is_stopped


def test_estimated_months_say_nothing_of_a_meter(houses, coordinator):
    Consumption.objects.filter(account=houses["healthy"], period__gte=date(2026, 8, 1)).update(
        volume_m3=2, source=Consumption.Source.ESTIMATED
    )
    take_park(at=AT, by=coordinator)
    assert parked(houses["healthy"]).recent_m3 == 20


def test_the_same_serial_in_two_accounts_is_two_meters(houses, coordinator):
    make_account("000011", serial="M1")
    assert take_park(at=AT, by=coordinator).installed == 6


def test_a_table_is_taken_once_and_a_wrong_one_names_its_file(tmp_path, coordinator):
    assert load_park_table(path=OFFICE, at=AT, by=coordinator) == 1
    assert load_park_table(path=OFFICE, at=AT, by=coordinator) == 0
    wrong = tmp_path / "medidores.yaml"
    wrong.write_text("desde: 2026-01-01\n", "utf-8")
    with pytest.raises(ParkTableRejected, match="»: falta"):
        load_park_table(path=wrong, at=AT, by=coordinator)
    wrong.write_text("- 1\n", "utf-8")
    with pytest.raises(ParkTableRejected, match="debe llevar"):
        load_park_table(path=wrong, at=AT, by=coordinator)


def test_the_facts_of_a_meter_are_completed_and_told_in_its_account(houses, coordinator):
    meter = meter_of(houses["unknown"])
    facts = {"brand": "itron", "diameter": "1/2", "model_name": "Multimag", "accuracy_class": "B"}
    complete_meter(meter=meter, **facts, at=AT, by=coordinator)
    complete_meter(meter=meter, **facts, at=AT, by=coordinator)
    meter.refresh_from_db()
    assert (meter.brand, meter.model_name) == ("ITRON", "Multimag")
    told = Event.objects.get(kind="METER_COMPLETED")
    assert told.account_id == houses["unknown"].pk
    with pytest.raises(MeterFactsRefused, match="ya tiene marca"):
        complete_meter(meter=meter, **{**facts, "brand": " "}, at=AT, by=coordinator)


def test_a_scrapped_meter_is_never_installed_again_and_one_in_store_is(houses, coordinator):
    in_place = meter_of(houses["healthy"])
    with pytest.raises(MeterFactsRefused, match="está instalado"):
        put_meter_away(meter=in_place, where=Meter.PutAway.STORE, reason="x", at=AT, by=coordinator)
    kept = Meter.objects.create(serial="K1", brand="ITRON", register_digits=5)
    with pytest.raises(MeterFactsRefused, match="por qué"):
        put_meter_away(meter=kept, where=Meter.PutAway.STORE, reason=" ", at=AT, by=coordinator)
    put_meter_away(meter=kept, where=Meter.PutAway.STORE, reason="Compra", at=AT, by=coordinator)
    home = make_account("000012", serial="")
    install = {
        "brand": "ITRON",
        "diameter": "1/2",
        "installed_on": DAY,
        "initial_value": 0,
        "at": AT,
        "by": coordinator,
    }
    installed = install_meter(account=home, serial="K1", **install)
    assert installed.meter_id == kept.pk
    kept.refresh_from_db()
    assert kept.put_away == ""
    gone = Meter.objects.create(serial="K2", brand="ITRON", register_digits=5)
    put_meter_away(meter=gone, where=Meter.PutAway.SCRAPPED, reason="Reprobó", at=AT, by=coordinator)
    with pytest.raises(MeterFactsRefused, match="se dio de baja"):
        put_meter_away(meter=gone, where=Meter.PutAway.STORE, reason="x", at=AT, by=coordinator)
    with pytest.raises(MeterIsElsewhere, match="se dio de baja"):
        install_meter(account=make_account("000013", serial=""), serial="K2", **install)


def bench_test(meter: Meter, by: User, **facts) -> BenchTest:
    said = {
        "tested_on": DAY, "bench": "Taller", "tester": "Raúl", "standard": "NOM-012", "litres": GOOD,
        "certificate": "C-1", "key": "prueba",
    }  # fmt: skip
    return record_bench_test(meter=meter, **{**said, **facts}, at=AT, by=by)


def test_a_bench_test_is_decided_by_the_standard(houses, coordinator):
    meter = meter_of(houses["healthy"])
    passed = bench_test(meter, coordinator)
    assert (passed.verdict, passed.account, passed.document.folio) == ("PASSED", houses["healthy"], "PB-000001")
    failed = bench_test(meter, coordinator, litres=BAD, key="otra")
    assert (failed.verdict, failed.usual_error) == ("FAILED", Decimal("-20.00"))
    assert [flow.passes for flow in failed.flows.order_by("pk")] == [False, False, False]
    assert bench_test(meter, coordinator, litres=BAD, key="otra") == failed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bench": " "}, "Escriba el banco"),
        ({"standard": "ISO"}, "Elija la norma"),
        ({"litres": {"Q1": GOOD["Q1"]}}, "Falta el flujo Q2"),
        ({"litres": {**GOOD, "Q1": (Decimal(0), Decimal(1))}}, "más de cero"),
        ({"litres": {**GOOD, "Q1": (Decimal(1), Decimal(100))}}, "más de diez veces"),
        ({"tested_on": date(2026, 10, 21)}, "no puede ser futura"),
    ],
)
def test_a_test_that_cannot_be_is_refused(houses, coordinator, change, said):
    with pytest.raises(BenchTestRefused, match=said):
        bench_test(meter_of(houses["healthy"]), coordinator, **change)
    assert not BenchTest.objects.exists()


def test_a_test_of_a_day_without_standard_is_refused(houses, coordinator):
    with pytest.raises(ParkNotKnown):
        bench_test(meter_of(houses["healthy"]), coordinator, tested_on=date(2025, 5, 1))


def test_a_test_is_put_right_by_another_once_and_saying_why(houses, coordinator):
    meter = meter_of(houses["healthy"])
    first = bench_test(meter, coordinator, litres=BAD)
    with pytest.raises(BenchTestRefused, match="por qué se corrige"):
        bench_test(meter, coordinator, replaces=first, key="dos")
    bench_test(meter, coordinator, replaces=first, note="Se copió mal el Q1", key="dos")
    with pytest.raises(BenchTestRefused, match="corrija la última"):
        bench_test(meter, coordinator, replaces=first, note="Otra vez", key="tres")
    with pytest.raises(BenchTestRefused, match="de otro medidor"):
        bench_test(meter_of(houses["old"]), coordinator, replaces=first, note="x", key="cuatro")
    take_park(at=AT, by=coordinator)
    assert not parked(houses["healthy"]).is_suspect


def test_the_database_keeps_a_test_as_it_was_written(houses, coordinator):
    test = bench_test(meter_of(houses["healthy"]), coordinator)
    for rows in (BenchTest.objects.filter(pk=test.pk), BenchFlow.objects.filter(test=test)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**({"note": "x"} if rows.model is BenchTest else {"passes": False}))
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(IntegrityError, match="benchflow_passes_by_its_limit"), transaction.atomic():
        BenchFlow.objects.create(
            test=test, name="Q9", litres_per_hour=1, passed_litres=1, registered_litres=2,
            error_percent=100, limit_percent=5, passes=True,
        )  # fmt: skip


def test_nobody_tests_the_meter_of_their_own_account(houses, coordinator):
    StaffLink.objects.create(
        user=coordinator, customer=houses["healthy"].holder, kind=StaffLink.Kind.RELATIVE, note="x", declared_at=AT,
        declared_by=coordinator,
    )  # fmt: skip
    with pytest.raises(OwnAccount):
        bench_test(meter_of(houses["healthy"]), coordinator)


def proposed(houses, by: User, *names: str, key: str = "propuesta") -> ReplacementProposal:
    return propose_replacement(
        meters=[meter_of(houses[name]) for name in names], reason="Cuentan de menos", at=AT, by=by, key=key
    )


@pytest.fixture
def park(houses, coordinator) -> ParkSnapshot:
    return take_park(at=AT, by=coordinator)


def test_a_proposal_adds_what_its_meters_cost_and_bring(park, houses, coordinator):
    made = proposed(houses, coordinator, "fallen", "stopped")
    assert (made.document.folio, made.meters, made.cost) == ("RM-000001", 2, Decimal("2100.00"))
    assert made.expected_m3 == sum(line.expected_m3 for line in made.lines.all())
    assert proposed(houses, coordinator, "fallen", "stopped") == made
    assert {row.account_id for row in suspected_meters()} == {houses["old"].pk}


def test_a_meter_is_proposed_once(park, houses, coordinator):
    proposed(houses, coordinator, "fallen")
    with pytest.raises(ReplacementRefused, match="ya está en la propuesta RM-000001"):
        proposed(houses, coordinator, "fallen", "stopped", key="otra")
    line = ReplacementLine.objects.get()
    with pytest.raises(IntegrityError, match="replacementline_one_open"), transaction.atomic():
        line.pk = None
        line.save(force_insert=True)


def test_what_cannot_be_proposed_is_refused(park, houses, coordinator):
    with pytest.raises(ReplacementRefused, match="al menos un medidor"):
        propose_replacement(meters=[], reason="x", at=AT, by=coordinator, key="a")
    with pytest.raises(ReplacementRefused, match="Escriba por qué"):
        propose_replacement(meters=[meter_of(houses["old"])], reason=" ", at=AT, by=coordinator, key="b")
    stranger = meter_of(make_account("000014", serial="M14"))
    with pytest.raises(ParkNotKnown, match="no está en el parque"):
        propose_replacement(meters=[stranger], reason="x", at=AT, by=coordinator, key="c")
    gone = MeterInstallation.objects.get(account=houses["old"])
    remove_meter(installation=gone, removed_on=DAY, final_value=9, at=AT, by=coordinator)
    with pytest.raises(ReplacementRefused, match="ya no está instalado"):
        propose_replacement(meters=[gone.meter], reason="x", at=AT, by=coordinator, key="d")


def test_a_test_that_failed_after_the_park_weighs_in_the_proposal(park, houses, coordinator):
    bench_test(meter_of(houses["healthy"]), coordinator, litres=BAD)
    line = proposed(houses, coordinator, "healthy").lines.get()
    assert [reason["code"] for reason in line.reasons] == ["TEST"]
    assert line.expected_m3 == Decimal("5.0")


def test_who_proposes_does_not_approve_and_the_database_says_so_too(park, houses, coordinator, head):
    made = proposed(houses, coordinator, "fallen")
    for decide in (approve_replacement, refuse_replacement):
        with pytest.raises(ReplacementRefused, match="otra persona"):
            decide(proposal=made, note="x", at=AT, by=coordinator)
    with pytest.raises(IntegrityError, match="replacement_decided_by_another"), transaction.atomic():
        ReplacementProposal.objects.filter(pk=made.pk).update(state="APPROVED", decided_by=coordinator, decided_at=AT)
    approved = approve_replacement(proposal=made, note="", at=AT, by=head)
    assert (approved.state, approved.decided_by) == ("APPROVED", head)
    assert approve_replacement(proposal=made, note="", at=AT, by=head) == approved
    with pytest.raises(ReplacementNotReady, match="«aprobada»"):
        refuse_replacement(proposal=made, note="x", at=AT, by=head)
    with pytest.raises(IntegrityError, match="is not allowed"), transaction.atomic():
        ReplacementProposal.objects.filter(pk=made.pk).update(state="PROPOSED", decided_by=None, decided_at=None)


def test_a_refused_or_withdrawn_proposal_lets_its_meters_be_proposed_again(park, houses, coordinator, head):
    made = proposed(houses, coordinator, "fallen")
    with pytest.raises(ReplacementRefused, match="por qué se niega"):
        refuse_replacement(proposal=made, note=" ", at=AT, by=head)
    refuse_replacement(proposal=made, note="No hay dinero", at=AT, by=head)
    again = proposed(houses, coordinator, "fallen", key="segunda")
    with pytest.raises(ReplacementRefused, match="por qué se retira"):
        withdraw_replacement(proposal=again, note="", at=AT, by=coordinator)
    withdraw_replacement(proposal=again, note="Se repite", at=AT, by=coordinator)
    assert withdraw_replacement(proposal=again, note="Se repite", at=AT, by=coordinator).state == "WITHDRAWN"
    assert proposed(houses, coordinator, "fallen", key="tercera").state == "PROPOSED"


def test_what_was_gained_is_measured_after_three_cycles_of_the_new_meter(park, houses, coordinator, head):
    made = proposed(houses, coordinator, "fallen", "stopped")
    approve_replacement(proposal=made, at=AT, by=head)
    account = houses["fallen"]
    old = MeterInstallation.objects.get(account=account)
    remove_meter(installation=old, removed_on=DAY, final_value=300, at=AT, by=coordinator)
    install_meter(
        account=account, serial="NEW1", brand="ITRON", diameter="1/2", installed_on=DAY, initial_value=0, at=AT,
        by=coordinator,
    )  # fmt: skip
    measured = Consumption.Source.MEASURED
    # November mixes both meters: what the new one counts begins in December.
    add_history(account, {date(2026, 11, 1): 90, date(2026, 12, 1): 28, date(2027, 1, 1): 30}, source=measured)
    first, second = gains_of(made, 3)
    assert (first.new_serial, first.cycles, first.gained_m3) == ("NEW1", 2, None)
    assert (second.changed_on, second.cycles) == (None, 0)
    add_history(account, {date(2027, 2, 1): 32}, source=measured)
    gains = gains_of(made, 3)
    assert gains[0].gained_m3 == Decimal("21.0")
    assert total_gained(gains) == Decimal("21.0")
