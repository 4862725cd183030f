"""What money does to agreements and their notes, in the same transaction as the money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from cauce.agreements.events import (
    AGREEMENT_IN_FORCE,
    AGREEMENT_KEPT,
    AGREEMENT_WITHOUT_DOWN_PAYMENT,
    NOTE_INTEREST_FORGIVEN,
    NOTE_PAID,
    NOTE_PAID_IN_PART,
    NOTE_PAYMENT_UNDONE,
)
from cauce.agreements.models import AgreedDebt, NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations.prepayments import begin_paid_prepayments
from cauce.agreements.operations.steps import note_act, step_agreement
from cauce.agreements.queries import NoteBalance, note_balances
from cauce.agreements.rules import OUTSTANDING_NOTES
from cauce.core.clock import local_day
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.models import Book, Posting, Reason, Transfer
from cauce.ledger.operations import begin_posting, undo_transfers, write_allocations, write_transfers
from cauce.ledger.queries import booking_day, pending_charges
from cauce.ledger.rules import AGREEMENT_INTEREST, Allotment, Entry
from cauce.users.models import User

# What the allocations of these acts moved of the notes, of what down payments wait for, and of what payments of an
# agreement that was undone were moved to; and whose money in favour may be that of months paid ahead. One query, that
# finds nothing for almost every payment.
_MOVED = """
    WITH moved AS (
        SELECT charge_id, sum(amount) AS amount, max(effective_on) AS effective_on
        FROM ledger_allocation
        WHERE posting_id = ANY(%(postings)s)
        GROUP BY charge_id
    )
    SELECT 'NOTE', link.note_id, sum(moved.amount), max(moved.effective_on)
    FROM moved JOIN agreements_notecharge link ON link.charge_id = moved.charge_id
    GROUP BY link.note_id
    UNION ALL
    SELECT 'DOWN', debt.agreement_id, sum(moved.amount), max(moved.effective_on)
    FROM moved JOIN agreements_agreeddebt debt ON debt.charge_id = moved.charge_id AND debt.down > 0
    JOIN agreements_paymentagreement agreement ON agreement.document_id = debt.agreement_id
    WHERE agreement.state IN ('SIGNED', 'IN_FORCE')
    GROUP BY debt.agreement_id
    UNION ALL
    SELECT 'MOVED', charge.id, moved.amount, moved.effective_on
    FROM moved JOIN ledger_transfer charge ON charge.id = moved.charge_id
    WHERE moved.amount < 0 AND charge.debit_book = 'AGREEMENT' AND charge.reason = 'AGREEMENT'
      AND NOT EXISTS (SELECT 1 FROM agreements_notecharge link WHERE link.charge_id = charge.id)
    UNION ALL
    SELECT DISTINCT 'AHEAD', offered.account_id, 0, NULL::date
    FROM ledger_transfer kept
    JOIN agreements_prepayment offered ON offered.account_id = kept.account_id AND offered.state = 'OFFERED'
    WHERE kept.posting_id = ANY(%(postings)s) AND kept.credit_book = 'ADVANCES'
    ORDER BY 1, 2
"""


@dataclass(slots=True)
class _Moved:
    """By note, by agreement that waits for its down payment, by transfer and by account that was offered to pay ahead:
    pesos and their last value date."""

    notes: dict[int, tuple[Decimal, date]] = field(default_factory=dict)
    down_payments: list[int] = field(default_factory=list)
    transfers: list[int] = field(default_factory=list)
    ahead: list[int] = field(default_factory=list)


def follow_notes(*, postings: Iterable[Posting], at: datetime, by: User) -> None:
    """Bring agreements and notes to what these acts of the ledger did, in the caller's transaction.

    A note whose charges are settled is paid, and interest that had not begun to run is let go; one that was paid in
    part says so; a payment undone opens it again. An agreement is in force when its down payment came, and kept when
    its notes are paid. Months that were offered ahead begin when their money is there. The caller holds the locks of
    the accounts and has written the acts. Idempotent: what an act was seen to do is not told twice.
    """
    ids = [posting.pk for posting in postings]
    moved = _moved_by(ids)
    if moved.transfers:
        _take_back(moved.transfers, ids, at, by)
    if moved.notes:
        _follow_notes(moved.notes, ids, at, by)
    for agreement_id in moved.down_payments:
        _follow_down_payment(agreement_id, at, by)
    if moved.ahead:
        begin_paid_prepayments(account_ids=moved.ahead, at=at, by=by)


def _moved_by(posting_ids: Sequence[int]) -> _Moved:
    moved = _Moved()
    if not posting_ids:
        return moved
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"postings": list(posting_ids)})
        for what, id_, amount, effective_on in cursor.fetchall():
            if what == "NOTE":
                moved.notes[id_] = (amount, effective_on)
            elif what == "DOWN":
                moved.down_payments.append(id_)
            elif what == "AHEAD":
                moved.ahead.append(id_)
            else:
                moved.transfers.append(id_)
    return moved


def _follow_notes(moved: dict[int, tuple[Decimal, date]], posting_ids: Sequence[int], at: datetime, by: User) -> None:
    notes = PromissoryNote.objects.filter(pk__in=moved).select_related("document", "agreement__document")
    balances = note_balances(moved)
    booked_on = booking_day(at)
    posting = Posting.objects.get(pk=posting_ids[0])
    followed = _followed(moved, posting_ids)
    touched: set[int] = set()
    for note in notes.order_by("pk"):
        amount, effective_on = moved[note.pk]
        amount -= followed.get(note.pk, ZERO)
        owed = balances.get(note.pk)
        if owed is None or amount == 0:
            continue
        touched.add(note.agreement_id)
        if amount > 0:
            _paid(note, owed, amount, effective_on, posting, booked_on, at, by)
        else:
            _unpaid(note, owed, -amount, posting, booked_on, at, by)
    for agreement in PaymentAgreement.objects.filter(pk__in=touched).select_related("document").order_by("pk"):
        _follow_agreement(agreement, at, by)


def _followed(note_ids: Iterable[int], posting_ids: Sequence[int]) -> dict[int, Decimal]:
    """What these acts were already seen to pay, or to take back, of each note."""
    seen = NoteAct.objects.filter(note__in=list(note_ids), posting__in=list(posting_ids))
    kinds = [NoteAct.Kind.PAID, NoteAct.Kind.UNPAID]
    found = seen.filter(kind__in=kinds).values_list("note_id").annotate(amount=Sum("amount"))
    return dict(found)


def _paid(
    note: PromissoryNote,
    owed: NoteBalance,
    amount: Decimal,
    effective_on: date,
    posting: Posting,
    booked_on: date,
    at: datetime,
    by: User,
) -> None:
    forgiven = ZERO
    if owed.principal == 0 and owed.interest > 0 and owed.payoff(effective_on) == 0:
        forgiven = _forgive(note, owed, posting, booked_on, at, by)
    is_whole = owed.total == forgiven
    NoteAct.objects.create(
        note=note,
        kind=NoteAct.Kind.PAID,
        amount=amount,
        whole=is_whole,
        booked_on=booked_on,
        posting=posting,
        at=at,
        by=by,
    )
    if is_whole and note.state in OUTSTANDING_NOTES:
        note.state = PromissoryNote.State.PAID
        note.save(update_fields=["state"])
    pending = owed.total - forgiven
    _tell_note(NOTE_PAID if is_whole else NOTE_PAID_IN_PART, note, at, by, amount=amount, pending=pending)


def _forgive(
    note: PromissoryNote, owed: NoteBalance, posting: Posting, booked_on: date, at: datetime, by: User
) -> Decimal:
    """Let go the interest of a note that was paid before its month of interest began."""
    assert owed.interest_charge_id is not None and owed.interest_starts_on is not None
    act, is_new = begin_posting(
        operation="forgive_interest",
        key=f"pagare-{note.pk}-interes-{posting.pk}",
        body={"note": note.pk, "amount": f"{owed.interest:.2f}"},
        at=at,
        by=by,
    )
    if not is_new:
        return owed.interest
    agreement = note.agreement
    entry = Entry(
        debit_book=Book.REVENUE,
        credit_book=Book.AGREEMENT,
        concept=AGREEMENT_INTEREST,
        amount=owed.interest,
        effective_on=owed.interest_starts_on,
        reason=Reason.INTEREST_FORGIVEN,
        party_id=agreement.debtor_id,
        account_id=agreement.account_id,
        document_id=note.pk,
    )
    [credit_id] = write_transfers(posting=act, entries=[entry], booked_on=booked_on)
    write_allocations(
        posting=act, allotments=[Allotment(credit_id, owed.interest_charge_id, owed.interest, owed.interest_starts_on)]
    )
    NoteAct.objects.create(
        note=note,
        kind=NoteAct.Kind.FORGIVEN,
        amount=owed.interest,
        booked_on=booked_on,
        posting=act,
        at=at,
        by=by,
    )
    _tell_note(NOTE_INTEREST_FORGIVEN, note, at, by, amount=owed.interest)
    return owed.interest


def _unpaid(
    note: PromissoryNote,
    owed: NoteBalance,
    amount: Decimal,
    posting: Posting,
    booked_on: date,
    at: datetime,
    by: User,
) -> None:
    was_whole = note.state in (PromissoryNote.State.PAID, PromissoryNote.State.RETURNED)
    acts = [
        note_act(
            note,
            kind=NoteAct.Kind.UNPAID,
            amount=-amount,
            whole=was_whole,
            booked_on=booked_on,
            posting=posting,
            at=at,
            by=by,
        )
    ]
    charged_again = _charge_interest_again(note, posting, booked_on)
    if charged_again > 0:
        acts.append(
            note_act(
                note,
                kind=NoteAct.Kind.FORGIVEN,
                amount=-charged_again,
                booked_on=booked_on,
                posting=posting,
                remark="Se cobra de nuevo: se deshizo el pago",
                at=at,
                by=by,
            )
        )
    NoteAct.objects.bulk_create(acts)
    if was_whole:
        is_back = note.state == PromissoryNote.State.RETURNED
        note.state = _state_unpaid(note, local_day(at))
        if is_back:
            note.held_by, note.held_at = None, "Lo tiene quien lo firmó: pida que lo devuelva"
        note.save(update_fields=["state", "held_by", "held_at"])
    _tell_note(NOTE_PAYMENT_UNDONE, note, at, by, amount=amount, pending=owed.total)


def _state_unpaid(note: PromissoryNote, today: date) -> PromissoryNote.State:
    if note.due_on < today:
        return PromissoryNote.State.OVERDUE
    if note.state == PromissoryNote.State.PAID and note.held_at:
        return PromissoryNote.State.IN_SAFE
    return PromissoryNote.State.SIGNED


def _charge_interest_again(note: PromissoryNote, posting: Posting, booked_on: date) -> Decimal:
    """Ask again for interest that had been let go because of a payment that is now undone; say how much."""
    credits = list(Transfer.objects.live().filter(document_id=note.pk, reason=Reason.INTEREST_FORGIVEN).order_by("id"))
    undo_transfers(transfers=credits, posting=posting, document_id=note.pk, booked_on=booked_on)
    return sum((credit.amount for credit in credits), ZERO)


def _follow_agreement(agreement: PaymentAgreement, at: datetime, by: User) -> None:
    """Say that an agreement is kept when its notes are paid, and that it is not when one is owed again."""
    is_paid = not agreement.notes.exclude(state__in=[PromissoryNote.State.PAID, PromissoryNote.State.RETURNED]).exists()
    if is_paid and agreement.state == PaymentAgreement.State.IN_FORCE:
        agreement.ended_at = at
        step_agreement(agreement, to=PaymentAgreement.State.KEPT, also=["ended_at"], at=at, by=by)
        _tell_agreement(AGREEMENT_KEPT, agreement, at, by)
    elif not is_paid and agreement.state == PaymentAgreement.State.KEPT:
        agreement.ended_at = None
        step_agreement(agreement, to=PaymentAgreement.State.IN_FORCE, also=["ended_at"], at=at, by=by)


def _follow_down_payment(agreement_id: int, at: datetime, by: User) -> None:
    """Put an agreement in force when what its down payment covers is paid, or out of it when it is not any more."""
    agreement = PaymentAgreement.objects.select_related("document").get(pk=agreement_id)
    waited = set(AgreedDebt.objects.filter(agreement=agreement, down__gt=0).values_list("charge_id", flat=True))
    is_owed = any(charge.id in waited for charge in pending_charges([agreement.account_id]))
    if not is_owed and agreement.state == PaymentAgreement.State.SIGNED:
        step_agreement(agreement, to=PaymentAgreement.State.IN_FORCE, at=at, by=by)
        _tell_agreement(AGREEMENT_IN_FORCE, agreement, at, by)
        _follow_agreement(agreement, at, by)
    elif is_owed and agreement.state == PaymentAgreement.State.IN_FORCE:
        step_agreement(agreement, to=PaymentAgreement.State.SIGNED, at=at, by=by)
        _tell_agreement(AGREEMENT_WITHOUT_DOWN_PAYMENT, agreement, at, by)


def _take_back(transfer_ids: Sequence[int], posting_ids: Sequence[int], at: datetime, by: User) -> None:
    """Undo what moved payments of an agreement that was undone, when those payments are undone in their turn."""
    posting = Posting.objects.get(pk=posting_ids[0])
    booked_on = booking_day(at)
    movers = list(Transfer.objects.live().filter(pk__in=transfer_ids).order_by("id"))
    # The VAT that the payment collected more, or less, once it was moved, goes with it.
    taxes = list(
        Transfer.objects.live()
        .filter(
            posting__in={mover.posting_id for mover in movers},
            document__in={mover.document_id for mover in movers},
            reason=Reason.VAT_COLLECTED,
        )
        .order_by("id")
    )
    for document_id in sorted({mover.document_id or 0 for mover in movers}):
        undo_transfers(
            transfers=[each for each in [*movers, *taxes] if (each.document_id or 0) == document_id],
            posting=posting,
            document_id=document_id or None,
            booked_on=booked_on,
        )


def _tell_note(
    kind: EventKind, note: PromissoryNote, at: datetime, by: User, *, amount: Decimal, pending: Decimal = ZERO
) -> None:
    publish(
        kind,
        subject_kind="PromissoryNote",
        subject_id=note.pk,
        account_id=note.agreement.account_id,
        facts={
            "folio": note.document.folio,
            "number": note.number,
            "of": note.of,
            "amount": format_money(amount),
            "pending": format_money(pending),
        },
        at=at,
        by=by,
    )


def _tell_agreement(kind: EventKind, agreement: PaymentAgreement, at: datetime, by: User) -> None:
    publish(
        kind,
        subject_kind="PaymentAgreement",
        subject_id=agreement.pk,
        account_id=agreement.account_id,
        facts={"folio": agreement.document.folio},
        at=at,
        by=by,
    )
