import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from cauce.cashier.models import CashSession, Payment
from cauce.cli.main import cauce
from tests.ledger.conftest import at, clerk, law
from tests.ledger.debts import a_debt, make_account, write_debts

__all__ = ["at", "clerk", "law"]
pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cauce, [*arguments])


@pytest.fixture
def account(law, at, clerk):
    account = make_account("000123")
    write_debts([a_debt(account, "AGUA", "345.20", timezone.localdate())], at=at, by=clerk)
    return account


def test_pay_gives_the_folio_what_was_applied_and_what_is_left(account):
    result = run("pay", "123", "--amount", "400", "--method", "cash", "--key", "K", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == {
        "folio": "LC-000001",
        "applied": "345.20",
        "advance": "54.80",
        "balance": "-54.80",
    }
    session = CashSession.objects.get()
    assert (session.desk.name, session.cashier.username) == ("línea de comandos", "cli-captura")


def test_pay_repeated_with_its_key_answers_the_same_and_with_another_amount_is_refused(account):
    first = run("pay", "000123", "--amount", "100.00", "--method", "transfer", "--key", "K", "--json")
    again = run("pay", "000123", "--amount", "100", "--method", "transfer", "--key", "K", "--json")
    assert json.loads(first.stdout) == json.loads(again.stdout)
    refused = run("pay", "000123", "--amount", "100.01", "--method", "transfer", "--key", "K", "--json")
    assert refused.exit_code == 1
    assert "otros datos" in json.loads(refused.stdout)["error"]
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "mil", "NaN", "Infinity", "1e20", "1,5"])
def test_an_amount_that_is_not_pesos_is_wrong_use(account, amount):
    result = run("pay", "000123", "--amount", amount, "--method", "cash", "--key", "K")
    assert result.exit_code == 2
    assert not Payment.objects.exists()


def test_the_statement_has_a_line_for_each_document_and_ends_in_the_balance(account):
    run("pay", "000123", "--amount", "45.20", "--method", "cash", "--key", "K")
    result = run("statement", "123", "--json")
    document = json.loads(result.stdout)
    today = timezone.localdate()
    assert document["movements"] == [
        {"kind": "BILL", "on": today.replace(day=1).isoformat(), "folio": "", "amount": "345.20"},
        {"kind": "PAYMENT", "on": today.isoformat(), "folio": "LC-000001", "amount": "-45.20"},
    ]
    assert document["balance"] == "300.00"
    assert sum(Decimal(movement["amount"]) for movement in document["movements"]) == Decimal(document["balance"])
    assert "Saldo: $300.00" in run("statement", "123").stdout


def test_the_statement_of_an_earlier_day_says_what_it_said_then(account):
    result = run("statement", "123", "--as-of", "2020-01-01", "--json")
    assert json.loads(result.stdout) == {"account": "000123", "movements": [], "balance": "0.00"}


@pytest.mark.parametrize("number", ["999999", "abc", "12345678901"])
def test_an_unknown_account_is_refused(account, number):
    assert run("statement", number).exit_code == 1
    assert run("pay", number, "--amount", "1", "--method", "cash", "--key", "K").exit_code == 1


def test_balances_come_in_from_the_command_line(account, tmp_path):
    path = tmp_path / "saldos.csv"
    path.write_text("CUENTA|CONCEPTO|PERIODO|VENCE|IMPORTE\r\n000123|AGUA|202606|10/07/2026|10.00\r\n000123|AGUA|x\r\n")
    report = tmp_path / "reporte.csv"
    result = run("import", "balances", str(path), "--report", str(report), "--as-of", "2026-07-31", "--json")
    assert result.exit_code == 0, result.stderr
    counts = json.loads(result.stdout)
    assert counts == {
        "rows": 2,
        "taken": 1,
        "new": 1,
        "rejected": 1,
        "flagged": 0,
        "by_code": {"COLUMNAS": 1},
    }
    assert report.read_text().splitlines()[1].startswith("3,error,COLUMNAS")
    movements = json.loads(run("statement", "123", "--json").stdout)["movements"]
    assert movements[0]["on"] == date(2026, 7, 31).isoformat()
