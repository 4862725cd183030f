from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cauce.documents.rules import Bag, DaySession, OrderKind, PaymentOrderItem, Pieces, worth
from tests.documents.desk_sheets import (
    AT,
    all_pieces,
    cash_count_sheet,
    cash_difference_sheet,
    contingency_block_sheet,
    credit_voucher_sheet,
    day_report_sheet,
    debt_items,
    deposit_slip_sheet,
    payment_claim_sheet,
    payment_order_sheet,
    pieces,
    refund_sheet,
    returned_cheque_sheet,
    route_debts_sheet,
    session_close_sheet,
    withdrawal_slip_sheet,
)

PESO = Decimal("1.00")
ZERO = Decimal("0.00")


@pytest.mark.parametrize(
    ("sheet", "changes", "told"),
    [
        (payment_order_sheet, {"total": PESO}, r"add up to 1533\.33, not to 1\.00"),
        (payment_order_sheet, {"kind": OrderKind.DEBT}, "says the day"),
        (session_close_sheet, {"opening_float": PESO}, r"the float is 1\.00, not 1000\.00"),
        (session_close_sheet, {"expected_cash": PESO}, r"5000\.00 of cash is expected, not 1\.00"),
        (session_close_sheet, {"paid_out": PESO}, r"4999\.00 of cash is expected, not 5000\.00"),
        (session_close_sheet, {"withdrawals": ()}, r"10000\.00 of cash is expected"),
        (session_close_sheet, {"difference": ZERO}, "the difference is not"),
        (session_close_sheet, {"cancellations": ()}, "the cancellations are not those of its methods"),
        (day_report_sheet, {"total": PESO}, "it adds up to"),
        (day_report_sheet, {"unidentified": ZERO}, r"1930\.20 is unidentified in the files"),
        (day_report_sheet, {"net": PESO}, "its net is not"),
        (deposit_slip_sheet, {"total": PESO}, r"it holds 10547\.00, not 1\.00"),
        (deposit_slip_sheet, {"bags": (Bag(folio="B-1", amount=PESO),)}, r"its bags hold 1\.00"),
        (withdrawal_slip_sheet, {"amount": PESO}, r"it holds 5000\.00, not 1\.00"),
        (cash_count_sheet, {"difference": PESO}, "the difference is not"),
        (cash_difference_sheet, {"difference": PESO}, "the difference is not"),
        (cash_difference_sheet, {"difference": ZERO, "counted": Decimal("5000.00")}, "no difference to tell"),
        (credit_voucher_sheet, {"amount": ZERO}, "cannot be applied"),
        (payment_claim_sheet, {"amount": ZERO}, "cannot be claimed"),
        (payment_claim_sheet, {"answer_by": date(2026, 10, 14)}, "before it was filed"),
        (refund_sheet, {"credit_after": ZERO}, "does not leave"),
        (refund_sheet, {"amount": ZERO, "credit_after": Decimal("412.60")}, "does not leave"),
        (refund_sheet, {"amount": Decimal("500.00"), "credit_after": Decimal("-87.40")}, "does not leave"),
        (returned_cheque_sheet, {"total": PESO}, r"adds up to 3174\.00, not to 1\.00"),
        (contingency_block_sheet, {"folios": ()}, "at least one receipt"),
        (contingency_block_sheet, {"folios": ("CT-000001", "CT-000001")}, "printed once"),
        (route_debts_sheet, {"total": PESO}, "its routes add up to"),
        (route_debts_sheet, {"overdue": PESO}, "its routes add up to"),
    ],
)
def test_a_sheet_whose_figures_do_not_agree_cannot_be_printed(
    sheet: Callable[..., Any], changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        sheet(**changes)


def test_a_line_of_an_order_is_its_quantity_by_its_price() -> None:
    with pytest.raises(ValueError, match="is not 100"):
        PaymentOrderItem(
            description="Pipa", quantity=Decimal(3), unit_price=Decimal("33.3300"), amount=Decimal("100.00")
        )


def test_an_order_of_debt_tells_its_vat_apart() -> None:
    sheet = payment_order_sheet(kind=OrderKind.DEBT, as_of=date(2026, 10, 15), items=debt_items(3))
    assert (sheet.subtotal, sheet.vat, sheet.total) == (Decimal("900.30"), Decimal("45.03"), Decimal("945.33"))


@pytest.mark.parametrize(("value", "count"), [(0, 1), (-5, 1), (100, -1)])
def test_bills_and_coins_are_worth_something_and_are_not_fewer_than_none(value: int, count: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Pieces(value=Decimal(value), count=count)


def test_bills_and_coins_are_worth_their_sum() -> None:
    assert worth(pieces(v500=2, v0_50=3)) == Decimal("1001.50")
    assert worth(()) == ZERO
    assert worth(all_pieces(1)) == Decimal("1888.80")


def test_a_float_that_is_not_told_by_pieces_is_taken_as_given() -> None:
    assert session_close_sheet(opening_pieces=()).opening_float == Decimal("1000.00")


def test_the_close_of_a_session_tells_what_stays_collected() -> None:
    sheet = session_close_sheet()
    assert (sheet.collected, sheet.cash_collected, sheet.withdrawn, sheet.counted_cash) == (
        Decimal("10300.00"),
        Decimal("9000.00"),
        Decimal("5000.00"),
        Decimal("4950.00"),
    )


def test_a_session_of_the_day_tells_the_difference_of_its_count() -> None:
    with pytest.raises(ValueError, match="the difference is not"):
        DaySession(
            desk="Caja 1",
            cashier="Rosa Martínez",
            opened_at=AT,
            closed_at=AT,
            receipts="",
            collected=PESO,
            expected_cash=PESO,
            counted_cash=ZERO,
        )


def test_a_session_still_open_has_nothing_counted() -> None:
    open_session = replace(day_report_sheet().sessions[0], closed_at=None, counted_cash=None)
    assert open_session.counted_cash is None


def test_a_shortage_is_told_from_a_surplus() -> None:
    assert cash_difference_sheet().is_shortage
    assert not cash_difference_sheet(difference=PESO, counted=Decimal("5001.00")).is_shortage
