"""Terms count business days, pauses move them, templates fill only what is allowed, and names of files do not lie."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.cases.rules.attachments import is_named_as, plain_name
from cauce.cases.rules.nearness import nearness
from cauce.cases.rules.templates import PLACEHOLDERS, answer_fault, filled, paragraphs, template_fault
from cauce.cases.rules.terms import Urgency, due_day, moved_due_day, term_clock
from cauce.core.business_days import BusinessCalendar, business_calendar

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
CALENDARS = st.frozensets(DAYS, max_size=20).map(business_calendar)
FACTS = dict.fromkeys(PLACEHOLDERS, "dato")


@given(DAYS, st.integers(1, 60), CALENDARS)
def test_a_term_ends_on_a_business_day_after_so_many(day: date, days: int, calendar: BusinessCalendar) -> None:
    due = due_day(day, days, calendar)
    assert due > day
    assert calendar.is_business_day(due)
    assert calendar.days_between(day, due) == days


@given(DAYS, st.integers(1, 30), st.integers(0, 40), st.integers(0, 40), CALENDARS)
def test_a_pause_gives_back_the_business_days_it_took(
    day: date, term: int, until_pause: int, paused: int, calendar: BusinessCalendar
) -> None:
    due = due_day(day, term, calendar)
    stopped, resumed = day + timedelta(until_pause), day + timedelta(until_pause + paused)
    moved = moved_due_day(due, stopped, resumed, calendar)
    assert moved >= due
    assert calendar.days_between(due, moved) == calendar.days_between(stopped, resumed)


@given(DAYS, DAYS, CALENDARS)
def test_what_is_late_is_past_its_last_day(due: date, today: date, calendar: BusinessCalendar) -> None:
    clock = term_clock(
        state="IN_PROGRESS", due_on=due, waiting_since=None, ended_on=None, today=today, calendar=calendar
    )
    assert (clock.urgency is Urgency.LATE) == (today > due)
    assert (clock.urgency is Urgency.TODAY) == (today == due)
    assert clock.days <= 0 if today > due else clock.days >= 0


def test_a_pause_stops_the_clock_and_an_answer_ends_it() -> None:
    facts = {"due_on": date(2026, 9, 30), "calendar": BusinessCalendar()}
    waiting = term_clock(
        state="WAITING", waiting_since=date(2026, 9, 28), ended_on=None, today=date(2026, 12, 1), **facts
    )
    assert (waiting.urgency, waiting.days) == (Urgency.STOPPED, 2)
    late = term_clock(
        state="RESOLVED", waiting_since=None, ended_on=date(2026, 10, 1), today=date(2026, 12, 1), **facts
    )
    assert late.urgency is Urgency.ENDED_LATE


@given(st.text(max_size=200))
def test_a_right_template_is_filled_and_a_wrong_one_says_why(body: str) -> None:
    if template_fault(body):
        with pytest.raises(ValueError, match=r"\w"):
            filled(body, FACTS)
    else:
        assert "{" not in filled(body, FACTS)


@given(st.text(max_size=80))
def test_what_a_customer_said_is_never_filled_again(said: str) -> None:
    assert filled("{respuesta}", {**FACTS, "respuesta": said}) == said


@pytest.mark.parametrize(
    "body",
    [
        "Hola {{nombre}}",
        "{% load x %}",
        "{nombre.__class__}",
        "{nombre!r}",
        "{0}",
        "{}",
        "{nombre:>99999999}",
        "{ nombre }",
        "{nombre",
        "nombre}",
        "{password}",
        "   ",
    ],
)
def test_a_hostile_template_is_refused_with_a_sentence(body: str) -> None:
    assert template_fault(body).endswith(".")


def test_an_answer_that_still_asks_for_a_fact_is_refused() -> None:
    assert "llaves" in answer_fault("Estimada {nombre}:")
    assert answer_fault(" \n ")
    assert "escríbalo" in answer_fault("Hola: (escriba aquí los documentos)")
    assert answer_fault("Estimada María:") == ""


def test_paragraphs_are_parted_by_blank_lines() -> None:
    assert paragraphs("Uno\r\nsigue\r\n\r\n\r\nDos ") == ["Uno sigue", "Dos"]


@pytest.mark.parametrize(
    ("name", "content_type", "is_right"),
    [
        ("recibo.pdf", "application/pdf", True),
        ("FOTO.JPEG", "image/jpeg", True),
        ("foto.png", "application/pdf", False),
        ("recibo.pdf.exe", "application/pdf", False),
        ("recibo", "application/pdf", False),
        ("x.svg", "image/svg+xml", False),
    ],
)
def test_a_name_says_what_the_file_is(name: str, content_type: str, is_right: bool) -> None:
    assert is_named_as(name, content_type) is is_right


def test_a_name_keeps_no_folder_nor_what_cannot_be_seen() -> None:
    assert plain_name("../../etc/passwd") == "passwd"
    assert plain_name("C:\\x\\fu\u202ega\n.jpg") == "fuga.jpg"
    assert plain_name("///") == "archivo"


def test_a_type_whose_name_begins_with_what_was_typed_comes_first() -> None:
    names = ["Alto consumo", "Daños por una fuga o una obra", "Fuga en la calle"]
    assert sorted(names, key=lambda name: nearness(name, "fuga")) == names[::-1][:2] + names[:1]
    assert nearness("Daños por una fuga", "fuga danos") == nearness("Daños por una fuga", "fuga")
    assert len({nearness(name, "") for name in names}) == 1
