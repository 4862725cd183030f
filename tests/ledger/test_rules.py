import csv
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.periods import add_months, parse_period
from cauce.ledger.rules import (
    AllocationOrder,
    Credit,
    OpenCharge,
    Pause,
    Principal,
    Source,
    StatementEntry,
    allocate,
    body_digest,
    draw,
    first_open_day,
    months_started,
    movements_of,
    overdue_periods,
    surcharges_accrued,
    surcharges_to_post,
)
from cauce.tariffs.rules.values import SERVICES, Concept, ConceptKind, SurchargeRule

LEGACY = Path(__file__).parents[2] / "demo" / "legacy"
TODAY = date(2026, 9, 20)
ORDER = AllocationOrder(
    {
        code: Concept(code, code.title(), kind, rank, code in SERVICES)
        for code, kind, rank in (
            ("REINSTALACION", ConceptKind.ENFORCEMENT, 1),
            ("MULTA", ConceptKind.ENFORCEMENT, 1),
            ("RECARGO", ConceptKind.SURCHARGE, 2),
            ("AGUA", ConceptKind.SERVICE, 3),
            ("ALCANTARILLADO", ConceptKind.SERVICE, 3),
            ("TRATAMIENTO", ConceptKind.SERVICE, 3),
            ("IVA", ConceptKind.TAX, 3),
            ("CONVENIO", ConceptKind.INSTALMENT, 4),
            ("VARIO", ConceptKind.ONE_OFF, 5),
        )
    }
)
RULE = SurchargeRule(monthly_percent=Decimal(3), bears=frozenset(SERVICES), cap_percent=None, vat_percent=Decimal(0))
JUNE, JULY, AUGUST = date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)

cents = st.integers(1, 500_000).map(lambda value: Decimal(value) / 100)
concepts = st.sampled_from(sorted(ORDER.concepts))
days = st.dates(date(2025, 1, 1), date(2027, 6, 30))


def a_charge(id_: int, concept: str, period: date | None, due_on: date, pending: str | Decimal) -> OpenCharge:
    amount = Decimal(pending)
    return OpenCharge(id_, concept, period, due_on, amount, amount, due_on)


@st.composite
def open_charges(draw: st.DrawFn) -> list[OpenCharge]:
    count = draw(st.integers(0, 14))
    charges = []
    for id_ in range(1, count + 1):
        due_on = draw(days)
        period = draw(st.sampled_from([None, due_on.replace(day=1), add_months(due_on.replace(day=1), -1)]))
        charges.append(a_charge(id_, draw(concepts), period, due_on, draw(cents)))
    return charges


@given(open_charges(), cents, days)
def test_an_allocation_never_exceeds_the_money_nor_a_charge(charges, amount, on):
    pending = {charge.id: charge.pending for charge in charges}
    parts = allocate(amount, charges, ORDER, on=on)
    assert all(0 < part <= pending[id_] for id_, part in parts)
    assert len({id_ for id_, _ in parts}) == len(parts)
    assert sum(part for _, part in parts) == min(amount, sum(pending.values()))


@given(open_charges(), cents, days)
def test_a_charge_of_a_later_rank_gets_nothing_while_an_earlier_one_is_pending(charges, amount, on):
    parts = dict(allocate(amount, charges, ORDER, on=on))
    short = [ORDER.rank_of(charge, on) for charge in charges if parts.get(charge.id, 0) < charge.pending]
    if short:
        assert all(ORDER.rank_of(charge, on) <= min(short) for charge in charges if charge.id in parts)


@given(open_charges(), cents, cents, days)
def test_two_payments_settle_what_one_of_their_sum_settles_up_to_a_periods_cents(charges, first, second, on):
    parts = dict(allocate(first, charges, ORDER, on=on))
    rest = [
        OpenCharge(c.id, c.concept, c.period, c.due_on, c.amount, c.pending - parts.get(c.id, 0), c.effective_on)
        for c in charges
    ]
    for id_, part in allocate(second, rest, ORDER, on=on):
        parts[id_] = parts.get(id_, Decimal(0)) + part
    once = dict(allocate(first + second, charges, ORDER, on=on))
    assert sum(parts.values()) == sum(once.values())
    assert all(abs(parts.get(c.id, 0) - once.get(c.id, 0)) <= Decimal("0.02") for c in charges)


@given(open_charges(), cents, days, st.sets(st.integers(1, 14)))
def test_directed_money_settles_nothing_else(charges, amount, on, only):
    parts = allocate(amount, charges, ORDER, on=on, only=only)
    assert {id_ for id_, _ in parts} <= only
    assert sum(part for _, part in parts) == min(amount, sum(c.pending for c in charges if c.id in only))


def test_money_goes_down_the_laws_order():
    charges = [
        a_charge(1, "AGUA", date(2026, 9, 1), date(2026, 9, 25), 10),
        a_charge(2, "VARIO", None, date(2026, 9, 1), 10),
        a_charge(3, "CONVENIO", date(2026, 9, 1), date(2026, 9, 10), 10),
        a_charge(4, "AGUA", JULY, date(2026, 8, 9), 10),
        a_charge(5, "AGUA", JUNE, date(2026, 7, 10), 10),
        a_charge(6, "RECARGO", JUNE, date(2026, 7, 10), 10),
        a_charge(7, "REINSTALACION", AUGUST, date(2026, 9, 30), 10),
    ]
    assert [id_ for id_, _ in allocate(Decimal(70), charges, ORDER, on=TODAY)] == [7, 6, 5, 4, 3, 2, 1]


def test_a_period_is_paid_in_proportion_with_its_vat():
    charges = [
        a_charge(1, "AGUA", JULY, date(2026, 8, 9), "100.00"),
        a_charge(2, "ALCANTARILLADO", JULY, date(2026, 8, 9), "20.00"),
        a_charge(3, "IVA", JULY, date(2026, 8, 9), "3.20"),
    ]
    parts = dict(allocate(Decimal("61.60"), charges, ORDER, on=TODAY))
    assert parts == {1: Decimal("50.00"), 2: Decimal("10.00"), 3: Decimal("1.60")}


def test_on_its_due_day_a_bill_is_not_overdue_and_an_instalment_is_due():
    bill = a_charge(1, "AGUA", AUGUST, TODAY, 10)
    instalment = a_charge(2, "CONVENIO", AUGUST, TODAY, 10)
    assert ORDER.rank_of(bill, TODAY) == 6
    assert ORDER.rank_of(bill, TODAY + timedelta(days=1)) == 3
    assert ORDER.rank_of(instalment, TODAY) == 4


def test_what_is_not_due_is_paid_in_the_order_it_falls_due():
    charges = [
        a_charge(1, "CONVENIO", date(2026, 11, 1), date(2026, 11, 9), 10),
        a_charge(2, "AGUA", date(2026, 9, 1), date(2026, 9, 30), 10),
        a_charge(3, "IVA", date(2026, 9, 1), date(2026, 9, 30), 10),
        a_charge(4, "CONVENIO", date(2026, 10, 1), date(2026, 10, 10), 10),
    ]
    assert allocate(Decimal(25), charges, ORDER, on=TODAY) == [(2, Decimal(10)), (3, Decimal(10)), (4, Decimal(5))]


def test_no_money_allocates_nothing_and_is_refused():
    with pytest.raises(ValueError, match="positive"):
        allocate(Decimal(0), [], ORDER, on=TODAY)


@given(st.lists(cents, min_size=1, max_size=5), st.lists(cents, max_size=6))
def test_sources_pay_every_part_and_keep_the_rest(held, asked):
    sources = [Source(f"BOOK{n}", amount) for n, amount in enumerate(held)]
    parts = [(a_charge(n, "AGUA", JUNE, date(2026, 7, 10), amount), amount) for n, amount in enumerate(asked)]
    if sum(asked) > sum(held):
        with pytest.raises(ValueError, match="more than the sources hold"):
            draw(sources, parts)
        return
    settled, left = draw(sources, parts)
    for n, amount in enumerate(asked):
        assert sum(part.amount for part in settled if part.charge.id == n) == amount
    for source in sources:
        spent = sum(part.amount for part in settled if part.source_book == source.book)
        assert spent + sum(one.amount for one in left if one.book == source.book) == source.amount


def test_the_vat_of_a_one_off_charge_waits_with_it():
    charges = [
        OpenCharge(1, "IVA", None, date(2026, 9, 1), Decimal(8), Decimal(8), date(2026, 9, 1)),
        a_charge(2, "AGUA", JULY, date(2026, 8, 9), 10),
    ]
    assert allocate(Decimal(10), charges, ORDER, on=TODAY) == [(2, Decimal(10))]


# --- surcharges ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_on", "to", "months"),
    [
        (date(2026, 7, 10), date(2026, 7, 10), 0),
        (date(2026, 7, 10), date(2026, 7, 11), 1),
        (date(2026, 7, 10), date(2026, 8, 10), 1),
        (date(2026, 7, 10), date(2026, 8, 11), 2),
        (date(2026, 7, 10), date(2026, 8, 31), 2),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 3, 1), 2),
        (date(2026, 1, 31), date(2026, 3, 31), 2),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2024, 2, 29), date(2025, 3, 1), 13),
        (date(2025, 12, 20), date(2026, 1, 1), 1),
    ],
)
def test_a_started_month_counts_whole_and_the_due_day_none(due_on, to, months):
    assert months_started(due_on, to) == months


@given(days, st.integers(0, 900))
def test_started_months_are_the_month_starts_already_reached(due_on, later):
    to = due_on + timedelta(days=later)
    reached = sum(1 for k in range(40) if add_months(due_on, k) + timedelta(days=1) <= to)
    assert months_started(due_on, to) == reached


def test_every_surcharge_of_the_old_system_is_reached_to_the_centavo():
    principals: dict[str, list[Principal]] = {}
    expected: dict[str, dict[date, Decimal]] = {}
    with (LEGACY / "saldos.csv").open(encoding="ascii", newline="") as file:
        for row in csv.DictReader(file, delimiter="|"):
            day, month, year = (int(part) for part in row["VENCE"].split("/"))
            period, amount = parse_period(row["PERIODO"]), Decimal(row["IMPORTE"])
            if row["CONCEPTO"] == "RECARGO":
                expected.setdefault(row["CUENTA"], {})[period] = amount
            else:
                principals.setdefault(row["CUENTA"], []).append(
                    Principal(row["CONCEPTO"], period, date(year, month, day), amount)
                )
    assert len(expected) > 800
    for account, owed in principals.items():
        assert surcharges_accrued(owed, RULE, date(2026, 8, 31)) == expected.get(account, {}), account


@st.composite
def principals(draw: st.DrawFn) -> Principal:
    amount, due_on, credits, left = draw(cents), draw(days), [], None
    left = amount
    for _ in range(draw(st.integers(0, 4))):
        part = min(draw(cents), left)
        if part > 0:
            credits.append(Credit(due_on + timedelta(days=draw(st.integers(-30, 300))), part))
            left -= part
    return Principal("AGUA", due_on.replace(day=1), due_on, amount, credits)


@given(principals(), st.integers(0, 600))
def test_a_surcharge_equals_the_sum_of_its_months_day_by_day(principal, later):
    to = principal.due_on + timedelta(days=later)
    exact, day = Decimal(0), principal.due_on + timedelta(days=1)
    starts = {add_months(principal.due_on, k) + timedelta(days=1) for k in range(30)}
    while day <= to:
        if day in starts:
            paid = sum((credit.amount for credit in principal.credits if credit.effective_on < day), Decimal(0))
            exact += (principal.amount - paid) * 3
        day += timedelta(days=1)
    expected = (exact / 100).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    assert surcharges_accrued([principal], RULE, to).get(principal.period, Decimal(0)) == expected


@given(principals(), st.integers(0, 300), st.integers(0, 300))
def test_a_surcharge_never_falls_as_time_passes(principal, later, more):
    sooner = principal.due_on + timedelta(days=later)
    first = surcharges_accrued([principal], RULE, sooner)
    second = surcharges_accrued([principal], RULE, sooner + timedelta(days=more))
    assert all(second.get(period, Decimal(0)) >= amount for period, amount in first.items())


@given(cents, days, st.integers(-200, 0), st.integers(0, 900))
def test_paying_in_time_never_earns_a_surcharge(amount, due_on, before, later):
    paid = Principal("AGUA", due_on.replace(day=1), due_on, amount, [Credit(due_on + timedelta(days=before), amount)])
    assert surcharges_accrued([paid], RULE, due_on + timedelta(days=later)) == {}


def test_vat_and_other_concepts_earn_no_surcharge():
    late = [Principal(concept, JUNE, date(2026, 7, 10), Decimal(100)) for concept in ("IVA", "VARIO", "RECARGO")]
    assert surcharges_accrued(late, RULE, date(2026, 8, 31)) == {}


def test_a_partial_payment_lowers_only_the_months_that_start_after_it():
    due_on = date(2026, 7, 10)
    principal = Principal("AGUA", JUNE, due_on, Decimal("100.00"), [Credit(date(2026, 8, 10), Decimal("60.00"))])
    assert surcharges_accrued([principal], RULE, date(2026, 8, 10)) == {JUNE: Decimal("3.00")}
    assert surcharges_accrued([principal], RULE, date(2026, 8, 11)) == {JUNE: Decimal("4.20")}


def test_no_month_of_surcharge_starts_inside_a_hold():
    principal = Principal("AGUA", JUNE, date(2026, 7, 10), Decimal("100.00"))
    held = [Pause(date(2026, 8, 1), date(2026, 9, 11))]
    assert surcharges_accrued([principal], RULE, date(2026, 9, 11), held) == {JUNE: Decimal("6.00")}
    assert surcharges_accrued([principal], RULE, date(2026, 9, 11), [Pause(JUNE, None)]) == {}


def test_a_cap_limits_the_surcharge_to_a_part_of_the_charge():
    principal = Principal("AGUA", JUNE, date(2026, 7, 10), Decimal("100.00"))
    capped = replace(RULE, cap_percent=Decimal(5))
    assert surcharges_accrued([principal], capped, date(2026, 12, 31)) == {JUNE: Decimal("5.00")}


def test_each_posting_is_the_difference_and_never_negative():
    accrued = {JUNE: Decimal("9.00"), JULY: Decimal("2.00"), AUGUST: Decimal("1.00")}
    posted = {JUNE: Decimal("6.00"), JULY: Decimal("5.00")}
    assert surcharges_to_post(accrued, posted) == {JUNE: Decimal("3.00"), AUGUST: Decimal("1.00")}


# --- statement, arrears, keys, days -------------------------------------------------------------------------------


def test_a_statement_has_one_movement_per_business_document():
    entries = [
        StatementEntry("OPENING", 1, 10, date(2026, 8, 31), "", Decimal("100.00")),
        StatementEntry("OPENING", 1, 10, date(2026, 8, 31), "", Decimal("16.00")),
        StatementEntry("PAYMENT", 3, 12, date(2026, 9, 2), "LC-1", Decimal("-50.00")),
        StatementEntry("BILL", 2, 11, date(2026, 9, 1), "7", Decimal("40.00")),
        StatementEntry("ADVANCE_APPLIED", 4, 13, date(2026, 9, 3), "", Decimal("-10.00")),
        StatementEntry("ADVANCE_APPLIED", 4, 13, date(2026, 9, 3), "", Decimal("10.00")),
    ]
    movements = movements_of(entries)
    assert [(m.kind, m.folio, m.amount, m.balance) for m in movements] == [
        ("OPENING", "", Decimal("116.00"), Decimal("116.00")),
        ("BILL", "7", Decimal("40.00"), Decimal("156.00")),
        ("PAYMENT", "LC-1", Decimal("-50.00"), Decimal("106.00")),
    ]


def test_months_in_arrears_are_distinct_periods_with_an_overdue_service():
    charges = [
        a_charge(1, "AGUA", JUNE, date(2026, 7, 10), 10),
        a_charge(2, "TRATAMIENTO", JUNE, date(2026, 7, 10), 10),
        a_charge(3, "RECARGO", JULY, date(2026, 8, 9), 10),
        a_charge(4, "AGUA", AUGUST, TODAY, 10),
    ]
    assert overdue_periods(charges, ORDER, TODAY) == [JUNE]


def test_equal_bodies_have_equal_digests_and_different_bodies_do_not():
    one = body_digest({"amount": Decimal("1.00"), "account": 7})
    assert one == body_digest({"account": 7, "amount": Decimal("1.00")})
    assert one != body_digest({"account": 7, "amount": Decimal("1.01")})


def test_a_late_entry_goes_to_the_first_day_still_open():
    closed = {date(2026, 12, 31), date(2027, 1, 1)}
    assert first_open_day(date(2026, 12, 31), closed) == date(2027, 1, 2)
    assert first_open_day(date(2026, 12, 30), closed) == date(2026, 12, 30)
