"""Batches of the ladder: chosen and previewed, approved by another person, or discarded."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef

from cauce.collections.events import (
    BATCH_ACT_EXCLUDED,
    BATCH_APPROVED,
    BATCH_CLOSED,
    BATCH_DISCARDED,
    BATCH_ISSUE_STARTED,
    BATCH_PREPARED,
)
from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.operations.portfolio import take_arrears_snapshot
from cauce.collections.operations.refusals import BatchRefused
from cauce.collections.queries.ladder import owing_of, own_accounts_of, present_ladder, taken_of
from cauce.collections.queries.portfolio import Debtor, selected_debtors
from cauce.collections.rules import Filters
from cauce.collections.rules.ladder import WAITING, Ladder, Rung, days_of, why_not
from cauce.core.bulk import copy_rows
from cauce.core.clock import local_day
from cauce.core.es_mx import count_of, format_date, format_money
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

SERIES: Final = "RC"
CHUNK: Final = 5000
ORDERED_ELSEWHERE: Final = frozenset({LadderStep.Kind.AUTHORISATION, LadderStep.Kind.EXECUTION})
OWN_ACCOUNT: Final = "Es de quien prepara la relación o de alguien de su familia: la prepara otra persona."
_COLUMNS: Final = (
    "batch_id", "step_id", "account_id", "state", "debt", "months", "charged", "place", "day_number", "blocks",
    "outcome", "note",
)  # fmt: skip


class Chosen(NamedTuple):
    """A debtor of a batch, what it owes by the ledger, and why it may not go in it."""

    account_id: int
    debt: Decimal
    months: int
    blocks: tuple[str, ...]


@transaction.atomic
def prepare_batch(
    *,
    step: LadderStep,
    filters: Filters,
    day: date,
    capacity: int | None,
    at: datetime,
    by: User,
    key: str,
) -> CollectionBatch:
    """Choose the debtors of a portfolio to whom a rung is applied, in walking order, and say why the others are not.

    The portfolio of ``day`` is taken if it is missing; who has paid since, has a hold, a live agreement or a dead
    holder, lacks a step or has a term running stays in the batch as excluded, with its sentences. ``capacity`` is how
    many are done in a day, which cuts the batch in days. Nothing is charged nor sent. Idempotent by key.

    :raises BatchRefused: if the rung is out of use, the capacity is not positive, or nobody is chosen.
    :raises PortfolioOfTheFuture: if the day has not come.
    """
    # Two batches of the same rung, one after the other: the second sees whom the first took.
    step = LadderStep.objects.select_for_update(no_key=True).get(pk=step.pk)
    done = CollectionBatch.objects.filter(key=key).select_related("document", "step").first()
    if done is not None:
        return done
    if not step.is_active:
        raise BatchRefused(f"«{step.name}» ya no se usa; elija otro peldaño de la escalera.")
    if capacity is not None and capacity < 1:
        raise BatchRefused("La capacidad por día es 1 o más; déjela en blanco si todo sale el mismo día.")
    take_arrears_snapshot(day=day, at=at, by=by)
    debtors = selected_debtors(filters, day=day)
    if not debtors:
        raise BatchRefused(
            f"Ninguna cuenta de la cartera al {format_date(day)} cumple esa selección; amplíela y vuelva a intentarlo."
        )
    batch = CollectionBatch(
        key=key, step=step, day=day, filters=filters.as_dict(), capacity=capacity, made_at=at, made_by=by
    )
    batch.document = create_document(
        kind=Document.Kind.COLLECTION_BATCH, series=SERIES, issued_on=local_day(at), at=at, by=by
    )
    batch.save(force_insert=True)
    _write_acts(batch, debtors, day=local_day(at), by=by)
    _tell(
        BATCH_PREPARED,
        batch,
        at=at,
        by=by,
        accounts=_accounts(batch),
        debt=format_money(batch.debt),
        excluded=len(debtors) - batch.accounts,
    )
    return batch


@transaction.atomic
def exclude_act(*, act: LadderAct, reason: str, at: datetime, by: User) -> LadderAct:
    """Take an account out of a batch that is being previewed or waits to be issued, saying why. Idempotent.

    :raises BatchRefused: if it does not say why, or the batch was already issued.
    :raises OwnAccount: if who takes it out is linked to the account.
    """
    reason = reason.strip()
    if not reason:
        raise BatchRefused("Escriba por qué se quita la cuenta de la relación.")
    batch = hold_batch(act.batch_id)
    act = LadderAct.objects.select_for_update(no_key=True).get(pk=act.pk)
    if act.state == LadderAct.State.EXCLUDED:
        return act
    if act.state != LadderAct.State.SELECTED or batch.issuing_at is not None:
        raise BatchRefused(f"La relación {batch.document.folio} ya se está emitiendo; la cuenta ya no se puede quitar.")
    refuse_own_account(by=by, account_ids=[act.account_id])
    act.state = LadderAct.State.EXCLUDED
    act.blocks = [f"La quitó {by}: {reason}"[:240]]
    act.save(update_fields=["state", "blocks"])
    batch.accounts -= 1
    batch.debt -= act.debt
    batch.save(update_fields=["accounts", "debt"])
    _tell(BATCH_ACT_EXCLUDED, batch, account_id=act.account_id, at=at, by=by, reason=reason)
    return act


@transaction.atomic
def approve_batch(*, batch: CollectionBatch, at: datetime, by: User) -> CollectionBatch:
    """Approve a previewed batch: another person than who prepared it. Idempotent for who approved it.

    :raises BatchRefused: if who approves it prepared it, it has no accounts, or it does not wait for approval.
    """
    batch = hold_batch(batch.pk)
    if batch.state == CollectionBatch.State.APPROVED and batch.approved_by_id == by.pk:
        return batch
    if batch.state != CollectionBatch.State.PREVIEWED:
        raise BatchRefused(_not_any_more(batch, "aprobarse"))
    if batch.made_by_id == by.pk:
        raise BatchRefused("Usted preparó esta relación: la aprueba otra persona.")
    if not batch.accounts:
        raise BatchRefused("La relación no tiene ninguna cuenta que pueda salir; descártela y prepare otra.")
    batch.state = CollectionBatch.State.APPROVED
    batch.approved_at, batch.approved_by = at, by
    batch.save(update_fields=["state", "approved_at", "approved_by"])
    _tell(BATCH_APPROVED, batch, at=at, by=by, accounts=_accounts(batch))
    return batch


@transaction.atomic
def discard_batch(*, batch: CollectionBatch, reason: str, at: datetime, by: User) -> CollectionBatch:
    """Say that a batch will not go out; its accounts are free for another one. Idempotent.

    :raises BatchRefused: if it does not say why, or it was issued.
    """
    reason = reason.strip()
    if not reason:
        raise BatchRefused("Escriba por qué se descarta la relación.")
    batch = hold_batch(batch.pk)
    if batch.state == CollectionBatch.State.DISCARDED:
        return batch
    if batch.state not in {CollectionBatch.State.PREVIEWED, CollectionBatch.State.APPROVED} or batch.issuing_at:
        raise BatchRefused(_not_any_more(batch, "descartarse"))
    LadderAct.objects.filter(batch=batch, state__in=["SELECTED", "AUTHORISED"]).update(state=LadderAct.State.DISCARDED)
    batch.state = CollectionBatch.State.DISCARDED
    batch.note = reason
    batch.save(update_fields=["state", "note"])
    _tell(BATCH_DISCARDED, batch, at=at, by=by, reason=reason)
    return batch


@transaction.atomic
def start_issuing_batch(*, batch: CollectionBatch, at: datetime, by: User) -> CollectionBatch:
    """Ask for an approved batch to be issued; a worker does it, chunk by chunk. Idempotent.

    :raises BatchRefused: if it is not approved, or what it does is ordered from the screen of reductions.
    """
    batch = hold_batch(batch.pk)
    if batch.state == CollectionBatch.State.ISSUED or batch.issuing_at is not None:
        return batch
    if batch.state != CollectionBatch.State.APPROVED:
        raise BatchRefused(_not_any_more(batch, "emitirse"))
    if batch.step.kind in ORDERED_ELSEWHERE:
        raise BatchRefused(
            f"«{batch.step.name}» no se emite aquí: se autoriza cuenta por cuenta en «Reducción del servicio»."
        )
    batch.issuing_at = at
    batch.save(update_fields=["issuing_at"])
    _tell(BATCH_ISSUE_STARTED, batch, at=at, by=by)
    return batch


@transaction.atomic
def close_finished_batches(*, at: datetime, by: User) -> int:
    """End the issued batches in which nothing waits any more: no account to issue, to authorise or to capture.

    A capture may still be put right afterwards. Idempotent: what is closed is not looked at again.

    :returns: how many were closed.
    """
    waiting = LadderAct.objects.filter(batch=OuterRef("pk"), state__in=WAITING)
    finished = CollectionBatch.objects.filter(~Exists(waiting), state=CollectionBatch.State.ISSUED)
    held = list(finished.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    closing = list(CollectionBatch.objects.filter(pk__in=held).select_related("document", "step"))
    for batch in closing:
        batch.state = CollectionBatch.State.CLOSED
        batch.save(update_fields=["state"])
        _tell(BATCH_CLOSED, batch, at=at, by=by, accounts=_accounts(batch))
    return len(closing)


def hold_batch(batch_id: int | None) -> CollectionBatch:
    """A batch, kept from any other session until the transaction ends."""
    CollectionBatch.objects.select_for_update(no_key=True).filter(pk=batch_id).values_list("pk").first()
    # Read once held: what is joined to a row that was waited for is as it was before the wait.
    return CollectionBatch.objects.select_related("document", "step__order_type", "made_by").get(pk=batch_id)


def _chosen_of(ladder: Ladder, rung: Rung, debtors: Sequence[Debtor], *, day: date, user_id: int) -> Iterator[Chosen]:
    """Each debtor with what it owes now and why the rung may not be taken with it, a chunk of them at a time."""
    for start in range(0, len(debtors), CHUNK):
        ids = [debtor.account_id for debtor in debtors[start : start + CHUNK]]
        owed, taken, own = owing_of(ids, day=day), taken_of(ids), own_accounts_of(user_id, ids)
        for account_id in ids:
            owing = owed[account_id].owing
            blocks = why_not(ladder, rung, owing, taken.get(account_id, ()), day)
            if account_id in own:
                blocks = (*blocks, OWN_ACCOUNT)
            yield Chosen(account_id, owing.debt, owing.months, blocks)


def _write_acts(batch: CollectionBatch, debtors: Sequence[Debtor], *, day: date, by: User) -> None:
    ladder = present_ladder()
    rung = ladder.rung(batch.step_id)
    assert rung is not None
    place, debt = 0, ZERO
    rows: list[tuple[object, ...]] = []
    for chosen in _chosen_of(ladder, rung, debtors, day=day, user_id=by.pk):
        goes = not chosen.blocks
        place += goes
        debt += chosen.debt if goes else ZERO
        state = LadderAct.State.SELECTED if goes else LadderAct.State.EXCLUDED
        turn = days_of(place, batch.capacity) if goes else 1
        blocks = [sentence[:240] for sentence in chosen.blocks]
        rows.append(
            (batch.pk, batch.step_id, chosen.account_id, state.value, chosen.debt, chosen.months, ZERO,
             place if goes else 0, turn, blocks, "", "")
        )  # fmt: skip
    copy_rows(LadderAct._meta.db_table, _COLUMNS, rows)
    batch.accounts, batch.debt, batch.cost = place, debt, batch.step.unit_cost * place
    batch.save(update_fields=["accounts", "debt", "cost"])


def _not_any_more(batch: CollectionBatch, what: str) -> str:
    state = "emitiéndose" if batch.issuing_at and batch.issued_at is None else batch.get_state_display().lower()
    return f"La relación {batch.document.folio} está {state}: no puede {what}."


def _accounts(batch: CollectionBatch) -> str:
    return count_of(batch.accounts, "cuenta", "cuentas")


def _tell(
    kind: EventKind, batch: CollectionBatch, *, account_id: int | None = None, at: datetime, by: User, **facts: object
) -> None:
    publish(
        kind,
        subject_kind="CollectionBatch",
        subject_id=batch.pk,
        account_id=account_id,
        facts={"folio": batch.document.folio, "step": batch.step.name, **facts},
        at=at,
        by=by,
    )
