"""Notes whose day passed unpaid."""

from datetime import datetime

from django.db import transaction

from cauce.agreements.events import NOTE_OVERDUE
from cauce.agreements.models import NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations.proposing import withdraw_agreement
from cauce.agreements.queries import note_balances
from cauce.core.clock import local_day
from cauce.core.es_mx import format_money
from cauce.events.operations import publish
from cauce.ledger.operations import lock_accounts
from cauce.ledger.queries import booking_day
from cauce.users.models import User

_WAITING = (PromissoryNote.State.SIGNED, PromissoryNote.State.IN_SAFE)


def mark_overdue_notes(*, at: datetime, by: User) -> int:
    """Say which notes fell due unpaid before today, each account in its own transaction. Idempotent.

    :returns: how many are overdue since now.
    """
    today = local_day(at)
    late = PromissoryNote.objects.filter(state__in=_WAITING, due_on__lt=today)
    accounts = sorted(set(late.values_list("agreement__account_id", flat=True)))
    return sum(_mark(account_id, at, by) for account_id in accounts)


def withdraw_stale_agreements(*, at: datetime, by: User) -> int:
    """Give up what was prepared on an earlier day and nobody signed: what it says is no longer owed. Idempotent.

    :returns: how many were withdrawn.
    """
    stale = PaymentAgreement.objects.filter(state=PaymentAgreement.State.PREPARED, as_of__lt=local_day(at))
    withdrawn = 0
    for agreement in stale.order_by("pk"):
        withdraw_agreement(agreement=agreement, reason="No se firmó el día para el que se preparó.", at=at, by=by)
        withdrawn += 1
    return withdrawn


@transaction.atomic
def _mark(account_id: int, at: datetime, by: User) -> int:
    lock_accounts([account_id])
    late = list(
        PromissoryNote.objects.filter(agreement__account_id=account_id, state__in=_WAITING, due_on__lt=local_day(at))
        .select_related("document")
        .order_by("pk")
    )
    owed = note_balances([note.pk for note in late])
    booked_on = booking_day(at)
    for note in late:
        note.state = PromissoryNote.State.OVERDUE
        note.save(update_fields=["state"])
        NoteAct.objects.create(note=note, kind=NoteAct.Kind.OVERDUE, booked_on=booked_on, at=at, by=by)
        publish(
            NOTE_OVERDUE,
            subject_kind="PromissoryNote",
            subject_id=note.pk,
            account_id=account_id,
            facts={
                "folio": note.document.folio,
                "number": note.number,
                "of": note.of,
                "pending": format_money(owed[note.pk].total),
            },
            at=at,
            by=by,
        )
    return len(late)
