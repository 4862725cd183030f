"""A batch goes from a selection to notices with folio: previewed with reasons, approved by another, issued once."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cauce.cashier.models import CashSession
from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.operations import (
    BatchRefused,
    approve_batch,
    capture_delivery,
    close_finished_batches,
    discard_batch,
    exclude_act,
    issue_batch_chunk,
    prepare_batch,
    start_issuing_batch,
)
from cauce.collections.queries.batches import effects
from cauce.collections.rules import Filters
from cauce.core.clock import local_day
from cauce.documents.models import Document
from cauce.events.models import Event
from cauce.ledger.models import Reason, Transfer
from cauce.registry.models import Account, Hold, StaffLink
from cauce.registry.operations import declare_link, place_hold
from cauce.users.models import User
from tests.agreements.debtors import pay
from tests.collections.climbing import a_batch, debtors, delivered, issued, later, load_the_ladder, owed
from tests.workorders.orders import make_person

CHUNK_WITH_ORDERS = 46
"""Statements of a chunk that also issues orders."""


@pytest.fixture
def head(db: None) -> User:
    return User.objects.create(username="jefa-c", full_name="Jefa")


@pytest.fixture
def town(law: object, clerk: User, at: datetime) -> list[Account]:
    load_the_ladder(at=at, by=clerk)
    make_person("coordina", "Comercialización")
    return debtors(5, at=at, by=clerk)


def test_a_batch_goes_in_walking_order_and_is_cut_in_days(town: list[Account], clerk: User, at: datetime) -> None:
    batch = a_batch(at=at, by=clerk, capacity=2)
    acts = list(LadderAct.objects.filter(batch=batch).order_by("place"))
    assert [act.account_id for act in acts] == [account.pk for account in town]
    assert [act.day_number for act in acts] == [1, 1, 2, 2, 3]
    assert (batch.accounts, batch.debt) == (5, sum(act.debt for act in acts))
    assert batch.document.folio == "RC-000001"


def test_who_may_not_go_stays_with_its_reason(town: list[Account], clerk: User, head: User, at: datetime) -> None:
    held, dead, own = town[0], town[1], town[2]
    place_hold(account=held, kind=Hold.Kind.AMPARO, reason="Juicio 12", valid_from=local_day(at), at=at, by=head)
    type(dead.holder).objects.filter(pk=dead.holder_id).update(died_on=local_day(at))
    declare_link(user=clerk, customer=own.holder, kind=StaffLink.Kind.RELATIVE, note="Hermana", at=at, by=head)
    batch = a_batch(at=at, by=clerk)
    out = {act.account_id: act.blocks[0] for act in LadderAct.objects.filter(batch=batch, state="EXCLUDED")}
    assert batch.accounts == 2
    assert out[held.pk] == "Tiene una retención: amparo."
    assert out[dead.pk].startswith("El titular falleció")
    assert out[own.pk].startswith("Es de quien prepara la relación")


def test_a_rung_whose_step_before_is_missing_excludes_everyone(
    town: list[Account], clerk: User, head: User, at: datetime
) -> None:
    batch = a_batch("INVITACION", at=at, by=clerk)
    assert batch.accounts == 0
    assert all("Falta «Aviso de adeudo»" in act.blocks[0] for act in LadderAct.objects.filter(batch=batch))
    with pytest.raises(BatchRefused, match="ninguna cuenta que pueda salir"):
        approve_batch(batch=batch, at=at, by=head)


def test_the_same_key_gives_the_same_batch(town: list[Account], clerk: User, at: datetime) -> None:
    given = {"step": LadderStep.objects.get(pk="AVISO"), "filters": Filters(), "day": local_day(at), "capacity": None}
    first = prepare_batch(**given, at=at, by=clerk, key="una")  # type: ignore[arg-type]
    assert prepare_batch(**given, at=at, by=clerk, key="una").pk == first.pk  # type: ignore[arg-type]
    assert CollectionBatch.objects.count() == 1


def test_two_batches_of_a_rung_do_not_share_accounts(town: list[Account], clerk: User, at: datetime) -> None:
    a_batch(at=at, by=clerk)
    second = a_batch(at=at, by=clerk)
    assert second.accounts == 0
    assert set(LadderAct.objects.filter(batch=second).values_list("blocks__0", flat=True)) == {
        "Ya tiene en curso «Aviso de adeudo»."
    }


def test_a_selection_of_nobody_is_refused(town: list[Account], clerk: User, at: datetime) -> None:
    with pytest.raises(BatchRefused, match="Ninguna cuenta de la cartera"):
        a_batch(at=at, by=clerk, min_debt=Decimal(1_000_000))


def test_nobody_approves_what_they_prepared(town: list[Account], clerk: User, at: datetime) -> None:
    batch = a_batch(at=at, by=clerk)
    with pytest.raises(BatchRefused, match="Usted preparó esta relación"):
        approve_batch(batch=batch, at=at, by=clerk)
    with pytest.raises(IntegrityError, match="collectionbatch_by_two_people"), transaction.atomic():
        CollectionBatch.objects.filter(pk=batch.pk).update(state="APPROVED", approved_at=at, approved_by=clerk)


def test_what_is_not_approved_is_not_issued(town: list[Account], clerk: User, at: datetime) -> None:
    batch = a_batch(at=at, by=clerk)
    with pytest.raises(BatchRefused, match="no puede emitirse"):
        start_issuing_batch(batch=batch, at=at, by=clerk)
    with pytest.raises(BatchRefused, match="no se ha mandado emitir"):
        issue_batch_chunk(batch=batch, at=at, by=clerk)


def test_who_paid_between_preview_and_issue_is_dropped(
    town: list[Account], clerk: User, head: User, session: CashSession, cashier: User, at: datetime
) -> None:
    batch = a_batch(at=at, by=clerk)
    pay(town[0], owed(town[0]) + 500, session, at=at, by=cashier, key="paga")
    batch = issued(batch, at=at, by=clerk, approver=head)
    dropped = LadderAct.objects.get(batch=batch, state="EXCLUDED")
    assert (dropped.account_id, dropped.blocks) == (
        town[0].pk,
        ["Pagó entre la vista previa y la emisión: ya no tiene adeudo vencido."],
    )
    assert (batch.state, batch.accounts) == ("ISSUED", 4)
    assert not Transfer.objects.filter(account=town[0], reason=Reason.COLLECTION_COST).exists()


def test_each_notice_has_its_folio_and_its_amount_of_the_day(
    town: list[Account], clerk: User, head: User, at: datetime
) -> None:
    batch = issued(a_batch(at=at, by=clerk), at=at, by=clerk, approver=head)
    acts = list(LadderAct.objects.filter(batch=batch).select_related("document").order_by("place"))
    assert [act.document.folio for act in acts if act.document] == [f"AV-{n:06d}" for n in range(1, 6)]
    assert all(act.to_pay is not None and act.to_pay > act.debt for act in acts), "surcharges are in what is to be paid"
    assert batch.cost == Decimal("4.50") * 5


def test_the_cost_of_the_law_is_charged_once(town: list[Account], clerk: User, head: User, at: datetime) -> None:
    delivered(issued(a_batch(at=at, by=clerk), at=at, by=clerk, approver=head), at=at, by=clerk)
    then = later(at, 10)
    delivered(issued(a_batch("INVITACION", at=then, by=clerk), at=then, by=clerk, approver=head), at=then, by=clerk)
    last = later(at, 30)
    before = owed(town[0])
    batch = issued(a_batch("REQUERIMIENTO", at=last, by=clerk), at=last, by=clerk, approver=head)
    assert issue_batch_chunk(batch=batch, at=last, by=clerk) is False
    costs = Transfer.objects.filter(reason=Reason.COLLECTION_COST)
    assert costs.count() == 5
    assert set(costs.values_list("concept", "amount")) == {("A06", Decimal("87.04"))}
    assert owed(town[0]) == before + Decimal("87.04")
    act = LadderAct.objects.select_related("order__document", "document").get(batch=batch, account=town[0])
    assert act.charged == Decimal("87.04")
    assert act.order is not None and act.order.origin_id == act.pk
    assert act.document is not None and act.document.kind == Document.Kind.NOTICE


def test_an_account_may_be_taken_out_with_a_reason(town: list[Account], clerk: User, at: datetime) -> None:
    batch = a_batch(at=at, by=clerk)
    act = LadderAct.objects.filter(batch=batch).order_by("place")[0]
    with pytest.raises(BatchRefused, match="Escriba por qué"):
        exclude_act(act=act, reason=" ", at=at, by=clerk)
    exclude_act(act=act, reason="La visitó el jefe", at=at, by=clerk)
    batch.refresh_from_db()
    assert batch.accounts == 4
    assert exclude_act(act=act, reason="otra vez", at=at, by=clerk).blocks[0].endswith("La visitó el jefe")


def test_a_discarded_batch_frees_its_accounts(town: list[Account], clerk: User, head: User, at: datetime) -> None:
    batch = a_batch(at=at, by=clerk)
    discard_batch(batch=batch, reason="Se repite mañana", at=at, by=head)
    assert a_batch(at=at, by=clerk).accounts == 5


def test_an_issued_batch_is_not_discarded(town: list[Account], clerk: User, head: User, at: datetime) -> None:
    batch = issued(a_batch(at=at, by=clerk), at=at, by=clerk, approver=head)
    with pytest.raises(BatchRefused, match="no puede descartarse"):
        discard_batch(batch=batch, reason="ya no", at=at, by=head)


def test_a_chunk_is_a_few_queries_whatever_its_accounts(
    town: list[Account], clerk: User, head: User, at: datetime
) -> None:
    batch = a_batch(at=at, by=clerk)
    approve_batch(batch=batch, at=at, by=head)
    start_issuing_batch(batch=batch, at=at, by=clerk)
    with CaptureQueriesContext(connection) as queries:
        issue_batch_chunk(batch=batch, at=at, by=clerk)
    assert len(queries) < 40


@pytest.mark.parametrize("size", [2, 5])
def test_a_chunk_with_orders_is_as_many_queries_whatever_its_accounts(
    law: object, clerk: User, head: User, at: datetime, size: int
) -> None:
    load_the_ladder(at=at, by=clerk)
    make_person("coordina", "Comercialización")
    debtors(size, at=at, by=clerk)
    LadderStep.objects.filter(pk="AVISO").update(order_type="NOTIFICACION")
    batch = a_batch(at=at, by=clerk)
    approve_batch(batch=batch, at=at, by=head)
    start_issuing_batch(batch=batch, at=at, by=clerk)
    with CaptureQueriesContext(connection) as queries:
        issue_batch_chunk(batch=batch, at=at, by=clerk)
    assert len(queries) == CHUNK_WITH_ORDERS
    acts = list(LadderAct.objects.filter(batch=batch).select_related("order__document").order_by("place"))
    assert len({act.order_id for act in acts}) == size
    assert [act.order.document.number for act in acts if act.order] == sorted(
        act.order.document.number for act in acts if act.order
    )


def test_a_batch_ends_when_nothing_of_it_is_left_to_capture(
    town: list[Account], clerk: User, head: User, at: datetime
) -> None:
    batch = issued(a_batch(at=at, by=clerk), at=at, by=clerk, approver=head)
    first, *_ = delivered(batch, at=at, by=clerk)
    LadderAct.objects.filter(pk=first.pk).update(state="NOT_DELIVERED")
    waiting = issued(a_batch(at=later(at, 200), by=clerk), at=later(at, 200), by=clerk, approver=head)
    assert close_finished_batches(at=at, by=clerk) == 1
    assert close_finished_batches(at=at, by=clerk) == 0
    batch.refresh_from_db()
    waiting.refresh_from_db()
    assert (batch.state, waiting.state) == ("CLOSED", "ISSUED")
    assert Event.objects.filter(kind="BATCH_CLOSED", subject_id=batch.pk).count() == 1
    assert not issue_batch_chunk(batch=batch, at=at, by=clerk)
    assert start_issuing_batch(batch=batch, at=at, by=clerk).state == "CLOSED"
    put_right = capture_delivery(act=first, outcome="VACANT", on=local_day(at), at=at, by=clerk)
    assert put_right.state == "NOT_DELIVERED"
    with pytest.raises(BatchRefused, match="no puede descartarse"):
        discard_batch(batch=batch, reason="ya no", at=at, by=head)


def test_what_a_batch_brought_counts_up_to_what_it_asked_for(
    town: list[Account], clerk: User, head: User, session: CashSession, cashier: User, at: datetime
) -> None:
    batch = issued(a_batch(at=at, by=clerk), at=at, by=clerk, approver=head)
    (nothing,) = effects([batch], days=15)
    assert (nothing.paid, nothing.brought, nothing.cost_per_peso) == (0, Decimal(0), None)
    asked = LadderAct.objects.get(batch=batch, account=town[0]).to_pay
    assert asked is not None
    pay(town[0], asked + 1000, session, at=at, by=cashier, key="de-más")
    pay(town[1], Decimal("100.00"), session, at=at, by=cashier, key="abono")
    (found,) = effects([batch], days=15)
    assert (found.issued, found.paid, found.brought) == (5, 2, asked + 100)
