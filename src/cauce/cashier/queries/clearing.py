"""Money in transit, thing by thing, and the deposits nobody identified: what their books hold and why."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from cauce.cashier.models import ClearingMatch, Receipt, Tender
from cauce.core.es_mx import count_of, format_date, format_money
from cauce.core.money import ZERO
from cauce.ledger.models import Book

BOOK_OF_KIND: Final = {
    ClearingMatch.Kind.DEPOSITS: Book.CLEARING_DEPOSITS,
    ClearingMatch.Kind.CARDS: Book.CLEARING_CARDS,
    ClearingMatch.Kind.CHEQUES: Book.CLEARING_CHEQUES,
    ClearingMatch.Kind.TRANSFERS: Book.CLEARING_TRANSFERS,
}
METHOD_OF_KIND: Final = {
    ClearingMatch.Kind.CARDS: Tender.Method.CARD,
    ClearingMatch.Kind.CHEQUES: Tender.Method.CHEQUE,
    ClearingMatch.Kind.TRANSFERS: Tender.Method.TRANSFER,
}

# What a tender put in the book of its method, while it stands, less what the matches that stand took out of it. A
# payment stands while one of its receipts does; a tender that came back does not, nor the part of it that its own act
# took out of the bank.
_TENDERS = """
    WITH corrected AS (
        SELECT DISTINCT ON (tender_id) tender_id, method, reference, institution
        FROM cashier_tendercorrection
        ORDER BY tender_id, id DESC
    ), matched AS (
        SELECT item.tender_id, sum(item.amount) AS amount
        FROM cashier_clearingmatchitem item
        JOIN cashier_clearingmatch act ON act.document_id = item.match_id AND act.kind = %(kind)s
        LEFT JOIN cashier_clearingmatchreversal undone ON undone.match_id = item.match_id
        WHERE item.tender_id IS NOT NULL AND undone.match_id IS NULL
        GROUP BY item.tender_id
    ), known AS (
        SELECT id, payment_id, amount, method, reference, institution
        FROM cashier_tender
        WHERE method IN ('CARD', 'CHEQUE', 'TRANSFER')
        UNION
        SELECT id, payment_id, amount, method, reference, institution
        FROM cashier_tender
        WHERE id IN (SELECT tender_id FROM corrected) OR id IN (SELECT tender_id FROM matched)
    ), told AS (
        SELECT tender.id, tender.payment_id,
               coalesce(corrected.reference, tender.reference) AS reference,
               coalesce(corrected.institution, tender.institution) AS institution,
               CASE WHEN coalesce(corrected.method, tender.method) = %(method)s
                     AND dishonour.tender_id IS NULL
                     AND EXISTS (
                         SELECT 1
                         FROM cashier_receipt receipt
                         LEFT JOIN cashier_receiptcancellation gone ON gone.receipt_id = receipt.document_id
                         WHERE receipt.payment_id = tender.payment_id AND gone.receipt_id IS NULL
                     )
                    THEN tender.amount ELSE 0 END
               + coalesce((
                     SELECT sum(amount)
                     FROM ledger_transfer
                     WHERE posting_id = dishonour.posting_id AND debit_book = %(book)s AND credit_book = 'BANK'
                 ), 0)
               - coalesce(matched.amount, 0) AS amount
        FROM known tender
        LEFT JOIN corrected ON corrected.tender_id = tender.id
        LEFT JOIN matched ON matched.tender_id = tender.id
        LEFT JOIN cashier_dishonour dishonour ON dishonour.tender_id = tender.id
    )
    SELECT told.id, told.payment_id, payment.booked_on, told.amount, told.reference, told.institution, desk.name
    FROM told
    JOIN cashier_payment payment ON payment.id = told.payment_id
    JOIN cashier_desk desk ON desk.id = payment.desk_id
    WHERE told.amount <> 0 AND (%(ids)s::bigint[] IS NULL OR told.id = ANY(%(ids)s::bigint[]))
    ORDER BY payment.booked_on, told.id
"""
_DEPOSITS = """
    SELECT deposit.document_id, NULL::bigint, document.issued_on, deposit.cash - coalesce(matched.amount, 0),
           document.series || '-' || CASE WHEN document.number < 1000000 THEN lpad(document.number::text, 6, '0')
                                          ELSE document.number::text END,
           '', desk.name
    FROM cashier_bankdeposit deposit
    JOIN documents_document document ON document.id = deposit.document_id
    JOIN cashier_cashsession session ON session.id = deposit.session_id
    JOIN cashier_desk desk ON desk.id = session.desk_id
    LEFT JOIN (
        SELECT item.deposit_id, sum(item.amount) AS amount
        FROM cashier_clearingmatchitem item
        LEFT JOIN cashier_clearingmatchreversal undone ON undone.match_id = item.match_id
        WHERE item.deposit_id IS NOT NULL AND undone.match_id IS NULL
        GROUP BY item.deposit_id
    ) matched ON matched.deposit_id = deposit.document_id
    WHERE deposit.cash <> coalesce(matched.amount, 0)
      AND (%(ids)s::bigint[] IS NULL OR deposit.document_id = ANY(%(ids)s::bigint[]))
    ORDER BY document.issued_on, deposit.document_id
"""
_BALANCES = """
    SELECT book, sum(amount)
    FROM (
        SELECT debit_book AS book, amount FROM ledger_transfer WHERE debit_book = ANY(%(books)s)
        UNION ALL
        SELECT credit_book, -amount FROM ledger_transfer WHERE credit_book = ANY(%(books)s)
    ) sides
    GROUP BY book
"""
# Money of nobody yet, or of a voucher nobody has applied. A voucher whose payment was undone has its money back here.
_UNIDENTIFIED = """
    SELECT 'MOVEMENT', movement.id, movement.moved_on, movement.reference, movement.code, movement.amount, NULL::bigint
    FROM cashier_bankmovement movement
    WHERE movement.outcome <> 'APPLIED' AND movement.posting_id IS NOT NULL AND movement.amount > 0
      AND NOT EXISTS (SELECT 1 FROM cashier_creditvoucher voucher WHERE voucher.movement_id = movement.id)
      AND NOT EXISTS (
          SELECT 1 FROM cashier_bankresolution decided
          WHERE decided.movement_id = movement.id AND decided.state = 'APPROVED'
      )
    UNION ALL
    SELECT 'RESOLVED', movement.id, movement.moved_on, movement.reference, decided.action,
           CASE WHEN movement.posting_id IS NULL THEN 0 ELSE movement.amount END - coalesce(spent.amount, 0), NULL
    FROM cashier_bankmovement movement
    JOIN cashier_bankresolution decided ON decided.movement_id = movement.id AND decided.state = 'APPROVED'
         AND decided.action IN ('APPLY', 'RETURN')
    LEFT JOIN cashier_receipt given ON given.document_id = decided.receipt_id
    LEFT JOIN LATERAL (
        SELECT sum(CASE WHEN moved.debit_book = 'UNIDENTIFIED' THEN moved.amount ELSE -moved.amount END) AS amount
        FROM ledger_transfer moved
        WHERE 'UNIDENTIFIED' IN (moved.debit_book, moved.credit_book) AND moved.posting_id IN (
            SELECT decided.posting_id
            UNION
            SELECT posting_id FROM cashier_receipt WHERE payment_id = given.payment_id
            UNION
            SELECT gone.posting_id
            FROM cashier_receiptcancellation gone
            JOIN cashier_receipt receipt ON receipt.document_id = gone.receipt_id
            WHERE receipt.payment_id = given.payment_id
        )
    ) spent ON true
    WHERE movement.outcome <> 'APPLIED'
    UNION ALL
    SELECT CASE WHEN used.voucher_id IS NULL THEN 'VOUCHER' ELSE 'UNDONE' END, voucher.document_id,
           voucher.effective_on, voucher.bank_reference, '', voucher.amount - coalesce(spent.amount, 0),
           voucher.claim_id
    FROM cashier_creditvoucher voucher
    LEFT JOIN cashier_voucheruse used ON used.voucher_id = voucher.document_id
    LEFT JOIN cashier_receipt receipt ON receipt.document_id = used.receipt_id
    LEFT JOIN LATERAL (
        SELECT sum(amount) AS amount FROM cashier_cashmovement
        WHERE payment_id = receipt.payment_id AND method = 'VOUCHER'
    ) spent ON true
    WHERE NOT EXISTS (SELECT 1 FROM cashier_creditvoucher later WHERE later.replaces_id = voucher.document_id)
    ORDER BY 3, 2
"""


@dataclass(frozen=True, slots=True)
class TransitItem:
    """A deposit or a tender that has not reached the bank; negative when the bank has money to take back.

    ``id`` is the deposit's document or the tender; ``day`` the one whose books it entered; ``amount`` in pesos.
    """

    kind: str
    id: int
    day: date
    amount: Decimal
    reference: str
    institution: str
    desk: str
    payment_id: int | None = None
    folios: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    account_ids: tuple[int, ...] = ()
    party_ids: tuple[int, ...] = ()

    def age_days(self, on: date) -> int:
        """Days it has been on its way."""
        return (on - self.day).days


@dataclass(frozen=True, slots=True)
class ClearingBook:
    """A book of money in transit: what the ledger says that it holds and what its things are worth (pesos)."""

    kind: str
    name: str
    balance: Decimal
    items_total: Decimal
    count: int
    oldest: date | None

    @property
    def unexplained(self) -> Decimal:
        """What the ledger holds beyond its things; zero while the books are whole."""
        return self.balance - self.items_total


@dataclass(frozen=True, slots=True)
class UnidentifiedLine:
    """Money that the bank has and no account yet: a row of a file, or a voucher; ``code`` says why a row waits.

    ``what`` is MOVEMENT (a row that waits), RESOLVED (one resolved whose money is back), VOUCHER (not applied yet) or
    UNDONE (a voucher whose payment was undone), with its claim.
    """

    what: str
    id: int
    on: date | None
    reference: str
    code: str
    amount: Decimal
    claim_id: int | None


@dataclass(frozen=True, slots=True)
class Unidentified:
    """The book of deposits nobody identified, and line by line what it holds (pesos)."""

    balance: Decimal
    lines: tuple[UnidentifiedLine, ...]

    @property
    def explained(self) -> Decimal:
        """What the lines are worth."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def unexplained(self) -> Decimal:
        """What the ledger holds beyond its lines; zero while the books are whole."""
        return self.balance - self.explained


def in_transit(kind: str, ids: Collection[int] | None = None) -> list[TransitItem]:
    """What is on its way to the bank by a kind, the oldest first; only ``ids`` when they are given. Two queries."""
    rows = _rows_in_transit(kind, ids)
    receipts = _receipts_of({row[1] for row in rows if row[1] is not None})
    return [
        TransitItem(
            kind,
            id_,
            day,
            amount,
            reference,
            institution,
            desk,
            payment_id,
            tuple(receipt.document.folio for receipt in receipts.get(payment_id, ())),
            tuple(receipt.account.number for receipt in receipts.get(payment_id, ()) if receipt.account),
            tuple(receipt.account_id for receipt in receipts.get(payment_id, ()) if receipt.account_id is not None),
            tuple(receipt.party_id for receipt in receipts.get(payment_id, ())),
        )
        for id_, payment_id, day, amount, reference, institution, desk in rows
    ]


def clearing_books() -> list[ClearingBook]:
    """Each book of money in transit with what the ledger says and what its things say, in the books' order."""
    held = book_balances(BOOK_OF_KIND.values())
    books = []
    for kind, book in BOOK_OF_KIND.items():
        rows = _rows_in_transit(kind)
        books.append(
            ClearingBook(
                kind,
                book.label,
                held.get(book, ZERO),
                sum((row[3] for row in rows), ZERO),
                len(rows),
                rows[0][2] if rows else None,
            )
        )
    return books


def unidentified() -> Unidentified:
    """What the book of deposits nobody identified holds, line by line, the oldest first. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_UNIDENTIFIED)
        lines = tuple(UnidentifiedLine(*row) for row in cursor.fetchall() if row[5] != 0)
    # The book owes what it holds: its balance is what was credited.
    return Unidentified(-book_balances([Book.UNIDENTIFIED]).get(Book.UNIDENTIFIED, ZERO), lines)


def book_balances(books: Iterable[Book]) -> dict[str, Decimal]:
    """What the ledger says that each book holds, debits less credits, in pesos; one without movements is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"books": [book.value for book in books]})
        return dict(cursor.fetchall())


def _rows_in_transit(kind: str, ids: Collection[int] | None = None) -> list[tuple[Any, ...]]:
    """Id, payment, day, pesos, reference, institution and desk of what is on its way by a kind, the oldest first."""
    asked = {"kind": kind, "ids": None if ids is None else list(ids)}
    with connection.cursor() as cursor:
        if kind == ClearingMatch.Kind.DEPOSITS:
            cursor.execute(_DEPOSITS, asked)
        else:
            known = ClearingMatch.Kind(kind)
            cursor.execute(_TENDERS, asked | {"method": METHOD_OF_KIND[known], "book": BOOK_OF_KIND[known]})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _receipts_of(payment_ids: Collection[Any]) -> dict[int | None, list[Receipt]]:
    """The receipts that stand of each payment, or, of one that was undone, those it had."""
    found: dict[int | None, list[Receipt]] = {}
    gone: dict[int | None, list[Receipt]] = {}
    rows = Receipt.objects.filter(payment__in=payment_ids).select_related("document", "account", "cancellation")
    for receipt in rows.order_by("document_id"):
        stands = getattr(receipt, "cancellation", None) is None
        (found if stands else gone).setdefault(receipt.payment_id, []).append(receipt)
    return gone | found


def clearing_notes() -> tuple[str, ...]:
    """One Spanish sentence for each book of money in transit that is not at zero, and for the unidentified deposits."""
    notes = []
    for book in clearing_books():
        if book.count or book.balance:
            since = "" if book.oldest is None else f", la más antigua del {format_date(book.oldest)}"
            notes.append(f"{book.name}: {format_money(book.balance)} en {_things(book.count)}{since}.")
        if book.unexplained:
            notes.append(f"{book.name}: {format_money(book.unexplained)} sin explicación; avise a Informática.")
    nobodys = unidentified()
    if nobodys.lines or nobodys.balance:
        notes.append(
            f"{Book.UNIDENTIFIED.label}: {format_money(nobodys.balance)} en {_things(len(nobodys.lines))} por resolver."
        )
    return tuple(notes)


def _things(count: int) -> str:
    return count_of(count, "partida", "partidas")
