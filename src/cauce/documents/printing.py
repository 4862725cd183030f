"""Each document of the utility as PDF: the functions that screens, commands and tasks call.

They take a filled sheet and who issues it, write nothing in the database and know nothing of accounts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.bills import bill_values
from cauce.documents.layout.letters import proof_values, run_totals_values, statement_values
from cauce.documents.layout.receipts import receipt_values
from cauce.documents.rules import BillSheet, Issuer, ProofSheet, ReceiptSheet, RunTotalsSheet, StatementSheet
from cauce.documents.typesetting import PrintedRun, RunLayout, Values, press, print_in_chunks

BILLS_PER_CHUNK: Final = 50
"""Even, so that a chunk ends with its last sheet full. Typst keeps what it laid out in its last compilations: with 50
bills each a worker levels off near 240 MB, with 200 near 700 MB, and larger chunks are no faster."""


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
