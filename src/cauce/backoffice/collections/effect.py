"""What the notices brought: paid within some days, how much, and what each peso cost."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.backoffice.collections.forms import EffectForm
from cauce.backoffice.collections.shapes import SEE
from cauce.collections.queries.batches import Effect, effects, issued_between
from cauce.collections.rules.notices import cost_per_peso
from cauce.core import clock
from cauce.core.money import ZERO
from cauce.ui.access import screen
from cauce.ui.spreadsheets import Column, Kind, workbook

DAYS = 15
LOOKED_BACK = 60
MOST_BATCHES = 60


@screen(SEE)
def effect(request: HttpRequest) -> HttpResponse:
    """Each batch issued between two days, and what came in within so many days of each."""
    form, since, until, days = _asked(request)
    found = _effects(since, until, days)
    context = {
        "form": form,
        "since": since,
        "until": until,
        "days": days,
        "today": clock.today(),
        "rows": [(each, _ends_on(each, days)) for each in found],
        "total": _total(found),
    }
    return render(request, "backoffice/collections/effect.html", context)


@screen(SEE)
def effect_workbook(request: HttpRequest) -> HttpResponse:
    """The same, as a workbook."""
    _, since, until, days = _asked(request)
    columns = (
        Column("Folio"), Column("Acción", width=32), Column("Emitida", Kind.MOMENT, 20), Column("Avisos", Kind.WHOLE),
        Column("Entregados", Kind.WHOLE), Column("No entregados", Kind.WHOLE), Column("Pedía", Kind.MONEY),
        Column(f"Pagaron en {days} días", Kind.WHOLE, 20), Column("Importe pagado", Kind.MONEY),
        Column("Costó al organismo", Kind.MONEY, 18), Column("Costo por peso", Kind.TEXT),
        Column("Gastos cobrados", Kind.MONEY),
    )  # fmt: skip
    rows = (
        (
            each.batch.document.folio, each.batch.step.name, each.batch.issued_at, each.issued, each.delivered,
            each.not_delivered, each.asked, each.paid, each.brought, each.cost,
            "" if each.cost_per_peso is None else f"{each.cost_per_peso:.4f}", each.charged,
        )
        for each in _effects(since, until, days)
    )  # fmt: skip
    return workbook("efecto-de-los-avisos", columns, rows)


def _asked(request: HttpRequest) -> tuple[EffectForm, date, date, int]:
    today = clock.today()
    start = {"desde_dia": today - timedelta(days=LOOKED_BACK), "hasta_dia": today, "dias": DAYS}
    form = EffectForm(request.GET or start)
    form.is_valid()
    said = {name: value for name, value in form.cleaned_data.items() if value}
    since, until = said.get("desde_dia", start["desde_dia"]), said.get("hasta_dia", today)
    return form, min(since, until), until, said.get("dias", DAYS)


def _effects(since: date, until: date, days: int) -> list[Effect]:
    return effects(list(issued_between(since, until)[:MOST_BATCHES]), days=days)


def _ends_on(each: Effect, days: int) -> date | None:
    """The day until which payments still count, if it has not come."""
    assert each.batch.issued_at is not None
    last = clock.local_day(each.batch.issued_at) + timedelta(days=days)
    return last if last > clock.today() else None


def _total(found: Sequence[Effect]) -> dict[str, object]:
    brought = sum((each.brought for each in found), ZERO)
    cost: Decimal = sum((each.cost for each in found), ZERO)
    issued, paid = sum(each.issued for each in found), sum(each.paid for each in found)
    return {
        "issued": issued,
        "delivered": sum(each.delivered for each in found),
        "not_delivered": sum(each.not_delivered for each in found),
        "asked": sum((each.asked for each in found), ZERO),
        "paid": paid,
        "brought": brought,
        "cost": cost,
        "charged": sum((each.charged for each in found), ZERO),
        "per_peso": cost_per_peso(cost, brought),
        "percent": round(100 * paid / issued) if issued else 0,
    }
