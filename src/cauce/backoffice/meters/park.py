"""The park in figures: how many meters of each kind, how many stopped, and what changing the worst would bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cauce.backoffice.meters.forms import BANDS, NOTHING_KNOWN, ParkFilter
from cauce.backoffice.meters.shapes import CUT_TITLES, SEE, TAKE, part_name
from cauce.core import clock
from cauce.core.es_mx import format_date, format_quantity
from cauce.metering.models import ParkSnapshot, ParkTable
from cauce.metering.operations import take_park
from cauce.metering.queries.park import ParkFigure, figures_kept, latest_park, park_figures, park_table_on
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell

MOST_PARTS = 12
# The parts of a cut that have an order of their own; those of the others go by how many they are.
_IN_ORDER = {"antiguedad": [code for code, _ in BANDS]}


@dataclass(frozen=True, slots=True)
class Part:
    """A row of a table of the park: its name, its figures, and the list of its meters."""

    name: str
    figure: ParkFigure
    url: str


@dataclass(frozen=True, slots=True)
class CutTable:
    """The park told apart by something; ``rest`` is how many parts are not shown."""

    cut: str
    title: str
    parts: list[Part]
    rest: int


@screen(SEE)
def park(request: HttpRequest) -> HttpResponse:
    """The park as it was last taken, of the whole town or of a part of it."""
    form = ParkFilter(request.GET)
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name) for name in form.fields}
    snapshot = latest_park()
    context: dict[str, Any] = {
        "form": form,
        "snapshot": snapshot,
        "tab": "park",
        "is_filtered": any(chosen.values()),
        "table": park_table_on(clock.today()),
    }
    if snapshot is not None and snapshot.table_id is not None:
        context |= _figures(snapshot, chosen, request)
    return render(request, "backoffice/meters/park.html", context)


@screen(TAKE, methods=("POST",))
def take(request: HttpRequest) -> HttpResponse:
    """Take the park of today again, with what is known now."""

    def act() -> str:
        snapshot = take_park(at=clock.now(), by=user_of(request), anew=True)
        return (
            f"Parque al {format_date(snapshot.day)}: {format_quantity(snapshot.installed)} instalados, "
            f"{format_quantity(snapshot.stopped)} parados y {format_quantity(snapshot.suspects)} bajo sospecha."
        )

    tell(request, act, what="calcular el parque de medidores")
    return redirect("meters:park")


@screen(SEE)
def criteria(request: HttpRequest) -> HttpResponse:
    """The table in force, with who authorised it, and the ones before it."""
    ruling = park_table_on(clock.today())
    tables = ParkTable.objects.select_related("loaded_by").defer("rows").order_by("-valid_from", "-pk")
    context = {"ruling": ruling, "tables": tables, "tab": "criteria"}
    return render(request, "backoffice/meters/criteria.html", context)


def _figures(snapshot: ParkSnapshot, chosen: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    if any(chosen.values()):
        route, sector = chosen["ruta"], chosen["sector"]
        figures = park_figures(
            route=None if route is None else route.pk,
            sector=None if sector is None else sector.pk,
            use=chosen["uso"] or "",
        )
    else:
        figures = figures_kept(ParkSnapshot.objects.values_list("figures", flat=True).get(pk=snapshot.pk))
    asked = {name: request.GET[name] for name in chosen if request.GET.get(name)}
    whole = next((figure for figure in figures if not figure.cut), None)
    return {
        "whole": whole,
        "cuts": [_cut_table(cut, title, figures, asked) for cut, title in CUT_TITLES.items()],
        "tiles": [] if whole is None else _tiles(whole, asked),
        "suspects_url": _address("meters:suspects", asked),
    }


def _cut_table(cut: str, title: str, figures: Sequence[ParkFigure], asked: dict[str, str]) -> CutTable:
    parts = [figure for figure in figures if figure.cut == cut and (figure.key or cut not in ("motivo", "antiguedad"))]
    order = _IN_ORDER.get(cut)
    if order is not None:
        parts.sort(key=lambda figure: order.index(figure.key))
    shown = parts[:MOST_PARTS]
    rows = [
        Part(part_name(cut, each.key), each, _address("meters:meters", asked | _narrower(cut, each.key)))
        for each in shown
    ]
    return CutTable(cut, title, rows, len(parts) - len(shown))


def _narrower(cut: str, key: str) -> dict[str, str]:
    name = "sospecha" if cut == "motivo" else cut
    return {name: key or NOTHING_KNOWN}


def _tiles(whole: ParkFigure, asked: dict[str, str]) -> list[tuple[str, str, int, str, str]]:
    """The figures on top: icon, name, how many, the list of them, and whether they want attention."""
    return [
        ("gauge", "Instalados", whole.installed, _address("meters:meters", asked | {"estado": "INSTALLED"}), ""),
        ("player-stop", "Parados", whole.stopped, _address("meters:meters", asked | {"parado": "SI"}), "accent"),
        ("certificate", "En garantía", whole.in_warranty, _address("meters:meters", asked | {"garantia": "SI"}), ""),
        ("eye", "Bajo sospecha", whole.suspects, _address("meters:suspects", asked), "accent"),
    ]


def _address(name: str, asked: dict[str, str]) -> str:
    return f"{reverse(name)}?{urlencode(asked)}" if asked else reverse(name)
