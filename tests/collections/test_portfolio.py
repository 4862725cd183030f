"""The portfolio of a day is the ledger of that day, account by account."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.cashier.models import CashSession, Tender
from cauce.cashier.operations import PaymentShare, take_payment
from cauce.cashier.rules import Tendered
from cauce.collections.models import ArrearsLine, ArrearsMovement, ArrearsSnapshot
from cauce.collections.operations import PortfolioOfTheFuture, take_arrears_snapshot, thin_arrears_snapshots
from cauce.collections.queries import (
    Cut,
    NoPortfolio,
    ages_of,
    ledger_arrears,
    lines_of,
    overdue_debts,
    parts_of,
    selected_debtors,
)
from cauce.collections.queries.figures import concentration, counted_of
from cauce.collections.rules import Filters
from cauce.ledger.models import Book
from cauce.registry.models import Account, Hold, Sector
from cauce.registry.operations import place_hold
from cauce.users.models import User
from tests.ledger.debts import a_debt, make_account, write_debts
from tests.reports.damage import broken, damage

TODAY = date(2026, 9, 20)


def owes(account: Account, due_on: date, amount: str, by: User, at: datetime, **given) -> None:
    """Something overdue, with its VAT."""
    concept = given.pop("concept", "AGUA")
    write_debts([a_debt(account, concept, amount, due_on, **given)], at=at, by=by)


def pays(account: Account, amount: str, session: CashSession, by: User, at: datetime) -> None:
    take_payment(
        shares=[PaymentShare(account=account, amount=Decimal(amount))],
        tenders=[Tendered(Tender.Method.CASH, Decimal(amount))],
        session=session,
        at=at,
        by=by,
        key=f"pay/{account.pk}/{amount}",
    )


def line(account: Account, day: date = TODAY) -> ArrearsLine:
    return ArrearsLine.objects.get(account=account, snapshot__day=day)


@pytest.fixture
def debtors(law, clerk: User, at: datetime) -> dict[str, Account]:
    """A fresh one, an old one, one in the former agreements, one not due yet and one that owes nothing."""
    found = {name: make_account() for name in ("fresh", "old", "former", "not_due", "clean")}
    owes(found["fresh"], date(2026, 9, 10), "100.00", clerk, at)
    for month in (3, 6, 8):
        owes(found["old"], date(2026, month, 10), "200.00", clerk, at)
    owes(found["old"], date(2026, 8, 10), "32.00", clerk, at, concept="IVA")
    owes(found["former"], date(2025, 8, 1), "900.00", clerk, at, concept="CONVENIO", book=Book.FORMER_AGREEMENTS)
    owes(found["not_due"], date(2026, 9, 20), "75.00", clerk, at)
    return found


def test_each_account_owes_what_the_ledger_says(debtors, clerk, at):
    snapshot = take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    ids = [account.pk for account in debtors.values()]
    kept = dict(ArrearsLine.objects.filter(snapshot=snapshot).values_list("account_id", "debt"))
    assert kept == overdue_debts(ids, day=TODAY)
    assert (snapshot.accounts, snapshot.debt) == (3, Decimal("1632.00"))
    told = ledger_arrears(TODAY)
    assert (told.total, told.accounts) == (snapshot.debt, 3)
    assert told.sample == (debtors["former"].pk, debtors["old"].pk, debtors["fresh"].pk)
    assert broken() == {}


def test_a_line_says_the_ages_the_months_and_what_the_account_is_like(debtors, clerk, at):
    take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    old = line(debtors["old"])
    assert (old.late_60, old.late_180, old.late_365) == (Decimal("232.00"), Decimal("200.00"), Decimal("200.00"))
    assert (old.months, old.months_band, old.age, old.oldest_due_on) == (3, "3", "181-365", date(2026, 3, 10))
    assert (old.use_class, old.tariff_code_id, old.state, old.has_meter) == ("DOMESTIC", "001", "ACTIVE", False)
    former = line(debtors["former"])
    assert (former.months, former.age, former.late_more) == (0, "365+", Decimal("900.00"))


def test_what_was_paid_or_posted_afterwards_does_not_change_a_day_and_taking_it_anew_does(
    debtors, session, cashier, clerk, at
):
    first = take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    pays(debtors["fresh"], "40.00", session, cashier, at + timedelta(hours=1))
    assert take_arrears_snapshot(day=TODAY, at=at, by=clerk) == first
    assert line(debtors["fresh"]).debt == Decimal("100.00")
    assert broken() == {}, "the proof knows what was posted when the portfolio was taken"
    take_arrears_snapshot(day=TODAY, at=at + timedelta(hours=2), by=clerk, anew=True)
    assert line(debtors["fresh"]).debt == overdue_debts([debtors["fresh"].pk], day=TODAY)[debtors["fresh"].pk]
    assert line(debtors["fresh"]).debt < Decimal("100.00")
    assert ArrearsSnapshot.objects.count() == 1 and broken() == {}


def test_a_portfolio_that_does_not_equal_the_ledger_is_told(debtors, clerk, at):
    take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    damage(
        f"UPDATE collections_arrearsline SET debt = debt + 1, late_30 = late_30 + 1 "
        f"WHERE account_id = {debtors['fresh'].pk}"
    )
    found = broken()
    assert found["portfolios_are_the_ledger"] == 1
    assert found["portfolio_figures_are_its_accounts"] == 2, "neither by account nor by age is it what its head says"


def test_a_missing_debtor_is_told(debtors, clerk, at):
    take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    damage(f"DELETE FROM collections_arrearsline WHERE account_id = {debtors['old'].pk}")
    assert broken()["portfolios_are_the_ledger"] == 1


def test_the_day_that_has_not_come_is_refused(clerk, at):
    with pytest.raises(PortfolioOfTheFuture, match="no pase de hoy"):
        take_arrears_snapshot(day=TODAY + timedelta(days=1), at=at, by=clerk)


def test_the_cause_is_the_first_that_fits(debtors, session, cashier, supervisor, clerk, at):
    late, stopped = make_account(), make_account()
    for account in (late, stopped):
        owes(account, date(2026, 4, 10), "50.00", clerk, at)
        owes(account, date(2026, 9, 1), "50.00", clerk, at)
    pays(late, "20.00", session, cashier, at)
    place_hold(
        account=debtors["old"], kind=Hold.Kind.COMPLAINT, reason="Reporte", valid_from=TODAY, at=at, by=supervisor
    )
    Account.objects.filter(pk=stopped.pk).update(state=Account.State.CLOSED)
    take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    assert line(debtors["fresh"]).cause == "NEVER_PAID"
    assert line(debtors["former"]).cause == "FORMER_AGREEMENT"
    assert line(debtors["old"]).cause == "DISPUTED"
    assert line(late).cause == "LATE" and line(late).last_paid_on == TODAY
    assert line(stopped).cause == "CLOSED"


def test_the_figures_add_up_to_the_accounts_whatever_they_are_told_by(debtors, clerk, at):
    snapshot = take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    for cut in Cut:
        parts = parts_of(snapshot, Filters(), cut)
        assert sum(part.debt for part in parts) == snapshot.debt, cut
        assert sum(part.accounts for part in parts) == snapshot.accounts, cut
        assert sum(sum(part.by_age) for part in parts) == snapshot.debt, cut
    ages = ages_of(snapshot, Filters())
    assert sum(age.charges for age in ages) == sum(age.debt for age in ages) == snapshot.debt
    assert [age.accounts for age in ages] == [1, 0, 0, 0, 1, 1]
    asked = Filters(min_months=3, max_months=3)
    assert [part.accounts for part in parts_of(snapshot, asked, Cut.USE)] == [1]
    assert [part.accounts for part in parts_of(snapshot, Filters(min_debt=Decimal(500)), Cut.ROUTE)] == [2]


def test_few_hold_most_of_the_debt(debtors, clerk, at):
    snapshot = take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    shares = {share.percent: (share.accounts, share.of_accounts, share.debt) for share in concentration(snapshot)}
    assert shares[50] == (1, 3, Decimal("900.00"))
    assert shares[80] == (2, 3, Decimal("1532.00"))
    assert shares[100] == (3, 3, Decimal("1632.00"))
    assert concentration(snapshot, "DOMESTIC")[-1].accounts == 3


def test_what_moves_from_one_age_to_another_is_counted(debtors, session, cashier, clerk, at):
    pays(debtors["former"], "10.00", session, cashier, at)
    first = take_arrears_snapshot(day=date(2026, 9, 1), at=at, by=clerk)
    later = take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    moved = {
        (move.age_before, move.age_now): move.accounts
        for move in ArrearsMovement.objects.filter(snapshot=later, since=first.day)
    }
    assert moved == {("", "0-30"): 1, ("91-180", "181-365"): 1, ("365+", "365+"): 1}


def test_a_day_first_taken_late_is_compared_with_those_that_wait_for_it(debtors, clerk, at):
    later = take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    assert not ArrearsMovement.objects.filter(snapshot=later).exists()
    take_arrears_snapshot(day=date(2026, 9, 1), at=at, by=clerk)
    assert ArrearsMovement.objects.filter(snapshot=later, since=date(2026, 9, 1)).exists()


def test_old_days_keep_their_figures_and_let_go_of_their_accounts(debtors, clerk, at):
    first = take_arrears_snapshot(day=date(2026, 7, 1), at=at, by=clerk)
    old = take_arrears_snapshot(day=date(2026, 7, 2), at=at, by=clerk)
    assert thin_arrears_snapshots(day=TODAY) == 1
    old.refresh_from_db()
    assert not old.has_lines and not ArrearsLine.objects.filter(snapshot=old).exists()
    assert parts_of(old, Filters(), Cut.USE)[0].debt == old.debt
    assert ArrearsLine.objects.filter(snapshot=first).exists()
    assert thin_arrears_snapshots(day=TODAY) == 0 and broken() == {}


def test_the_selected_come_in_walking_order_in_one_query(debtors, clerk, at):
    sector = Sector.objects.create(name="Sector 1")
    route = debtors["old"].route
    type(route).objects.filter(pk=route.pk).update(sector=sector)
    for place, name in enumerate(("old", "former", "fresh")):
        Account.objects.filter(pk=debtors[name].pk).update(route_order=place)
    with pytest.raises(NoPortfolio, match="no está calculada"):
        selected_debtors(Filters(), day=TODAY)
    take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = selected_debtors(Filters(sector=sector.pk, route=route.pk), day=TODAY)
    assert len(asked) == 2, "the portfolio and its accounts"
    assert [debtor.account_id for debtor in found] == [debtors[name].pk for name in ("old", "former", "fresh")]
    assert found[0].route == route.number and found[0].months == 3
    assert [debtor.number for debtor in selected_debtors(Filters(ages=("0-30",)), day=TODAY)] == [
        debtors["fresh"].number
    ]
    assert not selected_debtors(Filters(use_classes=("COMMERCIAL",)), day=TODAY)


def test_a_payment_being_written_meanwhile_is_left_for_later_and_the_proof_holds(debtors, clerk, at):
    snapshot = take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    owes(debtors["clean"], date(2026, 9, 1), "10.00", clerk, at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM ledger_posting")
        (late,) = cursor.fetchone()
    ArrearsSnapshot.objects.filter(pk=snapshot.pk).update(up_to_posting=late, unseen_postings=[late])
    assert broken() == {}
    ArrearsSnapshot.objects.filter(pk=snapshot.pk).update(unseen_postings=[])
    assert broken() == {"portfolios_are_the_ledger": 1}


def test_how_many_there_are_is_told_by_the_figures_as_the_accounts_say(debtors, clerk, at):
    snapshot = take_arrears_snapshot(day=TODAY, at=at, by=clerk)
    route = ArrearsLine.objects.filter(snapshot=snapshot).values_list("route_id", flat=True)[0]
    for filters in (
        Filters(),
        Filters(route=route),
        Filters(ages=("0-30",)),
        Filters(min_months=1),
        Filters(causes=("X",)),
    ):
        assert counted_of(snapshot, filters) == lines_of(snapshot, filters).count(), filters
    assert counted_of(snapshot, Filters(min_debt=Decimal(500))) is None
