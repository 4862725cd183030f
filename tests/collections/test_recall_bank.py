"""A file of the bank that clears debts calls their orders back, once, and the sweep makes good what was not told."""

from pathlib import Path

import pytest

from cauce.cashier.operations import import_bank
from cauce.collections import tasks
from cauce.collections.models import LadderAct, OrderRecall
from cauce.events.models import Event
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import WrongState
from config.reactions import REACTIONS
from tests.cashier.bank_files import row, take_in, write_bank_file
from tests.collections.reductions import a_debtor, done, make_town, ordered
from tests.collections.test_recall import LATER, react, reconnections

pytestmark = pytest.mark.django_db
BANKED = "BANK_FILE_IMPORTED"
ON = "20/09/2026"


@pytest.fixture
def by(db: None) -> User:
    make_town()
    return User.objects.get(username="cli-captura")


def _state(order: WorkOrder) -> str:
    return str(WorkOrder.objects.get(pk=order.pk).state)


def test_the_file_calls_back_the_orders_of_who_paid_and_no_other(tmp_path: Path, by: User) -> None:
    cleared, partly, unpaid = a_debtor(), a_debtor(), a_debtor()
    orders = [ordered(account) for account in (cleared, partly, unpaid)]
    take_in(
        tmp_path,
        row(cleared, "1400.00", "900001", on=ON),
        row(partly, "5.00", "900002", on=ON),
        row("999999", "1400.00", "900003", on=ON),
        at=LATER,
        by=by,
    )
    assert REACTIONS[BANKED] == ("collections.recall_bank_paid_orders",)
    assert [_state(order) for order in orders] == ["PROGRAMMED"] * 3
    react(BANKED)

    assert [_state(order) for order in orders] == ["RECALLED", "PROGRAMMED", "PROGRAMMED"]
    recall = OrderRecall.objects.get()
    assert (recall.order_id, recall.outcome, recall.event) == (
        orders[0].pk,
        "CALLED_BACK",
        Event.objects.get(kind=BANKED),
    )
    assert recall.cause == "Pagó en banco o tienda (banco_20260920.csv)"
    act = LadderAct.objects.get(order=orders[0], step_id="EJECUCION")
    assert (act.state, act.note) == ("RECALLED", recall.cause)
    with pytest.raises(WrongState, match="se retiró"):
        done(orders[0])
    assert [check.name for check in verify() if check.broken] == []


def test_who_was_already_reduced_is_reconnected_once(tmp_path: Path, by: User) -> None:
    account = a_debtor()
    done(ordered(account))
    take_in(tmp_path, row(account, "1400.00", "900001", on=ON), at=LATER, by=by)
    react(BANKED)

    account.refresh_from_db()
    assert account.state == "REDUCED"
    assert len(reconnections(account)) == 1
    assert OrderRecall.objects.get().outcome == "ACTED"


def test_the_same_file_again_calls_nothing_else_back(tmp_path: Path, by: User) -> None:
    account = a_debtor()
    order = ordered(account)
    path = write_bank_file(tmp_path, [row(account, "1400.00", "900001", on=ON)])
    for _ in range(2):
        import_bank(path=path, dry_run=False, at=LATER, by=by)
        react(BANKED)

    assert _state(order) == "RECALLED"
    assert OrderRecall.objects.count() == 1


def test_a_rehearsed_file_calls_nothing_back(tmp_path: Path, by: User) -> None:
    account = a_debtor()
    order = ordered(account)
    take_in(tmp_path, row(account, "1400.00", "900001", on=ON), at=LATER, by=by, dry_run=True)
    react(BANKED)

    assert _state(order) == "PROGRAMMED"
    assert not OrderRecall.objects.exists()


def test_the_sweep_makes_good_a_file_whose_task_died(tmp_path: Path, by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    account, other = a_debtor(), a_debtor()
    order, live = ordered(account), ordered(other)
    take_in(tmp_path, row(account, "1400.00", "900001", on=ON), at=LATER, by=by)
    monkeypatch.setattr("cauce.core.clock.now", lambda: LATER)
    assert not OrderRecall.objects.exists()
    for _ in range(2):
        tasks.recall_what_was_left.func(timestamp=0)

    assert (_state(order), _state(live)) == ("RECALLED", "PROGRAMMED")
    react(BANKED)
    assert OrderRecall.objects.get().outcome == "CALLED_BACK"


def test_one_transfer_that_pays_two_accounts_calls_back_both(tmp_path: Path, by: User) -> None:
    accounts: list[Account] = [a_debtor() for _ in range(2)]
    orders = [ordered(account) for account in accounts]
    lines = [row(account, "1400.00", f"90000{place}", on=ON) for place, account in enumerate(accounts)]
    take_in(tmp_path, *lines, at=LATER, by=by)
    react(BANKED)

    assert [_state(order) for order in orders] == ["RECALLED", "RECALLED"]
    assert OrderRecall.objects.count() == 2
