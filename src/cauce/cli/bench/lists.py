"""``cauce bench lists``: how long each list of the desk takes to answer, with years of cases and orders in it."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.urls import reverse

from cauce.cases.models import CaseType
from cauce.cases.operations import load_case_catalogue
from cauce.cli.access import approval_user, capture_user
from cauce.cli.bench.desk import fill_desk, user_name_of
from cauce.cli.bench.screens import Screen, measure
from cauce.cli.bench.town import fill_town
from cauce.cli.scratch import scratch_database
from cauce.core.clock import now, today
from cauce.core.periods import period_of
from cauce.registry.models import Sector
from cauce.tariffs.operations import load_law
from cauce.users.models import Area
from cauce.users.operations import load_holidays
from cauce.workorders.models import Crew, WorkOrder, WorkOrderType
from cauce.workorders.operations import load_order_catalogue

ACCOUNTS: Final = 30_000
TIMES: Final = 40
# How many of each thing are asked for in turn, so that no list is measured by one lucky filter.
_VARIETY: Final = 8
_WORDS: Final = (
    "fuga", "recibo alto", "maria hernandez", "hidalgo", "inc 1200", "medidor enterrado", "garcia lopez recargos",
    "calle morelos 12", "agua", "zapata", "turbia",
)  # fmt: skip


def run(cases: int, orders: int, progress: Callable[[str], None]) -> dict[str, object]:
    """Ask for every list of the desk many times, in a town with so many cases and orders; tell how long each took.

    Each page is asked for whole, as the site answers it: session, permissions, queries and template.
    """
    with scratch_database():
        at = now()
        load_law(
            directory=settings.LAW_DIR / "cortazar" / "2026", at=at, by=capture_user(), approved_by=approval_user()
        )
        office = settings.OFFICE_DIR / "cortazar"
        load_holidays(path=office / "calendario.yaml")
        load_order_catalogue(path=office / "ordenes.yaml", at=at, by=capture_user())
        load_case_catalogue(path=office / "casos.yaml", at=at, by=capture_user())
        progress(f"Poblando una oficina con {cases:,} casos y {orders:,} órdenes…")
        fill_town(ACCOUNTS, period=period_of(today()))
        fill_desk(cases=cases, orders=orders, accounts=ACCOUNTS, at=at)
        with connection.cursor() as cursor:
            # What autovacuum does by itself in a database that is at work.
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        progress("Abriendo cada lista…")
        load = round(Decimal(os.getloadavg()[0]), 2)
        measured = {screen.name: measure(screen, user_name_of(screen.role), times=TIMES) for screen in screens()}
        slowest = max(measured, key=lambda name: measured[name]["p95_ms"])
        return {
            "cases": cases,
            "orders": orders,
            "times": TIMES,
            "load_before": load,
            "slowest": slowest,
            "slowest_p95_ms": measured[slowest]["p95_ms"],
            "screens": measured,
        }


def screens() -> Iterator[Screen]:
    """Every list that is measured."""
    yield from _case_screens()
    yield from _inbox_screens()
    yield from _order_screens()
    yield from _other_screens()


def _case_screens() -> Iterator[Screen]:
    cases = reverse("cases:cases")
    areas = list(Area.objects.filter(pk__in=CaseType.objects.values("area")).values_list("pk", flat=True))
    types = list(CaseType.objects.order_by("code").values_list("code", flat=True))
    days = [today() - timedelta(days=back) for back in (2, 40, 200, 400, 700, 1000)]
    states = ("ABIERTOS", "VENCIDOS", "CLOSED", "WAITING", "ROUTED", "WITHDRAWN", "DUPLICATE", "RESOLVED")
    plain = f"{cases}?orden=-recibido"
    yield Screen("casos", "coordinador", [f"{cases}?orden=recibido", f"{cases}?orden=vence", f"{cases}?orden=-vence"])
    yield Screen("casos_paginas", "coordinador", _pages(plain, (30, 5_000, 40_000, 80_000)))
    yield Screen("casos_estado", "coordinador", _each(cases, "estado", states))
    yield Screen("casos_tipo", "coordinador", _each(cases, "tipo", types))
    yield Screen("casos_area", "coordinador", _each(cases, "area", areas))
    yield Screen(
        "casos_clase_canal", "coordinador", [f"{cases}?clase=CLARIFICATION&canal=LETTER", f"{cases}?canal=RADIO"]
    )
    yield Screen("casos_dias", "coordinador", [f"{cases}?desde_dia={day}&hasta_dia={day}" for day in days])
    yield Screen(
        "casos_varios_filtros",
        "coordinador",
        [
            f"{cases}?estado={state}&tipo={type_code}&orden=vence"
            for state in states[:4]
            for type_code in types[:_VARIETY]
        ],
    )
    yield Screen("casos_palabras", "coordinador", _each(cases, "texto", _WORDS))
    yield Screen(
        "casos_palabras_y_estado", "coordinador", [f"{one}&estado=ABIERTOS" for one in _each(cases, "texto", _WORDS)]
    )


def _inbox_screens() -> Iterator[Screen]:
    inbox = reverse("inbox:inbox")
    piles = ("VENCIDOS", "HOY", "MIOS", "POR-TOMAR", "CANALIZADOS", "ESPERA", "POR-CERRAR")
    for role in ("coordinador", "operacion"):
        yield Screen(f"bandeja_{role}", role, [f"{inbox}?pila=", *_each(inbox, "pila", piles)])
    yield Screen("bandeja_palabras", "coordinador", _each(inbox, "texto", _WORDS))
    yield Screen("bandeja_contadores", "coordinador", [reverse("inbox:counters"), reverse("inbox:badge")])


def _order_screens() -> Iterator[Screen]:
    orders = reverse("workorders:orders")
    types = list(WorkOrderType.objects.order_by("code").values_list("code", flat=True))
    areas = list(Area.objects.filter(pk__in=WorkOrderType.objects.values("area")).values_list("pk", flat=True))
    crews = list(Crew.objects.values_list("pk", flat=True))
    sectors = list(Sector.objects.values_list("pk", flat=True))
    days = [today() - timedelta(days=back) for back in (-1, 0, 3, 60, 300, 600, 900)]
    last = WorkOrder.objects.count()
    yield Screen(
        "ordenes", "coordinador", [f"{orders}?orden={order}" for order in ("folio", "-folio", "vence", "-vence")]
    )
    yield Screen("ordenes_paginas", "coordinador", _pages(f"{orders}?orden=-folio", (last // 2, last, last + 50_000)))
    yield Screen("ordenes_estado", "coordinador", _each(orders, "estado", ("PENDIENTES", *WorkOrder.State.values)))
    yield Screen("ordenes_area", "coordinador", _each(orders, "area", areas))
    yield Screen("ordenes_tipo", "coordinador", _each(orders, "tipo", types))
    yield Screen("ordenes_cuadrilla", "coordinador", _each(orders, "cuadrilla", crews))
    yield Screen("ordenes_sector", "coordinador", _each(orders, "sector", sectors))
    yield Screen("ordenes_tarde", "coordinador", _each(orders, "plazo", ("TARDE", "HOY")))
    yield Screen("ordenes_dia", "coordinador", _each(orders, "dia", days))
    yield Screen("ordenes_cuenta", "coordinador", _each(orders, "cuenta", ("1200", "15000", "OT-1200", "29999")))
    mixed = [
        f"{orders}?estado={state}&cuadrilla={crew}&sector={sector}"
        for state in ("PENDIENTES", "CANCELLED", "NOT_DONE")
        for crew, sector in zip(crews[:_VARIETY], sectors, strict=False)
    ]
    yield Screen("ordenes_varios_filtros", "coordinador", mixed)


def _other_screens() -> Iterator[Screen]:
    indicator, calls, radio = reverse("indicators:orders"), reverse("calls:calls"), reverse("radio:messages")
    cuts = ("", "area", "cuadrilla")
    yield Screen("indicador", "coordinador", [indicator, *(f"{indicator}?corte={cut}" for cut in cuts)])
    quarter = f"desde_dia={today() - timedelta(days=90)}&hasta_dia={today()}"
    yield Screen("indicador_trimestre", "coordinador", [f"{indicator}?{quarter}&corte={cut}" for cut in cuts])
    behind = reverse("indicators:behind")
    figures = ("recibidas", "en-tiempo", "tarde", "por-hacer", "no-hechas", "retiradas", "reabiertas")
    yield Screen("indicador_listas", "coordinador", _each(behind, "cifra", figures))
    yield Screen(
        "llamadas",
        "coordinador",
        [f"{calls}?resultado=", *_each(calls, "resultado", ("CALL_BACK", "CUT", "CASE")), f"{calls}?cuenta=1200",
         f"{calls}?telefono=4115550123", f"{calls}?hasta_dia={today() - timedelta(days=500)}"],
    )  # fmt: skip
    yield Screen(
        "radio",
        "coordinador",
        [f"{radio}?asunto=", *_each(radio, "asunto", ("LEAK", "OTHER")), f"{radio}?enterado=NO", f"{radio}?unidad=OP1",
         f"{radio}?unidad=X99"],
    )  # fmt: skip


def _each(address: str, name: str, values: Sequence[object]) -> list[str]:
    return [f"{address}?{urlencode({name: value})}" for value in islice(values, 20)]


def _pages(address: str, ids: Sequence[int]) -> list[str]:
    return [f"{address}&{way}={id_}" for way in ("desde", "hasta") for id_ in ids]
