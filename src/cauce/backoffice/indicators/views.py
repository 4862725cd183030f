"""K1 on the screen: figures that open their lists, by type, area or crew, month by month, with the formula."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cauce.backoffice.indicators.forms import CUTS, BehindForm, IndicatorForm
from cauce.core import clock
from cauce.core.es_mx import format_period
from cauce.core.periods import period_of
from cauce.reports.queries.indicators import (
    Cut,
    Figure,
    OrderFigures,
    OrderPart,
    OrderScope,
    booked_orders,
    order_figures,
    order_figures_by,
    order_figures_by_month,
    orders_behind,
)
from cauce.ui.access import screen
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook, tally
from cauce.ui.spreadsheets import Column, Kind, workbook
from cauce.workorders.models import WorkOrder

SEE = "books.view_daybook"
MONTHS = 6
_TOLD = tuple(Figure)
_PARAMETER = {Cut.TYPE: "tipo", Cut.AREA: "area", Cut.CREW: "cuadrilla"}
_NAMES = {Cut.TYPE: "Tipo de orden", Cut.AREA: "Área", Cut.CREW: "Cuadrilla"}
ORDER_COLUMNS = [
    Column("Folio", width=14),
    Column("Tipo", width=34),
    Column("Área", width=22),
    Column("Cuadrilla", width=22),
    Column("Cuenta", width=10),
    Column("Dónde", width=44),
    Column("Emitida", Kind.MOMENT, 18),
    Column("Vence", Kind.MOMENT, 18),
    Column("Terminada", Kind.MOMENT, 18),
    Column("Estado", width=20),
    Column("Veces reabierta", Kind.WHOLE, 10),
]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and the address of its list; without one where there is nothing to list apart."""

    label: str
    count: int
    url: str
    tone: str = ""


@screen(SEE)
def orders(request: HttpRequest) -> HttpResponse:
    """The indicator of a period, this month's by default."""
    form = IndicatorForm(request.GET)
    scope, cut = _scope(form), _cut(form)
    at = clock.now()
    figures = order_figures(scope, at=at)
    months = order_figures_by_month(scope, months=MONTHS, at=at)
    booked = booked_orders(scope.since, scope.until)
    context = {
        "form": form,
        "scope": scope,
        "figures": figures,
        "cells": _cells(scope, figures),
        "cut_name": _NAMES[cut],
        "heads": [figure.label for figure in _TOLD],
        "parts": [(part.name, _part_cells(scope, cut, part), part.figures.percent) for part in _parts(scope, cut)],
        "months": [(format_period(period), found, _bar(found.percent)) for period, found in months],
        "booked": booked,
        "is_whole": not (scope.type_code or scope.area_id or scope.crew_id),
        "is_filtered": bool(request.GET),
    }
    return render(request, "backoffice/indicators/orders.html", context)


@screen(SEE)
def orders_workbook(request: HttpRequest) -> HttpResponse:
    """The indicator by type, area or crew as a workbook."""
    form = IndicatorForm(request.GET)
    scope, cut = _scope(form), _cut(form)
    columns = [
        Column(_NAMES[cut], width=40),
        *(Column(figure.label, Kind.WHOLE, 14) for figure in _TOLD),
        Column("K1 (%)", width=10),
    ]
    total = order_figures(scope, at=clock.now())
    rows = [_sheet_row(part.name, part.figures) for part in _parts(scope, cut)]
    rows.append(_sheet_row("Todas", total))
    return workbook(f"indicador-ordenes-{scope.since:%Y-%m-%d}-{scope.until:%Y-%m-%d}", columns, rows)


@screen(SEE)
def behind(request: HttpRequest) -> HttpResponse:
    """The orders that a figure counts."""
    listing = _listing()
    form = BehindForm(request.GET)
    form.is_valid()
    asked = listing.asked(request.GET)
    context = {"figure": _figure(form.cleaned_data), "tally": tally(asked.rows), "scope": _scope(form)}
    return list_page(request, listing, "backoffice/indicators/behind.html", lambda page: context)


@screen(SEE)
def behind_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _listing())


def _scope(form: forms.Form) -> OrderScope:
    form.is_valid()
    return _scope_of(form.cleaned_data)


def _scope_of(chosen: Chosen) -> OrderScope:
    today = clock.today()
    until: date = chosen.get("hasta_dia") or today
    since: date = chosen.get("desde_dia") or period_of(until)
    area, crew = chosen.get("area") or "", chosen.get("cuadrilla") or ""
    return OrderScope(
        since=since,
        until=max(since, until),
        type_code=chosen.get("tipo") or "",
        area_id=int(area) if area else None,
        crew_id=int(crew) if crew else None,
    )


def _cut(form: forms.Form) -> Cut:
    return CUTS.get(form.cleaned_data.get("corte") or "tipo", Cut.TYPE)


def _figure(chosen: Chosen) -> Figure:
    return Figure(chosen.get("cifra") or Figure.RECEIVED.value)


def _parts(scope: OrderScope, cut: Cut) -> list[OrderPart]:
    return order_figures_by(scope, cut, at=clock.now())


def _cells(scope: OrderScope, figures: OrderFigures, **narrower: Any) -> list[Cell]:
    tones = {Figure.LATE: "failed", Figure.REOPENED: "warned"}
    counts = figures.by_figure
    return [
        Cell(figure.label, counts[figure], _address(scope, figure, **narrower), tones.get(figure, ""))
        for figure in _TOLD
    ]


def _part_cells(scope: OrderScope, cut: Cut, part: OrderPart) -> list[Cell]:
    if part.key is None:
        return [Cell(cell.label, cell.count, "", cell.tone) for cell in _cells(scope, part.figures)]
    return _cells(scope, part.figures, **{_PARAMETER[cut]: part.key})


def _address(scope: OrderScope, figure: Figure, **narrower: Any) -> str:
    given = {
        "cifra": figure.value,
        "desde_dia": f"{scope.since:%Y-%m-%d}",
        "hasta_dia": f"{scope.until:%Y-%m-%d}",
        "tipo": scope.type_code,
        "area": scope.area_id,
        "cuadrilla": scope.crew_id,
    } | narrower
    return f"{reverse('indicators:behind')}?{urlencode({name: value for name, value in given.items() if value})}"


def _bar(percent: Decimal | None) -> str:
    return "" if percent is None else f"{percent}"


def _sheet_row(name: str, figures: OrderFigures) -> tuple[object, ...]:
    percent = figures.percent
    return (name, *(figures.by_figure[figure] for figure in _TOLD), "" if percent is None else f"{percent}")


def _listing() -> Listing[WorkOrder]:
    at = clock.now()

    def rows(chosen: Chosen) -> QuerySet[WorkOrder]:
        found = orders_behind(_scope_of(chosen), _figure(chosen), at=at)
        return found.select_related("document", "type", "area", "crew", "account")

    return Listing(
        rows=rows,
        order=["-issued_at"],
        form=BehindForm,
        name="ordenes-del-indicador",
        columns=ORDER_COLUMNS,
        cells=_row,
    )


def _row(order: WorkOrder) -> tuple[object, ...]:
    return (
        order.document.folio,
        order.type.name,
        order.area.name,
        order.crew.name if order.crew else "",
        order.account.number if order.account else "",
        order.place,
        order.issued_at,
        order.due_at,
        order.finished_at,
        order.get_state_display(),
        order.times_reopened,
    )
