"""Reads of runs, of their chunks in bulk, and of the bills they issued."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from cauce.billing.models import Bill, BillingRun, RunAccount, RunChunk


class AccountToBill(NamedTuple):
    """What billing needs of an account, straight from the database."""

    id: int
    state: str
    tariff_code: str
    category: str
    has_water: bool
    has_sewerage: bool
    has_treatment: bool
    discharge_m3: int | None
    pupils: int | None
    exemption: str
    dwellings: int
    is_held: bool


_ACCOUNTS_TO_BILL = """
SELECT account.id, account.state, account.tariff_code_id, account.category, account.has_water, account.has_sewerage,
       account.has_treatment, account.discharge_m3, account.pupils, account.exemption, toma.dwellings,
       EXISTS (SELECT 1 FROM registry_hold held WHERE held.account_id = account.id AND held.stops_billing
               AND held.valid_from <= %(issue_on)s AND (held.valid_until IS NULL OR held.valid_until > %(issue_on)s))
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN registry_account account ON account.id = wanted.id
JOIN registry_connection toma ON toma.id = account.connection_id
ORDER BY wanted.place
"""


def accounts_to_bill(account_ids: Sequence[int], *, issue_on: date) -> list[AccountToBill]:
    """The accounts of a chunk, in the order given, by one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS_TO_BILL, {"ids": list(account_ids), "issue_on": issue_on})
        return [AccountToBill(*row) for row in cursor.fetchall()]


class DraftToIssue(NamedTuple):
    """A draft with what its bill has to say of the account."""

    account_id: int
    tariff_code: str
    lines_json: str
    proof_json: str
    measure_json: str | None
    party_id: int
    holder_name: str
    street: str
    exterior_number: str
    interior_number: str
    colony: str
    postal_code: str
    delivery_code: str


_DRAFTS_TO_ISSUE = """
SELECT drafted.account_id, drafted.draft -> 'proof' ->> 'code', drafted.draft ->> 'lines', drafted.draft ->> 'proof',
       drafted.draft ->> 'measure', holder.id, holder.name, premises.street, premises.exterior_number,
       premises.interior_number, premises.colony, premises.postal_code, account.delivery_code
FROM billing_runaccount drafted
JOIN registry_account account ON account.id = drafted.account_id
JOIN registry_customer holder ON holder.id = account.holder_id
JOIN registry_connection toma ON toma.id = account.connection_id
JOIN registry_premises premises ON premises.id = toma.premises_id
WHERE drafted.run_id = %s AND drafted.chunk_ordinal = %s AND drafted.outcome = 'BILLED'
ORDER BY drafted.place
"""


def drafts_to_issue(run: BillingRun, chunk: RunChunk) -> list[DraftToIssue]:
    """The drafts of a chunk in the order of their folios, by one query."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAFTS_TO_ISSUE, [run.pk, chunk.ordinal])
        return [DraftToIssue(*row) for row in cursor.fetchall()]


def run_of(*, period: date, cycle: int) -> BillingRun | None:
    """The run of a cycle and period that was not discarded."""
    return BillingRun.objects.filter(period=period, cycle=cycle).exclude(state=BillingRun.State.CANCELLED).first()


def bills_of_run(run: BillingRun) -> QuerySet[Bill]:
    """The bills of a run in the order they are printed and delivered."""
    return Bill.objects.filter(run=run).order_by("position")


def live_bills(period: date) -> QuerySet[Bill]:
    """The bills of a period that nothing replaces."""
    return Bill.objects.filter(period=period, replaced_by__isnull=True)


def live_bill(*, account_id: int, period: date) -> Bill | None:
    """The bill of an account and period that nothing replaces."""
    return live_bills(period).filter(account_id=account_id).select_related("document", "schedule", "account").first()


def accounts_not_billed(run: BillingRun, *, outcome: str | None = None) -> QuerySet[RunAccount]:
    """The accounts of a run that got no bill, with the rule that says why."""
    left_out = RunAccount.objects.filter(run=run).exclude(outcome=RunAccount.Outcome.BILLED)
    if outcome is not None:
        left_out = left_out.filter(outcome=outcome)
    return left_out.select_related("account", "account__holder").order_by("rule", "account__number")


def run_progress(run: BillingRun) -> tuple[int, int]:
    """How many of a run's chunks are done in its present phase, and how many there are."""
    chunks = RunChunk.objects.filter(run=run)
    phase = "issued_at" if run.state in (BillingRun.State.ISSUING, BillingRun.State.ISSUED) else "computed_at"
    return chunks.exclude(**{phase: None}).count(), chunks.count()


def run_pdf_path(run: BillingRun) -> Path:
    """Where the printed bills of a run are kept once made; the file is whole or is not there. It can be made again."""
    return Path(settings.MEDIA_ROOT) / "runs" / f"recibos-{run.period:%Y%m}-ciclo{run.cycle}-{run.pk}.pdf"
