"""Where the paper of each note is: kept in the safe, and given back once it is paid."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cauce.agreements.events import NOTE_RETURNED, NOTES_KEPT
from cauce.agreements.models import NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations.refusals import NoteNotHere
from cauce.core.es_mx import join_words
from cauce.events.operations import publish
from cauce.ledger.operations import lock_accounts
from cauce.ledger.queries import booking_day
from cauce.users.models import User


@transaction.atomic
def keep_notes(
    *, agreement: PaymentAgreement, notes: Collection[PromissoryNote], where: str, at: datetime, by: User
) -> int:
    """Receive the signed papers of an agreement in custody: who keeps them is ``by``, in the place ``where``.

    Idempotent: those that are there already stay; one that moves to another place says so.

    :returns: how many were received.
    :raises NoteNotHere: if no place is given, or one is not signed or is paid.
    """
    if not where.strip():
        raise NoteNotHere("Escriba dónde quedan los pagarés: la caja fuerte, el expediente…")
    lock_accounts([agreement.account_id])
    wanted = {note.pk for note in notes}
    held = list(PromissoryNote.objects.select_for_update(no_key=True).filter(agreement=agreement, pk__in=wanted))
    waiting = [PromissoryNote.State.SIGNED, PromissoryNote.State.IN_SAFE, PromissoryNote.State.OVERDUE]
    wrong = [note.number for note in held if note.state not in waiting]
    if wrong or len(held) != len(wanted) or not held:
        told = join_words([str(number) for number in sorted(wrong)]) or "elegido"
        raise NoteNotHere(f"El pagaré {told} no está firmado y pendiente de pago: no se puede resguardar.")
    place = where.strip()
    moved = [note for note in held if note.held_at != place or note.held_by_id != by.pk]
    for note in moved:
        if note.state == PromissoryNote.State.SIGNED:
            note.state = PromissoryNote.State.IN_SAFE
        note.held_by, note.held_at = by, place
        note.save(update_fields=["state", "held_by", "held_at"])
    booked_on = booking_day(at)
    NoteAct.objects.bulk_create(
        [
            NoteAct(note=note, kind=NoteAct.Kind.KEPT, booked_on=booked_on, remark=place[:200], at=at, by=by)
            for note in moved
        ]
    )
    if moved:
        publish(
            NOTES_KEPT,
            subject_kind="PaymentAgreement",
            subject_id=agreement.pk,
            account_id=agreement.account_id,
            facts={"count": len(moved), "folio": agreement.document.folio, "where": place},
            at=at,
            by=by,
        )
    return len(moved)


@transaction.atomic
def return_note(*, note: PromissoryNote, to: str, at: datetime, by: User) -> PromissoryNote:
    """Give the paper of a paid note back to who signed it, and say to whom. Idempotent.

    :raises NoteNotHere: if it is not paid, or nobody is named.
    """
    if not to.strip():
        raise NoteNotHere("Escriba a quién se devuelve el pagaré.")
    lock_accounts([note.agreement.account_id])
    PromissoryNote.objects.select_for_update(no_key=True).get(pk=note.pk)
    found = PromissoryNote.objects.select_related("document", "agreement").get(pk=note.pk)
    if found.state == PromissoryNote.State.RETURNED:
        return found
    if found.state != PromissoryNote.State.PAID:
        raise NoteNotHere(
            f"El pagaré {found.document.folio} está en «{found.get_state_display().lower()}»: sólo se devuelve pagado."
        )
    found.state = PromissoryNote.State.RETURNED
    found.held_by, found.held_at = None, to.strip()[:120]
    found.save(update_fields=["state", "held_by", "held_at"])
    NoteAct.objects.create(
        note=found,
        kind=NoteAct.Kind.RETURNED,
        booked_on=booking_day(at),
        remark=to.strip()[:200],
        at=at,
        by=by,
    )
    publish(
        NOTE_RETURNED,
        subject_kind="PromissoryNote",
        subject_id=found.pk,
        account_id=found.agreement.account_id,
        facts={"to": to.strip(), "folio": found.document.folio},
        at=at,
        by=by,
    )
    return found
