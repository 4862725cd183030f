"""``cauce bench arrears``: taking the portfolio of a day, proving it, and how long its pages take to answer."""

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from cauce.cli.access import approval_user, capture_user
from cauce.cli.bench.screens import Screen, measure
from cauce.cli.bench.town import fill_town
from cauce.cli.scratch import scratch_database
from cauce.collections.models import ArrearsSnapshot
from cauce.collections.operations import take_arrears_snapshot
from cauce.collections.queries import selected_debtors
from cauce.collections.rules import AGE_CODES, CAUSES, Filters
from cauce.core.clock import now, today
from cauce.core.periods import period_of
from cauce.registry.models import Route, Sector
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.operations import open_staff_account

TIMES: Final = 40
SECTORS: Final = 12
_ROLE: Final = "coordinador"
_USER: Final = "bench-coordinador"

# A tenth of the town owes from three months to three years, as services and VAT; a third of the debtors has paid a bit.
_DEBTS: Final = """
INSERT INTO registry_sector (name) SELECT 'Sector ' || g FROM generate_series(1, %(sectors)s) g;

UPDATE registry_route SET sector_id = sector.id
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM registry_sector) sector
WHERE sector.place = 1 + registry_route.id %% %(sectors)s;

INSERT INTO ledger_transfer
    (posting_id, party_id, account_id, debit_book, credit_book, concept, period, due_on, amount, effective_on,
     booked_on, reason)
SELECT 1, g, g, 'RECEIVABLE', b.book, b.concept, m.period, m.period + 20, b.amount, m.period, %(today)s::date - 1,
       'OPENING'
FROM generate_series(10, %(accounts)s, 10) g
CROSS JOIN generate_series(3, 3 + g / 10 %% 34) AS back
CROSS JOIN LATERAL (
    SELECT (date_trunc('month', %(today)s::date) - make_interval(months => back))::date AS period
) m
CROSS JOIN (VALUES ('AGUA', 'OPENING', 231.40), ('IVA', 'VAT_PENDING', 37.02)) AS b (concept, book, amount);

WITH paid AS (
    INSERT INTO ledger_transfer
        (posting_id, party_id, account_id, debit_book, credit_book, concept, amount, effective_on, booked_on, reason)
    SELECT 1, g, g, 'CASH', 'RECEIVABLE', 'PAGO', 50.00 + g %% 90, %(today)s::date - (g %% 200)::int,
           %(today)s::date - 1, 'PAYMENT'
    FROM generate_series(15, %(accounts)s, 15) g
    RETURNING id, account_id, amount, effective_on
), oldest AS (
    SELECT DISTINCT ON (account_id) account_id, id
    FROM ledger_transfer
    WHERE debit_book = 'RECEIVABLE' AND concept = 'AGUA'
    ORDER BY account_id, due_on
)
INSERT INTO ledger_allocation (posting_id, credit_id, charge_id, amount, effective_on)
SELECT 1, paid.id, oldest.id, paid.amount, paid.effective_on FROM paid JOIN oldest USING (account_id);
"""


def run(accounts: int, progress: Callable[[str], None]) -> dict[str, object]:
    """Take the portfolio of a town with so many accounts, prove it, and ask for each of its pages many times."""
    with scratch_database():
        at, day = now(), today()
        load_law(
            directory=settings.LAW_DIR / "cortazar" / "2026", at=at, by=capture_user(), approved_by=approval_user()
        )
        progress(f"Poblando una ciudad de {accounts:,} cuentas con sus adeudos…")
        fill_arrears(accounts, day)
        open_staff_account(username=_USER, full_name="Coordinación de prueba", role=_ROLE, password=_USER * 2)
        load = round(Decimal(os.getloadavg()[0]), 2)
        progress("Calculando la cartera de dos días…")
        first = _seconds(lambda: take_arrears_snapshot(day=day.replace(day=1), at=at, by=capture_user()))
        last = _seconds(lambda: take_arrears_snapshot(day=day, at=at, by=capture_user()))
        with connection.cursor() as cursor:
            # What autovacuum does by itself in a database that is at work.
            cursor.execute("VACUUM ANALYZE")
        progress("Comprobando que la cartera sea la de los libros…")
        broken: list[str] = []
        proof = _seconds(
            lambda: broken.extend(check.name for check in verify() if "portfolio" in check.name and check.broken)
        )
        progress("Eligiendo cuentas para una relación…")
        chosen: list[object] = []
        choosing = _seconds(lambda: chosen.extend(selected_debtors(Filters(min_months=2), day=day)))
        progress("Abriendo cada página…")
        measured = {screen.name: measure(screen, _USER, times=TIMES) for screen in _screens(day)}
        snapshot = ArrearsSnapshot.objects.get(day=day)
        slowest = max(measured, key=lambda name: measured[name]["p95_ms"])
        return {
            "accounts": accounts,
            "debtors": snapshot.accounts,
            "figures": snapshot.figures.count(),
            "load_before": load,
            "first_snapshot_s": first,
            "snapshot_s": last,
            "verify_s": proof,
            "broken": broken,
            "selected": len(chosen),
            "selected_s": choosing,
            "times": TIMES,
            "slowest": slowest,
            "slowest_p95_ms": measured[slowest]["p95_ms"],
            "screens": measured,
        }


def fill_arrears(accounts: int, day: date) -> None:
    """Fill an empty migrated database with a town in debt: sectors, old debts and what was paid of them."""
    fill_town(accounts, period=period_of(day))
    values: dict[str, int | date] = {"accounts": accounts, "sectors": SECTORS, "today": day}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _DEBTS.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")


def _seconds(act: Callable[[], object]) -> Decimal:
    begun = perf_counter()
    act()
    return round(Decimal(perf_counter() - begun), 2)


def _screens(day: date) -> Iterator[Screen]:
    sectors = list(Sector.objects.values_list("pk", flat=True)[:6])
    routes = list(Route.objects.order_by("number").values_list("number", flat=True)[:6])
    portfolio, accounts = reverse("arrears:portfolio"), reverse("arrears:accounts")
    causes = [cause.code for cause in CAUSES]
    cuts = ("", "tarifa", "sector", "ruta", "estado", "causa", "meses", "medidor", "convenio")
    yield _screen("cartera", [f"{portfolio}?{urlencode({'corte': cut})}" for cut in cuts])
    yield _screen("cartera_sector", [f"{portfolio}?{urlencode({'sector': each, 'corte': 'ruta'})}" for each in sectors])
    yield _screen("cartera_filtros", [f"{portfolio}?uso=DOMESTIC&causa={cause}&meses=2" for cause in causes])
    yield _screen("cuentas", [f"{accounts}?orden={order}" for order in ("-adeudo", "adeudo", "ruta", "-meses")])
    yield _screen("cuentas_edad", [f"{accounts}?{urlencode({'antiguedad': age})}" for age in AGE_CODES])
    yield _screen("cuentas_sector", [f"{accounts}?sector={each}&meses=2" for each in sectors])
    yield _screen("cuentas_ruta", [f"{accounts}?ruta={each}" for each in routes])
    yield _screen("cuentas_tarifa", [f"{accounts}?tarifa={code}&causa=LATE" for code in ("001", "002", "003", "013")])
    yield _screen("cuentas_importe", [f"{accounts}?adeudo_min={least}&adeudo_max=5000" for least in (300, 900, 3000)])
    yield _screen("concentracion", [reverse("arrears:concentration"), f"{reverse('arrears:concentration')}?uso=MIXED"])
    yield _screen("movimiento", [reverse("arrears:movement")])
    yield _screen("medidores", [reverse("arrears:meters")])
    yield _screen("mapa", [reverse("arrears:map")])
    yield _screen("mapa_puntos", [reverse("arrears:points"), f"{reverse('arrears:points')}?antiguedad=61-90"])
    yield _screen("otro_dia", [f"{portfolio}?dia={day.replace(day=1)}", f"{portfolio}?dia={day - timedelta(days=400)}"])
    yield _screen("gestiones", [reverse("arrears:contacts")])


def _screen(name: str, addresses: list[str]) -> Screen:
    return Screen(name, _ROLE, addresses)
