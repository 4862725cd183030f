"""The figures that stand beside the points of the lineamientos' checklists: a month's, counted as of now."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from cauce.agreements.models import SurchargeWaiver
from cauce.billing.models import Adjustment, SweepRun, WatchFinding
from cauce.collections.models import LadderAct, LadderStep
from cauce.core.es_mx import count_of, format_quantity
from cauce.core.periods import next_period
from cauce.workorders.models import WorkOrder

_PAPERS: Final = (LadderStep.Kind.NOTICE, LadderStep.Kind.INVITATION, LadderStep.Kind.NOTIFICATION)


def figures_of(period: date, codes: Collection[str]) -> dict[str, str]:
    """What each of these figures says of a month, in words; at most two queries each."""
    return {code: GUIDELINE_FIGURES[code](period) for code in codes if code in GUIDELINE_FIGURES}


def _bills_swept(period: date) -> str:
    sweep = SweepRun.objects.filter(first_period__lte=period, last_period__gte=period).order_by("-pk").first()
    if sweep is None:
        return "No se ha revisado lo facturado de este mes"
    differing = sweep.found.filter(period=period).values("bill").distinct().count()
    swept = count_of(sweep.bills, "recibo revisado", "recibos revisados")
    return f"{swept} en la última revisión; de este mes no cuadran {format_quantity(differing)}"


def _watch_open(period: date) -> str:
    end = next_period(period)
    still_there = Q(ended_at=None) | Q(ended_at__date__gte=end)
    open_then = WatchFinding.objects.filter(
        still_there, Q(dismissed_at=None) | Q(dismissed_at__date__gte=end), found_at__date__lt=end
    )
    return count_of(open_then.count(), "hallazgo abierto al fin del mes", "hallazgos abiertos al fin del mes")


def _adjustments(period: date) -> str:
    applied = Adjustment.objects.filter(
        state=Adjustment.State.APPLIED, applied_at__date__gte=period, applied_at__date__lt=next_period(period)
    )
    proven = applied.filter(Q(files__isnull=False) | Q(undoes__isnull=False)).distinct()
    return _of(proven.count(), applied.count(), "ajuste aplicado", "ajustes aplicados", "con evidencia")


def _waivers(period: date) -> str:
    applied = SurchargeWaiver.objects.filter(
        state=SurchargeWaiver.State.APPLIED, decided_at__date__gte=period, decided_at__date__lt=next_period(period)
    )
    by_another = applied.exclude(decided_by=F("asked_by"))
    told = count_of(applied.count(), "condonación aplicada", "condonaciones aplicadas")
    return f"{told}; resueltas por otra persona, {format_quantity(by_another.count())}"


def _notices(period: date) -> str:
    issued = LadderAct.objects.filter(
        step__kind=LadderStep.Kind.NOTICE, issued_on__gte=period, issued_on__lt=next_period(period)
    )
    delivered = issued.filter(state__in=(LadderAct.State.DELIVERED, LadderAct.State.DONE))
    return _of(delivered.count(), issued.count(), "aviso emitido", "avisos emitidos", "entregados")


def _reductions(period: date) -> str:
    told_before = LadderAct.objects.filter(
        account=OuterRef("account"),
        step__kind__in=_PAPERS,
        state__in=(LadderAct.State.DELIVERED, LadderAct.State.DONE),
        ended_on__lt=OuterRef("ended_on"),
    )
    done = LadderAct.objects.filter(
        step__kind=LadderStep.Kind.EXECUTION,
        state=LadderAct.State.DONE,
        ended_on__gte=period,
        ended_on__lt=next_period(period),
    )
    return _of(
        done.filter(Exists(told_before)).count(),
        done.count(),
        "reducción hecha",
        "reducciones hechas",
        "con aviso previo",
    )


def _reconnections(period: date) -> str:
    done = WorkOrder.objects.filter(
        type__code__startswith="RECONEXION", finished_at__date__gte=period, finished_at__date__lt=next_period(period)
    )
    in_time = done.filter(finished_at__lte=F("due_at"))
    return _of(in_time.count(), done.count(), "reconexión hecha", "reconexiones hechas", "en su plazo")


def _of(part: int, whole: int, singular: str, plural: str, as_asked: str) -> str:
    if not whole:
        return f"Sin {plural} en el mes"
    return f"{format_quantity(part)} de {count_of(whole, singular, plural)}, {as_asked}"


GUIDELINE_FIGURES: Final[Mapping[str, Callable[[date], str]]] = {
    "RECIBOS_REVISADOS": _bills_swept,
    "VIGILANCIA_ABIERTA": _watch_open,
    "AJUSTES_CON_EVIDENCIA": _adjustments,
    "CONDONACIONES_CON_LIMITE": _waivers,
    "AVISOS_ENTREGADOS": _notices,
    "REDUCCIONES_CON_AVISO": _reductions,
    "RECONEXIONES_A_TIEMPO": _reconnections,
}
