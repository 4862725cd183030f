"""Where an account stands on the ladder: properties of the pure rule, and the sentences people read."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.collections.rules.ladder import (
    Owing,
    Rung,
    Taken,
    days_of,
    ladder_of,
    standing,
    still_serves,
    why_not,
    window,
)
from cauce.collections.rules.notices import sort_of_reason
from cauce.core.business_days import business_calendar

CALENDAR = business_calendar({date(2026, 9, 16), date(2026, 11, 16)})
LADDER = ladder_of(
    [
        Rung(code="MENSAJE", name="Mensaje", kind="REMINDER", position=10, max_days=20, channel="TEXT"),
        Rung(code="AVISO", name="Aviso", kind="NOTICE", position=20, min_debt=Decimal(150), channel="DOOR_HANGER"),
        Rung(
            code="INVITACION", name="Invitación", kind="INVITATION", position=30, predecessors=("AVISO",), min_days=5,
            max_days=60, min_months=2, channel="LETTER",
        ),
        Rung(
            code="REQUERIMIENTO", name="Requerimiento", kind="NOTIFICATION", position=40, predecessors=("INVITACION",),
            min_days=10, max_days=90, min_months=3, channel="VISIT",
        ),
        Rung(
            code="AUTORIZACION", name="Autorización", kind="AUTHORISATION", position=50, min_days=10, max_days=90,
            predecessors=("REQUERIMIENTO",), use_classes=("DOMESTIC", "MIXED"),
        ),
    ],
    CALENDAR,
)  # fmt: skip
MONDAY = date(2026, 9, 21)
DEBTOR = Owing(debt=Decimal("900.00"), months=4, use_class="DOMESTIC", phone="4111234567")

days = st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 6, 30))
rungs = st.sampled_from(LADDER.rungs)
debtors = st.builds(
    Owing,
    debt=st.decimals(min_value=0, max_value=5000, places=2),
    months=st.integers(0, 12),
    use_class=st.sampled_from(["DOMESTIC", "MIXED", "COMMERCIAL", "GOVERNMENT"]),
    state=st.sampled_from(["ACTIVE", "REDUCED", "CLOSED"]),
    is_holder_dead=st.booleans(),
    holds=st.lists(st.sampled_from(["amparo", "recurso"]), max_size=2).map(tuple),
    has_agreement=st.booleans(),
    email=st.sampled_from(["", "a@b.mx"]),
    phone=st.sampled_from(["", "4111234567"]),
)
acts = st.builds(
    Taken,
    step=rungs.map(lambda rung: rung.code),
    state=st.sampled_from(["SELECTED", "ISSUED", "DELIVERED", "DONE"]),
    issued_on=days,
    ended_on=days,
)


def rung(code: str) -> Rung:
    found = LADDER.rung(code)
    assert found is not None
    return found


@given(rungs, debtors, st.lists(acts, max_size=6), days)
def test_what_may_be_taken_has_a_debtor_free_of_every_hold(
    asked: Rung, owing: Owing, taken: list[Taken], day: date
) -> None:
    if why_not(LADDER, asked, owing, taken, day) == ():
        assert owing.debt >= asked.min_debt and owing.debt > 0
        assert owing.months >= asked.min_months
        assert not (owing.holds or owing.has_agreement or owing.is_holder_dead or owing.state == "CLOSED")
        assert not any(act.step == asked.code and act.state in {"SELECTED", "ISSUED"} for act in taken)


@given(rungs, debtors, st.lists(acts, max_size=6), days)
def test_what_may_be_taken_has_its_step_before_and_its_term_gone(
    asked: Rung, owing: Owing, taken: list[Taken], day: date
) -> None:
    if why_not(LADDER, asked, owing, taken, day) == () and asked.predecessors:
        opens = window(LADDER, asked, taken)
        assert opens is not None
        assert opens[0] <= day
        assert opens[1] is None or day <= opens[1]


@given(rungs, days)
def test_a_term_ends_on_a_business_day_and_never_before_its_least_days(asked: Rung, ended_on: date) -> None:
    for code in asked.predecessors:
        opens = window(LADDER, asked, [Taken(code, "DELIVERED", ended_on, ended_on)])
        assert opens is not None
        assert CALENDAR.is_business_day(opens[0])
        assert CALENDAR.days_between(ended_on, opens[0]) >= asked.min_days
        assert opens[1] is None or opens[1] >= opens[0]


@given(debtors, st.lists(acts, max_size=6), days)
def test_the_next_rung_is_above_where_it_stands_and_the_sentence_names_both(
    owing: Owing, taken: list[Taken], day: date
) -> None:
    found = standing(LADDER, owing, taken, day)
    if found.current is not None:
        assert found.current.name in found.sentence
    if found.next is not None:
        assert found.next.name in found.sentence
        assert found.current is None or found.next.position > found.current.position
    assert all(sentence.endswith(".") for sentence in found.blocks)


@given(debtors, st.lists(acts, max_size=6), days)
def test_more_debt_never_adds_a_reason_of_amount(owing: Owing, taken: list[Taken], day: date) -> None:
    richer = owing._replace(debt=owing.debt + 10_000)
    for asked in LADDER.rungs:
        assert len(why_not(LADDER, asked, richer, taken, day)) <= len(why_not(LADDER, asked, owing, taken, day))


@given(acts, days)
def test_what_serves_a_day_served_every_day_before(act: Taken, day: date) -> None:
    if still_serves(LADDER, act, day):
        assert still_serves(LADDER, act, day - timedelta(days=1))


@given(st.integers(0, 5000), st.integers(1, 400))
def test_the_days_of_a_batch_hold_all_its_places(places: int, capacity: int) -> None:
    assert days_of(places, capacity) * capacity >= places
    assert (days_of(places, capacity) - 1) * capacity < max(places, 1)


@pytest.mark.parametrize(
    ("owing", "taken", "day", "code", "said"),
    [
        (DEBTOR, [], MONDAY, "INVITACION", "Falta «Aviso»"),
        (
            DEBTOR,
            [Taken("AVISO", "DELIVERED", MONDAY, MONDAY)],
            MONDAY,
            "INVITACION",
            "Corre el plazo de 5 días hábiles: «Invitación» puede hacerse desde el 28 sep 2026.",
        ),
        (
            DEBTOR,
            [Taken("AVISO", "DELIVERED", date(2026, 1, 5), date(2026, 1, 5))],
            MONDAY,
            "INVITACION",
            "hay que repetir «Aviso»",
        ),
        (DEBTOR._replace(debt=Decimal(0)), [], MONDAY, "AVISO", "Ya pagó"),
        (DEBTOR._replace(debt=Decimal(40)), [], MONDAY, "AVISO", "Debe $40.00 vencidos y «Aviso» es desde $150.00."),
        (DEBTOR._replace(months=1), [], MONDAY, "INVITACION", "Tiene 1 mes de adeudo"),
        (DEBTOR._replace(has_agreement=True), [], MONDAY, "AVISO", "convenio de pago vigente"),
        (DEBTOR._replace(is_holder_dead=True), [], MONDAY, "AVISO", "El titular falleció"),
        (DEBTOR._replace(holds=("amparo",)), [], MONDAY, "AVISO", "Tiene una retención: amparo."),
        (DEBTOR._replace(phone=""), [], MONDAY, "MENSAJE", "No tiene teléfono"),
        (DEBTOR._replace(use_class="COMMERCIAL"), [], MONDAY, "AUTORIZACION", "es para doméstico y combinado"),
        (DEBTOR, [Taken("AVISO", "ISSUED", MONDAY)], MONDAY, "AVISO", "Ya tiene en curso «Aviso»."),
    ],
)
def test_each_reason_is_told(owing: Owing, taken: list[Taken], day: date, code: str, said: str) -> None:
    assert any(said in sentence for sentence in why_not(LADDER, rung(code), owing, taken, day))


def test_it_climbs_from_the_reminder_to_the_authorisation() -> None:
    taken: list[Taken] = []
    day = MONDAY
    climbed = []
    while (found := standing(LADDER, DEBTOR, taken, day)).next is not None:
        assert found.from_day is not None
        day = max(day, found.from_day)
        assert why_not(LADDER, found.next, DEBTOR, taken, day) == ()
        climbed.append(found.next.code)
        taken.append(Taken(found.next.code, "DELIVERED", day, day))
    assert climbed == ["MENSAJE", "AVISO", "INVITACION", "REQUERIMIENTO", "AUTORIZACION"]


def test_a_notice_in_hand_waits_for_its_result() -> None:
    found = standing(LADDER, DEBTOR, [Taken("AVISO", "ISSUED", MONDAY)], MONDAY)
    assert found.next is None
    assert found.sentence == "Está en «Aviso» desde el 21 sep 2026: falta saber su resultado."


def test_reasons_of_a_batch_are_counted_together() -> None:
    said = ["Debe $252.86 vencidos y «Aviso» es desde $300.00.", "Debe $1,203.37 vencidos y «Aviso» es desde $300.00."]
    assert {sort_of_reason(sentence) for sentence in said} == {"Debe menos de lo que pide: «Aviso» es desde $300.00."}
