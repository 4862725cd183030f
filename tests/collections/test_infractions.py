"""The illegal reconnection: proved, told, heard, and fined once by another hand; the service that is limited only."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cauce.collections.models import Infraction
from cauce.collections.operations import (
    InfractionRefused,
    dismiss_infraction,
    fine_infraction,
    hear_infraction,
    notify_infraction,
    record_infraction,
)
from cauce.events.models import Event
from cauce.ledger.models import Transfer
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.models import Crew, WorkOrder
from cauce.workorders.operations import report_work_order
from tests.collections.reductions import NOON, TODAY, a_debtor, done, make_town, ordered
from tests.workorders.orders import a_report

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)
IN_A_MONTH = NOON + timedelta(days=30)


@pytest.fixture
def by(db: None) -> User:
    make_town()
    return User.objects.get(username="coordinadora")


@pytest.fixture
def head(by: User) -> User:
    return User.objects.get(username="jefa")


@pytest.fixture
def limited(by: User) -> Account:
    account = a_debtor()
    done(ordered(account))
    account.refresh_from_db()
    return account


def found(account: Account, by: User, *, key: str = "k", **told: object) -> Infraction:
    return record_infraction(account=account, found_on=TODAY, told="Sello roto", at=LATER, by=by, key=key, **told)


def inspected(infraction: Infraction, by: User) -> Infraction:
    assert infraction.inspection is not None
    report_work_order(
        order=infraction.inspection,
        report=a_report(reading=12, seal="ROTO", means="RADIO", finished_at=LATER),
        crew=Crew.objects.get(name="Medición 1"),
        at=LATER,
        by=by,
        key="inspected",
    )
    return infraction


def notified(account: Account, by: User) -> Infraction:
    return notify_infraction(
        infraction=inspected(found(account, by), by), notified_on=TODAY, to="Ana Ruiz, INE", at=LATER, by=by
    )


def fined(infraction: Infraction, by: User, at: datetime = IN_A_MONTH) -> Infraction:
    return fine_infraction(infraction=infraction, decision="Se probó el sello roto", at=at, by=by)


def test_finding_it_orders_its_inspection_once(limited: Account, by: User) -> None:
    one = {found(limited, by).pk for _ in range(2)}
    infraction = Infraction.objects.get()
    assert one == {infraction.pk} and infraction.state == "FOUND"
    order = WorkOrder.objects.get(type_id="VERIFICA-REDUCCION")
    assert infraction.inspection == order and "no discuta" in order.detail
    assert Event.objects.filter(kind="INFRACTION_FOUND").count() == 1


def test_the_order_in_which_it_was_seen_is_its_inspection(limited: Account, by: User) -> None:
    order = WorkOrder.objects.get(account=limited, type_id="REDUCCION")
    infraction = found(limited, by, found_in=order)
    assert infraction.inspection == order
    assert not WorkOrder.objects.filter(type_id="VERIFICA-REDUCCION").exists()


def test_only_a_limited_service_is_opened_illegally(by: User) -> None:
    with pytest.raises(InfractionRefused, match="sólo hay reconexión no autorizada"):
        found(a_debtor(), by)


def test_an_account_has_one_procedure_at_a_time(limited: Account, by: User) -> None:
    found(limited, by)
    with pytest.raises(InfractionRefused, match="ya tiene un procedimiento abierto"):
        found(limited, by, key="other")


def test_it_is_not_notified_before_it_is_inspected(limited: Account, by: User) -> None:
    with pytest.raises(InfractionRefused, match="aún no tiene su resultado"):
        notify_infraction(infraction=found(limited, by), notified_on=TODAY, to="Ana", at=LATER, by=by)


def test_who_was_notified_has_ten_business_days_to_be_heard(limited: Account, by: User, head: User) -> None:
    infraction = notified(limited, by)
    assert infraction.hearing_until == datetime(2026, 10, 5).date()
    with pytest.raises(InfractionRefused, match="puede manifestar hasta el"):
        fined(infraction, head, at=LATER)


def test_who_was_heard_may_be_fined_and_it_is_charged_once(limited: Account, by: User, head: User) -> None:
    infraction = notified(limited, by)
    hear_infraction(infraction=infraction, heard_on=TODAY, defence="Fue el vecino", at=LATER, by=by)
    for _ in range(2):
        infraction = fined(infraction, head, at=LATER)
    assert (infraction.state, infraction.amount) == ("FINED", Decimal("1697.10"))
    fine = Transfer.objects.get(account=limited, concept="MULTA")
    assert (fine.amount, fine.document_id, fine.reason) == (Decimal("1697.10"), infraction.pk, "COLLECTION_COST")
    assert fine.due_on is not None and fine.due_on > TODAY


def test_who_kept_silent_is_fined_when_the_term_is_over(limited: Account, by: User, head: User) -> None:
    assert fined(notified(limited, by), head).state == "FINED"


def test_who_found_it_does_not_decide_it(limited: Account, by: User) -> None:
    infraction = notified(limited, by)
    with pytest.raises(InfractionRefused, match="la resuelve otra persona"):
        fined(infraction, by)
    with pytest.raises(InfractionRefused, match="la resuelve otra persona"):
        dismiss_infraction(infraction=infraction, decision="x", at=LATER, by=by)
    with pytest.raises(IntegrityError, match="infraction_decided_by_another"), transaction.atomic():
        Infraction.objects.filter(pk=infraction.pk).update(decided_by=by)


def test_it_ends_without_a_fine_when_it_is_not_proved(limited: Account, by: User, head: User) -> None:
    infraction = dismiss_infraction(infraction=found(limited, by), decision="No se probó", at=LATER, by=head)
    assert infraction.state == "DISMISSED"
    assert not Transfer.objects.filter(account=limited, concept="MULTA").exists()
    with pytest.raises(InfractionRefused, match="no se puede resolver"):
        fined(infraction, head)


def test_the_database_refuses_a_fine_without_its_charge(limited: Account, by: User, head: User) -> None:
    infraction = notified(limited, by)
    with pytest.raises(IntegrityError, match="infraction_fined_is_charged"), transaction.atomic():
        Infraction.objects.filter(pk=infraction.pk).update(state="FINED", amount=Decimal(1), decided_by=head)
    with pytest.raises(IntegrityError, match="is not allowed"), transaction.atomic():
        Infraction.objects.filter(pk=infraction.pk).update(state="FOUND")
