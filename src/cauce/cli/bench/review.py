"""``cauce bench review``: how long the review list of readings takes to open with a month's anomalies in it."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from cauce.cli.access import approval_user, capture_user
from cauce.cli.bench.screens import Screen, measure
from cauce.cli.bench.town import fill_town
from cauce.cli.scratch import scratch_database
from cauce.core.clock import now, today
from cauce.core.periods import format_period, period_of
from cauce.metering.models import Reading, ReadingFinding, ReadingRound
from cauce.metering.operations import load_anomaly_table, note_unread
from cauce.registry.models import Route
from cauce.tariffs.operations import load_law
from cauce.users.operations import open_staff_account

ACCOUNTS: Final = 200_000
TIMES: Final = 40
_ROLE: Final = "facturacion"
_USER: Final = "bench-facturacion"

# The town leaves one reading in twenty in review; the rest of what is wanted are findings of good readings. Who is
# looked at has two years behind it.
_ANOMALIES: Final = """
INSERT INTO metering_readingfinding
    (round_id, account_id, reading_id, code, facts, times_in_a_row, holds, found_at, note)
SELECT 1, account_id, id,
       (ARRAY['ALTO_POR_HISTORIA','BAJO_POR_HISTORIA','IGUAL_A_LA_ANTERIOR','POSIBLE_REVENTADA'])[1 + place %% 4],
       '{}', 1 + place %% 3, false, now(), ''
FROM (SELECT id, account_id, row_number() OVER (ORDER BY md5(id::text)) AS place
      FROM metering_reading WHERE status = 'OK') AS good
WHERE place <= %(anomalies)s - (SELECT count(*) FROM metering_reading WHERE status = 'REVIEW');

INSERT INTO metering_consumption (account_id, period, volume_m3, source, meter_serial)
SELECT seen.account_id, (%(period)s::date - make_interval(months => back))::date, 10 + (seen.account_id + back) %% 25,
       'HISTORY', ''
FROM (SELECT account_id FROM metering_reading WHERE status = 'REVIEW'
      UNION SELECT account_id FROM metering_readingfinding) AS seen
CROSS JOIN generate_series(1, 24) AS back
"""


def run(anomalies: int, progress: Callable[[str], None]) -> dict[str, object]:
    """Open the review list of a month with so many anomalies, its filters and its cards, many times each."""
    with scratch_database():
        at, period = now(), period_of(today())
        law = settings.LAW_DIR / "cortazar" / "2026"
        load_law(directory=law, at=at, by=capture_user(), approved_by=approval_user())
        load_anomaly_table(path=settings.OFFICE_DIR / "cortazar" / "anomalias.yaml", at=at, by=capture_user())
        progress(f"Poblando una ronda de {ACCOUNTS:,} cuentas con {anomalies:,} anomalías…")
        fill_town(ACCOUNTS, period=period)
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _ANOMALIES.split(";\n"):
                cursor.execute(statement, {"anomalies": anomalies, "period": period})
        with connection.cursor() as cursor:
            # What autovacuum does by itself in a database that is at work.
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        _find_unread(period)
        open_staff_account(username=_USER, full_name="Facturación de prueba", role=_ROLE, password=_USER * 2)
        progress("Abriendo la lista…")
        load = round(Decimal(os.getloadavg()[0]), 2)
        measured = {screen.name: measure(screen, _USER, times=TIMES) for screen in _screens(format_period(period))}
        slowest = max(measured, key=lambda name: measured[name]["p95_ms"])
        return {
            "accounts": ACCOUNTS,
            "anomalies": ReadingFinding.objects.count() + Reading.objects.filter(status="REVIEW").count(),
            "load_before": load,
            "times": TIMES,
            "slowest": slowest,
            "slowest_p95_ms": measured[slowest]["p95_ms"],
            "screens": measured,
        }


def _find_unread(period: date) -> None:
    """What the task does after each file of readings."""
    for reading_round in ReadingRound.objects.filter(period=period):
        note_unread(reading_round, at=now())


def _screens(month: str) -> Iterator[Screen]:
    page = f"{reverse('metering:review')}?{urlencode({'mes': month})}"
    routes = Route.objects.order_by("number").values_list("number", flat=True)[:8]
    waiting = Reading.objects.filter(status="REVIEW").order_by("pk").values_list("round_id", "account_id")[:20]
    yield Screen("lista", _ROLE, [page])
    yield Screen(
        "motivo", _ROLE, [f"{page}&motivo={reason}" for reason in ("CONSUMO_ALTO", "ALTO_POR_HISTORIA", "SIN_LINEA")]
    )
    yield Screen("ruta", _ROLE, [f"{page}&ruta={route}" for route in routes])
    yield Screen("gravedad", _ROLE, [f"{page}&gravedad={severity}" for severity in ("HIGH", "MEDIUM", "LOW")])
    yield Screen("detiene", _ROLE, [f"{page}&detiene={holds}" for holds in ("si", "no")])
    yield Screen("ficha", _ROLE, [reverse("metering:account_case", args=key) for key in waiting])
    yield Screen("rondas", _ROLE, [reverse("metering:rounds")])
