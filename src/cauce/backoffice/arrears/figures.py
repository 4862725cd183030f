"""The portfolio in figures: by age and by whatever it is told apart, its concentration, its movement and its meters."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cauce.backoffice.arrears.forms import CUTS, FiguresFilter, MovementFilter, TakeForm, query_of
from cauce.backoffice.arrears.shapes import AGE_NAMES, SEE, Shown, shown_on
from cauce.collections.models import ArrearsSnapshot
from cauce.collections.operations import take_arrears_snapshot
from cauce.collections.queries import Cut, ages_of, parts_of
from cauce.collections.queries import figures as queries
from cauce.collections.queries.figures import Part
from cauce.collections.queries.movement import Move, days_to_compare, movements
from cauce.collections.rules import AGES, CAUSES, Filters, compared_day
from cauce.core import clock
from cauce.core.es_mx import format_date, format_money, format_quantity
from cauce.core.money import ZERO, round_to_cents
from cauce.tariffs.rules import USE_CLASS_NAMES
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell
from cauce.ui.spreadsheets import Column, Kind, workbook

_OF_CUTS: Final = {
    "uso": Cut.USE,
    "tarifa": Cut.TARIFF,
    "sector": Cut.SECTOR,
    "ruta": Cut.ROUTE,
    "estado": Cut.STATE,
    "causa": Cut.CAUSE,
    "meses": Cut.MONTHS,
    "medidor": Cut.METER,
    "convenio": Cut.AGREEMENT,
}
MOST_PARTS: Final = 60
MOST_DAYS: Final = 120
OLD_AGES: Final = 3
"""From which place of the ages the debt is old: more than ninety days."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: its part, the address of its accounts and its share of the whole."""

    part: Part
    url: str
    percent: Decimal

    @property
    def by_age(self) -> list[tuple[str, Decimal]]:
        """What is owed of each age, with its name."""
        return list(zip(AGE_NAMES.values(), self.part.by_age, strict=True))


@screen(SEE)
def portfolio(request: HttpRequest) -> HttpResponse:
    """The portfolio of a day."""
    form = FiguresFilter(request.GET)
    filters = form.filters()
    shown = shown_on(form.cleaned_data.get("dia"))
    context: dict[str, Any] = {"form": form, "shown": shown, "tab": "portfolio", "is_filtered": not filters.is_empty}
    if shown.snapshot is not None:
        context |= _figures(shown, shown.snapshot, filters, _cut(form))
    return render(request, "backoffice/arrears/portfolio.html", context)


@screen(SEE)
def portfolio_workbook(request: HttpRequest) -> HttpResponse:
    """The same table, whole, as a workbook."""
    form = FiguresFilter(request.GET)
    filters = form.filters()
    shown = shown_on(form.cleaned_data.get("dia"))
    code = _cut(form)
    columns = [
        Column(CUTS[code], width=34),
        Column("Cuentas", Kind.WHOLE, 12),
        Column("Adeudo vencido", Kind.MONEY, 18),
        *(Column(age.label, Kind.MONEY, 16) for age in AGES),
    ]
    parts = [] if shown.snapshot is None else parts_of(shown.snapshot, filters, _OF_CUTS[code])
    rows = [(part.name, part.accounts, part.debt, *part.by_age) for part in parts]
    return workbook(f"cartera-{shown.day:%Y-%m-%d}-por-{code}", columns, rows)


@screen(SEE, methods=("POST",))
def take(request: HttpRequest) -> HttpResponse:
    """Take the portfolio of a day, or take it again with what is known now."""
    form = TakeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Escriba el día de la cartera.")
        return redirect("arrears:portfolio")
    day, anew = form.cleaned_data["dia"], form.cleaned_data["de_nuevo"]

    def act() -> str:
        snapshot = take_arrears_snapshot(day=day, at=clock.now(), by=user_of(request), anew=anew)
        owed, accounts = format_money(snapshot.debt), format_quantity(snapshot.accounts)
        return f"Cartera al {format_date(day)}: {owed} en {accounts} cuentas."

    tell(request, act, what="calcular la cartera vencida")
    return redirect(f"{reverse('arrears:portfolio')}?{urlencode({'dia': f'{day:%Y-%m-%d}'})}")


@screen(SEE)
def concentration(request: HttpRequest) -> HttpResponse:
    """How few debtors hold most of the debt."""
    form = FiguresFilter(request.GET)
    form.is_valid()
    shown = shown_on(form.cleaned_data.get("dia"))
    use = form.cleaned_data.get("uso") or ""
    shares = [] if shown.snapshot is None else queries.concentration(shown.snapshot, use)
    context = {
        "form": form,
        "shown": shown,
        "tab": "concentration",
        "uses": [{"code": "", "name": "Todos"}]
        + [{"code": each.value, "name": name} for each, name in USE_CLASS_NAMES.items()],
        "use": use,
        "shares": [(share, _percent(share.accounts, share.of_accounts)) for share in shares],
        "eighty": next(
            ((share, _percent(share.accounts, share.of_accounts)) for share in shares if share.percent == 80), None
        ),
    }
    return render(request, "backoffice/arrears/concentration.html", context)


@screen(SEE)
def movement(request: HttpRequest) -> HttpResponse:
    """What went from one age to another since the first of the month, or since any day whose accounts are kept."""
    form = MovementFilter(request.GET)
    form.is_valid()
    shown = shown_on(form.cleaned_data.get("dia"))
    since = form.cleaned_data.get("desde") or compared_day(shown.day)
    if since >= shown.day:
        since = compared_day(shown.day)
    moved = [] if shown.snapshot is None else movements(shown.snapshot, since=since)
    days = days_to_compare(shown.day, most=MOST_DAYS)
    context = {
        "form": form,
        "shown": shown,
        "tab": "movement",
        "since": since,
        "days": days if since in days else [since, *days],
        "heads": [*AGE_NAMES.values(), "Sin adeudo"],
        "matrix": _matrix(moved),
        "tiles": _told(moved),
    }
    return render(request, "backoffice/arrears/movement.html", context)


@screen(SEE)
def meters(request: HttpRequest) -> HttpResponse:
    """The tariffs and the meters of the debtors."""
    form = FiguresFilter(request.GET)
    form.is_valid()
    shown = shown_on(form.cleaned_data.get("dia"))
    context: dict[str, Any] = {"form": form, "shown": shown, "tab": "meters"}
    if shown.snapshot is not None:
        context |= {
            "tariffs": queries.meters_by_tariff(shown.snapshot),
            "brands": queries.meters_by_brand(shown.snapshot)[:MOST_PARTS],
            "years": queries.meters_by_years(shown.snapshot),
        }
    return render(request, "backoffice/arrears/meters.html", context)


def _cut(form: FiguresFilter) -> str:
    return form.cleaned_data.get("corte") or "uso"


def _figures(shown: Shown, snapshot: ArrearsSnapshot, filters: Filters, code: str) -> dict[str, Any]:
    ages = ages_of(snapshot, filters)
    total = sum((age.debt for age in ages), ZERO)
    accounts = sum(age.accounts for age in ages)
    parts = parts_of(snapshot, filters, _OF_CUTS[code])
    asked = query_of(filters) | {"dia": f"{shown.day:%Y-%m-%d}"}
    rows = [Row(part, _accounts_url(asked | _narrower(code, part)), _percent(part.debt, total)) for part in parts]
    return {
        "ages": [(age, _accounts_url(asked | {"antiguedad": age.code}), _percent(age.charges, total)) for age in ages],
        "total": total,
        "accounts": accounts,
        "average": round_to_cents(total / accounts) if accounts else ZERO,
        "old": sum((age.charges for age in ages[OLD_AGES:]), ZERO),
        "old_percent": _percent(sum((age.charges for age in ages[OLD_AGES:]), ZERO), total),
        "cut_name": CUTS[code],
        "age_heads": [age.label for age in AGES],
        "rows": rows[:MOST_PARTS],
        "left_out": max(0, len(rows) - MOST_PARTS),
        "causes": CAUSES if code == "causa" else (),
        "accounts_url": _accounts_url(asked),
        "map_url": f"{reverse('arrears:map')}?{urlencode(asked)}",
    }


def _narrower(code: str, part: Part) -> dict[str, str]:
    if part.key is None:
        return {}
    if code in ("medidor", "convenio"):
        return {code: "SI" if part.key else "NO"}
    return {code: str(part.key)}


def _accounts_url(asked: dict[str, str]) -> str:
    return f"{reverse('arrears:accounts')}?{urlencode(asked)}"


def _percent(part: Decimal | int, whole: Decimal | int) -> Decimal:
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1")) if whole else Decimal("0.0")


def _matrix(moved: Iterable[Move]) -> list[tuple[str, list[tuple[Move | None, str]]]]:
    """A row per age it had, a cell per age it has, each with its tone: better, worse or the same."""
    found = {(move.age_before, move.age_now): move for move in moved}
    if not found:
        return []
    codes = [*AGE_NAMES, ""]
    names = {**AGE_NAMES, "": "Sin adeudo"}
    return [
        (names[before], [(found.get((before, now)), _tone(before, now)) for now in codes])
        for before in ["", *AGE_NAMES]
    ]


def _tone(before: str, now: str) -> str:
    order = ["", *AGE_NAMES]
    step = order.index(now) - order.index(before)
    return "move-worse" if step > 0 else "move-better" if step < 0 else "move-same"


def _told(moved: Iterable[Move]) -> list[tuple[str, int, Decimal]]:
    """What the movement comes to: who came in, who left, who got older and who got younger, with the pesos of each."""
    told: dict[str, tuple[int, Decimal]] = dict.fromkeys(
        ("Entraron a la cartera", "Pagaron y salieron", "Envejecieron", "Mejoraron"), (0, ZERO)
    )
    for move in moved:
        name = _kind(move)
        if name:
            accounts, amount = told[name]
            told[name] = accounts + move.accounts, amount + (move.debt_now if move.age_now else move.debt_before)
    return [(name, accounts, amount) for name, (accounts, amount) in told.items()]


def _kind(move: Move) -> str:
    if not move.age_before:
        return "Entraron a la cartera"
    if not move.age_now:
        return "Pagaron y salieron"
    return {"move-worse": "Envejecieron", "move-better": "Mejoraron"}.get(_tone(move.age_before, move.age_now), "")
