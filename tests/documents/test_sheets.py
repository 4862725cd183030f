from datetime import date
from decimal import Decimal

import pytest

from cauce.documents.rules import MonthConsumption
from tests.documents.sheets import (
    bill_sheet,
    proof_sheet,
    run_totals_sheet,
    statement_sheet,
)


def test_the_charges_of_the_month_are_its_lines_and_their_vat() -> None:
    assert bill_sheet().month_charges == Decimal("384.56")


def test_a_bill_whose_parts_do_not_add_up_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match=r"add up to 1499\.26, not to 1499\.27"):
        bill_sheet(total=Decimal("1499.27"))


def test_a_bill_has_at_most_twelve_months_of_history() -> None:
    history = tuple(MonthConsumption(period=date(2026, 1, 1), volume_m3=1) for _ in range(13))
    with pytest.raises(ValueError, match="twelve months"):
        bill_sheet(history=history)


def test_a_statement_tells_charges_and_credits_apart() -> None:
    sheet = statement_sheet(movements=3)
    assert (sheet.charges, sheet.credits) == (Decimal("690.40"), Decimal("100.00"))


def test_a_statement_whose_balance_does_not_follow_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match="it adds up to"):
        statement_sheet(balance=Decimal("1.00"))


def test_the_totals_of_a_run_tell_every_account() -> None:
    with pytest.raises(ValueError, match="103 accounts are told of 104"):
        run_totals_sheet(accounts=104)


def test_the_totals_of_a_run_add_up() -> None:
    with pytest.raises(ValueError, match="its concepts add up to"):
        run_totals_sheet(total=Decimal("1.00"))


def test_a_proof_explains_the_whole_amount() -> None:
    with pytest.raises(ValueError, match="its sections add up to"):
        proof_sheet(total=Decimal("1.00"))
