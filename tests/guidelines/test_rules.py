"""A lineamiento is whole or refused saying where; its seal is of every word; a percent is of what applies."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.guidelines.rules import (
    COMPLIES,
    FAILS,
    FIGURES,
    NOT_APPLICABLE,
    Clause,
    GuidelineFault,
    GuidelineText,
    Point,
    checked,
    compliance,
    fingerprint,
    sealed_text,
)
from cauce.reports.queries.guideline_figures import GUIDELINE_FIGURES
from tests.guidelines.conftest import TEXT

ROLES = ["coordinador", "cajero", "jefe"]
DAY = date(2031, 5, 7)


def seal_of(text: GuidelineText, number: int = 1) -> str:
    return fingerprint(sealed_text(text, number=number, valid_from=DAY))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "  "}, "título"),
        ({"title": "x" * 121}, "título"),
        ({"purpose": ""}, "para qué"),
        ({"clauses": []}, "cláusulas"),
        ({"clauses": [Clause("Algo", " ")]}, "cláusula 1"),
        ({"clauses": [Clause("Algo", "x" * 241)]}, "cláusula 1"),
        ({"points": []}, "lista"),
        ({"points": [Point("Qué", "", "Meta")]}, "punto 1"),
        ({"points": [Point("Qué", "Cómo", "x" * 241)]}, "punto 1"),
        ({"points": [Point("Qué", "Cómo", "Meta", "NO_HAY")]}, "cifra"),
        ({"roles": []}, "puestos"),
        ({"roles": ["rey"]}, "puestos"),
    ],
)
def test_what_is_not_whole_is_refused_saying_where(change: dict[str, object], said: str) -> None:
    with pytest.raises(GuidelineFault, match=said):
        checked(replace(TEXT, **change), known_roles=ROLES)  # type: ignore[arg-type]


def test_idle_spaces_are_left_out() -> None:
    tidy = checked(replace(TEXT, title="  Cobranza \n de  prueba "), known_roles=ROLES)
    assert tidy.title == "Cobranza de prueba"


@given(st.text(min_size=1), st.text(min_size=1))
def test_another_word_is_another_seal(first: str, second: str) -> None:
    one, other = (replace(TEXT, purpose=words) for words in (first, second))
    assert (seal_of(one) == seal_of(other)) == (first == second)


def test_the_seal_is_of_the_version_too() -> None:
    assert seal_of(TEXT, 1) != seal_of(TEXT, 2)


@given(st.lists(st.sampled_from([COMPLIES, FAILS, NOT_APPLICABLE])))
def test_the_percent_is_of_what_applies(outcomes: list[str]) -> None:
    found = compliance(outcomes)
    applying = [each for each in outcomes if each != NOT_APPLICABLE]
    assert (found is None) == (not applying)
    if found is not None:
        assert 0 <= found <= 100
        assert (found == 100) == (FAILS not in applying)
        assert (found == 0) == (COMPLIES not in applying)


def test_two_of_three_are_a_percent_with_one_decimal() -> None:
    assert compliance([COMPLIES, COMPLIES, FAILS, NOT_APPLICABLE]) == Decimal("66.7")


def test_each_figure_that_may_be_asked_is_counted_somewhere() -> None:
    assert set(FIGURES) == set(GUIDELINE_FIGURES)
