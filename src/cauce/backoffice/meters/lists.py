"""The meters in lists: those of each figure, and the suspects, ranked by what changing them brings."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from cauce.backoffice.meters.forms import NOTHING_KNOWN, MeterFilter, ProposeForm, SuspectFilter
from cauce.backoffice.meters.shapes import PROPOSE, SEE, STATE_TONES
from cauce.metering.models import ParkMeter
from cauce.metering.queries.park import latest_park
from cauce.metering.queries.park_screens import park_meters, suspected_meters
from cauce.metering.rules.park import NO_BAND, REASON_NAMES
from cauce.tariffs.rules import USE_CLASS_NAMES
from cauce.ui.access import screen, user_of
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind

USE_NAMES = {each.value: name for each, name in USE_CLASS_NAMES.items()}
_PLACE = [
    Column("Serie", width=16),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Ruta", width=8),
    Column("Sector", width=22),
    Column("Uso", width=20),
    Column("Tarifa", width=8),
]
_KIND = [
    Column("Marca", width=14),
    Column("Modelo", width=14),
    Column("Clase", width=10),
    Column("Diámetro", width=10),
    Column("Instalado", Kind.DATE, 14),
    Column("Años", Kind.DECIMAL, 8),
]
_GOING = [
    Column("m³ contados, al menos", Kind.WHOLE, 12),
    Column("Contaba al mes, m³", Kind.DECIMAL, 12),
    Column("Cuenta al mes, m³", Kind.DECIMAL, 12),
    Column("Lecturas de cero", Kind.WHOLE, 10),
]
_PAYING = [
    Column("m³ al mes que faltan", Kind.DECIMAL, 12),
    Column("Pesos al año", Kind.MONEY, 14),
    Column("Costo del cambio", Kind.MONEY, 14),
    Column("Meses en que se paga", Kind.WHOLE, 12),
    Column("Por qué", width=90),
]


@screen(SEE)
def meters(request: HttpRequest) -> HttpResponse:
    """The meters that the filters let through, page by page."""

    def more(page: Page[ParkMeter]) -> Mapping[str, object]:
        return {
            "rows": [(row, STATE_TONES[ParkMeter.State(row.state)]) for row in page.rows],
            "tab": "meters",
            "snapshot": latest_park(),
        }

    return list_page(request, _METERS, "backoffice/meters/meters.html", more)


@screen(SEE)
def meters_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _METERS)


@screen(SEE)
def suspects(request: HttpRequest) -> HttpResponse:
    """The suspects of which nobody proposed the change, those that bring the most first."""

    def more(page: Page[ParkMeter]) -> Mapping[str, object]:
        return {
            "rows": page.rows,
            "reason_names": REASON_NAMES,
            "tab": "suspects",
            "snapshot": latest_park(),
            "propose_form": ProposeForm(initial={"llave": new_key()}) if user_of(request).has_perm(PROPOSE) else None,
        }

    return list_page(request, _SUSPECTS, "backoffice/meters/suspects.html", more)


@screen(SEE)
def suspects_workbook(request: HttpRequest) -> HttpResponse:
    """The same ranking, whole, as a workbook."""
    return list_workbook(request, _SUSPECTS)


def _part(rows: QuerySet[ParkMeter], chosen: Chosen) -> QuerySet[ParkMeter]:
    if chosen["ruta"]:
        rows = rows.filter(route=chosen["ruta"])
    if chosen["sector"]:
        rows = rows.filter(sector=chosen["sector"])
    if chosen["uso"]:
        rows = rows.filter(use_class=chosen["uso"])
    return _known(rows, "brand", chosen["marca"])


def _known(rows: QuerySet[ParkMeter], column: str, value: str) -> QuerySet[ParkMeter]:
    if not value:
        return rows
    return rows.filter(**{column: "" if value == NOTHING_KNOWN else value})


def _filtered(chosen: Chosen) -> QuerySet[ParkMeter]:
    rows = _known(_part(park_meters(), chosen), "diameter", chosen["diametro"])
    rows = _known(rows, "accuracy_class", chosen["clase"])
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if chosen["antiguedad"]:
        rows = rows.filter(age_band=chosen["antiguedad"])
    if chosen["antiguedad"] == NO_BAND:
        rows = rows.filter(state=ParkMeter.State.INSTALLED)
    for name, column in (("parado", "is_stopped"), ("garantia", "in_warranty")):
        if chosen[name]:
            rows = rows.filter(**{column: chosen[name] == "SI"})
    if chosen["sospecha"] in ("SI", "NO"):
        rows = rows.filter(is_suspect=chosen["sospecha"] == "SI")
    elif chosen["sospecha"]:
        rows = rows.filter(reason=chosen["sospecha"])
    if chosen["serie"]:
        rows = rows.filter(meter__serial__startswith=chosen["serie"].strip().upper())
    return rows


def _suspected(chosen: Chosen) -> QuerySet[ParkMeter]:
    rows = _part(suspected_meters(), chosen)
    if chosen["motivo"]:
        rows = rows.filter(reason=chosen["motivo"])
    if chosen["se_paga_en"]:
        rows = rows.filter(payback_months__lte=int(chosen["se_paga_en"]))
    return rows


def _place(row: ParkMeter) -> tuple[Any, ...]:
    account = row.account
    return (
        row.meter.serial,
        "" if account is None else account.number,
        "" if account is None else account.holder.name,
        "" if row.route is None else row.route.number,
        "" if row.sector is None else row.sector.name,
        USE_NAMES.get(row.use_class, row.use_class),
        "" if account is None else account.tariff_code_id,
    )


def _kind(row: ParkMeter) -> tuple[Any, ...]:
    return row.brand, row.model_name, row.accuracy_class, row.diameter, row.installed_on, row.age_years


def _going(row: ParkMeter) -> tuple[Any, ...]:
    return row.counted_m3, row.base_m3, row.recent_m3, row.zeros


def _paying(row: ParkMeter) -> tuple[Any, ...]:
    said = " ".join(reason["sentence"] for reason in row.reasons)
    return row.expected_m3, row.pesos_a_year, row.cost, row.payback_months, said


def _meter_cells(row: ParkMeter) -> tuple[Any, ...]:
    told = (
        row.get_state_display(),
        "Sí" if row.is_stopped else "",
        row.warranty_until,
        "Sí" if row.in_warranty else "",
    )
    return (*_place(row), *_kind(row), *told, *_going(row), *_paying(row))


def _suspect_cells(row: ParkMeter) -> tuple[Any, ...]:
    return (*_place(row), *_kind(row), *_going(row), *_paying(row))


_METERS = Listing(
    rows=_filtered,
    order=[],
    form=MeterFilter,
    name="parque-de-medidores",
    columns=[
        *_PLACE,
        *_KIND,
        Column("Estado", width=18),
        Column("Parado", width=8),
        Column("Garantía hasta", Kind.DATE, 14),
        Column("En garantía", width=10),
        *_GOING,
        *_PAYING,
    ],
    cells=_meter_cells,
)
_SUSPECTS = Listing(
    rows=_suspected,
    order=["-pesos_a_year", "-expected_m3"],
    form=SuspectFilter,
    name="medidores-bajo-sospecha",
    columns=[*_PLACE, *_KIND, *_GOING, *_PAYING],
    cells=_suspect_cells,
)
