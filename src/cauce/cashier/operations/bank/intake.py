"""A bank's or store's file taken in by chunks: each row judged, its money booked, all of it by COPY."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Final, NamedTuple

from django.db import transaction

from cauce.cashier.events import BANK_FILE_IMPORTED
from cauce.cashier.operations.bank.booking import Booking, NewMovement
from cauce.cashier.operations.bank.claimed import ClaimedDeposits, hold_deposits
from cauce.cashier.queries.bank_intake import StoredMovement, owed_before, stored_movements
from cauce.cashier.rules.bank_layout import Layout
from cauce.cashier.rules.bank_rows import (
    CLAIMED,
    BankRow,
    Code,
    RowClass,
    RowReader,
    Verdict,
    goes_unidentified,
    judge_account,
    refuse_shape,
    repeated_authorization,
    wrong_columns,
)
from cauce.core.bulk import flush_later
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.core.periods import period_of
from cauce.events.operations import publish
from cauce.imports.operations import RunningImport
from cauce.imports.rules import Line
from cauce.ledger.operations import AccountBusy, lock_accounts
from cauce.registry.models import Account
from cauce.registry.queries import AccountKey, accounts_by_number
from cauce.users.models import User

LONGEST_IDENTITY: Final = 40
_TRIES: Final = 4


class _Read(NamedTuple):
    """A row with the identity it would be stored under; ``repeats`` says of which movement, blank when of none."""

    line: Line
    row: BankRow | None
    identity: str
    repeats: str


class Intake:
    """One file on its way in."""

    def __init__(
        self, *, running: RunningImport, layout: Layout, booking: Booking | None, last_day: date, at: datetime, by: User
    ) -> None:
        self._running = running
        self._layout = layout
        self._reader = RowReader(layout)
        self._booking = booking
        self._last_day = last_day
        self._at = at
        self._by = by
        self._seen: set[str] = set()
        self._repeats: Counter[str] = Counter()
        self._tried: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
        self._claimed = ClaimedDeposits()
        self._stored = 0
        self._applied_total = ZERO
        self._unidentified_total = ZERO

    def take(self, lines: Sequence[Line]) -> None:
        """Judge a chunk of lines and write what it brings, in the caller's transaction.

        :raises AccountBusy: if another session does not let go of one of the accounts.
        """
        read = [self._identified(line) for line in lines if self._is_row(line)]
        self._running.count(rows=len(read))
        stored = stored_movements(self._layout.code, [found.identity for found in read])
        read = self._told_from_stored(read, stored)
        accounts = accounts_by_number(
            {found.row.account_number for found in read if found.row is not None and found.row.account_number}
        )
        fresh = [found for found in read if found.identity not in stored]
        paying = _paying(fresh, accounts)
        if not self._running.dry_run:
            flush_later()
            hold_deposits()
            _lock(sorted({account.id for _, account in paying}))
        owed = self._owed(paying)
        self._claimed.look_up(found.row for found in fresh)
        new: list[NewMovement] = []
        for found in read:
            known = stored.get(found.identity)
            account = accounts.get(found.row.account_number or "") if found.row is not None else None
            verdict = self._judge(found, account, owed) if known is None else self._again(found, known, account)
            if known is None:
                verdict = self._claimed.verdict_of(found.identity, found.row, verdict)
            self._tell(found, verdict)
            if known is None:
                new.append(NewMovement(found.line, found.row, found.identity, verdict, account))
                if verdict.row_class is RowClass.APPLIED and account is not None and found.row is not None:
                    self._tried[account.id] += found.row.amount or ZERO
        self._stored += len(new)
        self._running.count(new=sum(item.verdict.row_class is not RowClass.REJECTED for item in new))
        if new and self._booking is not None:
            self._booking.write(new)
            self._claimed.link(self._layout.code, new, at=self._at, by=self._by)

    def finish(self) -> None:
        """Put the totals in the result and tell the history, once for the whole file."""
        self._running.extra.update(
            applied_total=f"{self._applied_total:.2f}",
            layout=self._layout.code,
            unidentified_total=f"{self._unidentified_total:.2f}",
        )
        outcome = self._running.outcome
        if self._stored and not self._running.dry_run:
            publish(
                BANK_FILE_IMPORTED,
                subject_kind="ImportBatch",
                subject_id=self._running.batch.pk,
                facts={
                    "file_name": self._running.batch.file_name,
                    "new": self._stored,
                    "applied": format_money(self._applied_total),
                    "waiting": outcome.rejected
                    + outcome.flagged
                    - sum(outcome.by_code.get(code, 0) for code in (Code.ADVANCE, Code.CLAIMED)),
                },
                at=self._at,
                by=self._by,
            )

    def _is_row(self, line: Line) -> bool:
        return self._reader.is_row(line.text) and not (line.number == 1 and self._layout.is_header(line.text))

    def _identified(self, line: Line) -> _Read:
        """Give the row the identity it is stored under: the bank's own, or one for what has none or repeats one."""
        row = self._reader.read(line.text)
        if row is None or not row.identity:
            said = blake2b(line.text.encode(), digest_size=16).digest() if row is None else row.fingerprint
            return _Read(line, row, self._numbered("", said), "")
        base = row.identity
        if len(base) > LONGEST_IDENTITY:
            base = f"#{blake2b(base.encode(), digest_size=16).hexdigest()}"
        if base in self._seen:
            return _Read(line, row, self._numbered(base, row.fingerprint), "un renglón anterior de este archivo")
        self._seen.add(base)
        return _Read(line, row, base, "")

    def _numbered(self, base: str, fingerprint: bytes) -> str:
        """An identity of its own for a row that cannot have the bank's: the same each time the file is read."""
        key = f"{base}~{fingerprint.hex()}"
        self._repeats[key] += 1
        return f"{key}~{self._repeats[key]}"

    def _told_from_stored(self, read: Sequence[_Read], stored: dict[str, StoredMovement]) -> list[_Read]:
        """Tell the rows that say something else than the stored one of their identity, and look those up too."""
        told: list[_Read] = []
        others: list[str] = []
        for found in read:
            known = stored.get(found.identity)
            if known is not None and found.row is not None and not found.repeats and not self._same(found, known):
                identity = self._numbered(found.identity, found.row.fingerprint)
                others.append(identity)
                told.append(_Read(found.line, found.row, identity, "un archivo anterior"))
            else:
                told.append(found)
        if others:
            stored.update(stored_movements(self._layout.code, others))
        return told

    def _same(self, found: _Read, known: StoredMovement) -> bool:
        if known.raw == found.line.text:
            return True
        before = self._reader.read(known.raw)
        return before is not None and found.row is not None and before.fingerprint == found.row.fingerprint

    def _owed(self, paying: Sequence[tuple[_Read, AccountKey]]) -> dict[tuple[int, date], Decimal]:
        """What each paying account owed when the month of its payment began, less what has been received since."""
        months: defaultdict[date, set[int]] = defaultdict(set)
        for found, account in paying:
            if found.row is not None and found.row.moved_on is not None:
                months[period_of(found.row.moved_on)].add(account.id)
        owed: dict[tuple[int, date], Decimal] = {}
        for month, ids in months.items():
            before = owed_before(ids, month)
            for id_ in ids:
                owed[id_, month] = before.get(id_, ZERO)
        if not self._running.dry_run:
            self._tried.clear()
        return owed

    def _judge(self, found: _Read, account: AccountKey | None, owed: dict[tuple[int, date], Decimal]) -> Verdict:
        row = found.row
        if row is None:
            return wrong_columns(self._layout)
        if found.repeats:
            return repeated_authorization(row, self._layout, where=found.repeats)
        refused = refuse_shape(row, self._layout, last_day=self._last_day)
        if refused is not None:
            return refused
        assert row.amount is not None and row.moved_on is not None
        debt = None
        if account is not None:
            before = owed.get((account.id, period_of(row.moved_on)))
            debt = None if before is None else before - self._tried[account.id]
        return judge_account(
            row,
            self._layout,
            is_known=account is not None,
            is_closed=account is not None and account.state == Account.State.CLOSED,
            owed=debt,
        )

    def _again(self, found: _Read, known: StoredMovement, account: AccountKey | None) -> Verdict:
        """The verdict of a row that was stored: the one of then, with its sentence if it still is the same."""
        if known.code == Code.CLAIMED:
            return CLAIMED
        verdict = self._judge(found, account, {})
        if (verdict.row_class, verdict.code) == (known.outcome, known.code):
            return verdict
        return Verdict(
            RowClass(known.outcome),
            known.code,
            "",
            "Este renglón ya había entrado en una importación anterior con ese resultado; no se repitió.",
        )

    def _tell(self, found: _Read, verdict: Verdict) -> None:
        running = self._running
        if verdict.row_class is RowClass.REJECTED:
            running.reject(found.line, verdict.code, verdict.field, verdict.sentence)
        else:
            running.count(taken=1)
            if verdict.code:
                running.flag(found.line, verdict.code, verdict.field, verdict.sentence)
        if found.row is None or found.row.amount is None:
            return
        if verdict.row_class is RowClass.APPLIED:
            self._applied_total += found.row.amount
        elif goes_unidentified(found.row, verdict):
            self._unidentified_total += found.row.amount


def _paying(fresh: Iterable[_Read], accounts: dict[str, AccountKey]) -> list[tuple[_Read, AccountKey]]:
    """The new rows that may be applied, with their accounts."""
    paying = []
    for found in fresh:
        row = found.row
        if row is not None and not found.repeats and row.amount is not None and row.amount > 0 and row.account_number:
            account = accounts.get(row.account_number)
            if account is not None and account.state != Account.State.CLOSED:
                paying.append((found, account))
    return paying


def _lock(account_ids: Sequence[int]) -> None:
    """Hold the accounts; a window that is collecting one of them is waited for a little more than a person would.

    :raises AccountBusy: if it does not let go.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                lock_accounts(account_ids)
        except AccountBusy:
            if attempt == _TRIES:
                raise
        else:
            return
