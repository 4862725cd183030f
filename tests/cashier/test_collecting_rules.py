"""What is received and how it is spread: nothing is lost and nothing is invented."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.cashier.rules import rounding_of
from cauce.cashier.rules.collecting import MoneyDoesNotMatch, OtherMethod, spread, tray_of
from cauce.core.money import ZERO
from cauce.ledger.rules import AllocationOrder, OpenCharge

TEN = Decimal("0.10")
TODAY = date(2026, 10, 15)
ORDER = AllocationOrder({})
pesos = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)


def charge(id_: int, pending: str, due_on: date) -> OpenCharge:
    amount = Decimal(pending)
    return OpenCharge(id_, "AGUA", due_on.replace(day=1), due_on, amount, amount, due_on)


def test_exact_cash_needs_nothing_typed_and_rounds_to_the_coin() -> None:
    tray = tray_of(Decimal("345.27"), handed=None, others=[], coin=TEN)
    (cash,) = tray.tenders
    assert (cash.amount, tray.rounding, tray.change, cash.handed) == (Decimal("345.30"), Decimal("0.03"), ZERO, None)


def test_change_is_what_was_handed_less_the_rounded_amount() -> None:
    tray = tray_of(Decimal("345.22"), handed=Decimal("500.00"), others=[], coin=TEN)
    assert (tray.cash, tray.rounding, tray.change) == (Decimal("345.20"), Decimal("-0.02"), Decimal("154.80"))


def test_a_card_without_amount_pays_what_the_cash_does_not() -> None:
    tray = tray_of(Decimal("345.27"), handed=Decimal("200.00"), others=[OtherMethod("CARD", None, "123456")], coin=TEN)
    assert [(tender.method, tender.amount) for tender in tray.tenders] == [
        ("CASH", Decimal("200.00")),
        ("CARD", Decimal("145.27")),
    ]
    assert tray.rounding == ZERO


def test_a_card_alone_pays_to_the_cent() -> None:
    tray = tray_of(Decimal("345.27"), handed=None, others=[OtherMethod("CARD", None, "123456")], coin=TEN)
    assert [tender.amount for tender in tray.tenders] == [Decimal("345.27")]


@pytest.mark.parametrize(
    ("handed", "others", "says"),
    [
        ("300.00", [], "faltan \\$45.30"),
        (None, [OtherMethod("CARD", Decimal("400.00"), "1")], "sólo el efectivo"),
        ("10.00", [OtherMethod("CARD", Decimal("345.27"), "1")], "sin efectivo"),
        (None, [OtherMethod("CARD", None, "1"), OtherMethod("CHEQUE", None, "2")], "sin importe"),
        ("400.00", [OtherMethod("CARD", None, "1")], "ya cubre"),
        (None, [OtherMethod("CARD", Decimal("345.24"), "1")], "moneda tan chica"),
    ],
)
def test_money_that_does_not_match_says_by_how_much(handed: str | None, others: list[OtherMethod], says: str) -> None:
    with pytest.raises(MoneyDoesNotMatch, match=says):
        tray_of(Decimal("345.27"), handed=None if handed is None else Decimal(handed), others=others, coin=TEN)


@given(
    total=pesos, handed=st.none() | pesos, card=st.none() | pesos, coin=st.sampled_from([None, TEN, Decimal("0.50")])
)
def test_what_goes_in_always_pays_the_total_with_its_rounding(
    total: Decimal, handed: Decimal | None, card: Decimal | None, coin: Decimal | None
) -> None:
    others = [] if card is None else [OtherMethod("CARD", card, "1")]
    try:
        tray = tray_of(total, handed=handed, others=others, coin=coin)
    except MoneyDoesNotMatch:
        return
    assert rounding_of(total, tray.tenders, coin) == tray.rounding
    assert sum((tender.amount for tender in tray.tenders), ZERO) == total + tray.rounding
    assert tray.change >= 0


def test_a_smaller_sum_goes_to_the_oldest_debts_whoever_owes_them() -> None:
    debts = {
        "a": [charge(1, "100.00", date(2026, 9, 20))],
        "b": [charge(2, "60.00", date(2026, 7, 20)), charge(3, "60.00", date(2026, 8, 20))],
    }
    assert spread(Decimal("150.00"), debts, ORDER, on=TODAY) == {"a": Decimal("30.00"), "b": Decimal("120.00")}


@given(amount=pesos, owed=st.lists(st.lists(pesos, max_size=4), min_size=1, max_size=5))
def test_the_parts_of_a_sum_add_up_to_it(amount: Decimal, owed: list[list[Decimal]]) -> None:
    number = 0
    debts = {}
    for position, amounts in enumerate(owed):
        debts[str(position)] = []
        for one in amounts:
            number += 1
            debts[str(position)].append(charge(number, str(one), date(2026, 1 + number % 9, 20)))
    parts = spread(amount, debts, ORDER, on=TODAY)
    assert sum(parts.values(), ZERO) == amount
    assert min(parts.values()) >= 0
