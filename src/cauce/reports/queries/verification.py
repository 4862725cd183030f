"""The proof of the tables.

``verify/*.sql`` hold every invariant as SQL over the tables: nothing there goes through the code that wrote them. Each
check is a query that returns one row, a short text, for each thing that is broken; none is what is wanted. It starts
at «-- check: its_name» and its next line says it in Spanish. Tests break each one on purpose.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connection, transaction
from psycopg import sql

_FOLDER = Path(__file__).parent.with_name("verify")
_CHECK = re.compile(r"^-- check: (\w+)\n-- (.+)\n((?:(?!^-- check:).*\n?)*)", re.MULTILINE)

SAMPLE = 5
"""How many of the broken things a check names."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that always holds: its name, what it says in Spanish, and the query that returns what breaks it."""

    name: str
    sentence: str
    query: str


@dataclass(frozen=True, slots=True)
class Check:
    """What verifying an invariant found: how many things break it, and a few of them."""

    name: str
    sentence: str
    broken: int
    sample: tuple[str, ...] = ()


@cache
def invariants() -> tuple[Invariant, ...]:
    """The invariants of ``verify/``, file by file in the order of their names."""
    return tuple(
        Invariant(name, sentence, query.strip().removesuffix(";"))
        for file in sorted(_FOLDER.glob("*.sql"))
        for name, sentence, query in _CHECK.findall(file.read_text(encoding="utf-8"))
    )


def verify() -> Iterator[Check]:
    """Verify every invariant, one by one, on one unmoving picture of the database: desks may keep working meanwhile.

    Inside a caller's transaction the picture is the one that transaction sees.
    """
    is_own = not connection.in_atomic_block
    if is_own:
        # Right after a load the planner believes the tables empty, and a check of seconds takes many minutes.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for invariant in invariants():
            yield _verified(invariant)


def _verified(invariant: Invariant) -> Check:
    counted = sql.SQL(
        "SELECT count(*), (array_agg(broken ORDER BY broken))[1:{sample}] FROM ({query}) AS found (broken)"
    ).format(sample=sql.Literal(SAMPLE), query=sql.SQL(invariant.query))
    with connection.cursor() as cursor:
        cursor.execute(counted)
        broken, sample = cursor.fetchone()
    return Check(invariant.name, invariant.sentence, broken, tuple(sample or ()))
