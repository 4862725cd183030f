"""A file of the bank in the small town: a payment applied, some that wait, one of them with a proposal."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cauce.cashier.models import BankMovement, BankResolution
from cauce.cashier.operations import import_bank, propose_resolution
from cauce.imports.models import ImportBatch
from tests.backoffice.town import AT, Town
from tests.cashier.bank_files import reference_of, row, write_bank_file

NAME = "banco_20260905.csv"
DAY = "05/09/2026"


@dataclass(frozen=True, slots=True)
class BankTown:
    """The file, its movement that nobody knows, and the proposal on another."""

    file: ImportBatch
    movement: BankMovement
    resolution: BankResolution


def lines_of(town: Town) -> list[str]:
    """The rows of the file: applied, of nobody known, unreadable, of a wrong reference, undone."""
    account = town.account
    wrong = f"{reference_of(account.number)[:-1]}{(int(reference_of(account.number)[-1]) + 1) % 10}"
    return [
        row(account, "75.00", "900001", on=DAY),
        row("999998", "60.00", "900002", on=DAY),
        row(account, "45O.00", "900003", on=DAY),
        row(account, "80.00", "900004", on=DAY, reference=wrong),
        row(account, "-75.00", "900005", on=DAY),
    ]


def bank_town(town: Town) -> BankTown:
    """Take the file in and propose on one of its rows, or give what was made."""
    done = BankMovement.objects.filter(identity="900002").select_related("batch").first()
    if done is None:
        with TemporaryDirectory() as folder:
            path = write_bank_file(Path(folder), lines_of(town), name=NAME)
            import_bank(path=path, dry_run=False, at=AT, by=town.staff["contabilidad"])
        done = BankMovement.objects.select_related("batch").get(identity="900002")
    resolution = BankResolution.objects.filter(movement__identity="900004").first() or propose_resolution(
        movement=BankMovement.objects.get(identity="900004"),
        action=BankResolution.Action.APPLY,
        account=town.account,
        reason="El titular trajo su ficha",
        at=AT + timedelta(minutes=5),
        by=town.staff["contabilidad"],
    )
    return BankTown(file=done.batch, movement=done, resolution=resolution)
