"""The debts that come from the old system."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection

from cauce.core.clock import local_day
from cauce.documents.models import Document
from cauce.documents.operations import create_documents_in_bulk
from cauce.events.operations import publish
from cauce.imports.models import ImportKind
from cauce.imports.operations import RunningImport, importing
from cauce.imports.rules import ImportOutcome, Line, split_fields
from cauce.ledger.events import BALANCES_IMPORTED
from cauce.ledger.models import Book, Reason
from cauce.ledger.operations.locks import lock_accounts
from cauce.ledger.operations.posting import begin_posting, write_transfers
from cauce.ledger.queries import booking_day
from cauce.ledger.rules import Entry
from cauce.ledger.rules.opening import (
    HEADER,
    OpeningDebt,
    Refusal,
    contradicts,
    cut_date,
    duplicate,
    read_opening_debt,
)
from cauce.registry.queries import AccountKey, accounts_by_number
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User

SERIES = "SI"
INSTALMENT = "CONVENIO"
LINES_A_CHUNK = 4000

_STORED = """
    SELECT account_id, concept, period, due_on, amount, document_id
    FROM ledger_transfer
    WHERE account_id = ANY(%s) AND reason = 'OPENING'
"""

# What the ledger has of an account, by concept, period and due date.
Stored = dict[tuple[str, date, date], list[Decimal]]


def import_balances(*, path: Path, dry_run: bool, at: datetime, by: User, as_of: date | None = None) -> ImportOutcome:
    """Take in the debts of the old system's balances file, each account's under a document of its own.

    The good lines enter and each bad one says why it did not. Debts are owed since their own due date and are read on
    the statement on the day ``as_of`` (by default, the last of the latest period with water in the file). Instalments
    go to the book of the former system's agreements. Idempotent: a debt that is stored does not enter again, so the
    same file can be read again after being interrupted.

    :raises ImportAlreadyRunning: if another balances file is being taken in.
    :raises UnreadableFile: if the file is missing, empty or not text.
    :raises UnexpectedHeader: if the first line is the header of another file.
    :raises ImportCancelled: if somebody cancelled it; the chunks already taken stay.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    with importing(kind=ImportKind.BALANCES, path=path, dry_run=dry_run, at=at, by=by) as running:
        cut = as_of or cut_date(split_fields(line.text, "|") for line in running.peek_lines(HEADER))
        cut = min(cut or local_day(at), local_day(at))
        seen: set[int] = set()
        for lines in running.chunks(LINES_A_CHUNK, skip_header=HEADER):
            with running.chunk():
                _take_chunk(running, lines, seen, cut, at, by)
        if not dry_run:
            with running.chunk():
                publish(
                    BALANCES_IMPORTED,
                    subject_kind="ImportBatch",
                    subject_id=running.batch.pk,
                    facts={"new": running.outcome.new, "cut": cut.isoformat()},
                    at=at,
                    by=by,
                )
    return running.outcome


def _take_chunk(
    running: RunningImport, lines: Sequence[Line], seen: set[int], cut: date, at: datetime, by: User
) -> None:
    rows = [split_fields(line.text, "|") for line in lines]
    accounts = accounts_by_number({row[0].strip(" \t").zfill(6) for row in rows})
    read = [(line, read_opening_debt(row, accounts)) for line, row in zip(lines, rows, strict=True)]
    account_ids = sorted({accounts[debt.account].id for _, debt in read if isinstance(debt, OpeningDebt)})
    if not running.dry_run:
        lock_accounts(account_ids)
    stored, documents = _stored_debts(account_ids)
    new: list[OpeningDebt] = []
    for line, debt in read:
        running.count(rows=1)
        refusal = debt if isinstance(debt, Refusal) else None
        if isinstance(debt, OpeningDebt):
            refusal = _take(debt, stored.setdefault(accounts[debt.account].id, {}), seen, new)
        if refusal is None:
            running.count(taken=1)
        else:
            running.reject(line, refusal.code, refusal.field, refusal.message)
    running.count(new=len(new))
    if new and not running.dry_run:
        key = f"import_balances/{running.batch.pk}/{lines[0].number}"
        _write(new, accounts, documents, cut, key, at, by)


def _take(debt: OpeningDebt, stored: Stored, seen: set[int], new: list[OpeningDebt]) -> Refusal | None:
    """Decide on one debt, given what the ledger has of its account and what the file has said; add it if it is new."""
    # One whole number a line: a file of two million lines is remembered in some hundred megabytes.
    fingerprint = hash((debt.account, debt.identity, debt.amount))
    if fingerprint in seen:
        return duplicate(debt)
    known = stored.setdefault(debt.identity, [])
    refusal = contradicts(debt, known)
    if refusal is not None:
        return refusal
    seen.add(fingerprint)
    if debt.amount not in known:
        known.append(debt.amount)
        new.append(debt)
    return None


def _stored_debts(account_ids: Sequence[int]) -> tuple[dict[int, Stored], dict[int, int]]:
    """The opening debts that the ledger has of these accounts, and the document of each account."""
    stored: dict[int, Stored] = {}
    documents: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [list(account_ids)])
        for account_id, concept, period, due_on, amount, document_id in cursor.fetchall():
            stored.setdefault(account_id, {}).setdefault((concept, period, due_on), []).append(amount)
            documents[account_id] = document_id
    return stored, documents


def _write(
    debts: Sequence[OpeningDebt],
    accounts: Mapping[str, AccountKey],
    documents: dict[int, int],
    cut: date,
    key: str,
    at: datetime,
    by: User,
) -> None:
    posting, is_new = begin_posting(
        operation="import_balances", key=key, body={"cut": cut, "lines": len(debts)}, at=at, by=by
    )
    if not is_new:
        return
    without = sorted({accounts[debt.account].id for debt in debts} - documents.keys())
    papers = create_documents_in_bulk(
        kind=Document.Kind.OPENING, series=SERIES, issued_on=[cut] * len(without), at=at, by=by
    )
    documents.update(zip(without, papers, strict=True))
    write_transfers(
        posting=posting,
        entries=[_entry(debt, accounts[debt.account], documents, cut) for debt in debts],
        booked_on=booking_day(at),
    )


def _entry(debt: OpeningDebt, account: AccountKey, documents: Mapping[int, int], cut: date) -> Entry:
    return Entry(
        debit_book=Book.FORMER_AGREEMENTS if debt.concept == INSTALMENT else Book.RECEIVABLE,
        credit_book=Book.VAT_PENDING if debt.concept == VAT else Book.OPENING,
        concept=debt.concept,
        amount=debt.amount,
        effective_on=cut,
        reason=Reason.OPENING,
        party_id=account.holder_id,
        account_id=account.id,
        period=debt.period,
        due_on=debt.due_on,
        document_id=documents[account.id],
    )
