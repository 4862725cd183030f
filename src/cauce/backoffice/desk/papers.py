"""The papers that the desk hands over."""

from cauce.cashier.models import Payment
from cauce.cashier.queries.receipts import prints_of, receipt_sheets
from cauce.documents.joining import joined
from cauce.documents.printing import receipt_paper, receipt_ticket_paper
from cauce.documents.queries import issuer
from cauce.ui.context import is_official_on


def comprobantes_of(payment: Payment, *, on_letter: bool) -> bytes:
    """The comprobantes of a payment in one file, on the roll or on half letter sheets; reprints are marked."""
    prints = prints_of(list(payment.receipts.values_list("pk", flat=True)))
    utility = issuer(is_official=is_official_on(payment.booked_on))
    paper = receipt_paper if on_letter else receipt_ticket_paper
    return joined([paper(sheet, utility).pdf() for sheet in receipt_sheets(payment, prints)])
