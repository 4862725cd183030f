"""Doubtful and missing readings are decided by a third person, once, and what is billed settles what was estimated."""

from datetime import date

import pytest
from django.db import IntegrityError, InternalError, transaction

from cauce.events.models import Event
from cauce.metering.models import Consumption, MeterInstallation, Reader, Reading, ReadingDecision, ReadingFinding
from cauce.metering.operations import (
    AlreadyDecided,
    Choice,
    DecisionRefused,
    ImpossibleReading,
    LaterMonthCounted,
    MeterChangeWithoutClosing,
    MonthAlreadyBilled,
    NotBilledSo,
    OwnReading,
    PostMayNotRelease,
    accept_reading,
    close_round,
    correct_reading,
    decide_together,
    estimate_consumption,
    install_meter,
    park_reading,
    remove_meter,
    reopen_decision,
    request_second_visit,
    settle_finding,
)
from cauce.metering.queries import consumption_for_chunk, reading_reasons, standings
from cauce.metering.rules import Bills
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.reviewing import AT, AUGUST, NOVEMBER, OCTOBER, SEPTEMBER, a_person, a_reading, a_round, live

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return a_person("revisora", "facturacion")


@pytest.fixture
def account():
    account = make_account()
    add_opening(account, 100)
    add_history(account, {date(2026, month, 1): 20 for month in range(3, 9)})
    return account


def test_an_accepted_reading_is_billed_as_it_was_read(account, reviewer):
    reading = a_reading(account, 220)
    decision = accept_reading(reading=reading, reason="Se confirmó con fotografía", at=AT, by=reviewer)
    consumption = live(account)
    reading.refresh_from_db()
    assert (consumption.volume_m3, consumption.measured_m3, consumption.source) == (120, 120, "MEASURED")
    assert (consumption.decision, consumption.previous_value, consumption.current_value) == (decision, 100, 220)
    assert (reading.status, decision.anomaly, decision.value) == ("DECIDED", "CONSUMO_ALTO", 220)
    assert Event.objects.get(kind="READING_DECIDED").account_id == account.pk
    assert accept_reading(reading=reading, reason="Se confirmó con fotografía", at=AT, by=reviewer) == decision
    assert Event.objects.filter(kind="READING_DECIDED").count() == 1


def test_a_corrected_reading_is_billed_with_its_own_figure(account, reviewer):
    reading = a_reading(account, 920)
    correct_reading(
        account=account, reading_round=reading.round, reading=reading, value=125, reason="Era 125", at=AT, by=reviewer
    )
    assert live(account).volume_m3 == 25


def test_who_read_or_captured_a_reading_does_not_decide_it(account, reviewer):
    reader = a_person("lecturista", "facturacion")
    Reader.objects.create(code="101", name="Lecturista", user=reader)
    reading = a_reading(account, 220, captured_by=reviewer)
    for person in (reader, reviewer):
        with pytest.raises(OwnReading, match="otra persona"):
            accept_reading(reading=reading, reason="Está bien", at=AT, by=person)
    assert live(account) is None and not ReadingDecision.objects.exists()


def test_the_database_itself_refuses_the_reader(account):
    reader = a_person("lecturista", "facturacion")
    Reader.objects.create(code="101", name="Lecturista", user=reader)
    reading = a_reading(account, 220)
    with pytest.raises((IntegrityError, InternalError), match="may not decide"), transaction.atomic():
        ReadingDecision.objects.create(
            account=account,
            round=reading.round,
            reading=reading,
            kind="PARKED",
            reason="Por mi cuenta",
            decided_at=AT,
            decided_by=reader,
        )


def test_only_the_posts_of_its_row_release_an_anomaly(account):
    reading = a_reading(account, 220)
    with pytest.raises(PostMayNotRelease, match="facturacion"):
        accept_reading(reading=reading, reason="Está bien", at=AT, by=a_person("cajera", "caja"))


def test_an_estimate_and_the_reading_that_follows_bill_what_was_used(account, reviewer):
    park = a_round()
    estimate_consumption(
        account=account, reading_round=park, rule=Bills.AVERAGE_6, reason="Nadie en casa", at=AT, by=reviewer
    )
    september = live(account)
    assert (september.volume_m3, september.ahead_m3, september.source) == (20, 20, "ESTIMATED")
    assert (september.previous_value, september.current_on) == (100, date(2026, 9, 5))
    reading = a_reading(account, 145, "CONSUMO_ALTO", period=OCTOBER)
    accept_reading(reading=reading, reason="Bien", at=AT, by=reviewer)
    october = live(account, OCTOBER)
    assert (october.measured_m3, october.settled_m3, october.volume_m3, october.ahead_m3) == (45, 20, 25, 0)
    assert october.billed_from == september.current_on
    assert september.volume_m3 + october.volume_m3 == 145 - 100


def test_what_an_estimate_billed_too_much_is_taken_off_later_and_never_lost(account, reviewer):
    estimate_consumption(
        account=account, reading_round=a_round(), rule=Bills.AVERAGE_6, reason="Sin acceso", at=AT, by=reviewer
    )
    accept_reading(reading=a_reading(account, 105, period=OCTOBER), reason="Bien", at=AT, by=reviewer)
    assert (live(account, OCTOBER).volume_m3, live(account, OCTOBER).ahead_m3) == (0, 15)
    accept_reading(reading=a_reading(account, 130, period=NOVEMBER), reason="Bien", at=AT, by=reviewer)
    november = live(account, NOVEMBER)
    assert (november.measured_m3, november.settled_m3, november.volume_m3, november.ahead_m3) == (25, 15, 10, 0)
    billed = sum(live(account, month).volume_m3 for month in (SEPTEMBER, OCTOBER, NOVEMBER))
    assert billed == 130 - 100


def test_an_estimate_is_settled_across_a_change_of_meter(account, reviewer):
    estimate_consumption(
        account=account, reading_round=a_round(), rule=Bills.AVERAGE_6, reason="Parado", at=AT, by=reviewer
    )
    old = MeterInstallation.objects.get(account=account)
    remove_meter(installation=old, removed_on=date(2026, 9, 20), final_value=112, at=AT, by=reviewer)
    install_meter(
        account=account,
        serial="B1",
        brand="ITRON",
        diameter="1/2",
        installed_on=date(2026, 9, 20),
        initial_value=3,
        at=AT,
        by=reviewer,
    )
    accept_reading(reading=a_reading(account, 20, period=OCTOBER, serial="B1"), reason="Bien", at=AT, by=reviewer)
    october = live(account, OCTOBER)
    assert (october.measured_m3, october.settled_m3, october.volume_m3) == (12 + 17, 20, 9)
    assert live(account).volume_m3 + october.volume_m3 == (112 - 100) + (20 - 3)


def test_the_average_after_a_change_of_meter_leaves_out_the_months_of_the_old_one(account, reviewer):
    add_history(account, {SEPTEMBER: 300, OCTOBER: 12}, Consumption.Source.MEASURED)
    old = MeterInstallation.objects.get(account=account)
    remove_meter(installation=old, removed_on=date(2026, 8, 10), final_value=400, at=AT, by=reviewer)
    install_meter(
        account=account,
        serial="B1",
        brand="ITRON",
        diameter="1/2",
        installed_on=date(2026, 8, 10),
        initial_value=0,
        at=AT,
        by=reviewer,
    )
    standing = standings([account.pk], NOVEMBER)[account.pk]
    assert standing.estimated_m3(Bills.AVERAGE_6) == 12


def test_two_months_in_one_reading_never_enter_the_average(account, reviewer):
    park_reading(account=account, reading_round=a_round(), reason="No hubo acceso", at=AT, by=reviewer)
    accept_reading(
        reading=a_reading(account, 160, "SIN_LECTURA_ANTERIOR", period=OCTOBER), reason="Bien", at=AT, by=reviewer
    )
    october = live(account, OCTOBER)
    assert (october.volume_m3, october.previous_on) == (60, date(2026, 8, 3))
    assert standings([account.pk], NOVEMBER)[account.pk].estimated_m3(Bills.AVERAGE_6) == 20


def test_a_parked_month_bills_nothing_and_says_why(account, reviewer):
    reading = a_reading(account, None, "INCIDENTE_02")
    park_reading(account=account, reading_round=reading.round, reading=reading, reason="Perro", at=AT, by=reviewer)
    assert live(account) is None
    assert reading_reasons([account.pk], SEPTEMBER, 1) == {account.pk: "INCIDENTE_02"}


def test_two_readings_of_one_account_are_both_decided_by_choosing_one(account, reviewer):
    wrong, right = a_reading(account, 900, "LECTURAS_DISTINTAS"), a_reading(account, 118, "LECTURAS_DISTINTAS")
    accept_reading(reading=right, reason="La segunda", at=AT, by=reviewer)
    assert set(Reading.objects.values_list("status", flat=True)) == {"DECIDED"}
    assert live(account).reading == right and wrong.pk != right.pk


def test_an_account_that_never_had_a_reading_begins_with_the_one_it_has(reviewer):
    account = make_account("000555")
    add_history(account, {AUGUST: 15})
    reading = a_reading(account, 500, "SIN_LECTURA_ANTERIOR")
    with pytest.raises(ImpossibleReading, match="punto de partida"):
        accept_reading(reading=reading, reason="Bien", at=AT, by=reviewer)
    estimate_consumption(
        account=account,
        reading_round=reading.round,
        reading=reading,
        rule=Bills.AVERAGE_6,
        reason="Primera",
        at=AT,
        by=reviewer,
    )
    september = live(account)
    assert (september.volume_m3, september.ahead_m3, september.previous_value) == (15, 0, 500)
    standing = standings([account.pk], OCTOBER)[account.pk]
    assert (standing.previous_value, standing.ahead_m3) == (500, 0)


def test_a_meter_that_is_not_the_accounts_asks_for_its_change_with_the_closing_reading(account, reviewer):
    reading = a_reading(account, 8, "MEDIDOR_NO_COINCIDE", serial="NUEVO1")
    with pytest.raises(MeterChangeWithoutClosing, match=r"000123.*NUEVO1.*A12345678.*lectura final"):
        accept_reading(reading=reading, reason="Es otro", at=AT, by=reviewer)
    assert live(account) is None


def test_a_reading_that_goes_back_is_not_accepted(account, reviewer):
    reading = a_reading(account, 90, "LECTURA_RETROCEDE")
    with pytest.raises(ImpossibleReading, match="menor que la anterior"):
        accept_reading(reading=reading, reason="Bien", at=AT, by=reviewer)


def test_a_meter_that_turned_is_accepted_with_its_turn(reviewer):
    account = make_account("000777")
    add_opening(account, 99_990)
    reading = a_reading(account, 12, "VUELTA_MEDIDOR")
    accept_reading(reading=reading, reason="Dio la vuelta", at=AT, by=reviewer)
    assert live(account).volume_m3 == 22


def test_the_average_is_refused_when_there_is_no_month_to_go_by(reviewer):
    account = make_account("000888")
    add_opening(account, 10)
    asked = {"account": account, "reading_round": a_round(), "reason": "Sin acceso", "at": AT, "by": reviewer}
    with pytest.raises(NotBilledSo, match="no tiene meses completos"):
        estimate_consumption(rule=Bills.AVERAGE_6, **asked)
    assert estimate_consumption(rule=Bills.MINIMUM, **asked).volume_m3 == 0


def test_the_month_that_was_approved_for_billing_is_not_decided_any_more(account, reviewer):
    reading = a_reading(account, 220)
    close_round(period=SEPTEMBER, cycle=1, at=AT, by=reviewer)
    with pytest.raises(MonthAlreadyBilled, match="ajuste"):
        accept_reading(reading=reading, reason="Bien", at=AT, by=reviewer)


def test_a_month_that_a_later_one_counts_from_is_not_decided(account, reviewer):
    accept_reading(reading=a_reading(account, 140, period=OCTOBER), reason="Bien", at=AT, by=reviewer)
    with pytest.raises(LaterMonthCounted, match="octubre"):
        accept_reading(reading=a_reading(account, 120), reason="Bien", at=AT, by=reviewer)


def test_what_was_decided_is_opened_again_by_another_person_and_decided_otherwise(account, reviewer):
    reading = a_reading(account, 220)
    decision = accept_reading(reading=reading, reason="Bien", at=AT, by=reviewer)
    with pytest.raises(AlreadyDecided, match="vuelva a abrir"):
        park_reading(account=account, reading_round=reading.round, reason="No", at=AT, by=a_person("otra", "jefe"))
    with pytest.raises(OwnReading):
        reopen_decision(decision=decision, reason="Me equivoqué", at=AT, by=reviewer)
    chief = a_person("jefa", "jefe")
    reopened = reopen_decision(decision=decision, reason="La foto es de otra casa", at=AT, by=chief)
    reading.refresh_from_db()
    assert (reading.status, live(account), reopened.replaces) == ("REVIEW", None, decision)
    last = estimate_consumption(
        account=account, reading_round=reading.round, rule=Bills.AVERAGE_6, reason="Sin foto", at=AT, by=reviewer
    )
    assert (last.replaces, live(account).volume_m3) == (reopened, 20)


def test_a_second_visit_leaves_the_reading_waiting(account, reviewer):
    reading = a_reading(account, 220)
    request_second_visit(
        account=account, reading_round=reading.round, reading=reading, reason="Verificar", at=AT, by=reviewer
    )
    reading.refresh_from_db()
    assert (reading.status, live(account)) == ("REVIEW", None)
    accept_reading(reading=reading, reason="Se verificó", at=AT, by=reviewer)
    assert live(account).volume_m3 == 120


def test_a_batch_decides_each_account_and_names_the_ones_it_could_not(account, reviewer):
    other = make_account("000200", serial="C1")
    add_opening(other, 50)
    right, wrong = a_reading(account, 220), a_reading(other, 40, "LECTURA_RETROCEDE", serial="C1")
    outcome = decide_together(
        reading_round=right.round,
        choices=[Choice(account.pk, right.pk), Choice(other.pk, wrong.pk)],
        kind=ReadingDecision.Kind.ACCEPTED,
        reason="Calor de mayo",
        at=AT,
        by=reviewer,
    )
    assert outcome.decided == 1 and [refusal.number for refusal in outcome.refused] == ["000200"]
    told = Event.objects.get(kind="READINGS_DECIDED")
    assert (told.facts["accounts"], told.facts["numbers"]) == (1, "000123")


def test_corrections_are_not_made_in_batches(account, reviewer):
    with pytest.raises(DecisionRefused, match="Por lote"):
        decide_together(
            reading_round=a_round(),
            choices=[Choice(account.pk)],
            kind=ReadingDecision.Kind.CORRECTED,
            reason="Todas",
            at=AT,
            by=reviewer,
        )


@pytest.mark.parametrize("count", [1, 2, 199, 200])
def test_a_batch_of_any_size_takes_the_same_few_queries(reviewer, count, django_assert_max_num_queries):
    accounts = [make_account(f"{900_000 + number}", serial=f"S{number}") for number in range(count)]
    for each in accounts:
        add_opening(each, 100)
        a_reading(each, 220, serial=f"S{int(each.number) - 900_000}")
    choices = [Choice(each.pk) for each in accounts]
    with django_assert_max_num_queries(34):
        outcome = decide_together(
            reading_round=a_round(), choices=choices, kind="PARKED", reason="Obra en la calle", at=AT, by=reviewer
        )
    assert (outcome.decided, outcome.refused) == (count, ())


def test_a_finding_that_holds_stops_the_bill_until_somebody_else_settles_it(account, reviewer):
    reading = a_reading(account, 115, "")
    Consumption.objects.create(
        account=account, period=SEPTEMBER, volume_m3=15, measured_m3=15, source="MEASURED", reading=reading
    )
    finding = ReadingFinding.objects.create(
        round=reading.round, account=account, reading=reading, code="LEJOS_DE_LA_CASA", holds=True, found_at=AT
    )
    assert consumption_for_chunk([account.pk], SEPTEMBER) == {}
    assert reading_reasons([account.pk], SEPTEMBER, 1) == {account.pk: "LEJOS_DE_LA_CASA"}
    settle_finding(finding=finding, note="El GPS falla en esa calle", at=AT, by=reviewer)
    assert consumption_for_chunk([account.pk], SEPTEMBER)[account.pk].volume_m3 == 15
    assert reading_reasons([account.pk], SEPTEMBER, 1) == {}


def test_it_is_always_said_why(account, reviewer):
    with pytest.raises(DecisionRefused, match="por qué"):
        accept_reading(reading=a_reading(account, 220), reason=" ", at=AT, by=reviewer)
