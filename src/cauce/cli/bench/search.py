"""``cauce bench search``: how long the window waits for its accounts, over a padrón imported for the occasion."""

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import accumulate
from pathlib import Path
from time import perf_counter
from typing import Final

from django.db import connection

from cauce.cli.access import capture_user
from cauce.cli.bench.figures import percentile
from cauce.cli.output import progress
from cauce.cli.scratch import scratch_database
from cauce.core.clock import now
from cauce.metering.operations import import_padron
from cauce.registry.queries import search_accounts, shipped_colonies
from cauce.registry.rules.padron import HEADER

MOST_ACCOUNTS: Final = 1_000_000
"""The old system's numbers have six digits."""
SEARCHES: Final = 1_000

# The commonest first: how often each one appears falls with its place.
_GIVEN_NAMES: Final = (
    "MARIA JOSE JUAN GUADALUPE FRANCISCO MARGARITA ANTONIO JUANA JESUS ROSA LUIS CARMEN MIGUEL ANA PEDRO TERESA "
    "ALEJANDRO LETICIA MANUEL ELIZABETH CARLOS VERÓNICA ROBERTO ALICIA FERNANDO PATRICIA DANIEL GLORIA JORGE MARTHA "
    "RICARDO SILVIA EDUARDO ELENA JAVIER RAQUEL RAFAEL LUCÍA MARTÍN SOFÍA ESTELA OFELIA RAÚL SERGIO NORMA IRMA"
)
_FAMILY_NAMES: Final = (
    "HERNÁNDEZ GARCÍA MARTÍNEZ LÓPEZ GONZÁLEZ RODRÍGUEZ PÉREZ SÁNCHEZ RAMÍREZ FLORES GÓMEZ TORRES DÍAZ VÁZQUEZ CRUZ "
    "MORALES GUTIÉRREZ REYES RUIZ JIMÉNEZ MENDOZA AGUILAR ORTIZ CASTILLO MORENO ROMERO ÁLVAREZ CHÁVEZ RIVERA JUÁREZ "
    "RAMOS DOMÍNGUEZ HERRERA MEDINA CASTRO VARGAS GUZMÁN MÉNDEZ MUÑOZ SALAZAR ZÚÑIGA NAVARRO SOLÍS CAMPOS OCHOA "
    "ARROYO BANDA CERVANTES DURÁN ESPINOZA FRÍAS LARA MOSQUEDA NIETO OROZCO PATIÑO QUINTANA RAZO SERRANO TOVAR"
)
_STREET_NAMES: Final = (
    "HIDALGO|MORELOS|JUÁREZ|ALLENDE|RÍO LERMA|5 DE MAYO|20 DE NOVIEMBRE|FRESNO|JILGUERO|CUAUHTÉMOC|INSURGENTES"
    "|VICENTE GUERRERO|LÁZARO CÁRDENAS|MIGUEL ALEMÁN|ÁLVARO OBREGÓN|MEZQUITE|ENCINO|GORRIÓN|INDEPENDENCIA|REFORMA"
)
_GIVEN: Final = _GIVEN_NAMES.split()
_SURNAMES: Final = _FAMILY_NAMES.split()
_STREETS: Final = _STREET_NAMES.split("|")
_KINDS: Final = ("CALLE", "AV.", "PRIV.", "BLVD.", "CALLEJÓN")
_BRANDS: Final = ("CICASA", "AZTECA", "ITRON", "BADGER", "ELSTER", "ARAD")


def run(accounts: int = 200_000) -> dict[str, object]:
    """Import an invented padrón and search in it as a window does; tell the times of both.

    Names follow the shares of real ones: the commonest surnames are in one account of ten, and a tenth of the searches
    asks for two or three of them. The limit is the bare query of the commonest kind, by its index.

    :raises ValueError: for more accounts than the old system's numbers can tell apart.
    """
    if accounts > MOST_ACCOUNTS:
        raise ValueError(f"at most {MOST_ACCOUNTS} accounts")
    chance = random.Random(accounts)  # noqa: S311
    with scratch_database(), tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        path = Path(folder) / "padron.csv"
        progress(f"Inventando un padrón de {accounts:,} cuentas…")
        sample = _write_padron(path, accounts, chance)
        progress("Importándolo…")
        started = perf_counter()
        outcome = import_padron(path=path, dry_run=False, at=now(), by=capture_user())
        import_seconds = Decimal(perf_counter() - started)
        with connection.cursor() as cursor:
            # What autovacuum does within the minute in a database that is at work.
            cursor.execute("VACUUM ANALYZE registry_account, registry_customer, registry_accountrole")
        searches = [_search(sample, chance) for _ in range(SEARCHES)]
        progress(f"Buscando {SEARCHES:,} veces…")
        timed = sorted((_milliseconds(partial(search_accounts, text)), text) for text in searches)
        bare = sorted(_milliseconds(_bare_query) for _ in range(100))
    times = [milliseconds for milliseconds, _ in timed]
    return {
        "accounts": outcome.taken,
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
        "slowest_ms": times[-1],
        "slowest_search": timed[-1][1],
        "bare_p95_ms": percentile(bare, 95),
        "queries": SEARCHES,
        "import_rows_per_second": round(outcome.rows / import_seconds),
    }


def _milliseconds(work: Callable[[], object]) -> Decimal:
    started = perf_counter()
    work()
    return round(Decimal(perf_counter() - started) * 1000, 1)


def _bare_query() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM registry_account "
            "WHERE to_tsvector('simple'::regconfig, COALESCE(search_text, '')) @@ '''maria'' & ''hernandez'''::tsquery "
            "LIMIT 12"
        )
        cursor.fetchall()


def _search(sample: Sequence[tuple[str, ...]], chance: random.Random) -> str:
    """What somebody types, in the shares of a day at the window; always of an account that exists."""
    number, delivery, name, phone, street, house, colony = chance.choice(sample)
    surname = name.split()[-2]
    kinds: tuple[tuple[int, Callable[[], str]], ...] = (
        (25, lambda: number),
        (5, lambda: number.lstrip("0")[:3] or "0"),
        (20, lambda: name.lower()),
        (15, lambda: f"{name.split()[0]} {surname[: max(3, len(surname) - 3)]}"),
        (10, lambda: f"{chance.choice(_GIVEN[:4])} {chance.choice(_SURNAMES[:4])}"),
        (15, lambda: f"{street} {house}"),
        (5, lambda: f"{colony} {surname}"),
        (3, lambda: phone or number),
        (1, lambda: phone[-7:] or number),
        (1, lambda: delivery),
    )
    return chance.choices([kind for _, kind in kinds], weights=[share for share, _ in kinds])[0]()


def _write_padron(path: Path, accounts: int, chance: random.Random) -> list[tuple[str, ...]]:
    """Write the file, and give back what identifies some of its accounts."""
    sample: list[tuple[str, ...]] = []
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write(f"{HEADER}\r\n")
        for index, row in enumerate(_rows(accounts, chance)):
            file.write("|".join(row) + "\r\n")
            if index % max(1, accounts // 2_000) == 0:
                sample.append((row[0], row[1], row[2], row[5], row[7], row[8], row[10]))
    return sample


def _rows(accounts: int, chance: random.Random) -> Iterator[tuple[str, ...]]:
    given = list(accumulate(1 / (rank + 2) for rank in range(len(_GIVEN))))
    surnames = list(accumulate(1 / (rank + 2) for rank in range(len(_SURNAMES))))
    colonies = shipped_colonies()
    for index in range(accounts):
        names = chance.choices(_GIVEN, cum_weights=given, k=chance.choice((1, 2, 2)))
        name = " ".join(names + chance.choices(_SURNAMES, cum_weights=surnames, k=2))
        postal_code, colony = chance.choice(colonies)
        route = 1 + index * 18 // accounts
        order = f"{index % 99_999:05d}"
        phone = f"411{chance.randrange(10**7):07d}" if chance.random() < 0.7 else ""
        yield (
            f"{index:06d}", f"{route:04d}0{order}", name, "", "", phone, "",
            f"{chance.choice(_KINDS)} {chance.choice(_STREETS)}", str(chance.randrange(1, 2000)), "", colony.upper(),
            postal_code, "CASA HABITACION", "001", f"C{index:08d}", "1/2", chance.choice(_BRANDS), "01/02/2015", "0",
            "S", "S", str((route - 1) // 6 + 1), f"{route:02d}", order, chance.choice("AAAAAAAAALC"), "01/02/2010",
            "20.472389", "-100.943390", "",
        )  # fmt: skip
