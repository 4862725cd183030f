"""Months paid ahead (anualidad): offered, paid at the desk, discounted bill by bill, and ended by their rule."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cauce.agreements.models import Prepayment
from cauce.agreements.operations import (
    PrepaymentRefused,
    begin_paid_prepayments,
    cancel_prepayment,
    expire_prepayments,
    offer_prepayment,
)
from cauce.agreements.queries import quote_prepayment
from cauce.billing.models import Bill
from cauce.ledger.models import Book, Reason, Transfer
from cauce.ledger.operations import post
from cauce.ledger.queries import balance
from cauce.ledger.rules import Entry
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.tariffs.models import TariffCode
from cauce.users.models import User
from tests.billing.cycles import OCTOBER, SEPTEMBER, an_account, issued
from tests.ledger.debts import a_debt, write_debts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]

# The law's demonstration: 2 % until the end of the year.
MONTHS = 4


@pytest.fixture
def september(at: datetime) -> datetime:
    return at.replace(month=9, day=2)


@pytest.fixture
def house() -> Account:
    return an_account(meter=False, has_sewerage=True)


@pytest.fixture
def offered(house: Account, clerk: User, september: datetime) -> Prepayment:
    return offer_prepayment(account=house, months=MONTHS, at=september, by=clerk, key="anual")


def pay_ahead(account: Account, amount: Decimal, *, at: datetime, by: User) -> None:
    entry = Entry(
        debit_book=Book.CASH, credit_book=Book.ADVANCES, concept="SALDO_A_FAVOR", amount=amount,
        effective_on=at.date(), reason=Reason.PAYMENT, party_id=account.holder_id, account_id=account.pk,
    )  # fmt: skip
    post(operation="test", entries=[entry], key=f"ahead {account.pk} {amount}", body={}, at=at, by=by)


def begin(prepayment: Prepayment, *, at: datetime, by: User) -> Prepayment:
    pay_ahead(prepayment.account, prepayment.net, at=at, by=by)
    assert begin_paid_prepayments(account_ids=[prepayment.account_id], at=at, by=by) == 1
    prepayment.refresh_from_db()
    return prepayment


def nothing_broken() -> bool:
    return [check.name for check in verify() if check.broken] == []


def test_each_month_is_quoted_at_its_own_price_with_its_discount(house: Account) -> None:
    quote = quote_prepayment(house, on=date(2026, 9, 2))
    assert (quote.reasons, len(quote.months), quote.months[0].period) == ((), 4, SEPTEMBER)
    assert quote.percent == 2
    assert quote.net == quote.gross - quote.discount == sum(month.net for month in quote.months)
    assert all(month.discount == (month.gross * 2 / 100).quantize(Decimal("0.01")) for month in quote.months)


def test_offering_twice_with_one_key_offers_once(offered: Prepayment, house: Account, clerk: User, september: datetime):
    assert offer_prepayment(account=house, months=MONTHS, at=september, by=clerk, key="anual") == offered
    assert offered.months.count() == MONTHS
    with pytest.raises(PrepaymentRefused, match="ya tiene un pago anticipado"):
        offer_prepayment(account=house, months=MONTHS, at=september, by=clerk, key="otra")


def test_whoever_owes_something_does_not_pay_ahead(house: Account, clerk: User, september: datetime) -> None:
    write_debts([a_debt(house, "AGUA", "50.00", date(2026, 8, 20), period=date(2026, 8, 1))], at=september, by=clerk)
    with pytest.raises(PrepaymentRefused, match=r"debe \$50\.00"):
        offer_prepayment(account=house, months=MONTHS, at=september, by=clerk, key="k")
    assert not Prepayment.objects.exists()


def test_more_months_than_the_year_has_left_are_refused(house: Account, clerk: User, september: datetime) -> None:
    with pytest.raises(PrepaymentRefused, match="Quedan 4 meses"):
        offer_prepayment(account=house, months=5, at=september, by=clerk, key="k")


def test_a_tariff_that_the_law_does_not_name_pays_month_by_month(clerk: User, september: datetime) -> None:
    shop = an_account(meter=False, tariff_code=TariffCode.objects.get(pk="002"))
    with pytest.raises(PrepaymentRefused, match="claves 001, 003, 013"):
        offer_prepayment(account=shop, months=MONTHS, at=september, by=clerk, key="k")


def test_it_begins_when_its_money_is_there_and_not_before(
    offered: Prepayment, clerk: User, september: datetime
) -> None:
    pay_ahead(offered.account, offered.net - Decimal("0.01"), at=september, by=clerk)
    assert begin_paid_prepayments(account_ids=[offered.account_id], at=september, by=clerk) == 0
    pay_ahead(offered.account, Decimal("0.01"), at=september, by=clerk)
    assert begin_paid_prepayments(account_ids=[offered.account_id], at=september, by=clerk) == 1
    assert begin_paid_prepayments(account_ids=[offered.account_id], at=september, by=clerk) == 0


def test_the_prepayment_is_consumed_month_by_month_and_ends_at_zero(
    offered: Prepayment, clerk: User, approver: User, september: datetime
) -> None:
    prepayment = begin(offered, at=september, by=clerk)
    months = list(prepayment.months.order_by("period"))
    for place, month in enumerate(months):
        issued(at=september, by=clerk, approved_by=approver, period=month.period)
        bill = Bill.objects.get(account=prepayment.account, period=month.period)
        assert (bill.discount, bill.advance_applied, bill.amount_due) == (
            month.discount,
            month.gross - month.discount,
            0,
        )
        left = sum((later.gross - later.discount for later in months[place + 1 :]), Decimal(0))
        assert balance(prepayment.account_id) == -left
    prepayment.refresh_from_db()
    assert (prepayment.state, prepayment.end_reason) == ("ENDED", "Se facturaron todos sus meses.")
    assert nothing_broken()


def test_what_is_let_go_bears_no_vat(offered: Prepayment, clerk: User, approver: User, september: datetime) -> None:
    prepayment = begin(offered, at=september, by=clerk)
    issued(at=september, by=clerk, approved_by=approver)
    bill = Bill.objects.get(account=prepayment.account)
    let_go = Transfer.objects.filter(document=bill.document, reason=Reason.PREPAYMENT_DISCOUNT)
    by_book = {transfer.debit_book: transfer.amount for transfer in let_go.filter(debit_book=Book.VAT_PENDING)}
    assert bill.vat > 0
    assert abs(by_book[Book.VAT_PENDING] - bill.vat * 2 / 100) <= Decimal("0.01")


def test_a_change_of_tariff_ends_it_and_leaves_the_money_in_favour(
    offered: Prepayment, clerk: User, approver: User, september: datetime
) -> None:
    prepayment = begin(offered, at=september, by=clerk)
    Account.objects.filter(pk=prepayment.account_id).update(tariff_code="002")
    issued(at=september, by=clerk, approved_by=approver)
    bill = Bill.objects.get(account=prepayment.account)
    prepayment.refresh_from_db()
    assert (bill.discount, prepayment.state) == (0, "ENDED")
    assert bill.advance_applied == min(bill.total, prepayment.net)
    assert balance(prepayment.account_id) == bill.total - prepayment.net
    assert nothing_broken()


def test_more_water_than_was_paid_ahead_is_discounted_only_as_far_as_it_was_paid(
    clerk: User, approver: User, september: datetime
) -> None:
    metered = an_account(m3=40)
    offer = offer_prepayment(account=metered, months=2, at=september, by=clerk, key="m")
    assert offer.monthly_m3 == 0
    begin(offer, at=september, by=clerk)
    issued(at=september, by=clerk, approved_by=approver)
    bill = Bill.objects.get(account=metered)
    first = offer.months.order_by("period").first()
    assert first is not None
    assert bill.discount == first.discount < bill.total * 2 / 100
    assert nothing_broken()


def test_money_that_left_earns_no_discount(
    offered: Prepayment, clerk: User, approver: User, september: datetime
) -> None:
    prepayment = begin(offered, at=september, by=clerk)
    back = Entry(
        debit_book=Book.ADVANCES, credit_book=Book.CASH, concept="SALDO_A_FAVOR", amount=prepayment.net,
        effective_on=september.date(), reason=Reason.REFUND, party_id=prepayment.party_id,
        account_id=prepayment.account_id,
    )  # fmt: skip
    post(operation="test", entries=[back], key="back", body={}, at=september, by=clerk)
    issued(at=september, by=clerk, approved_by=approver)
    bill = Bill.objects.get(account=prepayment.account)
    assert (bill.discount, bill.amount_due) == (0, bill.total)


def test_an_offer_that_nobody_pays_expires(offered: Prepayment, clerk: User, september: datetime) -> None:
    assert expire_prepayments(at=september.replace(day=7), by=clerk) == 0
    assert expire_prepayments(at=september.replace(day=8), by=clerk) == 1
    offered.refresh_from_db()
    assert offered.state == "EXPIRED"


def test_cancelling_keeps_the_money_in_favour(offered: Prepayment, clerk: User, approver: User, september: datetime):
    prepayment = begin(offered, at=september, by=clerk)
    with pytest.raises(PrepaymentRefused, match="por qué"):
        cancel_prepayment(prepayment=prepayment, reason=" ", at=september, by=clerk)
    cancel_prepayment(prepayment=prepayment, reason="Vendió la casa.", at=september, by=clerk)
    assert balance(prepayment.account_id) == -prepayment.net
    issued(at=september, by=clerk, approved_by=approver, period=OCTOBER)
    assert Bill.objects.get(account=prepayment.account).discount == 0
    assert nothing_broken()


def test_a_prepayment_never_goes_back(offered: Prepayment, clerk: User, september: datetime) -> None:
    begin(offered, at=september, by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Prepayment.objects.filter(pk=offered.pk).update(state="OFFERED")
