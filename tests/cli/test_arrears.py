"""``cauce arrears`` tells what the ledger has overdue, with or without a portfolio taken."""

import json
from datetime import date
from decimal import Decimal

from click.testing import CliRunner

from cauce.cli.main import cauce
from tests.collections.test_portfolio import debtors
from tests.ledger.conftest import at, clerk, law

__all__ = ["at", "clerk", "debtors", "law"]


def told(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(cauce, ["arrears", *arguments, "--json"])
    assert result.exit_code == 0, result.stdout
    return json.loads(result.stdout)


def test_the_total_is_the_sum_of_its_ages_and_the_sample_are_the_largest(debtors):
    document = told("--on", "2026-09-20")
    assert document["total"] == "1632.00" and document["accounts"] == 3
    buckets = document["buckets"]
    assert sum(Decimal(bucket["amount"]) for bucket in buckets.values()) == Decimal(document["total"])
    assert list(buckets) == ["0-30", "31-60", "61-90", "91-180", "181-365", "365+"]
    assert sum(bucket["accounts"] for bucket in buckets.values()) == 3
    assert document["sample"] == [debtors[name].number for name in ("former", "old", "fresh")]


def test_another_day_is_another_portfolio(debtors):
    assert told("--on", "2026-08-11")["total"] == str(Decimal("200.00") * 3 + Decimal(32) + Decimal(900))
    assert told("--on", "2026-08-10")["total"] == "1300.00"
    assert told("--on", "2025-01-01") | {"on": ""} == {
        "on": "",
        "total": "0.00",
        "accounts": 0,
        "buckets": {code: {"accounts": 0, "amount": "0.00"} for code in told()["buckets"]},
        "without_account": "0.00",
        "sample": [],
    }
    assert date.fromisoformat(told()["on"])


def test_it_is_told_to_people_in_a_table(debtors):
    text = CliRunner().invoke(cauce, ["arrears", "--on", "2026-09-20"]).stdout
    assert "$1,632.00 en 3 cuentas" in text and "Más de 365 días" in text


def test_what_is_not_a_day_is_wrong_use():
    assert CliRunner().invoke(cauce, ["arrears", "--on", "ayer", "--json"]).exit_code == 2
