"""Issuing a batch: its notices with their folios, its orders and its costs, chunk by chunk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Sum

from cauce.collections.events import BATCH_ISSUED
from cauce.collections.models import CollectionBatch, LadderAct
from cauce.collections.operations.batches import hold_batch
from cauce.collections.operations.refusals import BatchRefused
from cauce.collections.queries.ladder import AccountOwing, owing_of, present_ladder, taken_of
from cauce.collections.rules.ladder import why_not
from cauce.core.bulk import flush_later, id_array
from cauce.core.clock import local_day
from cauce.core.es_mx import count_of, format_money
from cauce.core.money import ZERO, round_to_cents
from cauce.core.periods import period_of
from cauce.documents.models import Document
from cauce.documents.operations import create_documents_in_bulk
from cauce.events.operations import publish
from cauce.ledger.models import Book, Reason
from cauce.ledger.operations import begin_posting, lock_accounts, write_transfers
from cauce.ledger.queries import booking_day, collection_law, debt_summaries
from cauce.ledger.rules import Entry
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules import OneOffCharge
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User
from cauce.workorders.models import Origin
from cauce.workorders.operations import AskedOrder, issue_work_orders

NOTICE_SERIES: Final = "AV"
CHUNK: Final = 500
PAID_MEANWHILE: Final = "Pagó entre la vista previa y la emisión: ya no tiene adeudo vencido."
_DROP: Final = """
UPDATE collections_ladderact act
SET state = 'EXCLUDED', blocks = ARRAY[told.why]::varchar[]
FROM unnest(%s::bigint[], %s::text[]) AS told (id, why)
WHERE act.id = told.id
"""
_ISSUE: Final = """
UPDATE collections_ladderact act
SET state = 'ISSUED', issued_on = %(day)s, document_id = told.document_id, debt = told.debt, months = told.months,
    to_pay = told.to_pay, charged = %(charged)s, cost_id = told.cost_id
FROM unnest(%(ids)s::bigint[], %(documents)s::bigint[], %(debts)s::numeric[], %(months)s::int[], %(to_pay)s::numeric[],
            %(costs)s::bigint[]) AS told (id, document_id, debt, months, to_pay, cost_id)
WHERE act.id = told.id
"""
_ORDERED: Final = """
UPDATE collections_ladderact act
SET order_id = told.order_id
FROM unnest(%(ids)s::bigint[], %(orders)s::bigint[]) AS told (id, order_id)
WHERE act.id = told.id
"""
_PLACED: Final = (
    "account__holder", "account__route__sector", "account__connection__premises", "document",
)  # fmt: skip


class Going(NamedTuple):
    """An act that goes out, with what its account owes now."""

    act: LadderAct
    known: AccountOwing


class Cost(NamedTuple):
    """What the law charges for an act, in pesos: before VAT, and its VAT."""

    concept: str
    amount: Decimal
    vat: Decimal


@transaction.atomic
def issue_batch_chunk(*, batch: CollectionBatch, at: datetime, by: User) -> bool:
    """Issue the next accounts of a batch: folios, costs, orders. All of the chunk or nothing.

    Each account is looked at again with its lock held: who paid, agreed or got a hold since the preview is dropped with
    its reason. The cost of the law is charged once to each account that goes. Idempotent: what was issued is not looked
    at again, and a batch without anything left is told to be issued, once.

    :returns: False when nothing was left to issue.
    :raises BatchRefused: if nobody asked for the batch to be issued.
    :raises AccountBusy: if a desk holds one of the accounts for more than three seconds; the chunk may be tried again.
    :raises NoLawInForce: if the rung charges a cost and no law rules that day.
    """
    batch = hold_batch(batch.pk)
    if batch.state in {CollectionBatch.State.ISSUED, CollectionBatch.State.CLOSED}:
        return False
    if batch.state != CollectionBatch.State.APPROVED or batch.issuing_at is None:
        raise BatchRefused(f"La relación {batch.document.folio} no se ha mandado emitir; apruébela y pida emitirla.")
    selected = LadderAct.objects.filter(batch=batch, state=LadderAct.State.SELECTED)
    wanted = dict(selected.order_by("place").values_list("account_id", "pk")[:CHUNK])
    if not wanted:
        _finish(batch, at=at, by=by)
        return False
    flush_later()
    lock_accounts(wanted)
    acts = list(selected.filter(pk__in=wanted.values()).select_for_update(no_key=True).order_by("place"))
    going = _still_going(batch, acts, at=at)
    if going:
        _issue(batch, going, at=at, by=by)
    return True


def _still_going(batch: CollectionBatch, acts: Sequence[LadderAct], *, at: datetime) -> list[Going]:
    """The acts that may still be taken; the others are dropped, each with its reason."""
    day, ladder = local_day(at), present_ladder()
    rung = ladder.rung(batch.step_id)
    assert rung is not None
    ids = [act.account_id for act in acts]
    owed, taken = owing_of(ids, day=day), taken_of(ids)
    going: list[Going] = []
    dropped: list[tuple[int, str]] = []
    for act in acts:
        known = owed[act.account_id]
        others = [each for each in taken.get(act.account_id, ()) if (each.step, each.state) != (rung.code, "SELECTED")]
        blocks = why_not(ladder, rung, known.owing, others, day)
        if not blocks:
            going.append(Going(act, known))
        elif known.owing.debt <= ZERO:
            dropped.append((act.pk, PAID_MEANWHILE))
        else:
            dropped.append((act.pk, " ".join(blocks)[:240]))
    if dropped:
        with connection.cursor() as cursor:
            cursor.execute(_DROP, [id_array(pk for pk, _ in dropped), [why for _, why in dropped]])
    return going


def _issue(batch: CollectionBatch, going: Sequence[Going], *, at: datetime, by: User) -> None:
    day = local_day(at)
    cost = _cost_of(batch, day_at=at)
    due = _to_pay(going, at=at)
    documents = _documents(batch, cost, len(going), at=at, by=by)
    charged = ZERO if cost is None else cost.amount + cost.vat
    costs = _charge(batch, going, documents, cost, at=at, by=by)
    told: dict[str, Any] = {
        "day": day,
        "charged": charged,
        "ids": [each.act.pk for each in going],
        "documents": list(documents),
        "debts": [each.known.owing.debt for each in going],
        "months": [each.known.owing.months for each in going],
        "to_pay": [due[each.act.account_id] + charged for each in going],
        "costs": list(costs),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ISSUE, told)
    if batch.step.order_type is not None:
        _order(batch, [each.act.pk for each in going], at=at, by=by)


def _to_pay(going: Sequence[Going], *, at: datetime) -> Mapping[int, Decimal]:
    """What settles what each account has overdue, with the surcharges that a payment that day would post."""
    day = local_day(at)
    summaries = debt_summaries([each.act.account_id for each in going], on=day, law=collection_law(day))
    return {account_id: summary.overdue for account_id, summary in summaries.items()}


def _documents(
    batch: CollectionBatch, cost: Cost | None, count: int, *, at: datetime, by: User
) -> Sequence[int | None]:
    """A folio for each paper; what is only an order has that of the order."""
    if not batch.step.template and cost is None:
        return [None] * count
    return create_documents_in_bulk(
        kind=Document.Kind.NOTICE, series=NOTICE_SERIES, issued_on=[local_day(at)] * count, at=at, by=by
    )


def _charge(
    batch: CollectionBatch,
    going: Sequence[Going],
    documents: Sequence[int | None],
    cost: Cost | None,
    *,
    at: datetime,
    by: User,
) -> Sequence[int | None]:
    """Charge the cost to each account; the ids of the charges, in order, or so many None."""
    if cost is None:
        return [None] * len(going)
    first = going[0].act
    posting, _ = begin_posting(
        operation="issue_batch_chunk",
        key=f"collection-batch:{batch.pk}:{first.pk}",
        body={
            "batch": batch.pk,
            "acts": [each.act.pk for each in going],
            "concept": cost.concept,
            "amount": cost.amount,
        },
        at=at,
        by=by,
    )
    entries = [
        _entry(each, document_id, cost.concept, Book.REVENUE, cost.amount, at)
        for each, document_id in zip(going, documents, strict=True)
    ]
    charges: list[int] = write_transfers(posting=posting, entries=entries, booked_on=booking_day(at))
    if cost.vat > ZERO:
        taxes = [
            _entry(each, document_id, VAT, Book.VAT_PENDING, cost.vat, at)
            for each, document_id in zip(going, documents, strict=True)
        ]
        write_transfers(posting=posting, entries=taxes, booked_on=booking_day(at))
    return charges


def _entry(each: Going, document_id: int | None, concept: str, source: Book, amount: Decimal, at: datetime) -> Entry:
    day = local_day(at)
    return Entry(
        debit_book=Book.RECEIVABLE,
        credit_book=source,
        concept=concept,
        amount=amount,
        effective_on=day,
        reason=Reason.COLLECTION_COST,
        party_id=each.known.party_id,
        account_id=each.act.account_id,
        due_on=day,
        document_id=document_id,
    )


def _cost_of(batch: CollectionBatch, *, day_at: datetime) -> Cost | None:
    if not batch.step.charge:
        return None
    services: Mapping[str, OneOffCharge] = schedule_for_period(period_of(local_day(day_at))).one_off_charges
    service = services.get(batch.step.charge)
    if service is None:
        raise BatchRefused(
            f"La ley que rige hoy no tiene el servicio «{batch.step.charge}» que cobra «{batch.step.name}»; corrija el "
            "peldaño antes de emitir."
        )
    return Cost(service.code, service.amount, round_to_cents(service.amount * service.vat_percent / 100))


def _order(batch: CollectionBatch, act_ids: Sequence[int], *, at: datetime, by: User) -> None:
    """A work order for each act that went out."""
    kind = batch.step.order_type
    assert kind is not None
    rows = LadderAct.objects.filter(pk__in=act_ids).select_related(*_PLACED).order_by("place")
    keys = {f"ladder-act:{act.pk}": act for act in rows}
    orders = issue_work_orders(
        type=kind,
        asked=[AskedOrder(act.account, _detail(batch, act), act.pk, key) for key, act in keys.items()],
        matter=batch.step.name,
        origin_kind=Origin.COLLECTIONS,
        at=at,
        by=by,
    )
    told = {"ids": [act.pk for act in keys.values()], "orders": [orders[key] for key in keys]}
    with connection.cursor() as cursor:
        cursor.execute(_ORDERED, told)


def _detail(batch: CollectionBatch, act: LadderAct) -> str:
    folio = "" if act.document is None else f" Papel: {act.document.folio}."
    return (
        f"Relación {batch.document.folio}. Adeudo vencido de {format_money(act.debt)} de "
        f"{count_of(act.months, 'mes', 'meses')}.{folio}"
    )


def _finish(batch: CollectionBatch, *, at: datetime, by: User) -> None:
    issued = LadderAct.objects.filter(batch=batch).exclude(
        state__in=[LadderAct.State.EXCLUDED, LadderAct.State.DISCARDED]
    )
    went = issued.count()
    dropped = batch.accounts - went
    batch.state = CollectionBatch.State.ISSUED
    batch.issued_at = at
    batch.accounts = went
    batch.debt = issued.aggregate(debt=Sum("debt"))["debt"] or ZERO
    batch.cost = batch.step.unit_cost * went
    batch.save(update_fields=["state", "issued_at", "accounts", "debt", "cost"])
    publish(
        BATCH_ISSUED,
        subject_kind="CollectionBatch",
        subject_id=batch.pk,
        facts={
            "folio": batch.document.folio,
            "step": batch.step.name,
            "issued": count_of(went, "cuenta", "cuentas"),
            "dropped": dropped,
        },
        at=at,
        by=by,
    )
