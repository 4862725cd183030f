"""``cauce bench import``: rows a second of a padrón and of a reading file, each against the COPY of what it wrote."""

import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final, NamedTuple

import psycopg
from django.conf import settings
from psycopg import sql
from stdnum.mx import curp as stdnum_curp
from stdnum.mx import rfc as stdnum_rfc

from cauce.cli.access import approval_user, capture_user
from cauce.cli.scratch import scratch_database
from cauce.core.clock import now
from cauce.imports.rules import ImportOutcome
from cauce.metering.operations import import_padron, import_previous_readings, import_readings
from cauce.metering.rules import PREVIOUS_READING_COLUMNS
from cauce.registry.queries import shipped_colonies
from cauce.registry.rules.padron import COLUMNS, HEADER, SEPARATOR
from cauce.tariffs.operations import load_law

LARGEST: Final = 900_000
"""The padrón's numbers have six digits."""

_ACCOUNTS_IN_A_ROUTE: Final = 250
_REGISTRY_TABLES: Final = (
    "registry_customer",
    "registry_premises",
    "registry_connection",
    "registry_account",
    "registry_accountrole",
    "registry_padronflag",
    "metering_meter",
    "metering_meterinstallation",
    "imports_importfinding",
    "imports_takenrow",
)
_READING_TABLES: Final = ("metering_reading", "metering_consumption", "metering_roundline")

_GIVEN: Final = ("MARÍA", "JOSE", "JUAN", "GUADALUPE", "ANA", "LUIS", "ROSA", "PEDRO", "LUCÍA", "MIGUEL", "ELENA")
_FAMILY: Final = ("HERNANDEZ", "GARCIA", "LÓPEZ", "RAMIREZ", "FLORES", "GOMEZ", "DIAZ", "CRUZ", "NÚÑEZ", "ARROYO")
_STREETS: Final = ("HIDALGO", "MORELOS", "JUÁREZ", "ALLENDE", "OBREGON", "RIO BALSAS", "JILGUERO")
_BRANDS: Final = ("AZTECA", "BADGER", "CICASA", "ELSTER", "ITRON")


@dataclass(frozen=True, slots=True)
class _Timed:
    """What an import did, in how many seconds of the clock and of this process."""

    outcome: ImportOutcome
    seconds: Decimal
    own_seconds: Decimal


def run(accounts: int, progress: Callable[[str], None] = lambda _: None) -> dict[str, object]:
    """Take in a padrón of so many accounts and then a round of their readings, in a fresh database; tell the speeds.

    ``registry_…`` and ``readings_…`` give rows a second, the COPY of what each wrote into tables with the same indexes
    in the same database (``…_copy_limit_per_second``, in rows of the file), their ratio, and the microseconds of this
    process that a row took. ``peak_mb`` is this process's memory once both files are in. Some six rows in a hundred of
    the padrón have a doubt and one reading in twenty is held.
    """
    with scratch_database() as url, TemporaryDirectory(prefix="cauce-bench-") as folder:
        capturer = capture_user()
        load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=now(), by=capturer, approved_by=approval_user())
        progress(f"Escribiendo los archivos de una ciudad de {accounts:,} cuentas…")
        files = write_files(Path(folder), accounts)
        progress("Importando el padrón…")
        registry = _timed(lambda: import_padron(path=files.padron, dry_run=False, at=now(), by=capturer))
        import_previous_readings(path=files.previous_readings, dry_run=False, at=now(), by=capturer)
        progress("Importando las lecturas…")
        metering = _timed(lambda: import_readings(path=files.readings, dry_run=False, at=now(), by=capturer))
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        progress("Midiendo el límite de COPY…")
        return {
            "accounts": accounts,
            "registry_rows": registry.outcome.rows,
            **_figures("registry", registry, _copy_seconds(url, _REGISTRY_TABLES)),
            "readings_rows": metering.outcome.rows,
            **_figures("readings", metering, _copy_seconds(url, _READING_TABLES)),
            "peak_mb": round(peak_kb / 1024),
        }


def _timed(take: Callable[[], ImportOutcome]) -> _Timed:
    begun, own = perf_counter(), process_time()
    outcome = take()
    return _Timed(outcome, Decimal(perf_counter() - begun), Decimal(process_time() - own))


def _figures(name: str, done: _Timed, copy_seconds: Decimal) -> dict[str, object]:
    rows = done.outcome.rows
    return {
        f"{name}_rows_per_second": round(rows / done.seconds),
        f"{name}_copy_limit_per_second": round(rows / copy_seconds),
        f"{name}_ratio": round(copy_seconds / done.seconds, 2),
        f"{name}_own_microseconds_per_row": round(done.own_seconds * 1_000_000 / rows, 1),
    }


def _copy_seconds(url: str, tables: Sequence[str]) -> Decimal:
    """How long the bare COPY of these tables' rows takes, into tables with the same indexes and no triggers."""
    with psycopg.connect(url) as database:
        held: list[tuple[sql.Identifier, list[bytes]]] = []
        for table in tables:
            limit = sql.Identifier(f"limit_{table}")
            database.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(limit, sql.Identifier(table)))
            with database.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
                held.append((limit, [bytes(block) for block in copy]))
        database.commit()
        begun = perf_counter()
        for limit, blocks in held:
            with database.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(limit)) as copy:
                for block in blocks:
                    copy.write(block)
        database.commit()
        return Decimal(perf_counter() - begun)


class TownFiles(NamedTuple):
    """The files of an invented town."""

    padron: Path
    previous_readings: Path
    readings: Path


def write_files(folder: Path, accounts: int) -> TownFiles:
    """Write the padrón of so many accounts of cycle 1, their last readings, and the readings of September 2026."""
    return TownFiles(
        padron=_write(folder / "padron.csv", _padron(accounts), "cp1252"),
        previous_readings=_write(folder / "lecturas_previas.csv", _previous_readings(accounts), "ascii"),
        readings=_write(folder / "lecturas_202609_c1.txt", _readings(accounts), "ascii"),
    )


def _write(path: Path, lines: Iterator[str], encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="\r\n") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def _padron(accounts: int) -> Iterator[str]:
    """Invented people and places; one account in eight has no meter, and some six in a hundred have a doubt."""
    colonies = shipped_colonies()
    yield HEADER
    for n in range(1, accounts + 1):
        first, last, second = _GIVEN[n % 11], _FAMILY[n % 10], _FAMILY[n // 10 % 10]
        postal_code, colony = colonies[n % len(colonies)]
        metered = n % 8 != 0
        row = {
            "CUENTA": f"{n:06d}",
            "REPARTO": f"{n:010d}",
            "NOMBRE": f"{first} {last} {second}",
            "RFC": _rfc(n) if n % 16 < 7 else "",
            "CURP": _curp(n) if n % 16 > 8 else "",
            "TELEFONO": f"411555{n % 10000:04d}" if n % 3 else "" if n % 50 else "555-12",
            "EMAIL": f"{first[0].lower()}{n}@example.org" if n % 5 < 2 else "",
            "CALLE": f"CALLE {_STREETS[n % 7]}",
            "NUM_EXT": str(n // 7),
            "NUM_INT": "A" if n % 7 == 0 else "",
            "COLONIA": colony.upper().encode("cp1252", "replace").decode("cp1252"),
            "CP": postal_code if n % 50 else "38999",
            "GIRO": "CASA HABITACION",
            "TARIFA": "001" if n % 20 < 17 else "002",
            "MEDIDOR": _serial(n) if metered else "",
            "DIAMETRO": "1/2",
            "MARCA": _BRANDS[n % 5] if metered else "",
            "FECHA_INST": f"{1 + n % 28:02d}/{1 + n % 12:02d}/{2000 + n % 25}" if metered else "",
            "LECT_INICIAL": "0" if metered else "",
            "DRENAJE": "S" if n % 10 else "N",
            "TRATAMIENTO": "S" if n % 10 > 4 else "N",
            "CICLO": "1",
            "RUTA": str(1 + n // _ACCOUNTS_IN_A_ROUTE),
            "SECUENCIA": f"{n % _ACCOUNTS_IN_A_ROUTE * 10:05d}",
            "ESTATUS": "A" if n % 20 else "L",
            "FECHA_ALTA": f"{1 + n % 28:02d}/{1 + n % 12:02d}/{1990 + n % 35}",
            "LAT": f"20.{400_000 + n % 200_000}" if n % 11 else "",
            "LON": f"-100.{900_000 + n % 90_000}" if n % 11 else "",
            "OBSERVACIONES": "LLAMAR ANTES DE ENTRAR" if n % 7 == 0 else "" if n % 60 else "<b>",
        }
        yield SEPARATOR.join(row[column] for column in COLUMNS)


def _previous_readings(accounts: int) -> Iterator[str]:
    yield SEPARATOR.join(PREVIOUS_READING_COLUMNS)
    for n in range(1, accounts + 1):
        if n % 8:
            yield SEPARATOR.join((f"{n:06d}", "03/08/2026", str(1000 + n % 5000)))


def _readings(accounts: int) -> Iterator[str]:
    """A line for each meter, of the format's 63 characters; one in twenty with an incident."""
    for n in range(1, accounts + 1):
        if n % 8:
            value = 1000 + n % 5000 + 1 + n % 29
            incident = "02" if n % 20 == 0 else "00"
            hour = f"{7 + n % 9:02d}{n % 60:02d}"
            place = f" 20.4{n % 90_000:05d}-100.9{n % 90_000:05d}"
            yield f"{n:06d}{_serial(n):<12}{value:>7}20260903{hour}{incident}101{place}"


def _serial(n: int) -> str:
    return f"C{n:08d}"


def _rfc(n: int) -> str:
    base = f"GALM{50 + n % 45:02d}{1 + n % 12:02d}{1 + n % 28:02d}{n % 100:02d}"
    return base + stdnum_rfc.calc_check_digit(base)


def _curp(n: int) -> str:
    base = f"GALM{50 + n % 45:02d}{1 + n % 12:02d}{1 + n % 28:02d}MGTRRR{n % 10}"
    return base + stdnum_curp.calc_check_digit(base + "0")
