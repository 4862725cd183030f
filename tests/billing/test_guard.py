"""Nobody is left out of a month in silence, and nobody bills over a padrón that changed without seeing it."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.billing.models import Bill, BillingRun, ChangesAcknowledgement, GuardSignature
from cauce.billing.operations import (
    AccountsMissing,
    ChangesNotAcknowledged,
    GuardChanged,
    RunNotReady,
    SamePersonApproves,
    acknowledge_changes,
    approve_run,
    open_run,
    plan_run,
    sign_guard,
    start_issuing,
    work_on_run,
)
from cauce.billing.queries.changes import pending_changes
from cauce.billing.queries.guard import completeness, missing_of_run, unsigned
from cauce.billing.rules.guard import MISSING_SENTENCES, missing_sentence
from cauce.cli.completeness import completeness_command
from cauce.registry.models import Account
from cauce.registry.operations import change_account
from cauce.registry.queries import terms_of
from cauce.registry.rules.details import AccountTerms
from cauce.users.models import User
from tests.billing.cycles import OCTOBER, SEPTEMBER, an_account, computed, issued

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def whys(period: date = SEPTEMBER) -> dict[str, str]:
    return {account.number: account.why for account in completeness(period).missing}


def changed(account: Account, at: datetime, by: User, **facts: object) -> Account:
    """The account under other terms, by the operation that tells it to the history."""
    fresh = Account.objects.select_related("route", "connection").get(pk=account.pk)
    before = terms_of(fresh)
    values = {name: getattr(before, name) for name in AccountTerms.__dataclass_fields__} | facts
    return change_account(account=fresh, terms=AccountTerms(**values), reason="Prueba", at=at, by=by)


def test_every_account_of_a_month_ends_somewhere_and_the_sum_is_the_active_ones(
    at: datetime, clerk: User, approver: User
):
    an_account(m3=18)
    an_account()
    an_account(m3=9, period=OCTOBER)
    an_account(state=Account.State.CLOSED)
    run = computed(at=at, by=clerk)
    found = completeness(SEPTEMBER)
    assert (found.active, found.billed, found.parked, found.exempt, list(found.missing)) == (3, 2, 1, 0, [])
    work_on_run(start_issuing(approve_run(run, at=at, by=approver), at=at, by=clerk), moment=lambda: at)
    assert completeness(SEPTEMBER) == found


def test_a_month_without_run_misses_every_account_by_name(at: datetime, clerk: User):
    account = an_account(m3=18)
    assert whys() == {account.number: "CICLO_SIN_CORRIDA"}
    open_run(period=SEPTEMBER, cycle=1, at=at, by=clerk)
    assert whys() == {account.number: "CORRIDA_SIN_CALCULAR"}
    assert completeness(SEPTEMBER).missing[0].holder == account.holder.name


def test_who_opens_moves_of_cycle_or_comes_back_after_the_draft_is_missing_until_it_is_computed_again(
    at: datetime, clerk: User, approver: User
):
    mover, sleeper = an_account(m3=18), an_account(state=Account.State.VOLUNTARY_SUSPENSION)
    an_account()
    run = computed(at=at, by=clerk)
    opened = an_account()
    Account.objects.filter(pk=mover.pk).update(cycle=2)
    Account.objects.filter(pk=sleeper.pk).update(state=Account.State.ACTIVE)
    expected = {opened.number: "ENTRO_DESPUES", sleeper.number: "REACTIVADA", mover.number: "CAMBIO_DE_CICLO"}
    assert whys() == expected
    assert {account.number for account in missing_of_run(run)} == set(expected)
    again = computed(at=at, by=clerk)
    assert {account.number: account.why for account in completeness(SEPTEMBER).missing} == {
        mover.number: "CICLO_SIN_CORRIDA"
    }
    assert missing_of_run(again) == []
    assert approve_run(again, at=at, by=approver).state == BillingRun.State.APPROVED


def test_an_approved_run_is_not_computed_again_by_its_sentences() -> None:
    for why in MISSING_SENTENCES:
        assert "calcúlela de nuevo" not in missing_sentence(why, is_approved=True)
    assert "calcúlela de nuevo" in missing_sentence("REACTIVADA")
    assert missing_sentence("REACTIVADA", is_approved=True).endswith("se firma que queda sin recibo.")


def test_a_draft_in_two_cycles_is_missing_until_the_one_it_left_is_computed_again(at: datetime, clerk: User):
    mover = an_account(m3=18)
    an_account()
    computed(at=at, by=clerk)
    Account.objects.filter(pk=mover.pk).update(cycle=2)
    computed(at=at, by=clerk, cycle=2)
    assert whys() == {mover.number: "EN_DOS_CICLOS"}
    computed(at=at, by=clerk)
    assert whys() == {}
    assert completeness(SEPTEMBER).billed == 2


def test_issue_is_refused_with_the_names_of_the_first_ten_and_how_many(at: datetime, clerk: User, approver: User):
    an_account()
    run = approve_run(computed(at=at, by=clerk), at=at, by=approver)
    late = [an_account() for _ in range(12)]
    with pytest.raises(AccountsMissing, match="faltan 12 cuentas") as refused:
        start_issuing(run, at=at, by=clerk)
    assert all(account.number in refused.value.message for account in late[:10])
    assert late[10].number not in refused.value.message
    assert "y 2 más" in refused.value.message
    run.refresh_from_db()
    assert (run.state, Bill.objects.count()) == (BillingRun.State.APPROVED, 0)


def test_a_signature_lets_issue_without_them_until_another_one_is_missing(at: datetime, clerk: User, approver: User):
    an_account()
    run = approve_run(computed(at=at, by=clerk), at=at, by=approver)
    late = an_account()
    with pytest.raises(SamePersonApproves):
        sign_guard(run, reason="Toma nueva", accounts=[late.pk], at=at, by=clerk)
    with pytest.raises(RunNotReady, match="por qué"):
        sign_guard(run, reason=" ", accounts=[late.pk], at=at, by=approver)
    with pytest.raises(GuardChanged):
        sign_guard(run, reason="Toma nueva", accounts=[], at=at, by=approver)
    signature = sign_guard(run, reason="Toma nueva", accounts=[late.pk], at=at, by=approver)
    assert sign_guard(run, reason="Toma nueva", accounts=[late.pk], at=at, by=approver) == signature
    assert GuardSignature.objects.get().accounts == [late.pk]
    another = an_account()
    assert [account.id for account in unsigned(run)] == [another.pk]
    with pytest.raises(AccountsMissing, match=another.number):
        start_issuing(run, at=at, by=clerk)
    sign_guard(run, reason="Dos tomas nuevas", accounts=[late.pk, another.pk], at=at, by=approver)
    assert start_issuing(run, at=at, by=clerk).state == BillingRun.State.ISSUING


def test_the_guard_asks_the_same_few_queries_for_any_number_of_accounts(at: datetime, clerk: User):
    for _ in range(6):
        an_account()
    run = computed(at=at, by=clerk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        completeness(SEPTEMBER)
        missing_of_run(run)
    assert len(asked) == 3


def test_a_cycle_never_billed_has_nothing_to_acknowledge(at: datetime, clerk: User):
    account = an_account(m3=18)
    changed(account, at, clerk, tariff_code="002")
    run = open_run(period=SEPTEMBER, cycle=1, at=at, by=clerk)
    assert list(pending_changes(run)) == []
    assert plan_run(run, at=at, by=clerk).state == BillingRun.State.COMPUTING


def test_what_changed_since_the_last_cycle_is_acknowledged_before_the_draft(at: datetime, clerk: User, approver: User):
    account = an_account(m3=18)
    other = an_account()
    issued(at=at, by=clerk, approved_by=approver)
    Account.objects.filter(pk=other.pk).update(cycle=2)
    changed(account, at, clerk, dwellings=2)
    changed(other, at, clerk, dwellings=3)
    run = open_run(period=OCTOBER, cycle=1, at=at, by=clerk)
    (change,) = pending_changes(run)
    assert change.account_id == account.pk
    with pytest.raises(ChangesNotAcknowledged, match="1 cambios"):
        plan_run(run, at=at, by=clerk)
    acknowledged = acknowledge_changes(run, until_event=change.pk, at=at, by=clerk)
    assert acknowledged is not None
    assert (acknowledged.changes, acknowledged.until_event, acknowledged.acknowledged_by) == (1, change.pk, clerk)
    assert plan_run(run, at=at, by=clerk).state == BillingRun.State.COMPUTING


def test_what_changes_after_the_acknowledgement_is_acknowledged_too(at: datetime, clerk: User, approver: User):
    account = an_account(m3=18)
    issued(at=at, by=clerk, approved_by=approver)
    changed(account, at, clerk, dwellings=2)
    run = open_run(period=OCTOBER, cycle=1, at=at, by=clerk)
    seen = pending_changes(run).last()
    assert seen is not None
    changed(account, at, clerk, dwellings=3)
    acknowledge_changes(run, until_event=seen.pk, at=at, by=clerk)
    with pytest.raises(ChangesNotAcknowledged):
        plan_run(run, at=at, by=clerk)
    assert acknowledge_changes(run, at=at, by=clerk) is not None
    assert acknowledge_changes(run, at=at, by=clerk) is None
    assert ChangesAcknowledgement.objects.count() == 2
    assert plan_run(run, at=at, by=clerk).state == BillingRun.State.COMPUTING


def test_the_command_tells_where_each_account_ended(at: datetime, clerk: User):
    an_account(m3=18)
    run = computed(at=at, by=clerk)
    late = an_account()
    done = CliRunner().invoke(completeness_command, ["--month", "2026-09", "--json"])
    answer = json.loads(done.output)
    assert (answer["active"], answer["billed"], answer["parked"], answer["exempt"]) == (2, 1, 0, 0)
    assert [(each["account"], each["name"]) for each in answer["missing"]] == [(late.number, late.holder.name)]
    assert answer["active"] == answer["billed"] + answer["parked"] + answer["exempt"] + len(answer["missing"])
    assert Decimal(run.totals["total"]) > 0
