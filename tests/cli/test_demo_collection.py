"""What the demonstration plans for agreements and collection falls on days that are lived, and by rungs that exist."""

from datetime import date

import pytest
import yaml
from django.conf import settings

from cauce.cli.demo import agreeing, agreements, collecting, limiting, serving
from cauce.cli.demo.days import FIRST_DAY, LAST_WINDOW_DAY, is_working
from cauce.cli.demo.papers import power_of_attorney
from cauce.cli.demo.stories import BANK_DAY

LADDER = yaml.safe_load((settings.OFFICE_DIR / "cortazar" / "cobranza.yaml").read_text("utf-8"))["escalera"]
PLANNED = {
    *collecting.RELACIONES,
    *limiting.DAYS,
    *serving.DAYS,
    *agreements.WAIVERS,
    *agreements.CANCELLED_ON,
    agreements.RESTRUCTURED_ON,
    *agreeing.REFUSED_ON,
    *agreeing.WAITING_FROM,
    agreeing.PREPARED_ON,
}


@pytest.mark.parametrize("day", sorted(PLANNED))
def test_every_day_with_something_planned_has_its_windows_open(day: date) -> None:
    assert FIRST_DAY <= day <= LAST_WINDOW_DAY
    assert is_working(day)


def test_nothing_is_paid_at_a_window_for_a_reduction_nor_charged_on_the_banks_day() -> None:
    assert BANK_DAY not in {*collecting.RELACIONES, *limiting.DAYS, *agreements.WAIVERS, *agreements.CANCELLED_ON}


def test_each_relacion_is_of_a_rung_and_comes_after_the_rungs_before_it() -> None:
    made: set[str] = set()
    for day in sorted(collecting.RELACIONES):
        for planned in collecting.RELACIONES[day]:
            before = LADDER[planned.step].get("despues_de", [])
            assert not before or made & set(before), (day, planned.step)
            made.add(planned.step)


def test_the_carta_poder_is_a_paper_that_says_who_gives_it_and_to_whom() -> None:
    paper = power_of_attorney("Juana Pérez Luna", "María Luna Pérez", signed_on=date(2026, 9, 2))
    assert paper.startswith(b"%PDF")
