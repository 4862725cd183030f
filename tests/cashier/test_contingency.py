from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cauce.cashier.models import ContingencyBlock, ContingencyReceipt, Payment
from cauce.cashier.operations import (
    BlockTooLarge,
    FolioNotInBlock,
    FolioTold,
    PaymentShare,
    ReasonMissing,
    ReceivedTooSoon,
    SessionLeftOpen,
    capture_contingency,
    open_desk,
    print_contingency_block,
    spoil_contingency,
)
from cauce.cashier.queries.contingency import block_of_folio, block_states, route_debts, unfinished_blocks
from cauce.cashier.rules import Tendered
from cauce.ledger.models import Transfer
from cauce.ledger.operations import KeyReused
from cauce.ledger.queries import balance, collection_law, debt_summary
from cauce.registry.models import Route
from cauce.registry.operations import OwnAccount, declare_link
from cauce.users.models import User
from tests.cashier.test_closing import committed_session
from tests.cashier.test_race import NOON, at_once
from tests.ledger.debts import a_debt, make_account, write_debts

database = pytest.mark.django_db


@pytest.fixture
def supervisor(db: None) -> User:
    return User.objects.create(username="supervisora", full_name="Elena Mora")


@pytest.fixture
def block(desk, supervisor, at) -> ContingencyBlock:
    """Ten receipts printed a week ago."""
    return print_contingency_block(desk=desk, count=10, at=at - timedelta(days=7), by=supervisor)


@pytest.fixture
def capture(law, block, session, account, cashier, at):
    def capture(number: int, amount: str = "100.00", *, ago: timedelta = timedelta(days=2), key: str = ""):
        return capture_contingency(
            block=block,
            number=number,
            share=PaymentShare(account=account, amount=Decimal(amount)),
            tenders=[Tendered("CASH", Decimal(amount))],
            received_at=at - ago,
            session=session,
            at=at,
            by=cashier,
            key=key or f"ct {number}",
        )

    return capture


@database
def test_blocks_follow_one_another_without_overlap_in_each_desks_series(desk, block, supervisor, at):
    second = print_contingency_block(desk=desk, count=5, at=at, by=supervisor)
    other = print_contingency_block(
        desk=open_desk(code="V2", name="Ventanilla 2", series="V2"), count=3, at=at, by=supervisor
    )
    assert [str(each) for each in (block, second, other)] == [
        "CT-V1-000001 a 000010",
        "CT-V1-000011 a 000015",
        "CT-V2-000001 a 000003",
    ]
    with pytest.raises(IntegrityError, match="contingencyblock_folios_printed_once"), transaction.atomic():
        ContingencyBlock.objects.create(
            desk=desk, series="CT-V1", first=15, last=20, printed_at=at, printed_by=supervisor
        )


@database
@pytest.mark.parametrize("count", [0, -3, 401])
def test_a_block_has_a_number_of_receipts_that_can_be_printed(desk, supervisor, at, count):
    with pytest.raises(BlockTooLarge):
        print_contingency_block(desk=desk, count=count, at=at, by=supervisor)


@database
def test_what_was_received_without_power_counts_from_its_day_and_enters_todays_books(capture, account, session, at):
    told = capture(3)
    receipt = told.payment.receipts.get()
    assert (receipt.effective_on, told.payment.booked_on) == (date(2026, 9, 18), date(2026, 9, 20))
    assert (told.received_at, told.captured_at, told.payment.session) == (at - timedelta(days=2), at, session)
    assert balance(account.pk) == Decimal("-100.00")


@database
def test_a_capture_is_made_once_for_its_key_and_its_folio(capture, at):
    first = capture(3)
    assert capture(3) == first
    with pytest.raises(FolioTold, match="CT-V1-000003"):
        capture(3, key="other window")
    with pytest.raises(KeyReused):
        capture(3, ago=timedelta(days=1))
    assert Payment.objects.count() == 1


@database
def test_a_folio_that_was_never_printed_or_a_date_that_cannot_be_is_refused(capture):
    with pytest.raises(FolioNotInBlock, match="CT-V1-000011"):
        capture(11)
    with pytest.raises(ReceivedTooSoon):
        capture(1, ago=timedelta(days=8))
    with pytest.raises(ReceivedTooSoon):
        capture(1, ago=-timedelta(hours=1))
    assert not Payment.objects.exists()


@database
def test_a_receipt_does_not_enter_the_drawer_of_another_day(law, block, session, account, cashier, at):
    with pytest.raises(SessionLeftOpen, match="20 sep 2026"):
        capture_contingency(
            block=block,
            number=1,
            share=PaymentShare(account=account, amount=Decimal("10.00")),
            tenders=[Tendered("CASH", Decimal("10.00"))],
            received_at=at,
            session=session,
            at=at + timedelta(days=1),
            by=cashier,
            key="late",
        )


@database
def test_nobody_captures_a_receipt_of_their_own_account(capture, account, cashier, supervisor, at):
    declare_link(user=cashier, customer=account.holder, kind="RELATIVE", at=at, by=supervisor)
    with pytest.raises(OwnAccount):
        capture(1)


@database
def test_a_spoilt_folio_says_why_and_is_not_captured(capture, block, cashier, at):
    with pytest.raises(ReasonMissing):
        spoil_contingency(block=block, number=2, reason=" ", at=at, by=cashier)
    spoilt = spoil_contingency(block=block, number=2, reason="Se manchó", at=at, by=cashier)
    assert spoil_contingency(block=block, number=2, reason="Se manchó ", at=at, by=cashier) == spoilt
    with pytest.raises(FolioTold):
        capture(2)
    with pytest.raises(FolioTold):
        spoil_contingency(block=block, number=2, reason="Otra cosa", at=at, by=cashier)
    assert ContingencyReceipt.objects.count() == 1


@database
def test_a_block_says_which_folios_nobody_has_told_of(capture, block, cashier, at):
    capture(1)
    capture(3)
    spoil_contingency(block=block, number=2, reason="Se manchó", at=at, by=cashier)
    (state,) = block_states([block])
    assert (state.used, state.spoilt, state.missing) == (2, 1, (4, 5, 6, 7, 8, 9, 10))
    assert list(unfinished_blocks()) == [block]
    assert block_of_folio("ct-v1", 7) == block
    assert block_of_folio("CT-V1", 11) is None


@database
def test_a_route_s_list_says_what_paying_that_day_would_take(law, clerk, at):
    first, second, paid = make_account("000101"), make_account("000102"), make_account("000103")
    write_debts(
        [
            a_debt(first, "AGUA", "100.00", date(2026, 7, 10)),
            a_debt(first, "IVA", "16.00", date(2026, 7, 10)),
            a_debt(first, "AGUA", "80.00", date(2026, 9, 30)),
            a_debt(second, "AGUA", "50.00", date(2026, 9, 30)),
        ],
        at=at,
        by=clerk,
    )
    on = date(2026, 9, 20)
    routes = list(Route.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as asked:
        rows = {row.number: row for row in route_debts(routes, on=on)}
    assert set(rows) == {"000101", "000102"}
    for account in (first, second):
        summary = debt_summary(account.pk, on=on, law=collection_law(on))
        row = rows[account.number]
        assert (row.total, row.overdue, row.months_overdue) == (summary.total, summary.overdue, summary.overdue_months)
    assert (rows["000102"].months_overdue, rows["000102"].overdue) == (0, 0)
    assert sum("ledger_allocation" in query["sql"] for query in asked.captured_queries) <= 2
    assert paid.number not in rows
    assert Transfer.objects.filter(reason="SURCHARGE").count() == 0


@pytest.mark.commits
def test_a_paper_captured_in_two_windows_at_once_is_one_payment(committed_database):
    session, account = committed_session()
    block = print_contingency_block(desk=session.desk, count=5, at=NOON - timedelta(days=2), by=session.cashier)

    def capture(number: int) -> ContingencyReceipt:
        return capture_contingency(
            block=block,
            number=1,
            share=PaymentShare(account=account, amount=Decimal("10.00")),
            tenders=[Tendered("CASH", Decimal("10.00"))],
            received_at=NOON - timedelta(days=1),
            session=session,
            at=NOON,
            by=session.cashier,
            key=f"ventana {number}",
        )

    outcomes = at_once(capture, 4)
    assert sum(isinstance(outcome, ContingencyReceipt) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, FolioTold) for outcome in outcomes) == 3, outcomes
    assert Payment.objects.count() == 1


@pytest.mark.commits
def test_blocks_printed_at_once_share_no_folio(committed_database):
    session, _ = committed_session()
    at_once(lambda number: print_contingency_block(desk=session.desk, count=5, at=NOON, by=session.cashier), 4)
    blocks = ContingencyBlock.objects.order_by("first").values_list("first", "last")
    assert list(blocks) == [(1, 5), (6, 10), (11, 15), (16, 20)]
