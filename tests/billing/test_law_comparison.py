"""Two laws over a year that was consumed."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cauce.billing.models import ComparedAccount
from cauce.billing.operations import NothingToCompare, compare_laws
from cauce.billing.queries.law_comparison import compare_over, last_year_of_consumption
from cauce.tariffs.models import Schedule
from cauce.tariffs.operations import check_law, receive_law
from cauce.tariffs.queries import schedule_of
from cauce.tariffs.rules import Usage, price
from cauce.users.models import User
from tests.billing.cycles import OCTOBER, SEPTEMBER, an_account, read

PROPOSAL = Path(__file__).resolve().parents[2] / "law" / "cortazar" / "2027-propuesta"


@pytest.fixture
def laws(law: object, clerk: User, at: datetime) -> tuple[Schedule, Schedule]:
    proposal = receive_law(law=check_law(directory=PROPOSAL), at=at, by=clerk).schedule
    return Schedule.objects.get(year=2026), proposal


def test_the_proposal_of_2027_is_sound_and_says_that_it_is_a_demonstration() -> None:
    read_law = check_law(directory=PROPOSAL)
    assert not read_law.schedule.official
    assert "demostración" in read_law.schedule.decree


def test_each_use_is_priced_by_both_laws_in_its_month(laws: tuple[Schedule, Schedule]) -> None:
    home = an_account(m3=23, has_sewerage=True)
    read(home, 31, OCTOBER)
    an_account(has_sewerage=True)
    old, new = (schedule_of(each.pk) for each in laws)
    compared = compare_over(old, new, first=SEPTEMBER, last=OCTOBER)
    expected = [
        sum(
            price(law, Usage(tariff_code="001", period=date(law.year, month, 1), m3=m3, has_sewerage=True)).total
            for month, m3 in ((9, 23), (10, 31))
        )
        for law in (old, new)
    ]
    (one,) = (each for each in compared.accounts if each.account_id == home.pk)
    assert [one.old_total, one.new_total] == expected
    assert (one.months, one.volume_m3) == (2, 54)
    assert compared.result["accounts"] == 2
    assert {row["group"] for row in compared.result["by_use"]} == {"Doméstico"}
    assert sum(row["accounts"] for row in compared.result["distribution"]) == 2


def test_the_year_is_the_last_twelve_months_consumed(law: object) -> None:
    assert last_year_of_consumption() is None
    an_account(m3=5, period=OCTOBER)
    assert last_year_of_consumption() == (date(2025, 11, 1), OCTOBER)


def test_a_comparison_keeps_what_each_account_would_pay(
    laws: tuple[Schedule, Schedule], clerk: User, at: datetime
) -> None:
    account = an_account(m3=23)
    made = compare_laws(old=laws[0], new=laws[1], at=at, by=clerk)
    kept = ComparedAccount.objects.get(comparison=made)
    assert kept.account_id == account.pk
    assert kept.difference == kept.new_total - kept.old_total > 0
    assert Decimal(made.result["difference"]) == kept.difference


def test_a_law_is_not_compared_with_itself_nor_without_consumption(
    laws: tuple[Schedule, Schedule], clerk: User, at: datetime
) -> None:
    with pytest.raises(NothingToCompare, match="distintas"):
        compare_laws(old=laws[0], new=laws[0], at=at, by=clerk)
    with pytest.raises(NothingToCompare, match="consumos"):
        compare_laws(old=laws[0], new=laws[1], at=at, by=clerk)
