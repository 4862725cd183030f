"""Files of the bank made to measure, and one that is taken in by another process."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from stdnum import luhn

from cauce.cashier.models import BankMovement
from cauce.cashier.operations import import_bank
from cauce.imports.rules import ImportOutcome
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.ledger.debts import a_debt, write_debts

HEADER = "FECHA;HORA;SUCURSAL;REFERENCIA;DESCRIPCION;ABONO;AUTORIZACION"


def reference_of(number: str, period: str = "2609") -> str:
    return f"{number}{period}{luhn.calc_check_digit(number + period)}"


def row(
    account: Account | str,
    amount: str,
    authorization: str,
    *,
    on: str = "20/09/2026",
    reference: str | None = None,
) -> str:
    """One line of the legacy layout."""
    number = account if isinstance(account, str) else account.number
    return f"{on};10:15;0416;{reference or reference_of(number)};TRANSFERENCIA SPEI;{amount};{authorization}"


def write_bank_file(folder: Path, lines: Iterable[str], *, name: str = "banco_20260920.csv") -> Path:
    path = folder / name
    path.write_bytes(("\ufeff" + "".join(f"{line}\r\n" for line in (HEADER, *lines))).encode())
    return path


def take_in(
    folder: Path, *lines: str, at: datetime, by: User, dry_run: bool = False, name: str = "banco_20260920.csv"
) -> ImportOutcome:
    return import_bank(path=write_bank_file(folder, lines, name=name), dry_run=dry_run, at=at, by=by)


def movement_of(authorization: str) -> BankMovement:
    return BankMovement.objects.get(identity=authorization)


def start_taking_in(path: Path, database: str, *, at: datetime, chunk_lines: int) -> subprocess.Popen[bytes]:
    """Take a file in from a process of its own."""
    script = textwrap.dedent(f"""
        import django; django.setup()
        from datetime import datetime
        from pathlib import Path
        from cauce.cashier.operations.bank import importing
        from cauce.core.errors import DomainError
        from cauce.users.models import User
        importing.CHUNK_LINES = {chunk_lines}
        try:
            importing.import_bank(
                path=Path({str(path)!r}), dry_run=False, at=datetime.fromisoformat({at.isoformat()!r}),
                by=User.objects.get(username="cli-captura"))
        except DomainError as error:
            print(error.message)
            raise SystemExit(3)
    """)
    environment = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    return subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.DEVNULL)


def owing(*accounts: Account, at: datetime, by: User, due_on: date = date(2026, 9, 30)) -> None:
    """Each account owes $116 of water and its VAT, in time until ``due_on``."""
    write_debts(
        [
            a_debt(account, concept, amount, due_on, period=date(2026, 8, 1), on=date(2026, 8, 5))
            for account in accounts
            for concept, amount in (("AGUA", "100.00"), ("IVA", "16.00"))
        ],
        at=at,
        by=by,
    )


def assert_whole() -> None:
    assert [(check.name, check.sample) for check in verify() if check.broken] == []
