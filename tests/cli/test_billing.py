"""``cauce bill``: what it prints and how it exits."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cauce.billing.models import Bill, BillingRun
from cauce.billing.operations import RunNotReady, SamePersonApproves
from cauce.cli.access import SameUserTwice
from cauce.cli.billing import NothingBilled, bill
from cauce.tariffs.rules import NoLawInForce
from cauce.users.models import User
from tests.billing.cycles import an_account, load_the_law
from tests.metering.accounts import make_account

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-09-20T18:00:00+00:00")
SEPTEMBER = ("--month", "2026-09")
CYCLE = (*SEPTEMBER, "--cycle", "1")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(bill, [str(argument) for argument in arguments])


def document(result: Result):
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


@pytest.fixture
def town(db: None) -> None:
    """A metered account, a flat one, one not read, and one that is suspended."""
    load_the_law(NOON)
    an_account(m3=18, number="000101", has_sewerage=True)
    an_account(number="000102")
    make_account("000103", serial="M103")
    an_account(number="000104", state="VOLUNTARY_SUSPENSION")


def test_run_tells_how_many_accounts_ended_where_and_how_much(town: None):
    answer = document(run("run", *CYCLE, "--json"))
    assert {"accounts", "billed", "parked", "held", "exempt", "total"} <= set(answer)
    assert (answer["accounts"], answer["billed"], answer["parked"], answer["held"], answer["exempt"]) == (4, 2, 1, 0, 1)
    assert answer["by_rule"] == {"SIN_LINEA": 1, "SUSPENSION_VOLUNTARIA": 1}
    assert Decimal(answer["total"]) > 0
    assert not Bill.objects.exists()


def test_a_run_is_approved_by_another_and_issued_and_says_the_same_ever_after(town: None):
    assert document(run("run", *CYCLE, "--approve", "--json"))["state"] == "APPROVED"
    issued = document(run("run", *CYCLE, "--issue", "--json"))
    assert issued["state"] == "ISSUED"
    assert document(run("run", *CYCLE, "--approve", "--issue", "--json")) == issued
    assert document(run("run", *CYCLE, "--json")) == issued
    assert Decimal(issued["total"]) == sum(Bill.objects.values_list("total", flat=True))
    found = BillingRun.objects.get()
    assert found.approved_by is not None
    assert (found.created_by.username, found.approved_by.username) == ("cli-captura", "cli-autoriza")


def test_run_goes_to_the_error_stream_while_it_works(town: None):
    result = run("run", *CYCLE, "--json")
    assert "Calculando septiembre de 2026, ciclo 1" in result.stderr
    json.loads(result.stdout)


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ((*CYCLE, "--issue"), RunNotReady),
        (("--month", "2027-01", "--cycle", "1"), NoLawInForce),
        (("--month", "2026-09", "--cycle", "2", "--approve"), RunNotReady),
        ((*CYCLE, "--approve", "--by", "cli-autoriza"), SameUserTwice),
    ],
    ids=["not approved", "no law", "nothing to bill", "one person"],
)
def test_run_is_refused(town: None, arguments: tuple[str, ...], refusal: type[Exception]):
    result = run("run", *arguments, "--json")
    assert result.exit_code == 1
    assert isinstance(result.exception, refusal)
    assert not Bill.objects.exists()


def test_who_computed_on_the_screen_is_not_passed_over_by_the_command(town: None):
    User.objects.create(username="irma")
    assert document(run("run", *CYCLE, "--by", "irma", "--json"))["state"] == "COMPUTED"
    result = run("run", *CYCLE, "--by", "cli-captura", "--approve", "--approved-by", "cli-captura")
    assert isinstance(result.exception, SameUserTwice | SamePersonApproves)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", *SEPTEMBER),
        ("run", *SEPTEMBER, "--cycle", "4"),
        ("run", "--month", "2026-13", "--cycle", "1"),
        ("show", *SEPTEMBER),
        ("export",),
        ("pdf", *CYCLE),
    ],
)
def test_wrong_use_says_how_it_is_used(arguments: tuple[str, ...]):
    assert run(*arguments).exit_code == 2


def test_show_gives_a_bill_with_its_proof(town: None):
    run("run", *CYCLE, "--approve", "--issue")
    shown = document(run("show", "000101", *SEPTEMBER, "--json"))
    assert {"lines", "total", "proof"} <= set(shown)
    assert [set(line) for line in shown["lines"]] == [{"concept", "amount", "vat_percent", "vat"}] * 2
    assert [(line["concept"], line["vat_percent"]) for line in shown["lines"]] == [
        ("AGUA", "0"),
        ("ALCANTARILLADO", "16"),
    ]
    assert Decimal(shown["total"]) == sum(Decimal(line["amount"]) + Decimal(line["vat"]) for line in shown["lines"])
    assert shown["consumption"] == 18
    assert shown["proof"]["code"] == "001"
    assert document(run("show", "101", *SEPTEMBER, "--json")) == shown
    told = run("show", "000101", *SEPTEMBER)
    assert told.exit_code == 0
    assert shown["total"] in told.stdout.replace(",", "")


@pytest.mark.parametrize("number", ["000103", "999999"], ids=["not billed", "unknown"])
def test_show_of_what_is_not_there_is_refused(town: None, number: str):
    run("run", *CYCLE, "--approve", "--issue")
    result = run("show", number, *SEPTEMBER, "--json")
    assert result.exit_code == 1
    assert isinstance(result.exception, NothingBilled)


def test_export_lists_the_live_bills_of_the_month(town: None):
    assert document(run("export", *SEPTEMBER, "--json")) == []
    run("run", *CYCLE, "--approve", "--issue")
    exported = document(run("export", *SEPTEMBER, "--json"))
    assert [(row["account"], row["consumption"]) for row in exported] == [("000101", 18), ("000102", None)]
    assert set(exported[0]) == {"account", "consumption", "lines", "total"}
    assert [line["concept"] for line in exported[1]["lines"]] == ["AGUA"]
    assert document(run("export", *SEPTEMBER)) == exported


def test_pdf_prints_two_bills_to_a_sheet(town: None, tmp_path: Path):
    paper = tmp_path / "recibos.pdf"
    refused = run("pdf", *CYCLE, "--out", paper, "--json")
    assert refused.exit_code == 1
    assert isinstance(refused.exception, NothingBilled)
    assert not paper.exists()
    run("run", *CYCLE, "--approve", "--issue")
    assert document(run("pdf", *CYCLE, "--out", paper, "--json")) == {"pages": 1, "bills": 2}
    assert paper.read_bytes().startswith(b"%PDF")
