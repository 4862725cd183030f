"""Taking the portfolio of a day: once, whole, from the ledger alone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from cauce.collections.events import ARREARS_TAKEN
from cauce.collections.models import ArrearsMovement, ArrearsSnapshot
from cauce.collections.operations import snapshot_sql
from cauce.collections.rules.ages import compared_day
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.events.operations import publish
from cauce.ledger.queries import collection_law
from cauce.tariffs.rules import NoLawInForce
from cauce.tariffs.rules.values import ConceptKind
from cauce.users.models import User

LINES_KEPT_DAYS: Final = 40


class PortfolioOfTheFuture(DomainError):
    """The day has not come."""


@transaction.atomic
def take_arrears_snapshot(*, day: date, at: datetime, by: User, anew: bool = False) -> ArrearsSnapshot:
    """Take the portfolio as of ``day``: what each account owes that fell due before it, by value date.

    Surcharges enter when they are posted. Idempotent: a day already taken is returned as it is, unless ``anew`` asks to
    take it again with what is known now. Money may be posted meanwhile: what is not seen yet is written down.

    :raises PortfolioOfTheFuture: if ``day`` is after the day of ``at``.
    """
    if day > local_day(at):
        raise PortfolioOfTheFuture(
            f"La cartera al {format_date(day)} no se puede calcular todavía; elija un día que no pase de hoy."
        )
    ArrearsSnapshot.objects.bulk_create([ArrearsSnapshot(day=day, taken_at=at, taken_by=by)], ignore_conflicts=True)
    snapshot = ArrearsSnapshot.objects.select_for_update().get(day=day)
    if snapshot.has_lines and not anew:
        return snapshot
    _forget(snapshot.pk, snapshot_sql.DERIVED)
    _take(snapshot, at, by)
    _compare(snapshot)
    snapshot.refresh_from_db()
    publish(
        ARREARS_TAKEN,
        subject_kind="arrears_snapshot",
        subject_id=snapshot.pk,
        facts={"day": format_date(day), "accounts": snapshot.accounts, "debt": format_money(snapshot.debt)},
        at=at,
        by=by,
    )
    return snapshot


@transaction.atomic
def thin_arrears_snapshots(*, day: date) -> int:
    """Let go of the accounts of the portfolios older than ``LINES_KEPT_DAYS``; those of a day first are kept for ever.

    The figures of every day stay. Idempotent.

    :returns: how many portfolios were thinned.
    """
    old = list(
        ArrearsSnapshot.objects.select_for_update()
        .filter(has_lines=True, day__lt=day - timedelta(days=LINES_KEPT_DAYS))
        .exclude(day__day=1)
    )
    for snapshot in old:
        _forget(snapshot.pk, snapshot_sql.DERIVED[:1])
    ArrearsSnapshot.objects.filter(pk__in=[snapshot.pk for snapshot in old]).update(has_lines=False)
    return len(old)


def _take(snapshot: ArrearsSnapshot, at: datetime, by: User) -> None:
    services, taxes = _concepts(snapshot.day)
    asked: dict[str, Any] = {
        "snapshot": snapshot.pk,
        "day": snapshot.day,
        "services": services,
        "taxes": taxes,
        "at": at,
        "by": by.pk,
    }
    _run(
        asked,
        snapshot_sql.TAKE_LINES,
        snapshot_sql.TOTALS,
        snapshot_sql.TAKE_FIGURES,
        snapshot_sql.TAKE_ROUTES,
        snapshot_sql.TAKE_METERS,
        snapshot_sql.TAKE_CONCENTRATION,
    )


def _concepts(day: date) -> tuple[list[str], list[str]]:
    """The concepts whose debt counts months: services, and the VAT on them; none before the first law."""
    try:
        concepts = collection_law(day).order.concepts.values()
    except NoLawInForce:
        return [], []
    return (
        sorted(concept.code for concept in concepts if concept.kind is ConceptKind.SERVICE),
        sorted(concept.code for concept in concepts if concept.kind is ConceptKind.TAX),
    )


def _compare(snapshot: ArrearsSnapshot) -> None:
    """What moved since the first of its month, and, when it is one, what moved until the days that compare with it."""
    pairs = [(compared_day(snapshot.day), snapshot)]
    if snapshot.day.day == 1:
        later = ArrearsSnapshot.objects.filter(
            has_lines=True, day__gt=snapshot.day, day__lte=snapshot.day + timedelta(days=31)
        )
        pairs += [(snapshot.day, other) for other in later if compared_day(other.day) == snapshot.day]
    for since, until in pairs:
        earlier = ArrearsSnapshot.objects.filter(day=since, has_lines=True).values_list("pk", flat=True).first()
        if earlier is None:
            continue
        ArrearsMovement.objects.filter(snapshot=until).delete()
        _run({"snapshot": until.pk, "since": since, "earlier": earlier}, snapshot_sql.TAKE_MOVEMENT)


def _forget(snapshot_id: int, tables: Iterable[str]) -> None:
    _run({"snapshot": snapshot_id}, *(f"DELETE FROM {table} WHERE snapshot_id = %(snapshot)s" for table in tables))  # noqa: S608


def _run(asked: dict[str, Any], *statements: str) -> None:
    with connection.cursor() as cursor:
        # Each statement goes over every account: in memory, and never looking one table up row by row in another.
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
        for statement in statements:
            cursor.execute(statement, asked)
        cursor.execute("SET LOCAL work_mem TO DEFAULT; SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL jit TO DEFAULT")
