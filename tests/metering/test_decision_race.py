"""Two people decide the same reading at once: one wins and the other is told; a month being approved lets nobody in."""

import pytest

from cauce.metering.models import ReadingDecision
from cauce.metering.operations import (
    AlreadyDecided,
    MonthAlreadyBilled,
    accept_reading,
    close_round,
    park_reading,
)
from tests.metering.accounts import add_opening, make_account
from tests.metering.reviewing import AT, SEPTEMBER, a_person, a_reading, live
from tests.races import after_waiting

pytestmark = pytest.mark.commits


@pytest.fixture
def reading(committed_database: str):
    account = make_account("000123")
    add_opening(account, 100)
    return a_reading(account, 220)


def test_of_two_people_who_decide_one_reading_one_wins_and_the_other_is_told(reading):
    one, other = a_person("una", "facturacion"), a_person("otra", "jefe")
    told = after_waiting(
        lambda: accept_reading(reading=reading, reason="Bien", at=AT, by=one),
        lambda: park_reading(
            account=reading.account, reading_round=reading.round, reading=reading, reason="Mal", at=AT, by=other
        ),
    )
    assert isinstance(told, AlreadyDecided)
    assert ReadingDecision.objects.get().decided_by == one
    assert live(reading.account).volume_m3 == 120


def test_who_decides_while_the_month_is_being_approved_is_told_that_it_was(reading):
    one, other = a_person("una", "facturacion"), a_person("otra", "jefe")
    told = after_waiting(
        lambda: close_round(period=SEPTEMBER, cycle=1, at=AT, by=other),
        lambda: accept_reading(reading=reading, reason="Bien", at=AT, by=one),
    )
    assert isinstance(told, MonthAlreadyBilled)
    assert live(reading.account) is None
