"""Who pays while a notice is issued or its delivery is captured, with real sessions: nothing is half done."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from cauce.cashier.models import CashSession, Payment
from cauce.cashier.operations import open_desk, open_session
from cauce.collections.models import CollectionBatch, LadderAct
from cauce.collections.operations import (
    NoticePaid,
    approve_batch,
    capture_delivery,
    issue_batch_chunk,
    start_issuing_batch,
)
from cauce.collections.operations.notices import PAID_MEANWHILE
from cauce.core.clock import local_day
from cauce.documents.models import Document
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.agreements.debtors import pay
from tests.collections.climbing import a_batch, debtors, load_the_ladder, owed
from tests.collections.test_recall import react
from tests.races import after_waiting
from tests.workorders.orders import make_person

NOON = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)
pytestmark = pytest.mark.commits


@pytest.fixture
def clerk(committed_database: str) -> User:
    clerk = User.objects.get(username="cli-captura")
    approver = User.objects.get(username="cli-autoriza")
    load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=NOON, by=clerk, approved_by=approver)
    load_the_ladder(at=NOON, by=clerk)
    make_person("coordina", "Comercialización")
    return clerk


@pytest.fixture
def town(clerk: User) -> list[Account]:
    return debtors(3, at=NOON, by=clerk)


@pytest.fixture
def session(clerk: User) -> CashSession:
    cashier = User.objects.create(username="cajera", full_name="Cajera")
    return open_session(desk=open_desk(code="V1", name="Ventanilla 1", series="V1"), cashier=cashier, at=NOON)


@pytest.fixture
def issuing(town: list[Account], clerk: User) -> CollectionBatch:
    batch = a_batch(at=NOON, by=clerk)
    approve_batch(batch=batch, at=NOON, by=User.objects.create(username="jefa-c", full_name="Jefa"))
    start_issuing_batch(batch=batch, at=NOON, by=clerk)
    return batch


def _clear(account: Account, session: CashSession) -> Payment:
    return pay(account, owed(account) + 500, session, at=NOON, by=session.cashier, key="paga")


def _issue(batch: CollectionBatch, by: User) -> None:
    while issue_batch_chunk(batch=batch, at=NOON, by=by):
        pass


def _act_of(account: Account) -> LadderAct:
    return LadderAct.objects.get(account=account)


def _nothing_is_broken() -> None:
    assert [(check.name, check.sample) for check in verify() if check.broken] == []


def test_who_pays_while_the_batch_waits_is_not_given_a_notice(
    issuing: CollectionBatch, town: list[Account], session: CashSession, clerk: User
) -> None:
    after_waiting(lambda: _clear(town[0], session), lambda: issue_batch_chunk(batch=issuing, at=NOON, by=clerk))
    _issue(issuing, clerk)

    dropped = _act_of(town[0])
    assert (dropped.state, dropped.blocks, dropped.document) == ("EXCLUDED", [PAID_MEANWHILE], None)
    assert Document.objects.filter(kind=Document.Kind.NOTICE).count() == 2
    issuing.refresh_from_db()
    assert (issuing.state, issuing.accounts) == ("ISSUED", 2)
    _nothing_is_broken()


def test_who_pays_while_its_notice_goes_out_has_it_called_back(
    issuing: CollectionBatch, town: list[Account], session: CashSession, clerk: User
) -> None:
    after_waiting(lambda: issue_batch_chunk(batch=issuing, at=NOON, by=clerk), lambda: _clear(town[0], session))
    _issue(issuing, clerk)
    assert _act_of(town[0]).state == "ISSUED"
    react("PAYMENT_TAKEN")

    act = _act_of(town[0])
    assert act.state == "RECALLED"
    with pytest.raises(NoticePaid, match="se retiró porque la cuenta pagó"):
        capture_delivery(act=act, outcome="DELIVERED", on=local_day(NOON), at=NOON, by=clerk)
    assert [_act_of(account).state for account in town[1:]] == ["ISSUED", "ISSUED"]
    _nothing_is_broken()


def test_a_delivery_captured_after_the_payment_is_refused(
    issuing: CollectionBatch, town: list[Account], session: CashSession, clerk: User
) -> None:
    _issue(issuing, clerk)
    act = _act_of(town[0])
    told = after_waiting(
        lambda: _clear(town[0], session),
        lambda: capture_delivery(act=act, outcome="DELIVERED", on=local_day(NOON), at=NOON, by=clerk),
    )

    assert isinstance(told, NoticePaid)
    act.refresh_from_db()
    assert (act.state, act.outcome, act.captured_by) == ("ISSUED", "", None)
    _nothing_is_broken()


def test_a_delivery_captured_before_the_payment_stays(
    issuing: CollectionBatch, town: list[Account], session: CashSession, clerk: User
) -> None:
    _issue(issuing, clerk)
    act = _act_of(town[0])
    paid = after_waiting(
        lambda: capture_delivery(act=act, outcome="DELIVERED", on=local_day(NOON), at=NOON, by=clerk),
        lambda: _clear(town[0], session),
    )
    react("PAYMENT_TAKEN")

    assert isinstance(paid, Payment)
    act.refresh_from_db()
    assert (act.state, act.outcome) == ("DELIVERED", "DELIVERED")
    _nothing_is_broken()
