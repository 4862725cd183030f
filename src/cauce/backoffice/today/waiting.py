"""What waits for a person today, gathered from the capabilities that their permissions open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef
from django.urls import reverse

from cauce.billing.models import BillingRun
from cauce.billing.rules import Outcome
from cauce.core import es_mx
from cauce.imports.models import ImportBatch
from cauce.metering.models import Reading, ReadingRound
from cauce.registry.models import PadronFlag
from cauce.ui.wording import code_name
from cauce.users.models import User

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits, or how many of a kind."""

    text: str
    side: str
    url: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pile of the inbox; ``is_late`` marks what went wrong or stops others."""

    title: str
    icon: str
    count: int
    lines: list[Line]
    url: str
    more: str
    is_late: bool = False


def waiting_for(user: User) -> list[Waiting]:
    """The piles of this person that are not empty, the most pressing first."""
    return [pile for permission, gather in _PILES if user.has_perm(permission) for pile in gather(user) if pile.count]


def _failed_imports(user: User) -> Iterator[Waiting]:
    # The same file imported well afterwards answers for its failure.
    mended = ImportBatch.objects.filter(
        kind=OuterRef("kind"), sha256=OuterRef("sha256"), state=ImportBatch.State.DONE, pk__gt=OuterRef("pk")
    )
    failed = ImportBatch.objects.filter(~Exists(mended), state=ImportBatch.State.FAILED).newest_first()
    lines = [
        Line(f"{batch.get_kind_display()} · {batch.file_name}", "", reverse("imports:batch", args=[batch.pk]))
        for batch in failed[:SHOWN]
    ]
    yield Waiting(
        "Importaciones que fallaron", "database-import", failed.count(), lines, reverse("imports:batches"),
        "Ver todas las importaciones", is_late=True,
    )  # fmt: skip


def _runs_to_approve(user: User) -> Iterator[Waiting]:
    yield _runs("Prefacturas por aprobar", "checks", BillingRun.State.COMPUTED, is_late=True)


def _runs_to_issue(user: User) -> Iterator[Waiting]:
    yield _runs("Corridas por emitir", "player-play", BillingRun.State.APPROVED)


def _runs(title: str, icon: str, state: str, *, is_late: bool = False) -> Waiting:
    runs = BillingRun.objects.filter(state=state).order_by("period", "cycle")
    lines = [
        Line(
            f"{es_mx.format_long_period(run.period)}, ciclo {run.cycle}",
            es_mx.count_of(run.totals["counts"].get(Outcome.BILLED, 0), "recibo", "recibos"),
            reverse("billing:run", args=[run.pk]),
        )
        for run in runs[:SHOWN]
    ]
    return Waiting(title, icon, runs.count(), lines, reverse("billing:runs"), "Ver las corridas", is_late=is_late)


def _readings_in_review(user: User) -> Iterator[Waiting]:
    latest = ReadingRound.objects.aggregate(period=Max("period"))["period"]
    if latest is None:
        return
    rounds = list(ReadingRound.objects.filter(period=latest).order_by("cycle"))
    in_review = Reading.objects.filter(round__in=rounds, status=Reading.Status.REVIEW)
    counts = dict(in_review.values_list("round").annotate(readings=Count("pk")))
    lines = [
        Line(
            f"Ciclo {found.cycle}, {found.file_name}",
            es_mx.format_quantity(counts[found.pk]),
            reverse("metering:round", args=[found.pk]),
        )
        for found in rounds
        if found.pk in counts
    ]
    title = f"Lecturas en revisión, {es_mx.format_period(latest)}"
    yield Waiting(title, "gauge", sum(counts.values()), lines, reverse("metering:rounds"), "Ver las rondas")


def _padron_flags(user: User) -> Iterator[Waiting]:
    pending = PadronFlag.objects.pending()
    by_code = list(pending.values_list("code").annotate(flags=Count("id")).order_by("-flags", "code"))
    address = reverse("registry:flags")
    lines = [
        Line(code_name(code), es_mx.format_quantity(count), f"{address}?aviso={code}")
        for code, count in by_code[:SHOWN]
    ]
    total = sum(count for _, count in by_code)
    yield Waiting("Avisos del padrón por corregir", "flag", total, lines, address, "Ver todos los avisos")


_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("imports.view_importbatch", _failed_imports),
    ("billing.approve_run", _runs_to_approve),
    ("billing.issue_run", _runs_to_issue),
    ("metering.view_readinground", _readings_in_review),
    ("registry.resolve_flag", _padron_flags),
)
