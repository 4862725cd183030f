"""The life of a billing run: opened, computed, reviewed, approved by a second person, issued."""

from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction

from cauce.billing import events
from cauce.billing.models import BillingRun, RunAccount, RunChunk
from cauce.billing.operations.draft_review import compare_drafts, forget_comparison
from cauce.billing.operations.errors import (
    AccountsBilledTwice,
    DraftNotChangeable,
    DraftsBehindReadings,
    RunNotReady,
    SamePersonApproves,
    UnusualNotLookedAt,
)
from cauce.billing.operations.guard import refuse_missing_accounts, refuse_unseen_changes
from cauce.billing.queries import (
    approved_runs_of_period,
    drafts_behind_readings,
    drafts_by_chunk,
    drafts_in_runs,
    run_of,
)
from cauce.billing.queries.changes import last_event
from cauce.billing.queries.draft_review import draft_review
from cauce.billing.rules import Rule, RunTally
from cauce.core.bulk import copy_rows
from cauce.core.es_mx import format_long_period
from cauce.documents.operations import reserve_folios
from cauce.events.operations import publish
from cauce.metering.operations import close_round, estimate_lost_meters
from cauce.tariffs.queries import law_for_period
from cauce.tariffs.rules import bill_dates
from cauce.users.models import User

CHUNK_SIZE = 2000
BILL_SERIES = "R"

_ACCOUNTS_IN_ROUTE_ORDER = """
SELECT account.id FROM registry_account account JOIN registry_route route ON route.id = account.route_id
WHERE account.cycle = %s AND account.merged_into_id IS NULL
ORDER BY route.number, account.route_order, account.id
"""


@transaction.atomic
def open_run(*, period: date, cycle: int, at: datetime, by: User) -> BillingRun:
    """Open the run of a cycle (1 to 3) and period, ready to be computed.

    Idempotent by cycle and period: a run that was not discarded is returned as it is, also one that somebody else
    opens at this same moment.

    :raises NoLawInForce: no loaded law rules the period.
    :raises UnknownCycle: the law has no such cycle.
    """
    existing = run_of(period=period, cycle=cycle)
    if existing is not None:
        return existing
    law = law_for_period(period)
    dates = bill_dates(law.schedule.parameters, period=period, cycle=cycle)
    wanted = BillingRun(
        period=period,
        cycle=cycle,
        schedule_id=law.id,
        issue_on=dates.issue_on,
        due_on=dates.due_on,
        created_at=at,
        created_by=by,
    )
    BillingRun.objects.bulk_create([wanted], ignore_conflicts=True)
    return BillingRun.objects.exclude(state=BillingRun.State.CANCELLED).get(period=period, cycle=cycle)


@transaction.atomic
def plan_run(run: BillingRun, *, at: datetime, by: User) -> BillingRun:
    """Slice the cycle's accounts in chunks, in route order, and leave the run being computed by ``by``.

    What was computed is thrown away and computed again, by the law that rules today; only the drafts that a reviewer
    withdrew stay withdrawn. Idempotent: a run that is being computed, or was interrupted, keeps what it has and whose
    it is; and so does one that somebody else took further since ``run`` was read.

    :raises RunNotReady: the run is approved, issued or discarded.
    :raises ChangesNotAcknowledged: the padrón of the cycle changed since it was billed and nobody acknowledged it.
    :raises NoLawInForce: no loaded law rules the period any more.
    """
    seen = run.state
    run = _locked(run)
    moved_on = run.state not in (seen, BillingRun.State.CANCELLED)
    if run.state == BillingRun.State.COMPUTING or moved_on:
        return run
    if run.state not in (BillingRun.State.DRAFT, BillingRun.State.COMPUTED):
        raise RunNotReady(f"{run.standing} y ya no se calcula de nuevo.")
    refuse_unseen_changes(run)
    law = law_for_period(run.period)
    dates = bill_dates(law.schedule.parameters, period=run.period, cycle=run.cycle)
    estimate_lost_meters(period=run.period, cycle=run.cycle, at=at, by=by)
    # Before the accounts are read: what happens from here on is still to be acknowledged.
    padron_event = last_event()
    forget_comparison(run)
    RunAccount.objects.filter(run=run).exclude(
        rule=Rule.WITHDRAWN, account__cycle=run.cycle, account__merged_into=None
    ).delete()
    RunChunk.objects.filter(run=run).delete()
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS_IN_ROUTE_ORDER, [run.cycle])
        account_ids = [row[0] for row in cursor.fetchall()]
    slices = (account_ids[start : start + CHUNK_SIZE] for start in range(0, len(account_ids), CHUNK_SIZE))
    copy_rows(
        RunChunk._meta.db_table,
        ("run_id", "ordinal", "account_ids"),
        ((run.pk, ordinal, ids) for ordinal, ids in enumerate(slices)),
    )
    run.state = BillingRun.State.COMPUTING
    run.schedule_id = law.id
    run.issue_on, run.due_on = dates.issue_on, dates.due_on
    run.created_by = by
    run.created_at = at
    run.padron_event = padron_event
    run.save(update_fields=["state", "schedule", "issue_on", "due_on", "created_by", "created_at", "padron_event"])
    return run


@transaction.atomic
def finish_computing(run: BillingRun, *, at: datetime) -> BillingRun:
    """Add up the run once every chunk is computed, and compare it with the month and the year before.

    Idempotent: it does nothing while some are left or when it was done already.
    """
    run = _locked(run)
    if run.state != BillingRun.State.COMPUTING or RunChunk.objects.filter(run=run, computed_at=None).exists():
        return run
    run.totals = _tally(run).as_json()
    run.state = BillingRun.State.COMPUTED
    run.save(update_fields=["totals", "state"])
    compare_drafts(run)
    publish(
        events.RUN_COMPUTED, subject_kind="BillingRun", subject_id=run.pk, facts=_facts(run), at=at, by=run.created_by
    )
    return run


@transaction.atomic
def withdraw_draft(run_account: RunAccount, *, reason: str, at: datetime, by: User) -> RunAccount:
    """Take one account's draft out of a computed run, before its approval; it may be returned.

    It stays out when the run is computed again.

    :raises DraftNotChangeable: the run is not under review, the account has no draft in it or there is no reason.
    """
    run = _locked(run_account.run)
    run_account.refresh_from_db()
    if run.state != BillingRun.State.COMPUTED or run_account.outcome != RunAccount.Outcome.BILLED:
        raise DraftNotChangeable("Sólo se aparta una prefactura de una corrida calculada y sin aprobar.")
    if not reason.strip():
        raise DraftNotChangeable("Escriba por qué se aparta la prefactura.")
    run_account.outcome = RunAccount.Outcome.HELD
    run_account.rule = Rule.WITHDRAWN
    run_account.note = reason
    run_account.save(update_fields=["outcome", "rule", "note"])
    _retotal(run)
    publish(
        events.DRAFT_WITHDRAWN,
        subject_kind="BillingRun",
        subject_id=run.pk,
        account_id=run_account.account_id,
        facts={"period": format_long_period(run.period), "reason": reason},
        at=at,
        by=by,
    )
    return run_account


@transaction.atomic
def return_draft(run_account: RunAccount, *, at: datetime, by: User) -> RunAccount:
    """Put back a draft that was withdrawn, before the run's approval.

    :raises DraftNotChangeable: the run is not under review or the draft was not withdrawn.
    """
    run = _locked(run_account.run)
    run_account.refresh_from_db()
    if run.state != BillingRun.State.COMPUTED or run_account.rule != Rule.WITHDRAWN:
        raise DraftNotChangeable("Sólo vuelve a la corrida una prefactura apartada y mientras no se apruebe.")
    run_account.outcome = RunAccount.Outcome.BILLED
    run_account.rule = ""
    run_account.note = ""
    run_account.save(update_fields=["outcome", "rule", "note"])
    _retotal(run)
    publish(
        events.DRAFT_RETURNED,
        subject_kind="BillingRun",
        subject_id=run.pk,
        account_id=run_account.account_id,
        facts={"period": format_long_period(run.period)},
        at=at,
        by=by,
    )
    return run_account


@transaction.atomic
def approve_run(run: BillingRun, *, note: str = "", at: datetime, by: User) -> BillingRun:
    """Approve a computed run: its block of folios is reserved and nothing in it changes any more.

    ``note`` says why it is approved when something unusual was not looked at, or the sample was not checked or came
    out wrong. Idempotent: an approved run is returned as it is.

    :raises RunNotReady: the run is not computed, or has nothing to bill.
    :raises UnusualNotLookedAt: some of it waits to be looked at and there is no note.
    :raises SamePersonApproves: whoever computed it may not approve it.
    :raises DraftsBehindReadings: some readings were decided after the drafts were computed.
    :raises AccountsBilledTwice: another cycle bills some of its accounts in the same period.
    """
    # One approval of a period at a time, so that two cycles never bill the account that passed from one to the other.
    in_period = BillingRun.objects.select_for_update(no_key=True).filter(period=run.period).order_by("pk")
    run = next(each for each in in_period if each.pk == run.pk)
    if run.state in (BillingRun.State.APPROVED, BillingRun.State.ISSUING, BillingRun.State.ISSUED):
        return run
    if run.state != BillingRun.State.COMPUTED:
        raise RunNotReady(f"{run.standing}: sólo se aprueba una prefactura lista.")
    if run.created_by_id == by.pk:
        raise SamePersonApproves("Quien calculó la corrida no puede aprobarla: pida que la revise otra persona.")
    close_round(period=run.period, cycle=run.cycle, at=at, by=by)
    if behind := drafts_behind_readings(run):
        raise DraftsBehindReadings(behind)
    if twice := drafts_in_runs(run, approved_runs_of_period(run)):
        raise AccountsBilledTwice(twice)
    _refuse_unseen_drafts(run, note)
    billed_by_chunk = drafts_by_chunk(run)
    chunks = list(RunChunk.objects.filter(run=run).defer("account_ids").order_by("ordinal"))
    position = 0
    for chunk in chunks:
        chunk.first_position = position
        position += billed_by_chunk.get(chunk.ordinal, 0)
    if position == 0:
        raise RunNotReady("La corrida no tiene ninguna cuenta que facturar; revise las apartadas y sus motivos.")
    RunChunk.objects.bulk_update(chunks, ["first_position"], batch_size=1000)
    run.folio_series = BILL_SERIES
    run.first_folio = reserve_folios(series=BILL_SERIES, count=position, name="Recibos")
    run.state = BillingRun.State.APPROVED
    run.approved_at = at
    run.approved_by = by
    run.approval_note = note.strip()
    run.save(update_fields=["folio_series", "first_folio", "state", "approved_at", "approved_by", "approval_note"])
    publish(events.RUN_APPROVED, subject_kind="BillingRun", subject_id=run.pk, facts=_facts(run), at=at, by=by)
    return run


@transaction.atomic
def start_issuing(run: BillingRun, *, at: datetime, by: User) -> BillingRun:
    """Leave an approved run being issued.

    Idempotent: an issued or half-issued one is returned as it is.

    :raises RunNotReady: the run is not approved.
    :raises AccountsMissing: accounts that must be billed are nowhere and nobody signed for them.
    """
    run = _locked(run)
    if run.state in (BillingRun.State.ISSUING, BillingRun.State.ISSUED):
        return run
    if run.state != BillingRun.State.APPROVED:
        raise RunNotReady(f"{run.standing}: apruébela antes de emitirla.")
    refuse_missing_accounts(run)
    run.state = BillingRun.State.ISSUING
    run.save(update_fields=["state"])
    publish(events.RUN_ISSUE_ORDERED, subject_kind="BillingRun", subject_id=run.pk, facts=_facts(run), at=at, by=by)
    return run


@transaction.atomic
def finish_issuing(run: BillingRun, *, at: datetime) -> BillingRun:
    """Close the run once every chunk is issued.

    Idempotent: it does nothing while some are left or when it was done already.
    """
    run = _locked(run)
    if run.state != BillingRun.State.ISSUING or RunChunk.objects.filter(run=run, issued_at=None).exists():
        return run
    run.state = BillingRun.State.ISSUED
    run.issued_at = at
    run.save(update_fields=["state", "issued_at"])
    assert run.approved_by is not None
    publish(
        events.RUN_ISSUED, subject_kind="BillingRun", subject_id=run.pk, facts=_facts(run), at=at, by=run.approved_by
    )
    return run


@transaction.atomic
def cancel_run(run: BillingRun, *, reason: str, at: datetime, by: User) -> BillingRun:
    """Discard a run that was not approved; its cycle may be opened again.

    :raises RunNotReady: the run is approved or issued, or there is no reason.
    """
    run = _locked(run)
    if run.state not in (BillingRun.State.DRAFT, BillingRun.State.COMPUTED):
        raise RunNotReady(f"{run.standing} y ya no se descarta.")
    if not reason.strip():
        raise RunNotReady("Escriba por qué se descarta la corrida.")
    run.state = BillingRun.State.CANCELLED
    run.save(update_fields=["state"])
    publish(
        events.RUN_CANCELLED,
        subject_kind="BillingRun",
        subject_id=run.pk,
        facts=_facts(run) | {"reason": reason},
        at=at,
        by=by,
    )
    return run


def _refuse_unseen_drafts(run: BillingRun, note: str) -> None:
    review = draft_review(run)
    if review.is_pending and not note.strip():
        raise UnusualNotLookedAt(
            f"Falta ver {review.not_looked_at:,} prefacturas fuera de lo común y revisar {review.not_checked:,} de la "
            f"muestra ({review.wrong:,} salieron mal): véalas, o escriba por qué se aprueba así."
        )


def _locked(run: BillingRun) -> BillingRun:
    return BillingRun.objects.select_for_update(no_key=True).get(pk=run.pk)


_AMOUNTS_BY_CONCEPT_AND_CODE = """
SELECT line ->> 0, draft ->> 'code', count(*), sum((line ->> 1)::numeric), sum((line ->> 3)::numeric)
FROM billing_runaccount CROSS JOIN jsonb_array_elements((draft ->> 'lines')::jsonb) AS line
WHERE run_id = %s AND outcome = 'BILLED' GROUP BY 1, 2
"""


def _tally(run: BillingRun) -> RunTally:
    tally = RunTally()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome, rule, count(*) FROM billing_runaccount WHERE run_id = %s GROUP BY 1, 2", [run.pk]
        )
        for outcome, rule, accounts in cursor.fetchall():
            tally.count(outcome, rule, accounts)
        cursor.execute(_AMOUNTS_BY_CONCEPT_AND_CODE, [run.pk])
        for concept, code, bills, amount, vat in cursor.fetchall():
            tally.add(concept, code, bills=bills, amount=amount, vat=vat)
    return tally


def _retotal(run: BillingRun) -> None:
    run.totals = _tally(run).as_json()
    run.save(update_fields=["totals"])


def _facts(run: BillingRun) -> dict[str, object]:
    counts = run.totals.get("counts", {})
    return {
        "period": format_long_period(run.period),
        "cycle": run.cycle,
        "billed": counts.get("BILLED", 0),
        "total": f"{Decimal(run.totals.get('total', '0.00')):,.2f}",
    }
