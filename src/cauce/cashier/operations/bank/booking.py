"""The movements of a bank's file put in the books, all of a chunk by COPY."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Final, NamedTuple

from cauce.agreements.operations import follow_notes
from cauce.cashier.models import BankMovement, CashMovement, Desk, Payment, Receipt, Tender
from cauce.cashier.rules.bank_layout import Layout
from cauce.cashier.rules.bank_rows import BankRow, RowClass, Verdict, goes_unidentified
from cauce.core.bulk import copy_rows, take_ids
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_documents_in_bulk
from cauce.imports.models import ImportBatch
from cauce.imports.rules import Line
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import (
    Settlement,
    begin_posting,
    bring_surcharges_to,
    charge_again,
    write_transfers,
)
from cauce.ledger.queries import CollectionLaw, booking_day, collection_law, open_charges
from cauce.ledger.rules import DEPOSIT, PAYMENT, Entry, OpenCharge, Source, allocate, payable_on
from cauce.registry.queries import AccountKey
from cauce.users.models import User

OPERATION: Final = "import_bank"
_PENDING: Final = attrgetter("pending")
_PAYMENT_COLUMNS: Final = ("id", "key", "desk_id", "amount", "rounding", "booked_on", "received_at", "by_id")
_TENDER_COLUMNS: Final = ("payment_id", "method", "amount", "reference", "institution")
_RECEIPT_COLUMNS: Final = (
    "document_id",
    "payment_id",
    "posting_id",
    "party_id",
    "account_id",
    "amount",
    "applied",
    "advance",
    "effective_on",
)
_MOVEMENT_COLUMNS: Final = (
    "batch_id",
    "layout",
    "line",
    "identity",
    "moved_on",
    "moved_time",
    "branch",
    "reference",
    "description",
    "amount",
    "raw",
    "outcome",
    "code",
    "account_id",
    "receipt_id",
    "posting_id",
)


class NewMovement(NamedTuple):
    """A row that was not stored, and what it is."""

    line: Line
    row: BankRow | None
    identity: str
    verdict: Verdict
    account: AccountKey | None


class _Booked(NamedTuple):
    """The act that booked a row's money, and the receipt of an applied one."""

    posting_id: int | None
    receipt_id: int | None


_NOT_BOOKED: Final = _Booked(None, None)


class Booking:
    """Where the money of one file goes: its desk, its day and its acts."""

    def __init__(self, *, batch: ImportBatch, layout: Layout, desk: Desk, at: datetime, by: User) -> None:
        self._batch = batch
        self._layout = layout
        self._desk = desk
        self._at = at
        self._by = by
        self._laws: dict[date, CollectionLaw] = {}

    def write(self, new: Sequence[NewMovement]) -> None:
        """Book what a chunk's new rows brought and store them, in the caller's transaction, which holds the locks."""
        booked_on = booking_day(self._at)
        key = f"import_bank/{self._batch.pk}/{new[0].line.number}"
        applied = [item for item in new if item.verdict.row_class is RowClass.APPLIED]
        unidentified = [item for item in new if item.row is not None and goes_unidentified(item.row, item.verdict)]
        booked: dict[str, _Booked] = {}
        if applied:
            posting = self._begin(key, len(applied))
            for day, items in sorted(_by_day(applied).items()):
                booked.update(self._settle_day(posting, items, day, booked_on, f"{key}/{day:%Y%m%d}"))
            self._write_cash_movement(posting, applied, booked_on)
            follow_notes(postings=[posting], at=self._at, by=self._by)
        if unidentified:
            # An act of its own: what is not anybody's yet has not been collected at any desk.
            posting = self._begin(f"{key}/sin-identificar", len(unidentified))
            write_transfers(
                posting=posting, entries=[_unidentified_entry(item.row) for item in unidentified], booked_on=booked_on
            )
            booked.update((item.identity, _Booked(posting.pk, None)) for item in unidentified)
        copy_rows(
            BankMovement._meta.db_table,
            _MOVEMENT_COLUMNS,
            (self._movement(item, booked.get(item.identity, _NOT_BOOKED)) for item in new),
        )

    def _begin(self, key: str, rows: int) -> Posting:
        posting, _ = begin_posting(operation=OPERATION, key=key, body={"rows": rows}, at=self._at, by=self._by)
        return posting

    def _settle_day(
        self, posting: Posting, items: Sequence[NewMovement], day: date, booked_on: date, key: str
    ) -> dict[str, _Booked]:
        """Give each row of one value date its receipt and settle what it pays, surcharges as they were then."""
        ids = sorted({item.account.id for item in items if item.account is not None})
        law = self._law(day)
        taken_back = bring_surcharges_to(
            account_ids=ids,
            on=day,
            rule=law.surcharges,
            booked_on=booked_on,
            key=f"{key}/recargos",
            at=self._at,
            by=self._by,
        )
        owed = {id_: payable_on(charges, law.order, on=day) for id_, charges in open_charges(ids).items()}
        outcomes = self._settle(posting, items, owed, law, day, booked_on)
        charge_again(
            until=taken_back,
            after=day,
            rule=law.surcharges,
            document_id=None,
            booked_on=booked_on,
            key=f"{key}/recargos",
            at=self._at,
            by=self._by,
        )
        return outcomes

    def _settle(
        self,
        posting: Posting,
        items: Sequence[NewMovement],
        owed: dict[int, list[OpenCharge]],
        law: CollectionLaw,
        day: date,
        booked_on: date,
    ) -> dict[str, _Booked]:
        documents = create_documents_in_bulk(
            kind=Document.Kind.PAYMENT,
            series=self._desk.series,
            issued_on=[booked_on] * len(items),
            at=self._at,
            by=self._by,
        )
        payments = take_ids(Payment, len(items))
        settlement = Settlement()
        receipts = []
        for item, document_id, payment_id in zip(items, documents, payments, strict=True):
            assert item.account is not None and item.row is not None and item.row.amount is not None
            account, amount = item.account, item.row.amount
            charges = owed.get(account.id, [])
            parts = _parts(amount, charges, law, day)
            left = settlement.settle(
                sources=[Source(Book.BANK, amount)],
                parts=parts,
                reason=Reason.PAYMENT,
                concept=PAYMENT,
                effective_on=day,
                document_id=document_id,
            )
            advance = settlement.keep(
                left, party_id=account.holder_id, account_id=account.id, document_id=document_id, effective_on=day
            )
            receipts.append(
                (
                    document_id,
                    payment_id,
                    posting.pk,
                    account.holder_id,
                    account.id,
                    amount,
                    amount - advance,
                    advance,
                    day,
                )
            )
            _take_off(charges, parts)
        self._copy_payments(items, payments, booked_on)
        copy_rows(Receipt._meta.db_table, _RECEIPT_COLUMNS, receipts)
        settlement.write(posting=posting, booked_on=booked_on)
        return {
            item.identity: _Booked(posting.pk, document_id) for item, document_id in zip(items, documents, strict=True)
        }

    def _copy_payments(self, items: Sequence[NewMovement], payments: Sequence[int], booked_on: date) -> None:
        desk_id, at, by_id, code = self._desk.pk, self._at, self._by.pk, self._layout.code
        bank = self._layout.channel.name[:60]
        copy_rows(
            Payment._meta.db_table,
            _PAYMENT_COLUMNS,
            (
                (id_, f"bank/{code}/{item.identity}", desk_id, _amount(item), ZERO, booked_on, at, by_id)
                for item, id_ in zip(items, payments, strict=True)
            ),
        )
        copy_rows(
            Tender._meta.db_table,
            _TENDER_COLUMNS,
            (
                (id_, Tender.Method.BANK_FILE.value, _amount(item), _authorization(item), bank)
                for item, id_ in zip(items, payments, strict=True)
            ),
        )

    def _write_cash_movement(self, posting: Posting, applied: Sequence[NewMovement], booked_on: date) -> None:
        CashMovement.objects.create(
            desk=self._desk,
            booked_on=booked_on,
            method=Tender.Method.BANK_FILE,
            amount=sum((_amount(item) for item in applied), ZERO),
            kind=CashMovement.Kind.COLLECTED,
            posting=posting,
            at=self._at,
        )

    def _movement(self, item: NewMovement, booked: _Booked) -> tuple[object, ...]:
        row, verdict = item.row, item.verdict
        common = (self._batch.pk, self._layout.code, item.line.number, item.identity)
        result = (
            item.line.text,
            verdict.row_class.value,
            verdict.code,
            None if item.account is None else item.account.id,
            booked.receipt_id,
            booked.posting_id,
        )
        if row is None:
            return (*common, None, None, "", "", "", None, *result)
        said = (row.branch[:40], row.reference[:60], row.description[:200], row.amount)
        return (*common, row.moved_on, row.moved_at, *said, *result)

    def _law(self, day: date) -> CollectionLaw:
        if day not in self._laws:
            self._laws[day] = collection_law(day)
        return self._laws[day]


def _unidentified_entry(row: BankRow | None) -> Entry:
    assert row is not None and row.amount is not None and row.moved_on is not None
    return Entry(
        debit_book=Book.BANK,
        credit_book=Book.UNIDENTIFIED,
        concept=DEPOSIT,
        amount=row.amount,
        effective_on=row.moved_on,
        reason=Reason.UNIDENTIFIED,
    )


def _by_day(applied: Iterable[NewMovement]) -> dict[date, list[NewMovement]]:
    days: dict[date, list[NewMovement]] = {}
    for item in applied:
        assert item.row is not None and item.row.moved_on is not None
        days.setdefault(item.row.moved_on, []).append(item)
    return days


def _parts(
    amount: Decimal, charges: Sequence[OpenCharge], law: CollectionLaw, day: date
) -> list[tuple[OpenCharge, Decimal]]:
    if amount >= sum(map(_PENDING, charges), ZERO):
        return [(charge, charge.pending) for charge in charges]
    by_id = {charge.id: charge for charge in charges}
    return [(by_id[id_], part) for id_, part in allocate(amount, charges, law.order, on=day)]


def _take_off(charges: list[OpenCharge], parts: Sequence[tuple[OpenCharge, Decimal]]) -> None:
    """Take what was settled off what the account owes: its next row in the chunk finds the rest."""
    if not parts:
        return
    paid = {charge.id: amount for charge, amount in parts}
    charges[:] = [
        replace(charge, pending=charge.pending - paid[charge.id]) if charge.id in paid else charge
        for charge in charges
        if charge.pending > paid.get(charge.id, ZERO)
    ]


def _amount(item: NewMovement) -> Decimal:
    assert item.row is not None and item.row.amount is not None
    return item.row.amount


def _authorization(item: NewMovement) -> str:
    return "" if item.row is None else item.row.authorization[:60]
