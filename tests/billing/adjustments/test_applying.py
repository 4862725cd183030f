"""An adjustment takes the charges of a bill back and puts the corrected ones in their place, to the centavo."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from cauce.billing.models import Adjustment, Bill
from cauce.billing.operations import AdjustmentNotReady, AdjustmentRefused, apply_adjustment, propose_undo
from cauce.billing.queries import bill_sheet, live_bills
from cauce.billing.queries.adjustments import facts_of_bill
from cauce.billing.rules.adjustments import AccountFacts, billed_usage
from cauce.cashier.operations import reverse_payment
from cauce.core.money import ZERO
from cauce.ledger.models import Transfer
from cauce.ledger.operations import KeyReused, accrue_surcharges
from cauce.ledger.queries import CollectionLaw, advance_balances, balance
from cauce.tariffs.queries import schedule_of
from cauce.users.models import User
from tests.billing.adjustments.correcting import (
    AVERAGE,
    CLASS,
    LEAK,
    applied,
    charged_by,
    live_bill_of,
    nothing_is_broken,
    owed_by_month,
    pay,
    proposed,
    undone,
)
from tests.billing.cycles import SEPTEMBER, read

pytestmark = pytest.mark.django_db


def in_favour(bill: Bill) -> Decimal:
    return sum(advance_balances([bill.account_id]).get(bill.account_id, {}).values(), ZERO)


def test_an_unpaid_bill_is_charged_what_the_right_reading_costs_and_another_bill_replaces_it(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    made = applied(proposed(bill, at=at, by=coordinator, m3=20), at=at, by=clerk, head=head)

    corrected = live_bill_of(bill.account, SEPTEMBER)
    assert corrected.replaces_id == bill.pk and corrected.run is None
    assert corrected.document.folio != bill.document.folio
    assert (corrected.volume_m3, corrected.due_on, corrected.issued_on) == (20, bill.due_on, bill.issued_on)
    assert corrected.total < bill.total
    assert made.difference == corrected.total - bill.total
    assert balance(bill.account_id) == corrected.total == charged_by(corrected)
    assert charged_by(bill) == 0
    charge = Transfer.objects.live().filter(document=corrected.pk).first()
    assert charge is not None
    assert (charge.effective_on, charge.due_on, charge.booked_on) == (bill.issued_on, bill.due_on, at.date())
    assert bill.document.folio in bill_sheet(corrected.pk).replaces
    nothing_is_broken()


def test_what_was_owed_then_is_told_as_it_was_known_then(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    later = at + timedelta(days=10)
    applied(proposed(bill, at=later, by=coordinator, m3=20), at=later, by=clerk, head=head)

    assert balance(bill.account_id, at.date()) == bill.total
    assert balance(bill.account_id, later.date()) == live_bill_of(bill.account, SEPTEMBER).total


def test_what_had_been_paid_of_a_bill_stays_in_favour(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    pay(bill.account, bill.total, at=at, by=clerk, key="a")
    made = applied(proposed(bill, at=at, by=coordinator, m3=20), at=at, by=clerk, head=head)

    assert made.left_in_favour == -made.difference == in_favour(bill)
    assert balance(bill.account_id) == made.difference
    assert set(owed_by_month(bill.account)) == {(None, "A FAVOR")}
    nothing_is_broken()


def test_cancelling_the_payment_afterwards_leaves_the_corrected_bill_owed(
    bill: Bill, coordinator: User, head: User, clerk: User, supervisor: User,
    at: datetime,
) -> None:  # fmt: skip
    payment = pay(bill.account, bill.total, at=at, by=clerk, key="a")
    applied(proposed(bill, at=at, by=coordinator, m3=20), at=at, by=clerk, head=head)
    reverse_payment(payment=payment, session=None, reason="Se equivocó", at=at, by=supervisor, key="r")

    assert balance(bill.account_id) == live_bill_of(bill.account, SEPTEMBER).total
    assert in_favour(bill) == 0
    nothing_is_broken()


def test_surcharges_of_the_excess_are_not_owed_any_more_and_come_back_when_it_is_undone(
    bill: Bill, coordinator: User, head: User, clerk: User, law: CollectionLaw, at: datetime
) -> None:
    late = at + timedelta(days=60)
    accrue_surcharges(account_ids=[bill.account_id], to=late.date(), rule=law.surcharges, key="s", at=late, by=clerk)
    before, owed = balance(bill.account_id), owed_by_month(bill.account)
    made = applied(proposed(bill, at=late, by=coordinator, m3=20), at=late, by=clerk, head=head)

    after = owed_by_month(bill.account)
    corrected = live_bill_of(bill.account, SEPTEMBER)
    assert ZERO < after[SEPTEMBER, "RECARGO"] < owed[SEPTEMBER, "RECARGO"]
    assert after[SEPTEMBER, "RECARGO"] == sum(after.values()) - corrected.total - _vat_of(after, corrected)
    undone(made, at=late, by=coordinator, head=head)
    assert balance(bill.account_id) == before
    assert owed_by_month(bill.account) == owed
    nothing_is_broken()


def _vat_of(owed: dict[tuple[date | None, str], Decimal], bill: Bill) -> Decimal:
    """The VAT of the surcharges alone."""
    return owed.get((SEPTEMBER, "IVA"), ZERO) - bill.vat


def test_surcharges_that_were_paid_in_vain_are_returned_in_favour(
    bill: Bill, coordinator: User, head: User, clerk: User, law: CollectionLaw,
    at: datetime,
) -> None:  # fmt: skip
    late = at + timedelta(days=60)
    accrue_surcharges(account_ids=[bill.account_id], to=late.date(), rule=law.surcharges, key="s", at=late, by=clerk)
    pay(bill.account, balance(bill.account_id), at=late, by=clerk, key="a")
    made = applied(proposed(bill, at=late, by=coordinator, m3=20), at=late, by=clerk, head=head)

    assert in_favour(bill) == -balance(bill.account_id) > made.left_in_favour == -made.difference
    nothing_is_broken()
    undone(made, at=late, by=coordinator, head=head)
    assert balance(bill.account_id) == 0
    nothing_is_broken()


def test_undoing_restores_the_figures_of_the_first_bill_with_another_folio(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    made = applied(proposed(bill, at=at, by=coordinator, m3=20), at=at, by=clerk, head=head)
    undo = undone(made, at=at, by=coordinator, head=head)

    again = live_bill_of(bill.account, SEPTEMBER)
    assert undo.undoes_id == made.pk and undo.difference == -made.difference
    assert (again.total, again.volume_m3, again.proof) == (bill.total, 60, bill.proof)
    assert [(line.concept, line.amount, line.vat) for line in again.lines.order_by("position")] == [
        (line.concept, line.amount, line.vat) for line in bill.lines.order_by("position")
    ]
    assert Bill.objects.filter(account=bill.account).count() == 3
    assert live_bills(SEPTEMBER).filter(account=bill.account).count() == 1
    with pytest.raises(AdjustmentRefused, match="no se deshace"):
        propose_undo(adjustment=undo, reason="Otra vez", at=at, by=coordinator, key="uu")
    with pytest.raises(AdjustmentRefused, match="ya fue sustituido"):
        propose_undo(adjustment=made, reason="Otra vez", at=at, by=coordinator, key="uuu")
    nothing_is_broken()


def test_a_hidden_leak_takes_a_percentage_off_and_the_proof_says_so(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    applied(proposed(bill, LEAK, at=at, by=coordinator, percent=Decimal(50)), at=at, by=clerk, head=head)

    corrected = live_bill_of(bill.account, SEPTEMBER)
    assert abs(corrected.subtotal * 2 - bill.subtotal) <= Decimal("0.02")
    assert corrected.volume_m3 == 60
    assert any(step[0] == "adjusted" for step in corrected.proof["steps"])
    account = AccountFacts(category=None, dwellings=1, exemption=None, pupils=None, discharge_m3=None)
    usage, warning = billed_usage(facts_of_bill(corrected), account, [schedule_of(corrected.schedule_id)])
    assert (usage.m3, warning) == (60, "")
    nothing_is_broken()


def test_a_wrong_class_is_priced_by_the_right_one(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    made = proposed(bill, CLASS, at=at, by=coordinator, tariff_code="001", has_sewerage=False)
    applied(made, at=at, by=clerk, head=head)

    corrected = live_bill_of(bill.account, SEPTEMBER)
    assert [line.concept for line in corrected.lines.order_by("position")] == ["AGUA"]
    nothing_is_broken()


def test_an_estimate_becomes_the_average_of_the_months_measured_before(
    bill: Bill, coordinator: User, clerk: User, head: User, at: datetime
) -> None:

    for month, m3 in ((6, 10), (7, 12), (8, 15)):
        read(bill.account, m3, date(2026, month, 1))
    made = proposed(bill, AVERAGE, at=at, by=coordinator)
    applied(made, at=at, by=clerk, head=head)

    corrected = live_bill_of(bill.account, SEPTEMBER)
    assert (corrected.volume_m3, corrected.is_estimated) == (12, True)
    nothing_is_broken()


def test_applying_twice_with_one_key_applies_once(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    made = applied(proposed(bill, at=at, by=coordinator, m3=20), at=at, by=clerk, head=head)
    again = apply_adjustment(adjustment=made, at=at, by=clerk, key=f"a{made.pk}")

    assert again.state == Adjustment.State.APPLIED
    assert Bill.objects.filter(account=bill.account).count() == 2
    with pytest.raises(AdjustmentNotReady, match="aplicado"):
        apply_adjustment(adjustment=made, at=at, by=clerk, key="otra")
    other = proposed(live_bill_of(bill.account, SEPTEMBER), at=at, by=coordinator, m3=30)
    with pytest.raises(KeyReused):
        apply_adjustment(adjustment=other, at=at, by=clerk, key=f"a{made.pk}")
