"""What the desk's screen does: collect what the cashier saw, and keep count of the papers that were printed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from cauce.cashier.events import CASH_PAPER_PRINTED, RECEIPT_PRINTED
from cauce.cashier.models import CashSession, Desk, Payment, Receipt
from cauce.cashier.operations.taking import PaymentShare, take_payment
from cauce.cashier.queries.desk import last_moves
from cauce.cashier.queries.receipts import prints_of, prints_of_paper
from cauce.cashier.rules import Tendered
from cauce.core.errors import DomainError
from cauce.documents.models import Document
from cauce.events.operations import publish
from cauce.ledger.operations import lock_accounts
from cauce.users.models import User


class DebtChanged(DomainError):
    """Somebody else moved the account after the cashier saw what it owed."""

    def __init__(self) -> None:
        super().__init__(
            "Algo cambió en la cuenta mientras la cobraba (otro pago, un recibo o una corrección) y no se cobró. "
            "Revise lo que debe ahora y cobre de nuevo."
        )


@transaction.atomic
def collect_payment(
    *,
    shares: Sequence[PaymentShare],
    tenders: Sequence[Tendered],
    session: CashSession,
    seen: int,
    at: datetime,
    by: User,
    key: str,
) -> Payment:
    """Take at a desk the payment that the cashier confirmed, if nothing moved since they saw what was owed.

    ``seen`` is the last movement of the accounts and persons when the amounts were shown. Idempotent by key, as
    ``take_payment``, whose refusals it shares.

    :raises DebtChanged: if an account or a person was moved since.
    """
    account_ids = sorted({share.account.pk for share in shares if share.account})
    party_ids = sorted({share.party_id for share in shares if share.account is None})
    lock_accounts(account_ids, party_ids=party_ids)
    is_repeated = Payment.objects.filter(key=key).exists()
    if not is_repeated and max(last_moves(account_ids, party_ids).values(), default=0) != seen:
        raise DebtChanged
    return take_payment(shares=shares, tenders=tenders, session=session, at=at, by=by, key=key)


@transaction.atomic
def record_receipt_print(*, receipts: Collection[Receipt], at: datetime, by: User) -> None:
    """Leave in the history that these receipts of one payment are printed: the first time as originals, then again.

    Not idempotent: each print is told.
    """
    ids = [receipt.pk for receipt in receipts]
    if not ids:
        return
    # Two windows that print at once: the desk's row decides which is the original.
    Desk.objects.select_for_update(no_key=True, of=("self",)).get(payments__receipts=ids[0])
    counts = prints_of(ids)
    for receipt in receipts:
        printed = counts[receipt.pk].times if receipt.pk in counts else 0
        publish(
            RECEIPT_PRINTED,
            subject_kind="Receipt",
            subject_id=receipt.pk,
            account_id=receipt.account_id,
            facts={
                "folio": receipt.document.folio,
                "copy": _copy(printed),
            },
            at=at,
            by=by,
        )


@transaction.atomic
def record_paper_print(*, document: Document, at: datetime, by: User) -> None:
    """Leave in the history that a paper of the drawer is printed: the first time as the original, then again.

    Not idempotent: each print is told.
    """
    # Two windows that print at once: the document's row decides which is the original.
    Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    printed = prints_of_paper(document.pk)
    publish(
        CASH_PAPER_PRINTED,
        subject_kind="Document",
        subject_id=document.pk,
        facts={
            "paper": document.get_kind_display().lower(),
            "folio": document.folio,
            "copy": _copy(0 if printed is None else printed.times),
        },
        at=at,
        by=by,
    )


def _copy(printed: int) -> str:
    return "original" if printed == 0 else f"reimpresión {printed}"
