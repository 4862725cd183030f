"""What was decided of a reading reaches its bill: its price, its note and its paper."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cauce.billing.models import Bill, BillingRun, RunAccount
from cauce.billing.operations import DraftsBehindReadings, approve_run, start_issuing, work_on_run
from cauce.billing.queries import bill_sheet, proof_sheet
from cauce.billing.rules import reading_note_json, reading_note_words
from cauce.cli.billing import show
from cauce.core.periods import format_period
from cauce.metering.models import ReadingRound
from cauce.metering.operations import accept_reading, estimate_consumption, import_readings, park_reading
from cauce.metering.rules import Bills
from cauce.registry.models import Account
from tests.billing.cycles import OCTOBER, SEPTEMBER, an_account, computed, issued
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.reviewing import AT, a_person, a_reading, a_round, live
from tests.metering.town import reading_line

pytestmark = pytest.mark.django_db
MONTHS = {date(2026, month, 1): 20 for month in range(3, 9)}


@pytest.fixture
def account(law) -> Account:
    account = make_account()
    add_opening(account, 100)
    add_history(account, MONTHS)
    return account


@pytest.fixture
def reviewer():
    return a_person("revisora", "facturacion")


def estimated(account, by, period=SEPTEMBER):
    return estimate_consumption(
        account=account, reading_round=a_round(period), rule=Bills.AVERAGE_6, reason="Sin acceso", at=AT, by=by
    )


def test_an_estimated_bill_says_so(account, reviewer, at, clerk, approver):
    estimated(account, reviewer)
    issued(at=at, by=clerk, approved_by=approver)
    bill = Bill.objects.get()
    assert bill.is_estimated and bill.volume_m3 == 20
    assert bill.reading_note["estimate"] == "AVERAGE_6" and bill.reading_note["ahead_m3"] == 20
    assert bill_sheet(bill.pk).legends[0] == "Lectura estimada (promedio de 6 meses)."
    assert "lectura estimada (promedio de 6 meses)" in proof_sheet(bill.pk, printed_on=SEPTEMBER).readings
    shown = CliRunner().invoke(show, ["000123", "--month", "2026-09"])
    assert "Lectura estimada (promedio de 6 meses)." in shown.output


def test_the_next_bill_says_what_it_settles_and_is_priced_as_one_month(account, reviewer, at, clerk, approver):
    estimated(account, reviewer)
    issued(at=at, by=clerk, approved_by=approver)
    accept_reading(reading=a_reading(account, 145, period=OCTOBER), reason="Bien", at=AT, by=reviewer)
    issued(at=at, by=clerk, approved_by=approver, period=OCTOBER)
    bill = Bill.objects.get(period=OCTOBER)
    assert (bill.volume_m3, bill.previous_value, bill.current_value) == (25, 100, 145)
    assert bill.reading_note == {
        "estimate": "",
        "measured_m3": 45,
        "settled_m3": 20,
        "ahead_m3": 0,
        "months": ["2026-09-01"],
    }
    assert bill_sheet(bill.pk).legends[0].startswith("Medidos 45 m³, liquida 20 m³ estimados de sep 2026")
    assert "interval" not in json.dumps(bill.proof)
    assert sum(Bill.objects.values_list("volume_m3", flat=True)) == 145 - 100


def test_two_months_in_one_reading_are_shared_over_both_and_the_bill_says_so(account, reviewer, at, clerk, approver):
    park_reading(account=account, reading_round=a_round(), reason="Nadie", at=AT, by=reviewer)
    accept_reading(
        reading=a_reading(account, 160, "SIN_LECTURA_ANTERIOR", period=OCTOBER), reason="Bien", at=AT, by=reviewer
    )
    issued(at=at, by=clerk, approved_by=approver, period=OCTOBER)
    bill = Bill.objects.get()
    assert (bill.volume_m3, bill.previous_on) == (60, date(2026, 8, 3))
    assert "interval" in json.dumps(bill.proof)


@pytest.mark.parametrize("m3", [10, 11, 100, 101])
def test_ten_and_eleven_a_hundred_and_a_hundred_and_one_are_priced_the_same_read_or_settled(
    account, reviewer, at, clerk, approver, m3
):
    other = make_account("000124", serial="B1")
    add_opening(other, 100, date(2026, 9, 3))
    estimated(account, reviewer)
    reading = a_reading(account, 100 + 20 + m3, period=OCTOBER)
    plain = a_reading(other, 100 + m3, period=OCTOBER, serial="B1")
    for each in (reading, plain):
        accept_reading(reading=each, reason="Bien", at=AT, by=reviewer)
    issued(at=at, by=clerk, approved_by=approver, period=OCTOBER)
    settled, read = (Bill.objects.get(account=each) for each in (account, other))
    assert settled.volume_m3 == read.volume_m3 == m3
    assert settled.subtotal == read.subtotal


def test_a_parked_reading_is_parked_by_its_own_reason(account, reviewer, at, clerk):
    reading = a_reading(account, None, "INCIDENTE_09")
    park_reading(account=account, reading_round=reading.round, reading=reading, reason="Perro", at=AT, by=reviewer)
    computed(at=at, by=clerk)
    assert RunAccount.objects.get().rule == "INCIDENTE_09"


def test_a_draft_computed_before_a_decision_is_not_approved(account, reviewer, at, clerk, approver):
    make_account("000124", serial="")
    run = computed(at=at, by=clerk)
    estimated(account, reviewer)
    with pytest.raises(DraftsBehindReadings, match="000123"):
        approve_run(run, at=at, by=approver)
    run = computed(at=at, by=clerk)
    assert approve_run(run, at=at, by=approver).state == BillingRun.State.APPROVED


def test_a_right_reading_that_is_parked_after_its_draft_is_not_billed(law, reviewer, at, clerk, approver):
    an_account()
    account = an_account(m3=20)
    reading = a_reading(account, 1020, "", serial=f"M{account.number}")
    run = computed(at=at, by=clerk)
    park_reading(account=account, reading_round=reading.round, reading=reading, reason="Mal", at=AT, by=reviewer)
    assert live(account) is None
    with pytest.raises(DraftsBehindReadings, match=account.number):
        approve_run(run, at=at, by=approver)


def test_a_reading_that_comes_after_the_approval_is_refused_and_counts_in_the_next(
    account, reviewer, at, clerk, approver, tmp_path
):
    make_account("000124", serial="")
    run = approve_run(computed(at=at, by=clerk), at=at, by=approver)
    path = tmp_path / f"lecturas_{format_period(SEPTEMBER).replace('-', '')}_c1.txt"
    path.write_bytes(f"{reading_line(value=120)}\r\n".encode())
    outcome = import_readings(path=path, dry_run=False, at=at, by=clerk)
    assert outcome.by_code == {"MES_YA_FACTURADO": 1}
    assert live(account) is None and ReadingRound.objects.get().closed_at is not None
    work_on_run(start_issuing(run, at=at, by=clerk), moment=lambda: at)


M3 = st.integers(0, 999)


@given(measured=M3, settled=M3, ahead=M3)
def test_a_note_is_told_only_when_there_is_something_to_tell(measured, settled, ahead):
    note = reading_note_json(estimate="", measured_m3=measured, settled_m3=settled, ahead_m3=ahead)
    words = reading_note_words(json.loads(note) if note else None)
    assert bool(words) == bool(settled or ahead)
