"""Rows of a bank's file made to measure, with their money where the intake leaves it."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count

from cauce.cashier.models import BankMovement, BankResolution
from cauce.imports.models import ImportBatch
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import post
from cauce.ledger.rules import Entry
from cauce.users.models import User

_line = count(2)


def a_movement(
    amount: str | None,
    on: date,
    *,
    at: datetime,
    by: User,
    reference: str = "00012326089",
    outcome: str = BankMovement.Outcome.REJECTED,
    code: str = "CUENTA_DESCONOCIDA",
    resolved: str = "",
    layout: str = "demo",
    **given: object,
) -> BankMovement:
    """A row that nobody resolved; money that came waits among the deposits not identified."""
    line = next(_line)
    pesos = None if amount is None else Decimal(amount)
    movement = BankMovement.objects.create(
        batch=_batch(at, by),
        layout=layout,
        line=line,
        identity=f"AUT{line}",
        moved_on=on,
        reference=reference,
        amount=pesos,
        raw="renglón",
        outcome=outcome,
        code=code,
        posting=_unidentified(pesos, on, line, at, by) if pesos is not None and pesos > 0 and not given else None,
        **given,
    )
    if resolved:
        BankResolution.objects.create(
            movement=movement,
            action=BankResolution.Action.RETURN,
            reason="Del banco",
            state=resolved,
            proposed_at=at,
            proposed_by=by,
        )
    return movement


def _batch(at: datetime, by: User) -> ImportBatch:
    found = ImportBatch.objects.filter(file_name="banco.csv").first()
    return found or ImportBatch.objects.create(
        kind="BANK", file_name="banco.csv", sha256="0" * 64, size_bytes=1, dry_run=False, created_at=at, by=by
    )


def _unidentified(amount: Decimal, on: date, line: int, at: datetime, by: User) -> Posting:
    entry = Entry(
        debit_book=Book.BANK,
        credit_book=Book.UNIDENTIFIED,
        concept="DEPOSITO",
        amount=amount,
        effective_on=on,
        reason=Reason.UNIDENTIFIED,
    )
    return post(operation="import_bank", entries=[entry], key=f"bank/{line}", body={"line": line}, at=at, by=by)
