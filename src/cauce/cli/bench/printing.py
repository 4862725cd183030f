"""`cauce bench print`: how many bills a second reach paper, against the same template with constant figures."""

import resource
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Final

from cauce.core.periods import add_months
from cauce.documents.printing import print_bill_run
from cauce.documents.rules import BillLine, BillSheet, Issuer, MonthConsumption, payment_reference

_ISSUER: Final = Issuer(
    name="JUMAPAC",
    legal_name="Junta Municipal de Agua Potable y Alcantarillado de Cortazar, Gto.",
    address="Calzada Ing. Antonio Madrazo 600, Centro, 38300 · 411 155 0050",
    place="Cortazar, Gto.",
    official=False,
)
_PERIOD: Final = date(2026, 11, 1)
_FIRST_MONTH: Final = date(2025, 12, 1)
_NAMES: Final = ("María Guadalupe Núñez Arroyo", "José Luis Hernández Peña", "Comercializadora del Bajío, S.A. de C.V.")
_STREETS: Final = ("Álvaro Obregón", "Benito Juárez", "Prolongación 5 de Mayo", "Callejón de la Hacienda")


def run(bills: int = 5000, workers: int = 2, progress: Callable[[int], None] | None = None) -> dict[str, Decimal | int]:
    """Print so many invented bills, each different, and then as many times the same one; tell both speeds.

    `peak_mb` is the memory of the largest process. The time includes starting the workers and joining the pages
    into one file.
    """
    per_second = _bills_per_second((_bill(number) for number in range(bills)), bills, workers, progress)
    # The children's peak is taken before the constant run, whose workers need less.
    peak_kb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    constant = _bills_per_second((_bill(0) for _ in range(bills)), bills, workers, progress)
    return {
        "bills": bills,
        "workers": workers,
        "bills_per_second": per_second,
        "constant_per_second": constant,
        "ratio": round(per_second / constant, 2),
        "peak_mb": round(peak_kb / 1024),
    }


def _bills_per_second(
    sheets: Iterator[BillSheet], count: int, workers: int, progress: Callable[[int], None] | None
) -> Decimal:
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        started = perf_counter()
        print_bill_run(sheets, _ISSUER, Path(folder) / "bills.pdf", workers=workers, progress=progress)
        return round(count / Decimal(perf_counter() - started), 1)


def _bill(number: int) -> BillSheet:
    account = f"{number:06d}"
    volume = 5 + number % 60
    water = Decimal("103.42") + Decimal("9.57") * volume
    sewerage, treatment = (water * percent / 100 for percent in (20, 14))
    lines = (
        BillLine(
            label=f"Agua potable, {volume} m³",
            note=f"cuota base $103.42 + tabla noviembre ${water - Decimal('103.42')}",
            amount=water,
        ),
        BillLine(label="Alcantarillado", note="20 % del agua", amount=round(sewerage, 2)),
        BillLine(label="Tratamiento", note="14 % del agua", amount=round(treatment, 2)),
    )
    vat = round((lines[1].amount + lines[2].amount) * 16 / 100, 2)
    overdue = number % 4
    prior_debt = Decimal("320.15") * overdue
    surcharges = round(prior_debt * 3 / 100, 2)
    return BillSheet(
        folio=f"R-{number + 1:06d}",
        account=account,
        holder=_NAMES[number % len(_NAMES)],
        address=f"{_STREETS[number % len(_STREETS)]} {number % 900 + 1}, Cortazar Centro, 38300",
        delivery_code=f"{number:010d}",
        route=f"{number % 18 + 1:02d}",
        cycle=2,
        period=_PERIOD,
        issued_on=date(2026, 11, 15),
        due_on=date(2026, 11, 30),
        tariff="001 Doméstico",
        meter=f"23-{number:06d}",
        previous_reading=1000 + number % 700,
        current_reading=1000 + number % 700 + volume,
        read_from=date(2026, 10, 12),
        read_until=date(2026, 11, 12),
        consumption_m3=volume,
        consumption_note="medido",
        lines=lines,
        vat=vat,
        vat_note="0 % agua doméstica, 16 % lo demás",
        total=sum((line.amount for line in lines), vat) + prior_debt + surcharges,
        reference=payment_reference(account, _PERIOD),
        qr=f"https://pagos.jumapac.example/r/{number:06d}/9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        payment_instructions="Pague en cajas, banco o tienda con esta referencia, o en línea con el código.",
        history=tuple(
            MonthConsumption(
                period=add_months(_FIRST_MONTH, month),
                volume_m3=(number * 7 + month * 5) % 50 + 3,
                estimated=(number + month) % 11 == 0,
            )
            for month in range(12)
        ),
        legends=(
            "Explicación de cada cifra: código QR o ventanilla. Aclaraciones: 10 días hábiles.",
            "Reporte de fugas: 411 155 0050. Aviso de privacidad en ventanilla y en el portal.",
        ),
        prior_debt=prior_debt,
        prior_periods=tuple(add_months(_PERIOD, -month) for month in range(1, overdue + 1)),
        surcharges=surcharges,
        surcharges_note="3 % mensual" if overdue else "",
        months_overdue=overdue,
        advice="Puede solicitar convenio en parcialidades, sujeto a requisitos." if overdue else "",
    )
