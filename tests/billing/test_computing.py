"""What each account of a cycle comes to when its run is computed."""

import json
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.billing.models import RunAccount
from cauce.billing.operations import RunPricer, compute_chunk, open_run, plan_run
from cauce.billing.queries import run_totals_sheet
from cauce.billing.rules import RULE_SENTENCES, Outcome
from cauce.metering.models import Consumption, Reading, ReadingRound, RoundLine
from cauce.registry.models import Account, Hold
from cauce.tariffs.models import TariffCode
from cauce.users.models import User
from tests.billing.cycles import ISSUED_ON, SEPTEMBER, an_account, computed
from tests.metering.accounts import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def outcome_of(at: datetime, clerk: User):
    def outcome_of(account: Account) -> tuple[str, str]:
        computed(at=at, by=clerk)
        row = RunAccount.objects.get(account=account)
        assert (row.draft is not None, row.total is not None) == (row.outcome == Outcome.BILLED,) * 2
        return row.outcome, row.rule

    return outcome_of


def metered(number: str = "300001", **facts: object) -> Account:
    return make_account(number, serial=f"M{number}", **facts)


def in_review(account: Account, reason: str, *, value: int | None = 1020) -> None:
    """A doubtful reading of September."""
    reading_round, _ = ReadingRound.objects.get_or_create(period=SEPTEMBER, cycle=1, last_day=date(2026, 9, 5))
    RoundLine.objects.create(round=reading_round, account=account)
    Reading.objects.create(
        round=reading_round,
        account=account,
        line=account.pk,
        value=value,
        incident="00",
        status="REVIEW",
        reason=reason,
    )


def test_a_metered_account_is_billed_what_was_read(outcome_of):
    account = an_account(m3=18, has_sewerage=True, has_treatment=True)
    assert outcome_of(account) == ("BILLED", "")
    row = RunAccount.objects.get()
    assert [line[0] for line in json.loads(row.draft["lines"])] == ["AGUA", "ALCANTARILLADO", "TRATAMIENTO"]
    assert json.loads(row.draft["measure"])[:3] == [18, 1000, 1018]


def test_an_account_without_a_meter_pays_the_flat_fee(outcome_of):
    assert outcome_of(an_account()) == ("BILLED", "")
    assert RunAccount.objects.get().draft["measure"] is None


def test_an_account_that_only_discharges_needs_no_reading(outcome_of):
    account = metered()
    account.has_water, account.has_sewerage, account.discharge_m3 = False, True, 30
    account.save()
    outcome, rule = outcome_of(account)
    assert rule != "SIN_LINEA"
    assert (outcome == "BILLED") == (rule == "")


@pytest.mark.parametrize(
    ("state", "rule"), [("VOLUNTARY_SUSPENSION", "SUSPENSION_VOLUNTARIA"), ("CLOSED", "CUENTA_CANCELADA")]
)
def test_suspended_and_closed_accounts_are_exempt(outcome_of, state: str, rule: str):
    assert outcome_of(an_account(m3=18, state=state)) == ("EXEMPT", rule)


def test_an_account_reduced_for_its_debt_is_billed(outcome_of):
    assert outcome_of(an_account(m3=18, state="REDUCED")) == ("BILLED", "")


def hold(account: Account, by: User, **facts: object) -> Hold:
    facts = {"stops_billing": True, "valid_from": date(2026, 8, 1)} | facts
    return Hold.objects.create(account=account, kind=Hold.Kind.values[0], reason="Amparo", placed_by=by, **facts)


def test_a_hold_that_stops_billing_holds_the_account(outcome_of, clerk: User):
    account = an_account(m3=18)
    hold(account, clerk, valid_until=date(2026, 9, 6))
    assert outcome_of(account) == ("HELD", "RETENCION")


@pytest.mark.parametrize(
    "facts",
    [{"stops_billing": False}, {"valid_until": ISSUED_ON}, {"valid_from": date(2026, 9, 6)}],
    ids=["of another kind", "already lifted", "not yet begun"],
)
def test_another_hold_does_not(outcome_of, clerk: User, facts: dict[str, object]):
    account = an_account(m3=18)
    hold(account, clerk, **facts)
    assert outcome_of(account) == ("BILLED", "")


READING_RULES = sorted(
    rule for rule in RULE_SENTENCES if rule.startswith(("LECTURA", "CONSUMO", "MEDIDOR", "VUELTA", "SIN_LECTURA"))
)


@pytest.mark.parametrize("reason", [*(set(READING_RULES) - {"SIN_LECTURA_UTIL"}), "INCIDENTE_03"])
def test_an_account_whose_reading_is_in_doubt_is_parked_under_its_reason(outcome_of, reason: str):
    account = metered()
    in_review(account, reason)
    assert outcome_of(account) == ("PARKED", reason)


def test_a_metered_account_that_no_file_names_is_parked(outcome_of):
    assert outcome_of(metered()) == ("PARKED", "SIN_LINEA")


def test_an_account_whose_lines_were_all_rejected_is_parked(outcome_of):
    account = metered()
    reading_round = ReadingRound.objects.create(period=SEPTEMBER, cycle=1, last_day=date(2026, 9, 5))
    RoundLine.objects.create(round=reading_round, account=account)
    assert outcome_of(account) == ("PARKED", "SIN_LECTURA_UTIL")


def test_a_code_that_the_law_does_not_have_parks_the_account(outcome_of):
    code = TariffCode.objects.create(code="099", name="Nueva", use_class="DOMESTIC")
    assert outcome_of(an_account(m3=18, tariff_code=code)) == ("PARKED", "CLAVE_DESCONOCIDA")


def test_a_reading_that_reaches_back_before_every_law_parks_the_account(outcome_of):
    account = an_account(m3=60)
    account.consumption.update(previous_on=date(2025, 11, 2))
    assert outcome_of(account) == ("PARKED", "SIN_LEY_VIGENTE")


def test_what_the_old_system_billed_is_not_billed_again(outcome_of):
    account = metered()
    Consumption.objects.create(account=account, period=SEPTEMBER, volume_m3=18, source="HISTORY")
    assert outcome_of(account) == ("PARKED", "SIN_LINEA")


def test_an_exempt_use_gets_a_bill_of_nothing(outcome_of):
    account = an_account(m3=18, exemption="DOMINIO_PUBLICO", has_sewerage=True)
    assert outcome_of(account) == ("BILLED", "")
    assert RunAccount.objects.get().total == 0


def test_every_account_of_the_cycle_ends_in_one_outcome_in_route_order(at: datetime, clerk: User):
    wanted = [an_account(m3=m3) for m3 in (5, 6, 7)]
    an_account(cycle=2)
    metered()
    run = computed(at=at, by=clerk)
    assert sum(run.totals["counts"].values()) == RunAccount.objects.filter(run=run).count() == 4
    rows = RunAccount.objects.filter(outcome="BILLED").order_by("chunk_ordinal", "place")
    assert [row.account for row in rows] == wanted


def test_totals_are_by_concept_and_code_and_name_who_was_left_out(at: datetime, clerk: User):
    an_account(m3=18, has_sewerage=True)
    an_account(m3=18, tariff_code=TariffCode.objects.get(code="002"))
    metered("300009")
    run = computed(at=at, by=clerk)
    cells = {(cell["concept"], cell["code"]): cell["bills"] for cell in run.totals["amounts"]}
    assert cells == {("AGUA", "001"): 1, ("ALCANTARILLADO", "001"): 1, ("AGUA", "002"): 1}
    drafted = sum(RunAccount.objects.filter(outcome="BILLED").values_list("total", flat=True))
    sheet = run_totals_sheet(run, printed_on=ISSUED_ON)
    assert sheet.total == drafted
    assert [(row.account, row.rule) for row in sheet.parked] == [("300009", "SIN_LINEA")]


@pytest.mark.parametrize("accounts", [3, 40])
def test_a_chunk_is_computed_in_as_many_queries_whatever_its_size(at: datetime, clerk: User, accounts: int):
    for place in range(accounts):
        an_account(m3=place)
    metered()
    run = plan_run(open_run(period=SEPTEMBER, cycle=1, at=at, by=clerk), at=at, by=clerk)
    pricer = RunPricer(run)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert compute_chunk(run, pricer=pricer, at=at)
    assert len(queries) == 13, [query["sql"][:80] for query in queries]
