"""``cauce bench bank``: seconds that a store's file of so many payments takes to be applied, account by account."""

import resource
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final

from django.conf import settings
from django.db import connection
from stdnum import luhn

from cauce.cashier.models import BankMovement
from cauce.cashier.operations import import_bank
from cauce.cli.access import approval_user, capture_user
from cauce.cli.bench.town import fill_town
from cauce.cli.scratch import scratch_database
from cauce.core.clock import now
from cauce.ledger.models import Allocation, Transfer
from cauce.tariffs.operations import load_law

LARGEST: Final = 900_000
_PERIOD: Final = date(2026, 9, 1)
_PAID_ON: Final = date(2026, 9, 25)
# September billed to everybody, in time on the day of the file; one in five owes the two months before too.
_DOCUMENTS: Final = """
INSERT INTO documents_document (id, kind, series, number, issued_on, created_at, by_id)
SELECT g, 'BILL', 'R', g, %(period)s::date + 14, now(), (SELECT min(id) FROM users_user)
FROM generate_series(1, %(accounts)s) g
"""
_BILLS: Final = """
INSERT INTO ledger_transfer
    (posting_id, party_id, account_id, debit_book, credit_book, concept, period, due_on, amount, effective_on,
     booked_on, reason, document_id)
SELECT 1, g, g, 'RECEIVABLE', b.book, b.concept, %(period)s, %(period)s::date + 29, b.amount, %(period)s::date + 14,
       %(period)s::date + 14, 'BILL', g
FROM generate_series(1, %(accounts)s) g
CROSS JOIN (VALUES ('AGUA', 'REVENUE', 210.00), ('ALCANTARILLADO', 'REVENUE', 42.00),
                   ('TRATAMIENTO', 'REVENUE', 29.40), ('IVA', 'VAT_PENDING', 11.42)) AS b (concept, book, amount)
"""
_CURRENT: Final = Decimal("292.82")
_WITH_DEBT: Final = Decimal("850.00")


def run(rows: int, progress: Callable[[str], None] = lambda _: None) -> dict[str, object]:
    """Apply a file of so many payments, one for each account of a fresh town, and read it again; tell the speed.

    One row in a hundred has a wrong reference and one in fifty pays more than is owed. ``again_seconds`` is what the
    same file takes the second time, when nothing of it is new; ``own_seconds`` is the time of this process alone.
    """
    with scratch_database(), TemporaryDirectory(prefix="cauce-bench-") as folder:
        capturer = capture_user()
        load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=now(), by=capturer, approved_by=approval_user())
        progress(f"Poblando una ciudad de {rows:,} cuentas con su recibo…")
        fill_town(rows, period=_PERIOD)
        with connection.cursor() as cursor:
            for statement in (_DOCUMENTS, _BILLS):
                cursor.execute(statement, {"accounts": rows, "period": _PERIOD})
            cursor.execute("SELECT setval(pg_get_serial_sequence('documents_document', 'id'), %s)", [rows])
            cursor.execute("ANALYZE")
            cursor.execute("CHECKPOINT")
        # A file is taken in by a process of its own: it keeps no plan made while the tables were empty.
        connection.close()
        path = write_file(Path(folder), rows)
        progress("Aplicando el archivo de la tienda…")
        begun, own = perf_counter(), process_time()
        outcome = import_bank(path=path, dry_run=False, at=now(), by=capturer)
        seconds, own_seconds = Decimal(perf_counter() - begun), Decimal(process_time() - own)
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        progress("Leyéndolo otra vez…")
        begun = perf_counter()
        again = import_bank(path=path, dry_run=False, at=now(), by=capturer)
        again_seconds = Decimal(perf_counter() - begun)
        assert again.new == 0
        return {
            "rows": outcome.rows,
            "taken": outcome.taken,
            "rejected": outcome.rejected,
            "seconds": round(seconds, 2),
            "rows_per_second": round(outcome.rows / seconds),
            "own_seconds": round(own_seconds, 2),
            "again_seconds": round(again_seconds, 2),
            "transfers": Transfer.objects.filter(posting__operation="import_bank").count(),
            "allocations": Allocation.objects.count(),
            "movements": BankMovement.objects.count(),
            "peak_mb": round(peak_kb / 1024),
        }


def write_file(folder: Path, rows: int) -> Path:
    """Write the file of a chain of stores in which each account of the town pays once."""
    path = folder / f"tienda_{_PAID_ON:%Y%m%d}.txt"
    with path.open("w", encoding="ascii", newline="\r\n") as file:
        file.writelines(f"{line}\n" for line in _lines(rows))
    return path


def _lines(rows: int) -> Iterator[str]:
    yield f"HTIENDA{_PAID_ON:%Y%m%d}"
    total = Decimal(0)
    for n in range(1, rows + 1):
        body = f"{n:07d}{_PERIOD:%y%m}"
        digit = luhn.calc_check_digit(body)
        reference = f"{body}{digit if n % 100 else (int(digit) + 1) % 10}"
        amount = (_WITH_DEBT if n % 5 == 0 else _CURRENT) + (50 if n % 50 == 7 else 0)
        total += amount
        clock = f"{8 + n % 12:02d}{n % 60:02d}{n // 60 % 60:02d}"
        yield f"D{_PAID_ON:%Y%m%d}{clock}{1 + n % 40:05d}{n:012d}{reference:<15}{int(amount * 100):012d}A"
    yield f"T{rows:09d}{int(total * 100):015d}"
