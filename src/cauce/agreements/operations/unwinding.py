"""Undoing an agreement: the debt comes back where it was, exactly, and what was paid settles it as of when it came.

The signing is reversed whole. What each payment settled of the notes is moved, with its own date, to what the law's
order would have had it settle then: the ledger ends as if the agreement had never been.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q

from cauce.agreements.events import AGREEMENT_BROKEN, AGREEMENT_CANCELLED
from cauce.agreements.models import NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations.refusals import AgreementNotReady, AgreementRefused
from cauce.agreements.operations.steps import hold_agreement, note_act, step_agreement
from cauce.agreements.queries import note_balances, policy_on
from cauce.agreements.rules import LIVE_AGREEMENTS, OUTSTANDING_NOTES
from cauce.core.clock import local_day
from cauce.core.es_mx import count_of, format_date, format_money
from cauce.core.money import ZERO
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.models import Allocation, Book, Posting, Reason, Transfer
from cauce.ledger.operations import (
    accrue_surcharges,
    begin_posting,
    collect_vat,
    lock_accounts,
    mirror_of,
    post_surcharges,
    reverse_posting,
    undo_transfers,
    write_allocations,
    write_transfers,
)
from cauce.ledger.queries import CollectionLaw, booking_day, collection_law, pending_charges
from cauce.ledger.rules import (
    ADVANCE,
    INSTALMENT,
    Allotment,
    Entry,
    OpenCharge,
    allocate,
    payable_on,
)
from cauce.registry.operations import refuse_own_account
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User
from cauce.users.queries import office_calendar

State = PaymentAgreement.State
Answer = TypeVar("Answer")


class _LookedAt(Exception):
    """What was seen while the agreement was undone."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer


def undone_for_a_moment(*, agreement: PaymentAgreement, look: Callable[[], Answer], at: datetime, by: User) -> Answer:
    """What ``look`` sees if a live agreement were undone; nothing of it stays written."""
    try:
        with transaction.atomic():
            unwind(
                agreement,
                to=State.RESTRUCTURED,
                ends_notes=PromissoryNote.State.REPLACED,
                reason="Para ver cómo quedaría",
                key=f"mirar/{agreement.pk}",
                at=at,
                by=by,
            )
            raise _LookedAt(look())
    except _LookedAt as seen:
        answer: Answer = seen.answer
        return answer


@transaction.atomic
def cancel_agreement(*, agreement: PaymentAgreement, reason: str, at: datetime, by: User, key: str) -> PaymentAgreement:
    """Undo a signed agreement by decision: its debt comes back where it was and its pending notes are cancelled.

    Idempotent by key.

    :raises AgreementRefused: if no reason is given.
    :raises AgreementNotReady: if it is not signed, or it ended.
    :raises OwnAccount: if who cancels is linked to the account or to who signed.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    if not reason.strip():
        raise AgreementRefused("Escriba por qué se cancela el convenio.")
    lock_accounts([agreement.account_id])
    if Posting.objects.filter(key=key).exists():
        return PaymentAgreement.objects.get(pk=agreement.pk)
    refuse_own_account(by=by, account_ids=[agreement.account_id], party_ids=[agreement.debtor_id, agreement.obligor_id])
    found = unwind(
        agreement,
        to=State.CANCELLED,
        ends_notes=PromissoryNote.State.CANCELLED,
        reason=reason,
        key=key,
        at=at,
        by=by,
    )
    _tell(AGREEMENT_CANCELLED, found, reason, at, by)
    return found


@transaction.atomic
def end_if_broken(*, agreement: PaymentAgreement, at: datetime, by: User) -> bool:
    """End an agreement whose rule says that it broke: a down payment that did not come, or notes left unpaid.

    Idempotent: one that ended stays.

    :returns: whether it ended now.
    """
    lock_accounts([agreement.account_id])
    found = PaymentAgreement.objects.select_related("document", "policy").get(pk=agreement.pk)
    today = local_day(at)
    if found.state == State.SIGNED and found.down_payment_due_on < today:
        reason = f"No se pagó el enganche a más tardar el {format_date(found.down_payment_due_on)}."
        ended = unwind(
            found,
            to=State.CANCELLED,
            ends_notes=PromissoryNote.State.CANCELLED,
            reason=reason,
            key=f"convenio-{found.pk}-sin-enganche",
            at=at,
            by=by,
        )
        _tell(AGREEMENT_CANCELLED, ended, reason, at, by)
        return True
    if found.state != State.IN_FORCE:
        return False
    reason = _why_broken(found, today)
    if not reason:
        return False
    ended = unwind(
        found,
        to=State.BROKEN,
        ends_notes=PromissoryNote.State.CANCELLED,
        reason=reason,
        key=f"convenio-{found.pk}-incumplido-{today:%Y%m%d}",
        at=at,
        by=by,
    )
    _tell(AGREEMENT_BROKEN, ended, reason, at, by)
    return True


def break_agreements(*, at: datetime, by: User) -> int:
    """End every agreement whose rule says that it broke, each in its own transaction. Idempotent.

    :returns: how many ended.
    """
    today = local_day(at)
    late = PaymentAgreement.objects.live().filter(
        Q(state=State.SIGNED, down_payment_due_on__lt=today)
        | Q(state=State.IN_FORCE, notes__state__in=OUTSTANDING_NOTES, notes__due_on__lt=today)
    )
    ended = 0
    for agreement in late.distinct().order_by("pk"):
        ended += end_if_broken(agreement=agreement, at=at, by=by)
    return ended


def _why_broken(agreement: PaymentAgreement, today: date) -> str:
    """The sentence of the rule that a live agreement broke, empty if it keeps it."""
    _, limits = policy_on(agreement.as_of)
    calendar = office_calendar()
    late = [
        note
        for note in agreement.notes.filter(state__in=OUTSTANDING_NOTES, due_on__lt=today).order_by("number")
        if calendar.after(note.due_on, limits.grace_business_days) < today
    ]
    if len(late) < limits.breaks_after_overdue:
        return ""
    return (
        f"{count_of(len(late), 'parcialidad vencida', 'parcialidades vencidas')} con más de "
        f"{count_of(limits.grace_business_days, 'día hábil', 'días hábiles')} de gracia (la primera, el "
        f"{format_date(late[0].due_on)})."
    )


def unwind(
    agreement: PaymentAgreement,
    *,
    to: PaymentAgreement.State,
    ends_notes: PromissoryNote.State,
    reason: str,
    key: str,
    at: datetime,
    by: User,
) -> PaymentAgreement:
    """Undo a live agreement in the caller's transaction: reverse its signing and apply again what was paid under it.

    :raises AgreementNotReady: if it is not signed, or it ended.
    """
    found = hold_agreement(agreement, expected=sorted(LIVE_AGREEMENTS), act="deshacer")
    if found.posting is None:
        raise AgreementNotReady(f"El convenio {found.document.folio} no se ha firmado.")
    booked_on = booking_day(at)
    today = local_day(at)
    law = collection_law(today)
    posting, is_new = begin_posting(
        operation="unwind_agreement", key=key, body={"agreement": found.pk, "to": to}, at=at, by=by
    )
    if not is_new:
        return found
    outstanding = list(found.notes.filter(state__in=OUTSTANDING_NOTES).order_by("number"))
    owed = note_balances([note.pk for note in outstanding])
    paid = _free_what_was_paid(found, posting, booked_on)
    reverse_posting(
        posting=found.posting,
        document_id=found.document_id,
        order=law.order,
        key=f"{key}/firma",
        at=at,
        by=by,
    )
    _apply_again(found, paid, posting, law, booked_on, key, at, by)
    accrue_surcharges(
        account_ids=[found.account_id], to=today, rule=law.surcharges, key=f"{key}/recargos", at=at, by=by
    )
    is_replaced = ends_notes == PromissoryNote.State.REPLACED
    NoteAct.objects.bulk_create(
        [
            note_act(
                note,
                kind=NoteAct.Kind.REPLACED if is_replaced else NoteAct.Kind.CANCELLED,
                amount=owed[note.pk].total,
                whole=True,
                booked_on=booked_on,
                posting=posting,
                remark=reason[:200],
                at=at,
                by=by,
            )
            for note in outstanding
        ]
    )
    found.notes.filter(pk__in=[note.pk for note in outstanding]).update(state=ends_notes)
    found.ended_at, found.end_reason = at, reason.strip()
    step_agreement(found, to=to, note=reason, also=["ended_at", "end_reason"], at=at, by=by)
    return found


class _Paid:
    """Money of one credit that settled notes: how much, as of when, and how much of it was VAT."""

    def __init__(self, credit: Transfer, effective_on: date) -> None:
        self.credit = credit
        self.effective_on = effective_on
        self.amount = ZERO
        self.vat = ZERO


def _free_what_was_paid(agreement: PaymentAgreement, posting: Posting, booked_on: date) -> list[_Paid]:
    """Take back from the notes what settled them: interest let go is charged again; money is returned to be applied."""
    live = list(
        Allocation.objects.live()
        .filter(charge__note_charge__note__agreement=agreement)
        .select_related("charge", "credit")
        .order_by("effective_on", "id")
    )
    forgiven = {
        allocation.credit_id: allocation.credit
        for allocation in live
        if allocation.credit.reason == Reason.INTEREST_FORGIVEN
    }
    money = [allocation for allocation in live if allocation.credit_id not in forgiven]
    write_allocations(posting=posting, allotments=[mirror_of(allocation) for allocation in money])
    undo_transfers(
        transfers=list(forgiven.values()), posting=posting, document_id=agreement.document_id, booked_on=booked_on
    )
    paid: dict[tuple[int, date], _Paid] = {}
    for allocation in money:
        whose = (allocation.credit_id, allocation.effective_on)
        gathered = paid.setdefault(whose, _Paid(allocation.credit, allocation.effective_on))
        gathered.amount += allocation.amount
        if allocation.charge.concept == VAT:
            gathered.vat += allocation.amount
    return list(paid.values())


def _apply_again(
    agreement: PaymentAgreement,
    paid: Sequence[_Paid],
    posting: Posting,
    law: CollectionLaw,
    booked_on: date,
    key: str,
    at: datetime,
    by: User,
) -> None:
    """Have each payment settle what the law's order would have had it settle on its own day."""
    for number, money in enumerate(paid, start=1):
        day = money.effective_on
        post_surcharges(
            account_ids=[agreement.account_id],
            to=day,
            rule=law.surcharges,
            booked_on=booked_on,
            key=f"{key}/{number}",
            at=at,
            by=by,
        )
        owed = {
            charge.id: charge
            for charge in payable_on(pending_charges([agreement.account_id]), law.order, on=day)
            if charge.party_id == agreement.debtor_id and charge.book == Book.RECEIVABLE
        }
        parts = [
            (owed[charge_id], part) for charge_id, part in allocate(money.amount, owed.values(), law.order, on=day)
        ]
        _move_money(agreement, money, parts, posting, booked_on)


def _move_money(
    agreement: PaymentAgreement,
    money: _Paid,
    parts: Sequence[tuple[OpenCharge, Decimal]],
    posting: Posting,
    booked_on: date,
) -> None:
    """Move one payment from the agreements' book to what it settles; what nothing takes stays in favour."""
    applied = sum((part for _, part in parts), ZERO)
    moved = [(Book.RECEIVABLE, INSTALMENT, applied, parts), (Book.ADVANCES, ADVANCE, money.amount - applied, ())]
    for book, concept, amount, settled in moved:
        if amount <= 0:
            continue
        entry = Entry(
            debit_book=Book.AGREEMENT,
            credit_book=book,
            concept=concept,
            amount=amount,
            effective_on=money.effective_on,
            reason=Reason.AGREEMENT,
            party_id=agreement.debtor_id,
            account_id=agreement.account_id,
            due_on=money.effective_on,
            document_id=money.credit.document_id,
        )
        [transfer_id] = write_transfers(posting=posting, entries=[entry], booked_on=booked_on)
        write_allocations(
            posting=posting,
            allotments=[
                Allotment(money.credit.pk, transfer_id, amount, money.effective_on),
                *[Allotment(transfer_id, charge.id, part, money.effective_on) for charge, part in settled],
            ],
        )
    vat = sum((part for charge, part in parts if charge.concept == VAT), ZERO)
    collect_vat(
        posting=posting,
        more=vat - money.vat,
        effective_on=money.effective_on,
        booked_on=booked_on,
        party_id=agreement.debtor_id,
        account_id=agreement.account_id,
        document_id=money.credit.document_id,
    )


def _tell(kind: EventKind, agreement: PaymentAgreement, reason: str, at: datetime, by: User) -> None:
    returned = sum((debt.financed for debt in agreement.debts.all()), ZERO)
    publish(
        kind,
        subject_kind="PaymentAgreement",
        subject_id=agreement.pk,
        account_id=agreement.account_id,
        facts={"folio": agreement.document.folio, "reason": _sentence(reason), "amount": format_money(returned)},
        at=at,
        by=by,
    )


def _sentence(reason: str) -> str:
    text = reason.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
