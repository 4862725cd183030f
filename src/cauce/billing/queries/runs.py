"""Reads of runs, of their chunks in bulk, and of the bills they issued."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from cauce.billing.models import Bill, BillingRun, RunAccount, RunChunk
from cauce.billing.rules import Outcome, Rule
from cauce.core.bulk import id_array


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
    is_billed: bool


_ACCOUNTS_TO_BILL = """
SELECT account.id, account.state, account.tariff_code_id, account.category, account.has_water, account.has_sewerage,
       account.has_treatment, account.discharge_m3, account.pupils, account.exemption, toma.dwellings,
       EXISTS (SELECT 1 FROM registry_hold held WHERE held.account_id = account.id AND held.stops_billing
               AND held.valid_from <= %(issue_on)s AND (held.valid_until IS NULL OR held.valid_until > %(issue_on)s)),
       EXISTS (SELECT 1 FROM billing_bill bill WHERE bill.account_id = account.id AND bill.period = %(period)s
               AND bill.replaces_id IS NULL)
       OR EXISTS (SELECT 1 FROM billing_runaccount other WHERE other.account_id = account.id
                  AND other.run_id = ANY(%(approved)s) AND other.outcome = 'BILLED')
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN registry_account account ON account.id = wanted.id
JOIN registry_connection toma ON toma.id = account.connection_id
ORDER BY wanted.place
"""


_DRAFTS_BEHIND_READINGS = """
SELECT account.number
FROM (SELECT decision.account_id, decision.anomaly AS code FROM metering_readingdecision decision
      JOIN metering_readinground round ON round.id = decision.round_id WHERE round.period = %(period)s
      UNION
      SELECT finding.account_id, finding.code FROM metering_readingfinding finding
      JOIN metering_readinground round ON round.id = finding.round_id
      WHERE round.period = %(period)s AND finding.holds AND finding.settled_at IS NOT NULL) AS changed
JOIN billing_runaccount drafted ON drafted.run_id = %(run)s AND drafted.account_id = changed.account_id
JOIN registry_account account ON account.id = changed.account_id
LEFT JOIN metering_consumption live ON live.account_id = changed.account_id AND live.period = %(period)s
    AND live.superseded_at IS NULL AND live.source <> 'HISTORY'
WHERE drafted.outcome = 'BILLED' AND drafted.draft ->> 'measure' IS NOT NULL
      AND NOT EXISTS (SELECT FROM metering_metershare share WHERE share.account_id = changed.account_id
                      AND share.principal_id <> share.account_id AND share.valid_from <= %(period)s
                      AND (share.valid_until IS NULL OR share.valid_until > %(period)s))
      AND (live.id IS NULL
           OR ((drafted.draft ->> 'measure')::jsonb ->> 8)::bigint IS DISTINCT FROM live.decision_id)
   OR drafted.outcome = 'PARKED' AND drafted.rule = changed.code AND live.id IS NOT NULL
GROUP BY account.number
UNION
-- Who bears a part of another's meter, or has one that measures others, and was drafted before what was decided of it.
SELECT account.number
FROM metering_readingdecision decision
JOIN metering_readinground round ON round.id = decision.round_id AND round.period = %(period)s
JOIN registry_account decided ON decided.id = decision.account_id
JOIN LATERAL (
    SELECT share.account_id FROM metering_metershare share
    WHERE share.principal_id = decided.id AND share.account_id <> decided.id AND share.valid_from <= %(period)s
      AND (share.valid_until IS NULL OR share.valid_until > %(period)s)
    UNION
    SELECT parent.id FROM registry_connection branch
    JOIN registry_account parent ON parent.connection_id = branch.parent_id
    WHERE branch.id = decided.connection_id
) AS dependent ON true
JOIN billing_runaccount drafted ON drafted.run_id = %(run)s AND drafted.account_id = dependent.account_id
    AND (drafted.outcome = 'BILLED'
         OR drafted.rule IN ('SIN_CONSUMO_COMPARTIDO', 'SIN_CONSUMO_DERIVADAS'))
JOIN billing_runchunk chunk ON chunk.run_id = drafted.run_id AND chunk.ordinal = drafted.chunk_ordinal
    AND chunk.computed_at < decision.decided_at
JOIN registry_account account ON account.id = dependent.account_id
ORDER BY 1
"""


def accounts_to_bill(account_ids: Sequence[int], *, run: BillingRun) -> list[AccountToBill]:
    """The accounts of a chunk, in the order given: two queries."""
    asked: dict[str, Any] = {
        "ids": id_array(account_ids),
        "issue_on": run.issue_on,
        "period": run.period,
        "approved": approved_runs_of_period(run),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS_TO_BILL, asked)
        return [AccountToBill(*row) for row in cursor.fetchall()]


def withdrawn_drafts(run: BillingRun, account_ids: Sequence[int]) -> dict[int, str]:
    """Which of these accounts a reviewer withdrew from the run, each with the reason."""
    # All those of the run, which are few: to name the thousands of a chunk costs more.
    withdrawn = RunAccount.objects.filter(run=run, outcome=Outcome.HELD, rule=Rule.WITHDRAWN)
    reasons = dict(withdrawn.values_list("account_id", "note"))
    return {account_id: reasons[account_id] for account_id in account_ids if account_id in reasons}


def approved_runs_of_period(run: BillingRun) -> list[int]:
    """The other runs of the same period whose bills are, or will surely be, owed."""
    approved = (BillingRun.State.APPROVED, BillingRun.State.ISSUING, BillingRun.State.ISSUED)
    others = BillingRun.objects.filter(period=run.period, state__in=approved).exclude(pk=run.pk)
    return list(others.order_by("pk").values_list("pk", flat=True))


def drafts_in_runs(run: BillingRun, others: Sequence[int]) -> int:
    """How many of the run's drafts are of accounts that the ``others`` bill too."""
    if not others:
        return 0
    theirs = RunAccount.objects.filter(run__in=others, outcome=Outcome.BILLED, account_id=OuterRef("account_id"))
    return RunAccount.objects.filter(Exists(theirs), run=run, outcome=Outcome.BILLED).count()


def drafts_behind_readings(run: BillingRun) -> list[str]:
    """Accounts whose draft is not what was decided of their reading, or left out what was released since. One query.

    Ask with the month's round held: nothing is decided meanwhile.
    """
    asked: dict[str, Any] = {"run": run.pk, "period": run.period}
    with connection.cursor() as cursor:
        cursor.execute(_DRAFTS_BEHIND_READINGS, asked)
        return [row[0] for row in cursor.fetchall()]


def drafts_by_chunk(run: BillingRun) -> dict[int, int]:
    """How many drafts each chunk of a run has, by its ordinal; those without any are absent."""
    drafts = RunAccount.objects.filter(run=run, outcome=Outcome.BILLED)
    return dict(drafts.values_list("chunk_ordinal").annotate(drafts=Count("pk")))


class DraftToIssue(NamedTuple):
    """A draft with what its bill has to say of the account."""

    account_id: int
    tariff_code: str
    lines_json: str
    usage_json: str | None
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
SELECT drafted.account_id, drafted.draft ->> 'code', drafted.draft ->> 'lines', drafted.draft ->> 'usage',
       drafted.draft ->> 'proof',
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
