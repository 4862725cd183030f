"""Collecting without power: blocks of pre-printed receipts, and each one captured later with its true date."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from cauce.cashier.events import CONTINGENCY_CAPTURED, CONTINGENCY_PRINTED, CONTINGENCY_SPOILT
from cauce.cashier.models import CashSession, ContingencyBlock, ContingencyReceipt, Desk
from cauce.cashier.operations.bars import ReasonMissing
from cauce.cashier.operations.debtors import refuse_own_debtor
from cauce.cashier.operations.sessions.opening import SessionLeftOpen
from cauce.cashier.operations.taking import PaymentShare, take_payment
from cauce.cashier.queries.contingency import contingency_folio, contingency_series, next_contingency_number
from cauce.cashier.rules import Tendered
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_datetime, format_money
from cauce.events.operations import publish
from cauce.ledger.operations import KeyReused
from cauce.users.models import User

LARGEST_BLOCK: Final = 400


class BlockTooLarge(DomainError):
    """A block has some receipts, and not too many."""

    def __init__(self) -> None:
        super().__init__(f"Un bloc lleva de 1 a {LARGEST_BLOCK} recibos; escriba cuántos se imprimen.")


class FolioNotInBlock(DomainError):
    """A folio that was never printed."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"{folio} no es de un bloc impreso; revise el folio en el papel.")


class FolioTold(DomainError):
    """A pre-printed folio is captured, or spoilt, once."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"{folio} ya se había capturado o inutilizado; revise el folio en el papel.")


class ReceivedTooSoon(DomainError):
    """Nothing is received with a receipt before it was printed, nor after now."""

    def __init__(self, folio: str, block: ContingencyBlock) -> None:
        printed = format_datetime(timezone.localtime(block.printed_at))
        super().__init__(
            f"{folio} se imprimió el {printed}: la fecha y la hora en que se recibió deben ser posteriores y no pueden "
            "estar en el futuro."
        )


@transaction.atomic
def print_contingency_block(*, desk: Desk, count: int, at: datetime, by: User) -> ContingencyBlock:
    """Print a block of receipts for a desk, with the folios that follow the last ones printed.

    Not idempotent: each call is another block; the database refuses a folio that is in two.

    :raises BlockTooLarge: if it is not a number of receipts that can be printed.
    """
    if not 1 <= count <= LARGEST_BLOCK:
        raise BlockTooLarge
    Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    series = contingency_series(desk)
    first = next_contingency_number(series)
    block = ContingencyBlock.objects.create(
        desk=desk, series=series, first=first, last=first + count - 1, printed_at=at, printed_by=by
    )
    publish(
        CONTINGENCY_PRINTED,
        subject_kind="ContingencyBlock",
        subject_id=block.pk,
        facts={"desk": desk.name, "folios": str(block)},
        at=at,
        by=by,
    )
    return block


@transaction.atomic
def capture_contingency(
    *,
    block: ContingencyBlock,
    number: int,
    share: PaymentShare,
    tenders: Sequence[Tendered],
    received_at: datetime,
    session: CashSession,
    at: datetime,
    by: User,
    key: str,
) -> ContingencyReceipt:
    """Capture what was received without power: a payment with the value date of the day it was received.

    It enters the books today and the drawer of ``session``, which holds the cash. Idempotent by key.

    :raises FolioNotInBlock: if the block does not have that folio.
    :raises FolioTold: if the folio was captured or spoilt.
    :raises ReceivedTooSoon: if it was received before the block was printed, or after ``at``.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises SessionClosed: if the session was closed.
    :raises SessionLeftOpen: if the session is of an earlier day.
    :raises OwnAccount: if who collects is linked to the account or person.
    :raises AmountsDoNotAddUp: if what is received and what is paid differ, or one is not positive.
    :raises AccountBusy: if another session is working on the account.
    """
    folio = contingency_folio(block, number)
    refuse_own_debtor(account_id=share.account_id, party_id=share.party_id, by=by)
    if session.day < local_day(at):
        raise SessionLeftOpen(session)
    if not block.first <= number <= block.last:
        raise FolioNotInBlock(folio)
    if not block.printed_at <= received_at <= at:
        raise ReceivedTooSoon(folio, block)
    told = ContingencyReceipt.objects.filter(block=block, number=number).select_related("payment", "block").first()
    if told is not None:
        if told.payment is None or told.payment.key != key:
            raise FolioTold(folio)
        if told.received_at != received_at:
            raise KeyReused
    payment = take_payment(
        shares=[share],
        tenders=tenders,
        session=session,
        effective_on=local_day(received_at),
        at=at,
        by=by,
        key=key,
    )
    if told is not None:
        return told
    receipt = _tell(
        ContingencyReceipt(
            block=block, number=number, payment=payment, received_at=received_at, captured_at=at, captured_by=by
        )
    )
    publish(
        CONTINGENCY_CAPTURED,
        subject_kind="ContingencyReceipt",
        subject_id=receipt.pk,
        account_id=share.account_id,
        facts={
            "amount": format_money(payment.amount),
            "folio": folio,
            "received": format_datetime(timezone.localtime(received_at)),
        },
        at=at,
        by=by,
    )
    return receipt


@transaction.atomic
def spoil_contingency(
    *, block: ContingencyBlock, number: int, reason: str, at: datetime, by: User
) -> ContingencyReceipt:
    """Say that a pre-printed receipt was not used and never will be, and why.

    Idempotent: the same reason again gives the first.

    :raises ReasonMissing: if it does not say why.
    :raises FolioNotInBlock: if the block does not have that folio.
    :raises FolioTold: if the folio was captured, or spoilt for another reason.
    """
    folio = contingency_folio(block, number)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing("se inutilizó el recibo")
    if not block.first <= number <= block.last:
        raise FolioNotInBlock(folio)
    told = ContingencyReceipt.objects.filter(block=block, number=number).first()
    if told is not None:
        if told.spoilt_reason != reason:
            raise FolioTold(folio)
        return told
    receipt = _tell(
        ContingencyReceipt(block=block, number=number, spoilt_reason=reason, captured_at=at, captured_by=by)
    )
    publish(
        CONTINGENCY_SPOILT,
        subject_kind="ContingencyReceipt",
        subject_id=receipt.pk,
        facts={"folio": folio, "reason": reason},
        at=at,
        by=by,
    )
    return receipt


def _tell(receipt: ContingencyReceipt) -> ContingencyReceipt:
    try:
        with transaction.atomic():
            receipt.save(force_insert=True)
    except IntegrityError as error:
        # Two windows with the same paper: the database says which was first.
        raise FolioTold(contingency_folio(receipt.block, receipt.number)) from error
    return receipt
