"""A payment calls the order back wherever it is, or gives the service back when the crew had been there."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from cauce.cashier.operations import reverse_payment
from cauce.collections import tasks
from cauce.collections.models import LadderAct, OrderRecall
from cauce.collections.operations import (
    NotCalledBack,
    NothingToReconnect,
    note_reduction_result,
    open_reconnection,
    recall_paid_orders,
    report_late_execution,
)
from cauce.events.models import Event
from cauce.ledger.models import Transfer
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import WrongState, report_work_order, start_work_order
from config.reactions import REACTIONS
from tests.collections.reductions import (
    NOON,
    a_debtor,
    a_relation,
    authorised,
    done,
    make_town,
    ordered,
    pay,
    told,
)
from tests.workorders.orders import a_report

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def by(db: None) -> User:
    make_town()
    return User.objects.get(username="coordinadora")


@pytest.fixture
def debtor(by: User) -> Account:
    return a_debtor()


def react(kind: str) -> None:
    """Run what an event sets off in collection, twice, as it may be."""
    for event in Event.objects.filter(kind=kind).order_by("pk"):
        for name in REACTIONS[kind]:
            if name.startswith("collections."):
                for _ in range(2):
                    getattr(tasks, name.removeprefix("collections.")).func(event_id=event.pk)


def recalls() -> list[tuple[str, int]]:
    return list(OrderRecall.objects.order_by("pk").values_list("outcome", "order_id"))


def reconnections(account: Account) -> list[WorkOrder]:
    return list(WorkOrder.objects.filter(account=account, type_id="RECONEXION-MEDIDOR"))


def test_a_payment_calls_the_order_back_from_the_crews_list(debtor: Account) -> None:
    order = ordered(debtor)
    payment = pay(debtor, "1400.00")
    react("PAYMENT_TAKEN")
    order.refresh_from_db()
    assert order.state == "RECALLED"
    assert recalls() == [("CALLED_BACK", order.pk)]
    act = LadderAct.objects.get(order=order, step_id="EJECUCION")
    assert (act.state, act.note) == ("RECALLED", f"Pagó con el comprobante {payment.receipts.get().document.folio}")
    assert not reconnections(debtor)


def test_an_order_that_is_in_the_street_is_called_back_too(debtor: Account, by: User) -> None:
    order = start_work_order(order=ordered(debtor), at=NOON, by=User.objects.get(username="operador"))
    pay(debtor, "1400.00")
    react("PAYMENT_TAKEN")
    order.refresh_from_db()
    assert order.state == "RECALLED"


def test_an_order_carried_out_after_it_was_called_back_is_refused(debtor: Account) -> None:
    order = ordered(debtor)
    pay(debtor, "1400.00")
    react("PAYMENT_TAKEN")
    with pytest.raises(WrongState, match="se retiró"):
        done(order)
    debtor.refresh_from_db()
    assert debtor.state == "ACTIVE"


def test_a_payment_that_leaves_the_debt_above_calls_nothing_back(debtor: Account) -> None:
    order = ordered(debtor)
    pay(debtor, "100.00")
    react("PAYMENT_TAKEN")
    order.refresh_from_db()
    assert (order.state, recalls()) == ("PROGRAMMED", [])


def test_what_was_chosen_or_authorised_is_called_back_before_it_has_an_order(by: User) -> None:
    chosen, agreed = a_debtor(), a_debtor()
    for account in (chosen, agreed):
        told(account)
    a_relation(chosen)
    authorised(agreed)
    for account in (chosen, agreed):
        pay(account, "1400.00")
    react("PAYMENT_TAKEN")
    acts = LadderAct.objects.filter(step_id="AUTORIZACION").values_list("state", flat=True)
    assert list(acts) == ["RECALLED", "RECALLED"]


def test_a_payment_after_the_crew_opens_the_reconnection_for_the_next_business_day(debtor: Account) -> None:
    order = ordered(debtor)
    done(order)
    pay(debtor, "1400.00", at=LATER)
    react("PAYMENT_TAKEN")
    (reconnection,) = reconnections(debtor)
    assert recalls() == [("ACTED", order.pk)]
    assert OrderRecall.objects.get().reconnection == reconnection
    assert reconnection.due_at == datetime(2026, 9, 22, 22, 0, tzinfo=UTC)
    assert (reconnection.priority, reconnection.origin_kind) == (1, "COLLECTIONS")
    fee = Transfer.objects.filter(account=debtor, document=reconnection.document)
    assert sorted(fee.values_list("concept", "amount")) == [
        ("IVA", Decimal("42.81")),
        ("REINSTALACION", Decimal("267.54")),
    ]
    assert Event.objects.get(kind="RECONNECTION_OPENED").sentence.endswith("Reinstalación: $310.35")


def test_a_payment_on_a_friday_is_reconnected_by_monday(debtor: Account) -> None:
    friday = datetime(2026, 9, 25, 23, 0, tzinfo=UTC)
    done(ordered(debtor))
    pay(debtor, "1400.00", at=friday)
    react("PAYMENT_TAKEN")
    (reconnection,) = reconnections(debtor)
    assert reconnection.due_at == datetime(2026, 9, 28, 22, 0, tzinfo=UTC)


def test_the_reconnection_gives_the_service_back_and_charges_once(debtor: Account, by: User) -> None:
    order = ordered(debtor)
    done(order)
    pay(debtor, "1400.00", at=LATER)
    react("PAYMENT_TAKEN")
    (reconnection,) = reconnections(debtor)
    assert open_reconnection(account=debtor, reduced_by=order, cause="otra vez", at=LATER, by=by) == reconnection
    charges = Transfer.objects.filter(account=debtor, concept="REINSTALACION")
    assert charges.count() == 1
    crew = order.crew

    report = a_report(reading=12, seal="S-78", finished_at=LATER)
    report_work_order(order=reconnection, report=report, crew=crew, at=LATER, by=by, key="reconnected")
    debtor.refresh_from_db()
    assert debtor.state == "ACTIVE"
    with pytest.raises(NothingToReconnect):
        open_reconnection(account=debtor, reduced_by=None, cause="ya", at=LATER, by=by)
    assert [check.name for check in verify() if check.broken] == []


def test_an_account_that_came_limited_in_the_padron_is_reconnected_when_it_pays(debtor: Account) -> None:
    Account.objects.filter(pk=debtor.pk).update(state="REDUCED")
    pay(debtor, "1400.00")
    react("PAYMENT_TAKEN")
    assert len(reconnections(debtor)) == 1 and recalls() == []


def test_what_a_crew_did_after_it_was_called_back_is_given_back_without_charge(debtor: Account, by: User) -> None:
    order = ordered(debtor)
    pay(debtor, "1400.00")
    react("PAYMENT_TAKEN")
    told = [
        report_late_execution(
            order=order, acted_at=NOON + timedelta(hours=1), note="Puso el reductor a las 13:00", at=LATER, by=by
        )
        for _ in range(2)
    ]
    assert {one.pk for one in told} == {OrderRecall.objects.get(outcome="ACTED_AFTER").pk}
    assert len(reconnections(debtor)) == 1
    assert not Transfer.objects.filter(account=debtor, concept="REINSTALACION").exists()


def test_what_a_crew_did_before_the_payment_and_told_afterwards_is_charged(debtor: Account, by: User) -> None:
    order = ordered(debtor)
    pay(debtor, "1400.00", at=NOON + timedelta(hours=1))
    react("PAYMENT_TAKEN")
    report_late_execution(order=order, acted_at=NOON, note="Lectura 10, sello S-1", at=LATER, by=by)
    assert Transfer.objects.filter(account=debtor, concept="REINSTALACION").count() == 1


def test_a_late_execution_is_not_told_of_an_order_that_still_stands(debtor: Account, by: User) -> None:
    order = ordered(debtor)
    with pytest.raises(NotCalledBack, match="su cuenta aún debe"):
        report_late_execution(order=order, acted_at=NOON, note="Hecha", at=LATER, by=by)
    with pytest.raises(NotCalledBack, match="Escriba qué hizo"):
        report_late_execution(order=order, acted_at=NOON, note=" ", at=LATER, by=by)


def test_a_worker_that_died_is_made_good_by_the_result_and_by_the_sweep(debtor: Account, by: User) -> None:
    other = a_debtor()
    order, waiting = ordered(debtor), ordered(other)
    done(order)
    pay(debtor, "1400.00", at=LATER)
    pay(other, "1400.00", at=LATER)
    note_reduction_result(order=order, at=LATER, by=by)
    assert recalls() == [("ACTED", order.pk)]
    tasks.recall_what_was_left.func(timestamp=0)
    assert recalls() == [("ACTED", order.pk), ("CALLED_BACK", waiting.pk)]


def test_a_payment_that_is_undone_leaves_its_recall_to_be_looked_at(debtor: Account, by: User) -> None:
    order = ordered(debtor)
    payment = pay(debtor, "1400.00")
    react("PAYMENT_TAKEN")
    reverse_payment(
        payment=payment,
        reason="Se equivocó de cuenta",
        session=None,
        at=LATER,
        by=User.objects.get(username="cli-captura"),
        key="undo",
    )
    react("PAYMENT_REVERSED")
    recall = OrderRecall.objects.get()
    assert recall.undone_at == LATER and "Se canceló el comprobante" in recall.undone_note
    assert Event.objects.filter(kind="RECALL_UNDONE").count() == 1
    order.refresh_from_db()
    assert order.state == "RECALLED"


def test_calling_back_twice_decides_once(debtor: Account, by: User) -> None:
    order = ordered(debtor)
    pay(debtor, "1400.00")
    for _ in range(3):
        recall_paid_orders(account_id=debtor.pk, cause="Pagó", at=LATER, by=by)
    assert recalls() == [("CALLED_BACK", order.pk)]
    assert Event.objects.filter(kind="REDUCTION_CALLED_BACK").count() == 1


def test_the_notices_of_who_paid_everything_are_called_back_with_their_orders(debtor: Account, by: User) -> None:
    act = told(debtor, on=date(2026, 9, 1))
    LadderAct.objects.filter(pk=act.pk).update(state="NOT_DELIVERED", ended_on=None)
    issued = LadderAct.objects.create(
        step=act.step, account=debtor, state="ISSUED", debt=Decimal("1200.00"), months=4, issued_on=NOON.date()
    )
    pay(debtor, "1400.00")
    react("PAYMENT_TAKEN")
    issued.refresh_from_db()
    assert issued.state == "RECALLED"
