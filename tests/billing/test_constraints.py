"""What the database refuses by itself: each constraint and trigger of billing's tables, tried once."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from cauce.billing.models import Bill, BillingRun, BillLine, RunAccount, RunChunk
from cauce.billing.operations import open_run
from cauce.billing.rules import RUN_EDGES
from cauce.users.models import User
from tests.billing.cycles import SEPTEMBER, an_account, issued

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
NOBODY = 987_654_321


@pytest.fixture
def run(at: datetime, clerk: User, approver: User) -> BillingRun:
    an_account(m3=18, has_sewerage=True)
    return issued(at=at, by=clerk, approved_by=approver)


def refused(statement: str, match: str, *values: object) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def a_copy_of(row: Bill | BillLine | RunAccount | RunChunk | BillingRun, **facts: object):
    copy = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.local_concrete_fields})
    for name, value in facts.items():
        setattr(copy, name, value)
    return copy


def refused_row(row: Bill | BillLine | RunAccount | RunChunk | BillingRun, match: str) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        type(row).objects.bulk_create([row])


@pytest.mark.parametrize("table", ["billing_bill", "billing_billline"])
def test_bills_and_lines_are_never_changed_deleted_nor_emptied(run: BillingRun, table: str):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    column = "total" if table == "billing_bill" else "amount"
    refused(f"UPDATE {table} SET {column} = {column}", "append-only")
    refused(f"DELETE FROM {table}", "append-only")
    refused(f"TRUNCATE {table} CASCADE", "append-only")


@pytest.mark.parametrize("column", ["run_id", "account_id", "party_id", "schedule_id", "document_id"])
def test_a_bill_that_points_to_nothing_is_refused(run: BillingRun, column: str):
    facts = {"document_id": NOBODY, "period": date(2026, 8, 1)} | {column: NOBODY}
    if column != "document_id":
        facts["document_id"] = Bill.objects.get().document_id
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO documents_document (kind, series, number, issued_on, created_at, by_id) "
                "SELECT kind, series, number + 1, issued_on, created_at, by_id FROM documents_document RETURNING id"
            )
            facts["document_id"] = cursor.fetchone()[0]
    refused_row(a_copy_of(Bill.objects.get(), **facts), f"billing_bill.{column} points to nothing")


def test_a_line_of_no_bill_is_refused(run: BillingRun):
    line = BillLine.objects.order_by("position").first()
    assert line is not None
    refused_row(a_copy_of(line, bill_id=NOBODY), "billing_billline.bill_id points to nothing")


@pytest.mark.parametrize("column", ["run_id", "account_id"])
def test_an_account_of_no_run_or_a_run_of_no_account_is_refused(run: BillingRun, column: str):
    row = a_copy_of(RunAccount.objects.get(), id=None, **{column: NOBODY})
    refused_row(row, f"billing_runaccount.{column} points to nothing")


def test_an_account_has_one_bill_a_period(run: BillingRun):
    refused_row(a_copy_of(Bill.objects.get(), document_id=NOBODY), "bill_one_per_account_and_period")


@pytest.mark.parametrize(
    ("facts", "constraint"), [({"subtotal": 1}, "bill_total_adds_up"), ({"arrears": 1}, "bill_amount_due_adds_up")]
)
def test_a_bill_whose_parts_do_not_add_up_is_refused(run: BillingRun, facts: dict[str, object], constraint: str):
    refused_row(a_copy_of(Bill.objects.get(), document_id=NOBODY, period=date(2026, 8, 1), **facts), constraint)


def test_an_account_is_once_in_a_run(run: BillingRun):
    refused_row(a_copy_of(RunAccount.objects.get(), id=None), "runaccount_unique")


@pytest.mark.parametrize(
    "facts", [{"rule": "X"}, {"outcome": "PARKED"}, {"total": None}, {"draft": None}], ids=lambda facts: str(facts)
)
def test_an_account_that_is_not_billed_says_why(run: BillingRun, facts: dict[str, object]):
    row = RunAccount.objects.get()
    with pytest.raises(IntegrityError, match="runaccount_says_why"), transaction.atomic():
        RunAccount.objects.filter(pk=row.pk).update(**facts)


def test_a_chunk_is_once_in_a_run(run: BillingRun):
    refused_row(a_copy_of(RunChunk.objects.get(), id=None), "runchunk_unique")


def test_a_cycle_has_one_run_a_period_besides_those_discarded(run: BillingRun):
    again = a_copy_of(run, id=None)
    refused_row(again, "billingrun_one_per_cycle")
    with pytest.raises(ValidationError, match="Ya hay una corrida"):
        again.validate_constraints()
    BillingRun.objects.bulk_create([a_copy_of(run, id=None, state="CANCELLED")])


def test_a_period_is_the_first_day_of_its_month(run: BillingRun):
    refused_row(a_copy_of(run, id=None, period=date(2026, 8, 2)), "billingrun_period_is_first_day")


def test_whoever_computed_a_run_is_not_who_approved_it(run: BillingRun):
    refused_row(
        a_copy_of(run, id=None, period=date(2026, 8, 1), approved_by_id=run.created_by_id), "billingrun_two_people"
    )


def test_a_run_is_never_deleted(run: BillingRun):
    refused("DELETE FROM billing_billingrun WHERE id = %s", "never deleted", run.pk)


@pytest.mark.parametrize("old", BillingRun.State.values)
def test_a_run_moves_only_along_its_declared_edges(at: datetime, clerk: User, law, old: str):
    run = open_run(period=SEPTEMBER, cycle=1, at=at, by=clerk)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE billing_billingrun SET state = %s", [old])
        cursor.execute("SET LOCAL session_replication_role = origin")
    for new in BillingRun.State.values:
        if new == old or (old, new) in RUN_EDGES:
            with transaction.atomic():
                BillingRun.objects.filter(pk=run.pk).update(state=new)
                transaction.set_rollback(True)
        else:
            refused("UPDATE billing_billingrun SET state = %s", f"{old} to {new} is not allowed", new)
