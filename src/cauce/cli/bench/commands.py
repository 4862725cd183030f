"""``cauce bench``: speed and memory, measured in a database of their own and told with the machine."""

import os
import platform
from pathlib import Path

import click

from cauce.cli.output import emit, json_option, progress


@click.group()
def bench() -> None:
    """Mide la velocidad y la memoria."""


@bench.command("billing")
@click.option("--accounts", type=click.IntRange(100), default=200_000, show_default=True, help="Cuentas del ciclo.")
@json_option
def billing(accounts: int, as_json: bool) -> None:
    """Factura un ciclo: de las lecturas guardadas a los recibos emitidos."""
    from cauce.cli.bench.billing import run

    emit(run(accounts, progress) | {"machine": _machine()}, as_json=as_json)


@bench.command("print")
@click.option("--bills", type=click.IntRange(10), default=5_000, show_default=True, help="Recibos que se imprimen.")
@json_option
def print_bills(bills: int, as_json: bool) -> None:
    """Imprime recibos, dos por hoja, en dos procesos."""
    from cauce.cli.bench.printing import run

    measured = run(bills=bills, progress=lambda done: progress(f"{done:,} recibos…"))
    emit(measured | {"machine": _machine()}, as_json=as_json)


@bench.command("sweep")
@click.option("--bills", type=click.IntRange(100), default=200_000, show_default=True, help="Recibos del mes.")
@json_option
def sweep(bills: int, as_json: bool) -> None:
    """Vuelve a calcular los recibos de un mes, de su prueba y de sus datos."""
    from cauce.cli.bench.sweep import run

    emit(run(bills, progress) | {"machine": _machine()}, as_json=as_json)


@bench.command("search")
@click.option("--accounts", type=click.IntRange(1_000), default=200_000, show_default=True, help="Cuentas del padrón.")
@json_option
def search(accounts: int, as_json: bool) -> None:
    """Busca en la ventanilla: por cuenta, nombre, domicilio, teléfono y reparto."""
    from cauce.cli.bench.search import run

    emit(run(accounts) | {"machine": _machine()}, as_json=as_json)


@bench.command("import")
@click.option(
    "--accounts", type=click.IntRange(1_000, 900_000), default=200_000, show_default=True, help="Cuentas del padrón."
)
@json_option
def imports(accounts: int, as_json: bool) -> None:
    """Importa un padrón y las lecturas de una ronda."""
    from cauce.cli.bench.imports import run

    emit(run(accounts, progress) | {"machine": _machine()}, as_json=as_json)


@bench.command("bank")
@click.option(
    "--rows", type=click.IntRange(1_000, 900_000), default=100_000, show_default=True, help="Renglones del archivo."
)
@json_option
def bank(rows: int, as_json: bool) -> None:
    """Aplica el archivo de una tienda, un pago por cuenta, y lo lee otra vez."""
    from cauce.cli.bench.bank import run

    emit(run(rows, progress) | {"machine": _machine()}, as_json=as_json)


@bench.command("payments")
@click.option("--windows", type=click.IntRange(1, 64), default=16, show_default=True, help="Ventanillas a la vez.")
@click.option("--http/--no-http", default=True, show_default=True, help="También por el sitio, con sus cajeros.")
@json_option
def payments(windows: int, http: bool, as_json: bool) -> None:
    """Cobra en varias ventanillas a la vez, en la operación y por el sitio."""
    from cauce.cli.bench.payments import run
    from cauce.cli.bench.payments_http import run as run_by_http

    emit(run(windows, progress, by_http=run_by_http if http else None) | {"machine": _machine()}, as_json=as_json)


@bench.command("lists")
@click.option("--cases", type=click.IntRange(1_000), default=100_000, show_default=True, help="Casos de tres años.")
@click.option("--orders", type=click.IntRange(1_000), default=300_000, show_default=True, help="Órdenes de tres años.")
@json_option
def lists(cases: int, orders: int, as_json: bool) -> None:
    """Abre las listas de casos, bandeja, órdenes, llamadas y radio, y el indicador, con años de trabajo dentro."""
    from cauce.cli.bench.lists import run

    emit(run(cases, orders, progress) | {"machine": _machine()}, as_json=as_json)


@bench.command("review")
@click.option("--anomalies", type=click.IntRange(10_000), default=20_000, show_default=True, help="Anomalías del mes.")
@json_option
def review(anomalies: int, as_json: bool) -> None:
    """Abre la revisión de lecturas de un mes con todas sus anomalías, sus filtros y sus fichas."""
    from cauce.cli.bench.review import run

    emit(run(anomalies, progress) | {"machine": _machine()}, as_json=as_json)


@bench.command("arrears")
@click.option("--accounts", type=click.IntRange(1_000), default=200_000, show_default=True, help="Cuentas del padrón.")
@json_option
def arrears(accounts: int, as_json: bool) -> None:
    """Calcula la cartera vencida de un día, la comprueba contra los libros y abre sus páginas."""
    from cauce.cli.bench.arrears import run

    emit(run(accounts, progress) | {"machine": _machine()}, as_json=as_json)


@bench.command("batch")
@click.option("--accounts", type=click.IntRange(100), default=50_000, show_default=True, help="Cuentas con adeudo.")
@json_option
def batch(accounts: int, as_json: bool) -> None:
    """Prepara, aprueba y emite una relación de cobranza con sus avisos."""
    from cauce.cli.bench.batch import run

    emit(run(accounts, progress) | {"machine": _machine()}, as_json=as_json)


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory_kb = int(Path("/proc/meminfo").read_text().split()[1])
    return f"{os.cpu_count()} × {model}, {memory_kb / 1024 / 1024:.0f} GiB, Python {platform.python_version()}"


@bench.command("all")
@click.option("--accounts", type=click.IntRange(1_000), default=200_000, show_default=True, help="Cuentas.")
@json_option
def everything(accounts: int, as_json: bool) -> None:
    """Mide todo, una cosa después de otra."""
    from cauce.cli.bench import bank, billing, imports, lists, payments, payments_http, printing, search

    document = {
        "machine": _machine(),
        "billing": billing.run(accounts, progress),
        "print": printing.run(progress=lambda done: progress(f"{done:,} recibos…")),
        "search": search.run(accounts),
        "lists": lists.run(100_000, 300_000, progress),
        "payments": payments.run(16, progress, by_http=payments_http.run),
        "bank": bank.run(100_000, progress),
        "import": imports.run(min(accounts, imports.LARGEST), progress),
    }
    emit(document, as_json=as_json)
