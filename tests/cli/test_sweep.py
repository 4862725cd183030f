"""``cauce sweep`` and ``cauce law compare``."""

import json
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner
from django.db import connection

from cauce.billing.models import Bill
from cauce.cli.law import compare
from cauce.cli.sweep import sweep
from cauce.users.models import User
from tests.billing.conftest import approver, at, clerk, law
from tests.billing.cycles import an_account, issued

__all__ = ["approver", "at", "clerk", "law"]

PROPOSAL = Path(__file__).resolve().parents[2] / "law" / "cortazar" / "2027-propuesta"


def test_sweep_counts_the_bills_and_ends_well_when_all_of_them_are_right(
    law: object, clerk: User, approver: User, at: datetime
) -> None:
    an_account(m3=23, has_sewerage=True)
    issued(at=at, by=clerk, approved_by=approver)
    result = CliRunner().invoke(sweep, ["--month", "2026-09", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"bills": 1, "differences": []}


def test_sweep_names_what_differs_and_ends_with_an_error(
    law: object, clerk: User, approver: User, at: datetime
) -> None:
    account = an_account(m3=23)
    issued(at=at, by=clerk, approved_by=approver)
    bill = Bill.objects.select_related("document").get(account=account)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE billing_billline SET amount = amount + 1 WHERE bill_id = %s", [bill.pk])
        cursor.execute("SET session_replication_role = origin")
    result = CliRunner().invoke(sweep, ["--month", "2026-09", "--json"])
    assert result.exit_code == 1
    differences = json.loads(result.stdout)["differences"]
    assert {(each["account"], each["folio"]) for each in differences} == {(account.number, bill.document.folio)}
    assert {"billed", "expected", "why", "concept"} <= set(differences[0])


def test_two_laws_are_compared_by_year_and_by_folder(law: object) -> None:
    account = an_account(m3=40, has_sewerage=True)
    result = CliRunner().invoke(compare, ["2026", str(PROPOSAL), "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["old"]["year"], document["new"]["year"], document["accounts"]) == (2026, 2027, 1)
    assert document["most"][0]["account"] == account.number
    assert document["by_use"][0]["group"] == "Doméstico"


def test_a_law_that_is_not_there_is_named(law: object) -> None:
    result = CliRunner().invoke(compare, ["2026", "1999", "--json"])
    assert result.exit_code == 1
    assert "1999" in str(result.exception)
