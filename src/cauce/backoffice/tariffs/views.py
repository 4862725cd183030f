"""The price of any use, step by step."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.backoffice.tariffs.forms import LARGEST_VOLUME_M3, SimulatorForm, WhenForm
from cauce.core import clock
from cauce.core.es_mx import format_month
from cauce.core.periods import format_period, parse_period, period_of
from cauce.tariffs import queries, rules
from cauce.ui.access import screen

_AROUND = 3


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a price as the screen shows it."""

    name: str
    arithmetic: str
    line: rules.PriceLine


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What a volume near the one asked costs, and how much more than a cubic metre less."""

    m3: int
    total: Decimal
    more: Decimal | None
    is_asked: bool


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What the same use costs in a month of the law."""

    period: date
    label: str
    total: Decimal
    is_asked: bool


@screen("tariffs.view_schedule")
def simulator(request: HttpRequest) -> HttpResponse:
    """Ask a use and see its price with the proof; by htmx only the result is given."""
    periods = queries.periods_in_force()
    if not periods:
        return render(request, "backoffice/tariffs/simulator.html", {"form": None})
    today = period_of(clock.today())
    now = today if today in periods else periods[-1]
    asked = request.GET or {"mes": format_period(now), "clave": "", "m3": "20", "drenaje": "on", "viviendas": "1"}
    when = WhenForm(asked, periods=periods)
    period = parse_period(when.cleaned_data["mes"]) if when.is_valid() else now
    law = queries.schedule_for_period(period)
    if not asked.get("clave"):
        asked = {**{name: asked[name] for name in asked}, "clave": next(iter(law.tariff_codes))}
    form = SimulatorForm(asked, periods=periods, law=law)
    context: dict[str, Any] = {"form": form, "law": law}
    if form.is_valid():
        try:
            context |= _priced(law, form.usage())
        except rules.PricingError as refused:
            context["refused"] = refused.message
    is_partial = bool(request.headers.get("HX-Request"))
    template = "backoffice/tariffs/result.html" if is_partial else "backoffice/tariffs/simulator.html"
    return render(request, template, context)


def _priced(law: rules.Schedule, usage: rules.Usage) -> dict[str, Any]:
    earlier = [
        queries.schedule_for_period(month)
        for month in rules.billed_months(usage, law.parameters)
        if not law.rules_in(month)
    ]
    price = rules.price(law, usage, earlier)
    proof = price.proof
    words = rules.arithmetic(proof)
    opening, *steps = rules.explain(proof)
    return {
        "price": price,
        "usage": usage,
        "lines": [
            ShownLine(law.concepts[line.concept].name, words.get(line.concept, ""), line) for line in price.lines
        ],
        "opening": opening,
        "steps": steps,
        "around": _around(law, usage),
        "year": _year(law, usage),
    }


def _around(law: rules.Schedule, usage: rules.Usage) -> list[Neighbour]:
    """The totals of the volumes next to the one asked: the boundary of a table is seen here."""
    if usage.m3 is None or usage.read_from is not None:
        return []
    first, last = max(0, usage.m3 - _AROUND), min(LARGEST_VOLUME_M3, usage.m3 + _AROUND)
    neighbours: list[Neighbour] = []
    for m3 in range(first, last + 1):
        total = rules.price(law, replace(usage, m3=m3)).total
        more = total - neighbours[-1].total if neighbours else None
        neighbours.append(Neighbour(m3, total, more, m3 == usage.m3))
    return neighbours


def _year(law: rules.Schedule, usage: rules.Usage) -> list[MonthTotal]:
    """The totals of the same use in each month of its law, whose columns differ."""
    if usage.read_from is not None:
        return []
    return [
        MonthTotal(
            period=period,
            label=format_month(period),
            total=rules.price(law, replace(usage, period=period)).total,
            is_asked=period == usage.period,
        )
        for period in (date(law.year, month, 1) for month in range(1, 13))
        if law.rules_in(period)
    ]
