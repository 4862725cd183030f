"""The life of a run: opened, computed, reviewed, approved by a second person, issued or discarded."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from cauce.billing.models import Bill, BillingRun, RunAccount
from cauce.billing.operations import (
    AccountsBilledTwice,
    DraftNotChangeable,
    RunNotReady,
    RunPricer,
    SamePersonApproves,
    approve_run,
    cancel_run,
    compute_chunk,
    issue_chunk,
    open_run,
    plan_run,
    return_draft,
    start_issuing,
    withdraw_draft,
    work_on_run,
)
from cauce.billing.queries import accounts_not_billed, run_of, run_progress
from cauce.billing.rules import Rule
from cauce.documents.models import Document
from cauce.events.models import Event
from cauce.tariffs.rules import NoLawInForce
from cauce.tariffs.rules.calendar import UnknownCycle
from cauce.users.models import User
from tests.billing.cycles import DUE_ON, ISSUED_ON, OCTOBER, SEPTEMBER, an_account, computed, issued, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def analyst(db: None) -> User:
    return User.objects.create(username="analista", full_name="Irma Solís")


def events_of(run: BillingRun) -> list[str]:
    return list(
        Event.objects.filter(subject_kind="BillingRun", subject_id=run.pk).order_by("id").values_list("kind", flat=True)
    )


def test_a_run_is_opened_once_with_the_days_of_the_law(at: datetime, clerk: User, analyst: User):
    run = open_run(period=SEPTEMBER, cycle=1, at=at, by=clerk)
    assert (run.state, run.issue_on, run.due_on) == (BillingRun.State.DRAFT, ISSUED_ON, DUE_ON)
    assert open_run(period=SEPTEMBER, cycle=1, at=at, by=analyst) == run
    assert BillingRun.objects.get().created_by == clerk


def test_a_period_whose_law_is_not_in_force_is_not_billed(at: datetime, clerk: User):
    with pytest.raises(NoLawInForce):
        open_run(period=date(2027, 1, 1), cycle=1, at=at, by=clerk)
    assert not BillingRun.objects.exists()


def test_an_unknown_cycle_is_refused_with_the_ones_there_are(at: datetime, clerk: User):
    with pytest.raises(UnknownCycle, match="1, 2, 3"):
        open_run(period=SEPTEMBER, cycle=4, at=at, by=clerk)


def test_a_run_goes_from_readings_to_bills_and_tells_each_step(at: datetime, clerk: User, approver: User):
    an_account(m3=18)
    run = issued(at=at, by=clerk, approved_by=approver)
    assert run.state == BillingRun.State.ISSUED
    assert events_of(run) == ["RUN_COMPUTED", "RUN_APPROVED", "RUN_ISSUE_ORDERED", "RUN_ISSUED"]
    assert Event.objects.filter(kind="RUN_ISSUE_ORDERED").get().by == clerk
    assert Event.objects.filter(kind="RUN_ISSUED").get().by == approver
    assert run_progress(run) == (1, 1)


def test_a_cycle_without_accounts_is_computed_and_cannot_be_approved(at: datetime, clerk: User, approver: User):
    run = computed(at=at, by=clerk)
    assert run.state == BillingRun.State.COMPUTED
    assert run.totals["total"] == "0.00"
    with pytest.raises(RunNotReady, match="ninguna cuenta"):
        approve_run(run, at=at, by=approver)
    assert not Document.objects.exists()


def test_whoever_computed_a_run_last_does_not_approve_it(at: datetime, clerk: User, approver: User, analyst: User):
    an_account()
    run = computed(at=at, by=clerk)
    with pytest.raises(SamePersonApproves):
        approve_run(run, at=at, by=clerk)
    run = computed(at=at, by=analyst)
    with pytest.raises(SamePersonApproves):
        approve_run(run, at=at, by=analyst)
    assert approve_run(run, at=at, by=clerk).approved_by == clerk


def test_a_second_approval_and_a_second_issue_change_nothing(at: datetime, clerk: User, approver: User, analyst: User):
    an_account()
    run = issued(at=at, by=clerk, approved_by=approver)
    before = (events_of(run), run.first_folio, Bill.objects.count())
    again = approve_run(run, at=at, by=analyst)
    assert again.approved_by == approver
    work_on_run(start_issuing(again, at=at, by=clerk), moment=lambda: at)
    assert not issue_chunk(again, at=at, by=analyst)
    assert (events_of(run), again.first_folio, Bill.objects.count()) == before


def test_a_run_is_not_issued_before_it_is_approved_nor_computed_after(at: datetime, clerk: User, approver: User):
    an_account()
    run = computed(at=at, by=clerk)
    with pytest.raises(RunNotReady, match="apruébela"):
        start_issuing(run, at=at, by=clerk)
    approved = approve_run(run, at=at, by=approver)
    with pytest.raises(RunNotReady, match="ya no se calcula"):
        plan_run(approved, at=at, by=clerk)
    assert plan_run(run, at=at, by=clerk).state == BillingRun.State.APPROVED
    with pytest.raises(RunNotReady, match="ya no se descarta"):
        cancel_run(run, reason="Error", at=at, by=clerk)


def test_a_run_that_is_not_computed_is_not_approved(at: datetime, clerk: User, approver: User):
    run = open_run(period=SEPTEMBER, cycle=1, at=at, by=clerk)
    with pytest.raises(RunNotReady, match="sólo se aprueba"):
        approve_run(run, at=at, by=approver)


def test_a_run_interrupted_while_computed_keeps_what_it_has(
    at: datetime, clerk: User, analyst: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cauce.billing.operations.runs.CHUNK_SIZE", 2)
    for _ in range(5):
        an_account()
    run = plan_run(open_run(period=SEPTEMBER, cycle=1, at=at, by=clerk), at=at, by=clerk)
    assert compute_chunk(run, pricer=RunPricer(run), at=at)
    kept = set(RunAccount.objects.values_list("pk", flat=True))
    assert run_progress(run) == (1, 3)
    again = plan_run(run, at=at, by=analyst)
    assert (again.state, again.created_by) == (BillingRun.State.COMPUTING, clerk)
    work_on_run(again, moment=lambda: at)
    assert kept < set(RunAccount.objects.values_list("pk", flat=True))
    assert again.totals["counts"]["BILLED"] == RunAccount.objects.count() == 5


def test_a_run_interrupted_while_issued_goes_on_where_it_was(
    at: datetime, clerk: User, approver: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cauce.billing.operations.runs.CHUNK_SIZE", 2)
    for _ in range(5):
        an_account()
    run = start_issuing(approve_run(computed(at=at, by=clerk), at=at, by=approver), at=at, by=clerk)
    assert issue_chunk(run, at=at, by=approver)
    assert Bill.objects.count() == 2
    work_on_run(start_issuing(run, at=at, by=clerk), moment=lambda: at)
    numbers = list(Document.objects.filter(series="R").order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4, 5]
    assert list(Bill.objects.order_by("position").values_list("position", flat=True)) == [0, 1, 2, 3, 4]


def test_a_run_computed_again_prices_what_was_read_since(at: datetime, clerk: User):
    account = an_account(m3=18)
    first = computed(at=at, by=clerk)
    account.consumption.update(superseded_at=at)
    read(account, 30)
    again = computed(at=at, by=clerk)
    assert again == first
    assert Decimal(again.totals["total"]) > Decimal(first.totals["total"])
    assert RunAccount.objects.count() == 1


def test_a_draft_withdrawn_is_left_out_of_the_bills_and_may_come_back(at: datetime, clerk: User, approver: User):
    an_account()
    other = an_account()
    run = computed(at=at, by=clerk)
    whole = run.totals
    row = RunAccount.objects.get(account=other)
    withdraw_draft(row, reason="Medidor recién cambiado", at=at, by=approver)
    run.refresh_from_db()
    assert run.totals["counts"] == {"BILLED": 1, "PARKED": 0, "HELD": 1, "EXEMPT": 0}
    assert run.totals["by_rule"] == {Rule.WITHDRAWN: 1}
    assert [(row.account, row.note) for row in accounts_not_billed(run, outcome="HELD")] == [
        (other, "Medidor recién cambiado")
    ]
    return_draft(row, at=at, by=approver)
    run.refresh_from_db()
    assert run.totals == whole
    assert list(Event.objects.filter(account_id=other.pk).order_by("id").values_list("kind", flat=True)) == [
        "DRAFT_WITHDRAWN",
        "DRAFT_RETURNED",
    ]


def test_a_withdrawn_draft_stays_withdrawn_when_the_run_is_computed_again(at: datetime, clerk: User, approver: User):
    kept, moved = an_account(), an_account()
    run = computed(at=at, by=clerk)
    for account in (kept, moved):
        withdraw_draft(RunAccount.objects.get(account=account), reason="Se revisa en campo", at=at, by=approver)
    moved.cycle = 2
    moved.save()
    run = computed(at=at, by=clerk)
    row = RunAccount.objects.get()
    assert (row.account, row.outcome, row.rule, row.note) == (kept, "HELD", Rule.WITHDRAWN, "Se revisa en campo")
    assert row.draft is not None
    return_draft(row, at=at, by=approver)
    run.refresh_from_db()
    assert run.totals["counts"]["BILLED"] == 1


def test_a_draft_is_not_withdrawn_without_a_reason_nor_twice_nor_after_the_approval(
    at: datetime, clerk: User, approver: User
):
    first, second = an_account(), an_account()
    run = computed(at=at, by=clerk)
    row = RunAccount.objects.get(account=first)
    with pytest.raises(DraftNotChangeable, match="por qué"):
        withdraw_draft(row, reason="  ", at=at, by=approver)
    withdraw_draft(row, reason="Revisar", at=at, by=approver)
    with pytest.raises(DraftNotChangeable):
        withdraw_draft(row, reason="Revisar", at=at, by=approver)
    with pytest.raises(DraftNotChangeable):
        return_draft(RunAccount.objects.get(account=second), at=at, by=approver)
    approve_run(run, at=at, by=approver)
    with pytest.raises(DraftNotChangeable):
        return_draft(row, at=at, by=approver)
    with pytest.raises(DraftNotChangeable):
        withdraw_draft(RunAccount.objects.get(account=second), reason="Tarde", at=at, by=approver)


def test_a_discarded_run_leaves_its_cycle_free(at: datetime, clerk: User):
    an_account()
    run = computed(at=at, by=clerk)
    with pytest.raises(RunNotReady, match="por qué"):
        cancel_run(run, reason="", at=at, by=clerk)
    cancel_run(run, reason="Faltó una ruta", at=at, by=clerk)
    assert run_of(period=SEPTEMBER, cycle=1) is None
    assert events_of(run)[-1] == "RUN_CANCELLED"
    assert open_run(period=SEPTEMBER, cycle=1, at=at, by=clerk) != run


def test_an_account_that_changed_cycle_is_not_billed_twice_in_a_period(at: datetime, clerk: User, approver: User):
    an_account()
    moved = an_account()
    issued(at=at, by=clerk, approved_by=approver)
    moved.cycle = 2
    moved.save()
    second = computed(at=at, by=clerk, cycle=2)
    row = RunAccount.objects.get(run=second)
    assert (row.account, row.outcome, row.rule) == (moved, "EXEMPT", Rule.ALREADY_BILLED)
    assert issued(at=at, by=clerk, approved_by=approver, period=OCTOBER, cycle=2).totals["counts"]["BILLED"] == 1


def test_two_cycles_that_drafted_one_account_are_not_both_approved(at: datetime, clerk: User, approver: User):
    moved = an_account()
    an_account(cycle=2)
    first = computed(at=at, by=clerk)
    moved.cycle = 2
    moved.save()
    second = computed(at=at, by=clerk, cycle=2)
    approve_run(first, at=at, by=approver)
    with pytest.raises(AccountsBilledTwice, match="1 cuentas"):
        approve_run(second, at=at, by=approver)
    again = computed(at=at, by=clerk, cycle=2)
    assert again.totals["by_rule"] == {Rule.ALREADY_BILLED: 1}
    assert approve_run(again, at=at, by=approver).state == BillingRun.State.APPROVED
