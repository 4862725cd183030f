"""Undoing: a transfer is never changed, another one reverses it, whole and once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q

from cauce.core.errors import DomainError
from cauce.core.money import ZERO
from cauce.ledger.models import DEBT_BOOKS, Allocation, Book, Posting, Reason, Transfer, TransferQuerySet
from cauce.ledger.operations.locks import lock_accounts
from cauce.ledger.operations.posting import begin_posting, write_allocations, write_transfers
from cauce.ledger.operations.settling import Settlement
from cauce.ledger.queries import advance_balances, booking_day, open_charges
from cauce.ledger.rules import ADVANCE, AllocationOrder, Allotment, Entry, Source, allocate, payable_on, swapped
from cauce.users.models import User

CORRECTION = "correct_charges"
"""The operation of the acts that correct what was charged: undoing a payment undoes what they did with its money."""

# An account and the party whose money is in its favour.
Debtor = tuple[int, int]


class AlreadyReversed(DomainError):
    """What was to be undone is undone."""

    def __init__(self) -> None:
        super().__init__("Ese movimiento ya se canceló antes; revise el estado de cuenta antes de capturar algo más.")


class ChargeSettled(DomainError):
    """A charge that something else has paid cannot be undone yet."""

    def __init__(self) -> None:
        super().__init__(
            "Ese cargo ya tiene dinero aplicado; cancele o traslade primero el pago que lo cubre y vuelva a intentar."
        )


class AdvanceSpent(DomainError):
    """The money a payment left in favour is no longer there."""

    def __init__(self) -> None:
        super().__init__(
            "El saldo a favor que dejó este pago ya se devolvió o se trasladó; cancele primero esa devolución."
        )


@transaction.atomic
def reverse_posting(
    *,
    posting: Posting,
    of_document: int | None = None,
    document_id: int | None,
    order: AllocationOrder,
    key: str,
    at: datetime,
    by: User,
) -> Posting:
    """Undo a whole act, or the part of it that hangs from the document ``of_document``, dated as what it undoes was.

    Each transfer gets its exact opposite, in the books of the day of ``at``, and each allocation its mirror, so the
    debt comes back with its true dates. Money in favour that paid what is undone, or that what is undone had left and
    was applied since (the latest applications before), is taken back first, and what remains of it is applied again as
    of when it was. ``document_id`` is the paper of the correction. Idempotent by key.

    :raises AlreadyReversed: if it was undone before, with another key.
    :raises ChargeSettled: if it charged something that a payment or another act has settled.
    :raises AdvanceSpent: if money that it left in favour was refunded or moved since.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    undone = Transfer.objects.filter(posting=posting)
    if of_document is not None:
        undone = undone.filter(document_id=of_document)
    _lock_whose_it_is(undone)
    body = {"posting": posting.pk, "document": of_document}
    reversal, is_new = begin_posting(operation="reverse_posting", key=key, body=body, at=at, by=by)
    if not is_new:
        return reversal
    transfers = list(undone.live().order_by("id"))
    if not transfers or undone.filter(reverses__isnull=False).exists():
        raise AlreadyReversed
    _refuse_returned_surcharges(transfers)
    transfers += _moved_since(transfers)
    booked_on = booking_day(at)
    freed = _freed_by(transfers)
    for application in applications_in_the_way(transfers):
        undo_transfers(transfers=application, posting=reversal, document_id=document_id, booked_on=booked_on)
        note_earliest(freed=freed, transfers=application)
    undo_transfers(transfers=transfers, posting=reversal, document_id=document_id, booked_on=booked_on)
    _date_back(transfers, reversal)
    if freed:
        apply_freed(freed=freed, reversal=reversal, document_id=document_id, order=order, booked_on=booked_on)
    return reversal


def undo_transfers(
    *, transfers: Sequence[Transfer], posting: Posting, document_id: int | None, booked_on: date
) -> None:
    """Write under ``posting`` the opposite of each transfer and the mirror of each live allocation between them.

    Works in the caller's transaction, which holds the locks. Not idempotent: the caller claimed the posting.

    :raises ChargeSettled: if one of them charged something that a credit of another act settles.
    """
    ids = [transfer.pk for transfer in transfers]
    live = list(Allocation.objects.live().filter(Q(credit__in=ids) | Q(charge__in=ids)).order_by("id"))
    if any(allocation.credit_id not in ids for allocation in live):
        raise ChargeSettled
    write_allocations(posting=posting, allotments=[mirror_of(allocation) for allocation in live])
    write_transfers(
        posting=posting,
        entries=[
            swapped(entry_of(transfer), reason=Reason.REVERSAL, document_id=document_id, reverses_id=transfer.pk)
            for transfer in transfers
        ],
        booked_on=booked_on,
    )


def mirror_of(allocation: Allocation) -> Allotment:
    """The allotment that undoes the whole of an allocation, with its same value date."""
    return Allotment(
        allocation.credit_id, allocation.charge_id, -allocation.amount, allocation.effective_on, allocation.pk
    )


def _refuse_returned_surcharges(transfers: Sequence[Transfer]) -> None:
    """Refuse to undo a surcharge that was given back to who had paid it: it would be given back twice."""
    charged = {
        (transfer.account_id, transfer.period)
        for transfer in transfers
        if transfer.reason == Reason.SURCHARGE and transfer.account_id is not None
    }
    if charged:
        returned = Transfer.objects.live().filter(
            account_id__in={account_id for account_id, _ in charged},
            reason=Reason.SURCHARGE_RETURNED,
            credit_book=Book.ADVANCES,
        )
        if charged.intersection(returned.values_list("account_id", "period")):
            raise ChargeSettled


def entry_of(transfer: Transfer) -> Entry:
    """A transfer as it was written, to write another from it."""
    return Entry(
        debit_book=transfer.debit_book,
        credit_book=transfer.credit_book,
        concept=transfer.concept,
        amount=transfer.amount,
        effective_on=transfer.effective_on,
        reason=transfer.reason,
        party_id=transfer.party_id,
        account_id=transfer.account_id,
        period=transfer.period,
        due_on=transfer.due_on,
        document_id=transfer.document_id,
    )


def redated(*, allocations: Sequence[Allocation], amount: Decimal, on: date | None) -> list[Allotment]:
    """Mirrors of ``allocations``, in their order up to ``amount``, and the same again that count from the day ``on``.

    With None, each one counts again from the day of its own credit.
    """
    allotments: list[Allotment] = []
    for row in allocations:
        part = min(amount, row.amount)
        if part <= 0:
            break
        amount -= part
        allotments.append(mirror_of(row))
        day = row.credit.effective_on if on is None else on
        allotments.append(Allotment(row.credit_id, row.charge_id, part, day))
        if part < row.amount:
            allotments.append(Allotment(row.credit_id, row.charge_id, row.amount - part, row.effective_on))
    return allotments


def _date_back(transfers: Sequence[Transfer], reversal: Posting) -> None:
    """What counted as settled earlier because money undone now was in favour then counts from its own day again."""
    taken: dict[Debtor, Decimal] = {}
    for transfer in transfers:
        amount = _into_advances(transfer)
        if amount > 0 and transfer.account_id is not None and transfer.party_id is not None:
            whose = (transfer.account_id, transfer.party_id)
            taken[whose] = taken.get(whose, ZERO) + amount
    if not taken:
        return
    brought = (
        Allocation.objects.live()
        .filter(charge__account__in={account_id for account_id, _ in taken})
        .filter(effective_on__lt=F("credit__effective_on"))
        .select_related("charge", "credit")
        .order_by("charge_id", "-id")
    )
    for (account_id, party_id), amount in taken.items():
        own = [row for row in brought if (row.charge.account_id, row.charge.party_id) == (account_id, party_id)]
        write_allocations(posting=reversal, allotments=redated(allocations=own, amount=amount, on=None))


def _moved_since(transfers: Sequence[Transfer]) -> list[Transfer]:
    """What corrected charges did with the money of these payments: what they put in favour, the VAT they let go."""
    paid = [transfer for transfer in transfers if transfer.reason == Reason.PAYMENT and transfer.account_id is not None]
    receipts = {transfer.document_id for transfer in paid if transfer.document_id is not None}
    if not receipts:
        return []
    moved = Transfer.objects.live().filter(
        account_id__in={transfer.account_id for transfer in paid},
        document_id__in=receipts,
        reason__in=(Reason.ADJUSTMENT, Reason.VAT_COLLECTED),
        posting__operation=CORRECTION,
    )
    return list(moved.order_by("id"))


def _lock_whose_it_is(transfers: TransferQuerySet) -> None:
    owners = set(transfers.values_list("account_id", "party_id"))
    lock_accounts(
        sorted({account_id for account_id, _ in owners if account_id is not None}),
        party_ids=sorted({party_id for account_id, party_id in owners if account_id is None and party_id is not None}),
    )


def applications_in_the_way(transfers: Sequence[Transfer]) -> list[list[Transfer]]:
    """The applications of money in favour that must be undone before ``transfers``, the latest of each account first.

    They are those that settle one of its charges, and then the latest ones until the money that it left in favour is
    there to be taken back.

    :raises AdvanceSpent: if undoing them all is not enough.
    """
    own = {transfer.pk for transfer in transfers}
    covering = set(
        Allocation.objects.live()
        .filter(charge__in=own, credit__debit_book=Book.ADVANCES)
        .exclude(credit__in=own)
        .values_list("credit_id", flat=True)
    )
    taken: dict[Debtor, Decimal] = {}
    for transfer in transfers:
        if transfer.account_id is not None and transfer.party_id is not None:
            taken[transfer.account_id, transfer.party_id] = taken.get(
                (transfer.account_id, transfer.party_id), ZERO
            ) + _into_advances(transfer)
    held = advance_balances({account_id for account_id, _ in taken})
    undone: list[list[Transfer]] = []
    for (account_id, party_id), amount in taken.items():
        missing = amount - held.get(account_id, {}).get(party_id, ZERO)
        if missing <= 0 and not covering:
            continue
        others = [
            application
            for application in _applications(account_id, party_id)
            if not any(transfer.pk in own for transfer in application)
        ]
        others.sort(key=lambda application: not any(transfer.pk in covering for transfer in application))
        for application in others:
            if missing <= 0 and not any(transfer.pk in covering for transfer in application):
                break
            missing += sum((_into_advances(transfer) for transfer in application), ZERO)
            undone.append(application)
        if missing > 0:
            raise AdvanceSpent
    return undone


def _into_advances(transfer: Transfer) -> Decimal:
    """Pesos that the transfer put in favour; negative when it took them out."""
    if transfer.credit_book == Book.ADVANCES:
        return transfer.amount
    return -transfer.amount if transfer.debit_book == Book.ADVANCES else ZERO


def _freed_by(transfers: Sequence[Transfer]) -> dict[Debtor, date]:
    """Whose money in favour comes back when ``transfers`` are undone, and since when it had been applied."""
    freed: dict[Debtor, date] = {}
    note_earliest(freed=freed, transfers=transfers)
    return freed


def note_earliest(*, freed: dict[Debtor, date], transfers: Sequence[Transfer]) -> None:
    """Note whose money in favour the undoing of ``transfers`` frees, and since when it had been applied."""
    for transfer in transfers:
        if transfer.debit_book == Book.ADVANCES and transfer.credit_book in DEBT_BOOKS:
            assert transfer.account_id is not None and transfer.party_id is not None
            whose = (transfer.account_id, transfer.party_id)
            freed[whose] = min(transfer.effective_on, freed.get(whose, transfer.effective_on))


def _applications(account_id: int, party_id: int) -> list[list[Transfer]]:
    """The live applications of an account's money in favour, each with the VAT it collected, the latest first."""
    rows = (
        Transfer.objects.live()
        .filter(account_id=account_id, party_id=party_id)
        .filter(Q(debit_book=Book.ADVANCES, credit_book__in=DEBT_BOOKS) | Q(reason=Reason.VAT_COLLECTED))
        .order_by("-posting_id", "id")
    )
    gathered: dict[tuple[int, int | None], list[Transfer]] = {}
    for transfer in rows:
        gathered.setdefault((transfer.posting_id, transfer.document_id), []).append(transfer)
    return [
        application
        for application in gathered.values()
        if any(transfer.debit_book == Book.ADVANCES for transfer in application)
    ]


def apply_freed(
    *,
    freed: Mapping[Debtor, date],
    reversal: Posting,
    document_id: int | None,
    order: AllocationOrder,
    booked_on: date,
) -> None:
    """Apply what remains in favour after undoing applications, as of when it was applied: it paid in time then."""
    in_favour = advance_balances({account_id for account_id, _ in freed})
    charges = open_charges(in_favour)
    settlement = Settlement()
    for (account_id, party_id), effective_on in freed.items():
        amount = in_favour.get(account_id, {}).get(party_id, ZERO)
        payable = payable_on(charges.get(account_id, ()), order, on=effective_on)
        owed = {charge.id: charge for charge in payable if charge.party_id == party_id}
        if amount <= 0 or not owed:
            continue
        parts = [(owed[id_], part) for id_, part in allocate(amount, owed.values(), order, on=effective_on)]
        settlement.settle(
            sources=[Source(Book.ADVANCES, amount)],
            parts=parts,
            reason=Reason.ADVANCE_APPLIED,
            concept=ADVANCE,
            effective_on=effective_on,
            document_id=document_id,
        )
    settlement.write(posting=reversal, booked_on=booked_on)
