"""Each document of the utility as PDF: the functions that screens, commands and tasks call.

They take a filled sheet and who issues it, write nothing in the database and know nothing of accounts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.acts import cash_count_values, cash_difference_values, returned_cheque_values
from cauce.documents.layout.bills import bill_values
from cauce.documents.layout.cash import day_report_values, session_close_values
from cauce.documents.layout.contingency import (
    contingency_block_values,
    route_debts_run_values,
    route_debts_values,
)
from cauce.documents.layout.letters import proof_values, run_totals_values, statement_values
from cauce.documents.layout.receipts import receipt_ticket_values, receipt_values
from cauce.documents.layout.reports import report_run_values, report_values, slip_run_values, slip_values
from cauce.documents.layout.slips import (
    credit_voucher_values,
    deposit_slip_values,
    payment_claim_values,
    payment_order_values,
    refund_values,
    withdrawal_slip_values,
)
from cauce.documents.rules import (
    BillSheet,
    CashCountSheet,
    CashDifferenceSheet,
    ContingencyBlockSheet,
    CreditVoucherSheet,
    DayReportSheet,
    DepositSlipSheet,
    Issuer,
    PaymentClaimSheet,
    PaymentOrderSheet,
    ProofSheet,
    ReceiptSheet,
    RefundSheet,
    ReturnedChequeSheet,
    RouteDebtsSheet,
    RunTotalsSheet,
    SessionCloseSheet,
    StatementSheet,
    WithdrawalSlipSheet,
)
from cauce.documents.rules.report_sheets import ReportSheet
from cauce.documents.typesetting import PrintedRun, RunLayout, Values, press, print_in_chunks

BILLS_PER_CHUNK: Final = 50
"""Even, so that a chunk ends with its last sheet full. Typst keeps what it laid out in its last compilations: with 50
bills each a worker levels off near 240 MB, with 200 near 700 MB, and larger chunks are no faster."""

SHEETS_PER_CHUNK: Final = 50


@dataclass(frozen=True, slots=True)
class Paper:
    """A document ready for the press: its template, its values and its codes."""

    template: str
    values: Values
    codes: CodeBlock

    def pdf(self) -> bytes:
        """The document as PDF, tagged for screen readers."""
        return press().pdf(self.template, self.values, self.codes)

    def pictures(self, *, ppi: int = 144) -> list[bytes]:
        """The document as PNG, one picture a page."""
        return press().pictures(self.template, self.values, self.codes, ppi=ppi)


def bill_paper(sheet: BillSheet, issuer: Issuer) -> Paper:
    """A bill on half a letter sheet; a second page when its lines do not fit."""
    codes = CodeBlock()
    values = bill_values([sheet], codes, issuer=issuer, title=f"Recibo {sheet.folio}")
    return Paper("bill", values, codes)


def receipt_paper(sheet: ReceiptSheet, issuer: Issuer) -> Paper:
    """The paper of a payment, on half a letter sheet."""
    codes = CodeBlock()
    return Paper("receipt", receipt_values(sheet, codes, issuer=issuer), codes)


def receipt_ticket_paper(sheet: ReceiptSheet, issuer: Issuer) -> Paper:
    """The paper of a payment, on the 80 mm roll: one page as long as it takes."""
    codes = CodeBlock()
    return Paper("receipt_ticket", receipt_ticket_values(sheet, codes, issuer=issuer), codes)


def payment_order_paper(sheet: PaymentOrderSheet, issuer: Issuer) -> Paper:
    """The order to pay at the desk, on half a letter sheet; more when its lines do not fit."""
    codes = CodeBlock()
    return Paper("half", payment_order_values(sheet, codes, issuer=issuer), codes)


def deposit_slip_paper(sheet: DepositSlipSheet, issuer: Issuer) -> Paper:
    """What is taken to the bank, on half a letter sheet; more when its cheques do not fit."""
    codes = CodeBlock()
    return Paper("half", deposit_slip_values(sheet, codes, issuer=issuer), codes)


def withdrawal_slip_paper(sheet: WithdrawalSlipSheet, issuer: Issuer) -> Paper:
    """Cash that leaves a drawer during the session, on half a letter sheet."""
    codes = CodeBlock()
    return Paper("half", withdrawal_slip_values(sheet, codes, issuer=issuer), codes)


def credit_voucher_paper(sheet: CreditVoucherSheet, issuer: Issuer) -> Paper:
    """The voucher of a traced payment, on half a letter sheet."""
    codes = CodeBlock()
    return Paper("half", credit_voucher_values(sheet, codes, issuer=issuer), codes)


def payment_claim_paper(sheet: PaymentClaimSheet, issuer: Issuer) -> Paper:
    """The acknowledgement of a claim of payment, on half a letter sheet."""
    codes = CodeBlock()
    return Paper("half", payment_claim_values(sheet, codes, issuer=issuer), codes)


def refund_paper(sheet: RefundSheet, issuer: Issuer) -> Paper:
    """The authorisation and receipt of a refund, on half a letter sheet."""
    codes = CodeBlock()
    return Paper("half", refund_values(sheet, codes, issuer=issuer), codes)


def session_close_paper(sheet: SessionCloseSheet, issuer: Issuer) -> Paper:
    """The close of a cash session, as many letter pages as it takes."""
    codes = CodeBlock()
    return Paper("letter", session_close_values(sheet, codes, issuer=issuer), codes)


def day_report_paper(sheet: DayReportSheet, issuer: Issuer) -> Paper:
    """The consolidated day, as many letter pages as it takes."""
    codes = CodeBlock()
    return Paper("letter", day_report_values(sheet, codes, issuer=issuer), codes)


def report_paper(sheet: ReportSheet, issuer: Issuer) -> Paper:
    """A report, a list, a letter or a form made of parts, as many letter pages as it takes."""
    codes = CodeBlock()
    return Paper("letter", report_values(sheet, codes, issuer=issuer), codes)


def slip_paper(sheet: ReportSheet, issuer: Issuer) -> Paper:
    """The same, short, on half a letter sheet."""
    codes = CodeBlock()
    return Paper("half", slip_values(sheet, codes, issuer=issuer), codes)


def cash_count_paper(sheet: CashCountSheet, issuer: Issuer) -> Paper:
    """The act of a surprise count of a drawer."""
    codes = CodeBlock()
    return Paper("letter", cash_count_values(sheet, codes, issuer=issuer), codes)


def cash_difference_paper(sheet: CashDifferenceSheet, issuer: Issuer) -> Paper:
    """The act of a shortage or of a surplus of cash."""
    codes = CodeBlock()
    return Paper("letter", cash_difference_values(sheet, codes, issuer=issuer), codes)


def returned_cheque_paper(sheet: ReturnedChequeSheet, issuer: Issuer) -> Paper:
    """The letter that tells a customer that the cheque was returned."""
    codes = CodeBlock()
    return Paper("letter", returned_cheque_values(sheet, codes, issuer=issuer), codes)


def contingency_block_paper(sheet: ContingencyBlockSheet, issuer: Issuer) -> Paper:
    """Pre-numbered blank receipts, four to a letter page."""
    codes = CodeBlock()
    return Paper("contingency_block", contingency_block_values(sheet, codes, issuer=issuer), codes)


def route_debts_paper(sheet: RouteDebtsSheet, issuer: Issuer) -> Paper:
    """The morning's list of debts by route, on letter pages."""
    return Paper("route_debts", route_debts_values(sheet, issuer=issuer), CodeBlock())


def print_route_debts(sheets: Iterable[RouteDebtsSheet], issuer: Issuer, out: Path, *, workers: int = 2) -> PrintedRun:
    """Print the lists of debts of many routes, a sheet each, into one PDF at `out`, whole or not at all.

    :raises ValueError: there are no routes.
    """
    layout = RunLayout("route_debts", partial(route_debts_run_values, issuer=issuer))
    return print_in_chunks(sheets, layout, out, workers=workers, chunk_size=1)


def statement_paper(sheet: StatementSheet, issuer: Issuer) -> Paper:
    """The statement of an account, as many letter pages as it takes."""
    codes = CodeBlock()
    return Paper("statement", statement_values(sheet, codes, issuer=issuer), codes)


def run_totals_paper(sheet: RunTotalsSheet, issuer: Issuer) -> Paper:
    """The totals of a billing run, as many letter pages as it takes."""
    codes = CodeBlock()
    return Paper("run_totals", run_totals_values(sheet, issuer=issuer), codes)


def proof_paper(sheet: ProofSheet, issuer: Issuer) -> Paper:
    """The explanation of a bill, as many letter pages as it takes."""
    codes = CodeBlock()
    return Paper("proof", proof_values(sheet, codes, issuer=issuer), codes)


def print_bill_run(
    sheets: Iterable[BillSheet],
    issuer: Issuer,
    out: Path,
    *,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> PrintedRun:
    """Print bills two to a letter sheet with a line to cut along, in the order given, into one PDF at `out`.

    `progress` is told how many bills are done. `out` appears whole or not at all.

    :raises ValueError: there are no bills.
    """
    layout = RunLayout("bill_run", partial(bill_values, issuer=issuer, title="Recibos"))
    return print_in_chunks(sheets, layout, out, workers=workers, chunk_size=BILLS_PER_CHUNK, progress=progress)


def print_slip_run(sheets: Iterable[ReportSheet], issuer: Issuer, out: Path, *, workers: int = 2) -> PrintedRun:
    """Print many short papers of parts, half a letter sheet each, in the order given, into one PDF at `out`.

    :raises ValueError: there are no papers.
    """
    layout = RunLayout("half_run", partial(slip_run_values, issuer=issuer))
    return print_in_chunks(sheets, layout, out, workers=workers, chunk_size=SHEETS_PER_CHUNK)


def print_report_run(sheets: Iterable[ReportSheet], issuer: Issuer, out: Path, *, workers: int = 2) -> PrintedRun:
    """Print many papers of parts on letter pages, in the order given, into one PDF at `out`.

    :raises ValueError: there are no papers.
    """
    layout = RunLayout("letter_run", partial(report_run_values, issuer=issuer))
    return print_in_chunks(sheets, layout, out, workers=workers, chunk_size=SHEETS_PER_CHUNK)
