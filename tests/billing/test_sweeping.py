"""The sweep: every bill computed again from its proof and from its facts, and what differs told by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from cauce.billing.models import Bill, SweepDifference
from cauce.billing.operations import sweep_tariffs
from cauce.billing.queries.sweeping import sweep_months
from cauce.events.models import Event
from cauce.metering.models import Consumption
from cauce.registry.models import Account
from cauce.tariffs.models import Schedule
from cauce.users.models import User
from tests.billing.cycles import OCTOBER, SEPTEMBER, an_account, issued


@contextmanager
def without_triggers() -> Iterator[None]:
    """As who gets at the tables past everything: no trigger looks."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


def force(statement: str, *values: object) -> None:
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


@pytest.fixture
def bills(law: Schedule, clerk: User, approver: User, at: datetime) -> dict[str, Bill]:
    """Bills of every kind of use, all right."""
    accounts = {
        "measured": an_account(m3=23, has_sewerage=True, has_treatment=True),
        "same": an_account(m3=23, has_sewerage=True, has_treatment=True),
        "above": an_account(m3=140, has_sewerage=True),
        "flat": an_account(has_sewerage=True),
        "school": an_account(m3=80, tariff_code_id="005", pupils=100),
        "exempt": an_account(m3=30, tariff_code_id="008", exemption="DOMINIO_PUBLICO", has_sewerage=True),
        "well": an_account(has_water=False, has_sewerage=True, discharge_m3=40),
        "fixed well": an_account(has_water=False, has_sewerage=True, has_treatment=True),
        "shop": an_account(m3=15, tariff_code_id="002", has_sewerage=True),
    }
    homes = an_account(m3=31, has_sewerage=True)
    homes.connection.dwellings = 3
    homes.connection.save()
    accounts["homes"] = homes
    issued(at=at, by=clerk, approved_by=approver)
    return {name: Bill.objects.select_related("document").get(account=account) for name, account in accounts.items()}


def found() -> list[tuple[str, str, str]]:
    return [(each.account, each.kind, each.concept) for each in sweep_months(SEPTEMBER, SEPTEMBER).differences]


def test_bills_of_every_kind_of_use_come_out_the_same(bills: dict[str, Bill]) -> None:
    swept = sweep_months(SEPTEMBER, SEPTEMBER)
    assert (swept.bills, swept.differences) == (len(bills), [])
    assert swept.prices == len(bills) - 1  # two bills are equal and are priced once
    assert sweep_months(OCTOBER, OCTOBER).bills == 0


def test_a_bill_keeps_the_use_that_was_priced(bills: dict[str, Bill]) -> None:
    assert bills["measured"].usage == {"m3": 23, "has_sewerage": True, "has_treatment": True}
    assert bills["homes"].usage == {"m3": 31, "has_sewerage": True, "dwellings": 3}


def test_a_bill_that_keeps_no_use_is_priced_by_what_its_proof_says(bills: dict[str, Bill]) -> None:
    with without_triggers():
        Bill.objects.update(usage=None)
    swept = sweep_months(SEPTEMBER, SEPTEMBER)
    assert (swept.bills, swept.differences) == (len(bills), [])


def test_a_line_that_was_forced_is_told_with_what_it_should_be(bills: dict[str, Bill]) -> None:
    bill = bills["same"]
    force("UPDATE billing_billline SET amount = amount + 10 WHERE bill_id = %s AND concept = 'AGUA'", bill.pk)
    differences = sweep_months(SEPTEMBER, SEPTEMBER).differences
    assert {(each.account, each.folio) for each in differences} == {(bill.account.number, bill.document.folio)}
    by_law = next(each for each in differences if (each.kind, each.concept) == ("PRICE", "AGUA"))
    assert by_law.billed is not None
    assert by_law.expected is not None
    assert by_law.billed - by_law.expected == Decimal(10)


def test_a_figure_forced_in_the_proof_is_found_though_the_lines_agree(bills: dict[str, Bill]) -> None:
    bill = bills["above"]
    proof = str(bill.pk)
    force(
        "UPDATE billing_bill SET proof = replace(proof::text, '\"unit\"', '\"row\"')::jsonb WHERE document_id = %s",
        proof,
    )
    assert {(account, kind) for account, kind, _ in found()} == {(bill.account.number, "PROOF")}


def test_a_price_of_another_table_is_found_even_when_bill_and_proof_agree(bills: dict[str, Bill]) -> None:
    """As a fault of the pricing would leave it: lines and proof say the same, and the law says something else."""
    bill, other = bills["shop"], bills["measured"]
    force(
        "UPDATE billing_bill SET usage = jsonb_set(usage, '{m3}', '16'), volume_m3 = 16 WHERE document_id = %s", bill.pk
    )
    kinds = {(account, kind) for account, kind, _ in found()}
    assert kinds == {(bill.account.number, "PRICE"), (bill.account.number, "READING")}
    assert other.account.number not in {account for account, _ in kinds}


def test_a_volume_that_nobody_read_is_found(bills: dict[str, Bill]) -> None:
    account = bills["measured"].account
    with without_triggers():
        Consumption.objects.filter(account=account).update(volume_m3=9)
    assert found() == [(account.number, "READING", "AGUA")]


def test_a_reading_put_right_after_the_bill_is_no_difference(bills: dict[str, Bill], clerk: User, at: datetime) -> None:
    read = Consumption.objects.get(account=bills["measured"].account)
    Consumption.objects.filter(pk=read.pk).update(superseded_at=at, superseded_by=clerk)
    read.pk, read.volume_m3 = None, 20
    read.save()
    assert found() == []


def test_a_tariff_that_the_account_never_had_is_found(bills: dict[str, Bill]) -> None:
    account = bills["measured"].account
    force("UPDATE registry_account SET tariff_code_id = '003' WHERE id = %s", account.pk)
    assert found() == [(account.number, "ACCOUNT", "AGUA")]


def test_a_tariff_that_changed_after_the_bill_is_no_difference(bills: dict[str, Bill]) -> None:
    account = Account.objects.get(pk=bills["measured"].account_id)
    account.tariff_code_id = "003"
    account.save()
    assert found() == []


def test_a_sweep_keeps_what_it_found_and_the_history_tells_it(
    bills: dict[str, Bill], clerk: User, at: datetime
) -> None:
    bill = bills["flat"]
    force("UPDATE billing_billline SET vat = vat + 1 WHERE bill_id = %s AND concept = 'ALCANTARILLADO'", bill.pk)
    sweep = sweep_tariffs(first_period=date(2026, 1, 1), last_period=SEPTEMBER, at=at, by=clerk)
    kept = SweepDifference.objects.filter(sweep=sweep)
    assert sweep.bills == len(bills)
    assert sweep.differences == kept.count() > 0
    assert {each.bill_id for each in kept} == {bill.pk}
    assert Event.objects.get(kind="TARIFFS_SWEPT").sentence.startswith(f"Se volvieron a calcular {len(bills)} recibos")
