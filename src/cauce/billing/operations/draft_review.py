"""Comparing a draft run as it is computed, in sets, and what people do with what came out unusual or was sampled."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction

from cauce.billing import events
from cauce.billing.models import BillingRun, DraftBounds, DraftComparison, SampledDraft, UnusualDraft
from cauce.billing.operations.errors import BoundsRejected, DraftNotChangeable
from cauce.billing.queries.draft_review import bounds_on
from cauce.billing.rules.bounds import Bounds, BoundsFault, read_bounds
from cauce.core.es_mx import format_long_period
from cauce.core.money import ZERO
from cauce.core.periods import add_months
from cauce.documents.operations import take_authorised_table
from cauce.events.operations import publish
from cauce.users.models import User

# One reading of the drafts against the bills of the month and of the year before serves what is unusual, the sample
# and the groups. The sample is drawn by a digest of the run and the account: the same run draws the same accounts.
_REVIEW = """
WITH drafted AS MATERIALIZED (
    SELECT row.account_id, row.total, row.draft ->> 'code' AS code, account.route_id,
           ((row.draft ->> 'measure')::jsonb ->> 0)::integer AS m3, before.total AS before, year.total AS year
    FROM billing_runaccount row
    JOIN registry_account account ON account.id = row.account_id
    LEFT JOIN billing_bill before ON before.account_id = row.account_id AND before.period = %(before)s
        AND NOT EXISTS (SELECT 1 FROM billing_bill newer WHERE newer.replaces_id = before.document_id)
    LEFT JOIN billing_bill year ON year.account_id = row.account_id AND year.period = %(year)s
        AND NOT EXISTS (SELECT 1 FROM billing_bill newer WHERE newer.replaces_id = year.document_id)
    WHERE row.run_id = %(run)s AND row.outcome = 'BILLED'
), unusual AS (
    INSERT INTO billing_unusualdraft (run_id, account_id, code, drafted, compared_with, bound, note)
    SELECT %(run)s, account_id, judged.code, total, judged.compared_with, round(judged.bound, 2), ''
    FROM drafted CROSS JOIN LATERAL (VALUES
        ('SUBE_CONTRA_MES', before, before * %(rises)s, total > before * %(rises)s AND total - before > %(from)s),
        ('BAJA_CONTRA_MES', before, before * %(falls)s, total < before * %(falls)s AND before - total > %(from)s),
        ('SUBE_CONTRA_ANIO', year, year * %(rises_year)s,
         total > year * %(rises_year)s AND total - year > %(from)s),
        ('BAJA_CONTRA_ANIO', year, year * %(falls_year)s,
         total < year * %(falls_year)s AND year - total > %(from)s),
        ('PASA_DEL_MAXIMO', NULL, %(most)s, total > %(most)s),
        ('M3_PASA_DEL_MAXIMO', m3, %(most_m3)s, m3 > %(most_m3)s),
        ('TOTAL_CERO', NULL, NULL, total = 0)
    ) judged (code, compared_with, bound, is_unusual)
    WHERE judged.is_unusual
    RETURNING account_id
), sampled AS (
    INSERT INTO billing_sampleddraft (run_id, account_id, stratum, drafted, note)
    SELECT %(run)s, account_id, stratum, total, ''
    FROM (
        SELECT account_id, total, stratum,
               row_number() OVER (PARTITION BY stratum ORDER BY md5(%(run)s || ':' || account_id)) AS place
        FROM (
            SELECT account_id, total, code
                   || CASE WHEN account_id IN (SELECT account_id FROM unusual) THEN ' fuera de lo común' ELSE '' END
                   || CASE WHEN m3 = ANY(%(boundaries)s) THEN ' frontera ' || m3 || ' m³' ELSE '' END AS stratum
            FROM drafted
        ) grouped
    ) placed
    WHERE place <= %(by_stratum)s
), by_group AS (
    INSERT INTO billing_draftcomparison (run_id, kind, "group", bills, drafted, previous, last_year, is_unusual)
    SELECT %(run)s, kind, name, bills, drafted, previous, last_year,
           coalesce(abs(compared - previous) > greatest(%(group_from)s, previous * %(group_percent)s / 100), false)
           OR coalesce(abs(compared_year - last_year)
                       > greatest(%(group_from)s, last_year * %(group_percent)s / 100), false)
    FROM (
        SELECT CASE WHEN GROUPING(route_id) = 0 THEN 'ROUTE' ELSE 'USE' END AS kind,
               coalesce((SELECT number FROM registry_route WHERE id = route_id), code) AS name, count(*) AS bills,
               sum(total) AS drafted, sum(before) AS previous, sum(year) AS last_year,
               coalesce(sum(total) FILTER (WHERE before IS NOT NULL), 0) AS compared,
               coalesce(sum(total) FILTER (WHERE year IS NOT NULL), 0) AS compared_year
        FROM drafted GROUP BY GROUPING SETS ((route_id), (code))
    ) grouped
)
SELECT 1
"""
_CONCEPTS_OF = """
SELECT line.concept, sum(line.amount + line.vat)
FROM billing_runaccount row
JOIN billing_bill bill ON bill.account_id = row.account_id AND bill.period = %s
    AND NOT EXISTS (SELECT 1 FROM billing_bill newer WHERE newer.replaces_id = bill.document_id)
JOIN billing_billline line ON line.bill_id = bill.document_id
WHERE row.run_id = %s AND row.outcome = 'BILLED' GROUP BY line.concept
"""
_YEAR = 12


@transaction.atomic
def load_draft_bounds(*, path: Path, at: datetime, by: User) -> int:
    """Take a version of the bounds from a YAML file. Idempotent: the same rows again change nothing.

    :returns: how many versions were added: one or none.
    :raises BoundsRejected: naming the file and what is wrong in it.
    """
    return take_authorised_table(
        path=path,
        table=DraftBounds,
        what="los límites de la prefactura",
        check=read_bounds,
        fault=BoundsFault,
        refusal=BoundsRejected,
        event=events.DRAFT_BOUNDS_LOADED,
        at=at,
        by=by,
    )


def forget_comparison(run: BillingRun) -> None:
    """Throw away what a run was compared with, in the caller's transaction. Idempotent."""
    for model in (UnusualDraft, SampledDraft, DraftComparison):
        model.objects.filter(run=run).delete()


def compare_drafts(run: BillingRun) -> None:
    """Compare a run just computed with the bills of the month and the year before, in the caller's transaction.

    One pass over its drafts, whatever their number; nothing when no bounds rule on its day. Idempotent: what was
    compared before is replaced.
    """
    forget_comparison(run)
    bounds = bounds_on(run.issue_on)
    if bounds is None:
        return
    before, year = add_months(run.period, -1), add_months(run.period, -_YEAR)
    with connection.cursor() as cursor:
        cursor.execute(
            _REVIEW,
            {
                "run": run.pk,
                "before": before,
                "year": year,
                "rises": bounds.rises_times,
                "falls": bounds.falls_times,
                "rises_year": bounds.rises_times_year,
                "falls_year": bounds.falls_times_year,
                "from": bounds.from_pesos,
                "most": bounds.most_pesos,
                "most_m3": bounds.most_m3,
                "boundaries": list(bounds.boundaries_m3),
                "by_stratum": bounds.by_stratum,
                "group_percent": bounds.group_percent,
                "group_from": bounds.group_from_pesos,
            },
        )
    _compare_concepts(run, bounds, before, year)


@transaction.atomic
def look_at_unusual(run: BillingRun, *, unusual: Collection[int], note: str, at: datetime, by: User) -> int:
    """Tell that somebody looked at unusual drafts (by their ids) of a computed run, and what they found.

    Idempotent: what was looked at keeps who did it first.

    :returns: how many were marked.
    :raises DraftNotChangeable: the run is not under review or nothing is said of what was found.
    """
    run = _under_review(run)
    if not note.strip():
        raise DraftNotChangeable("Escriba qué encontró al verlas.")
    waiting = UnusualDraft.objects.filter(run=run, pk__in=unusual, looked_at__isnull=True)
    marked = waiting.update(looked_at=at, looked_by=by, note=note.strip())
    if marked:
        publish(
            events.UNUSUAL_DRAFTS_LOOKED_AT,
            subject_kind="BillingRun",
            subject_id=run.pk,
            facts={**_cycle_facts(run), "drafts": marked, "note": note.strip()},
            at=at,
            by=by,
        )
    return marked


@transaction.atomic
def check_sampled(sampled: SampledDraft, *, is_right: bool, note: str, at: datetime, by: User) -> SampledDraft:
    """Tell what came of checking a draft of the sample by hand; telling it again corrects it until the approval.

    :raises DraftNotChangeable: the run is not under review, or something is wrong and nobody says what.
    """
    run = _under_review(sampled.run)
    sampled = SampledDraft.objects.select_for_update().get(pk=sampled.pk)
    if not is_right and not note.strip():
        raise DraftNotChangeable("Escriba qué está mal en la prefactura.")
    sampled.is_right, sampled.note = is_right, note.strip()
    sampled.checked_at, sampled.checked_by = at, by
    sampled.save(update_fields=["is_right", "note", "checked_at", "checked_by"])
    publish(
        events.SAMPLED_DRAFT_CHECKED,
        subject_kind="BillingRun",
        subject_id=run.pk,
        account_id=sampled.account_id,
        facts={**_cycle_facts(run), "result": "está bien" if is_right else f"está mal: {note.strip()}"},
        at=at,
        by=by,
    )
    return sampled


def _under_review(run: BillingRun) -> BillingRun:
    run = BillingRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if run.state != BillingRun.State.COMPUTED:
        raise DraftNotChangeable(f"{run.standing}: la prefactura se revisa cuando está lista y sin aprobar.")
    return run


def _compare_concepts(run: BillingRun, bounds: Bounds, before: date, year: date) -> None:
    drafted: dict[str, Decimal] = defaultdict(lambda: ZERO)
    bills: dict[str, int] = defaultdict(int)
    for cell in run.totals["amounts"]:
        drafted[cell["concept"]] += Decimal(cell["amount"]) + Decimal(cell["vat"])
        bills[cell["concept"]] += cell["bills"]
    previous, last_year = _concepts_of(run, before), _concepts_of(run, year)
    DraftComparison.objects.bulk_create(
        DraftComparison(
            run=run,
            kind=DraftComparison.Kind.CONCEPT,
            group=concept,
            bills=bills[concept],
            drafted=drafted[concept],
            previous=previous.get(concept),
            last_year=last_year.get(concept),
            is_unusual=any(_is_far(drafted[concept], each.get(concept), bounds) for each in (previous, last_year)),
        )
        for concept in sorted(drafted)
    )


def _concepts_of(run: BillingRun, period: date) -> Mapping[str, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(_CONCEPTS_OF, [period, run.pk])
        return dict(cursor.fetchall())


def _is_far(drafted: Decimal, other: Decimal | None, bounds: Bounds) -> bool:
    if other is None:
        return False
    change = abs(drafted - other)
    return change > bounds.group_from_pesos and change > other * bounds.group_percent / 100


def _cycle_facts(run: BillingRun) -> dict[str, object]:
    return {"period": format_long_period(run.period), "cycle": run.cycle}
