"""What came of each notice and of each order of the ladder: delivered, refused, vacant, returned; done or not."""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from cauce.collections.events import BATCH_SENT, LADDER_ORDER_ENDED, NOTICE_CAPTURED
from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.operations.batches import hold_batch
from cauce.collections.operations.refusals import NoticePaid, NoticeRefused
from cauce.collections.queries.ladder import overdue_debt_of
from cauce.collections.rules.notices import OUTCOME_WORDS, state_after
from cauce.core.clock import local_day
from cauce.core.es_mx import count_of, format_date
from cauce.core.money import ZERO
from cauce.documents.models import StoredFile
from cauce.events.operations import publish
from cauce.ledger.operations import lock_accounts
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.workorders.models import WorkOrder, WorkOrderResult

SENT_CHANNELS: Final = frozenset({LadderStep.Channel.EMAIL, LadderStep.Channel.TEXT})
CAPTURED: Final = frozenset({LadderAct.State.DELIVERED, LadderAct.State.NOT_DELIVERED})


@transaction.atomic
def capture_delivery(
    *,
    act: LadderAct,
    outcome: str,
    on: date,
    note: str = "",
    evidence: StoredFile | None = None,
    at: datetime,
    by: User,
) -> LadderAct:
    """Write down what came of a notice, on the day it was. Captured again, it is put right. Idempotent.

    Refused counts as delivered, since whoever refused it was told; vacant and returned do not, and the notice must be
    repeated.

    :raises NoticePaid: if its account has paid since it was issued, or it was called back for that.
    :raises NoticeRefused: if it was not issued, or the day is before it was or has not come.
    :raises OwnAccount: if who captures it is linked to the account.
    """
    lock_accounts([act.account_id])
    act = _held(act.pk)
    note = note.strip()[:240]
    if (act.outcome, act.ended_on, act.note) == (outcome, on, note) and act.state in CAPTURED:
        return act
    _refuse_capture(act, on, at)
    refuse_own_account(by=by, account_ids=[act.account_id])
    act.state = LadderAct.State(state_after(outcome))
    act.outcome = LadderAct.Outcome(outcome)
    act.ended_on, act.note = on, note
    act.captured_at, act.captured_by = at, by
    act.evidence = evidence or act.evidence
    act.save(update_fields=["state", "outcome", "ended_on", "note", "captured_at", "captured_by", "evidence"])
    publish(
        NOTICE_CAPTURED,
        subject_kind="LadderAct",
        subject_id=act.pk,
        account_id=act.account_id,
        facts={
            "step": act.step.name,
            "folio": "" if act.document is None else act.document.folio,
            "outcome": OUTCOME_WORDS[outcome],
            "day": format_date(on),
            "note": note,
        },
        at=at,
        by=by,
    )
    return act


@transaction.atomic
def mark_batch_sent(*, batch: CollectionBatch, on: date, at: datetime, by: User) -> int:
    """Say that the e-mails or messages of a batch were sent on a day; those that came back are captured one by one.

    Nothing is sent by the product: the list was taken to whoever sends it. Idempotent.

    :returns: how many were marked.
    :raises NoticeRefused: if the batch was not issued, is not of messages, or the day is not between then and today.
    """
    batch = hold_batch(batch.pk)
    if batch.step.channel not in SENT_CHANNELS or batch.issued_at is None:
        raise NoticeRefused(
            f"La relación {batch.document.folio} no es de mensajes o correos ya emitidos; lo que se entrega en el "
            "domicilio se captura papel por papel."
        )
    if not local_day(batch.issued_at) <= on <= local_day(at):
        raise NoticeRefused(
            f"El envío fue entre el {format_date(local_day(batch.issued_at))}, cuando se emitió, y hoy; revise el día."
        )
    marked = LadderAct.objects.filter(batch=batch, state=LadderAct.State.ISSUED).update(
        state=LadderAct.State.DELIVERED,
        outcome=LadderAct.Outcome.DELIVERED,
        ended_on=on,
        captured_at=at,
        captured_by=by,
    )
    if marked:
        facts = {
            "folio": batch.document.folio,
            "step": batch.step.name,
            "accounts": count_of(marked, "cuenta", "cuentas"),
        }
        publish(BATCH_SENT, subject_kind="CollectionBatch", subject_id=batch.pk, facts=facts, at=at, by=by)
    return marked


@transaction.atomic
def note_order_result(*, order: WorkOrder, at: datetime, by: User) -> LadderAct | None:
    """Take what a crew reported of an order of the ladder as what came of its act. Idempotent.

    The acts of reductions and suspensions are ended by who orders them.

    :returns: the act, or None if the order is of none, or has no result yet.
    """
    result = WorkOrderResult.objects.filter(order=order).order_by("-pk").first()
    found = (
        LadderAct.objects.filter(order=order)
        .exclude(step__kind__in=[LadderStep.Kind.EXECUTION, LadderStep.Kind.AUTHORISATION])
        .first()
    )
    if result is None or found is None:
        return None
    lock_accounts([found.account_id])
    act = _held(found.pk)
    if act.state != LadderAct.State.ISSUED:
        return act
    is_paper = act.document_id is not None
    if result.is_done:
        act.state = LadderAct.State.DELIVERED if is_paper else LadderAct.State.DONE
        act.outcome = LadderAct.Outcome.DELIVERED if is_paper else ""
    else:
        act.state = LadderAct.State.NOT_DELIVERED if is_paper else LadderAct.State.NOT_DONE
        act.outcome = LadderAct.Outcome.RETURNED if is_paper else ""
    act.ended_on = local_day(result.finished_at)
    act.note = (result.notes if result.is_done else result.reason)[:240]
    act.captured_at, act.captured_by = at, by
    act.save(update_fields=["state", "outcome", "ended_on", "note", "captured_at", "captured_by"])
    publish(
        LADDER_ORDER_ENDED,
        subject_kind="LadderAct",
        subject_id=act.pk,
        account_id=act.account_id,
        facts={
            "step": act.step.name,
            "outcome": act.get_state_display().lower(),
            "folio": order.document.folio,
        },
        at=at,
        by=by,
    )
    return act


def _refuse_capture(act: LadderAct, on: date, at: datetime) -> None:
    """:raises NoticeRefused: saying why what came of an act cannot be written down."""
    folio = act.step.name if act.document is None else act.document.folio
    if act.state == LadderAct.State.RECALLED:
        raise NoticePaid(
            f"El aviso {folio} se retiró porque la cuenta pagó o se puso al corriente: no se captura ni cuenta como "
            "entregado. Devuélvalo a la coordinación."
        )
    if act.state not in {LadderAct.State.ISSUED, *CAPTURED} or act.issued_on is None:
        raise NoticeRefused(
            f"{folio} está «{act.get_state_display().lower()}»: sólo se captura la entrega de lo que ya se emitió."
        )
    if on > local_day(at):
        raise NoticeRefused("La entrega no puede ser de un día que no ha llegado; revise la fecha.")
    if on < act.issued_on:
        raise NoticeRefused(
            f"El aviso {folio} se emitió el {format_date(act.issued_on)}: no pudo entregarse antes. Revise la fecha."
        )
    if act.state == LadderAct.State.ISSUED and overdue_debt_of(act.account_id, day=on) <= ZERO:
        raise NoticePaid(
            f"La cuenta del aviso {folio} ya no debía nada vencido el {format_date(on)}: pagó después de que se "
            "imprimió. No se captura; devuélvalo a la coordinación."
        )


def _held(act_id: int) -> LadderAct:
    """An act, kept from any other session until the transaction ends."""
    LadderAct.objects.select_for_update(no_key=True).filter(pk=act_id).values_list("pk").first()
    return LadderAct.objects.select_related("step", "document", "account").get(pk=act_id)
