"""The day of all desks: sums of what moved in each, on the day whose books it entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from cauce.cashier.models import BankMovement, CashMovement, CashSession, ContingencyReceipt, Tender
from cauce.core.money import ZERO
from cauce.ledger.models import Book, ClosedDay, Posting, Reason, Transfer

BANK = Tender.Method.BANK_FILE.value


@dataclass(frozen=True, slots=True)
class DeskMethod:
    """What came in at a desk by a method on a day, and what went out, in pesos; ``count`` is of collections."""

    desk: str
    method: str
    label: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BankFile:
    """What a bank's or store's file brought to the books of a day, in pesos."""

    name: str
    layout: str
    applied_count: int
    applied: Decimal
    unidentified_count: int
    unidentified: Decimal


@dataclass(frozen=True, slots=True)
class CashDay:
    """What was collected in a day by desk and method, what the banks' files applied, and what nobody knows whose is."""

    day: date
    closed: ClosedDay | None
    desks: tuple[DeskMethod, ...]
    bank: Decimal
    unidentified: Decimal

    @property
    def collected(self) -> dict[str, dict[str, Decimal]]:
        """Pesos by method and desk."""
        found: dict[str, dict[str, Decimal]] = {}
        for row in self.desks:
            found.setdefault(row.method, {})[row.desk] = row.amount
        return found

    @property
    def at_desks(self) -> Decimal:
        """All that the desks collected."""
        return sum((row.amount for row in self.desks), ZERO)

    @property
    def total(self) -> Decimal:
        """All that came in for somebody: at the desks and by the banks' files."""
        return self.at_desks + self.bank


def cash_day(day: date) -> CashDay:
    """The figures of a day: sums of what moved at the desks, never of payments. Three queries."""
    is_collected = Q(kind=CashMovement.Kind.COLLECTED)
    rows = (
        CashMovement.objects.filter(booked_on=day)
        .values("method", name=F("desk__name"))
        .annotate(amount=Sum("amount"), count=Count("pk", filter=is_collected))
        .order_by("desk__name", "method")
    )
    bank = ZERO
    desks = []
    for row in rows:
        if row["method"] == BANK:
            bank += row["amount"]
        else:
            label = str(Tender.Method(row["method"]).label)
            desks.append(DeskMethod(row["name"], row["method"], label, row["count"], row["amount"]))
    unknown = Transfer.objects.filter(
        booked_on=day, credit_book=Book.UNIDENTIFIED, debit_book=Book.BANK, reason=Reason.UNIDENTIFIED
    )
    return CashDay(
        day=day,
        closed=ClosedDay.objects.filter(day=day).select_related("closed_by").first(),
        desks=tuple(desks),
        bank=bank,
        unidentified=unknown.aggregate(total=Sum("amount"))["total"] or ZERO,
    )


def sessions_on(day: date) -> QuerySet[CashSession]:
    """The sessions of a day, by desk, with their close and its review."""
    found = CashSession.objects.filter(day=day)
    related = ("desk", "cashier", "close__document", "close__count", "close__review__reviewed_by", "close__closed_by")
    return found.select_related(*related).order_by("desk__name", "opened_at")


def collected_by_session(sessions: QuerySet[CashSession]) -> Mapping[int, Decimal]:
    """What stays collected in each session, by all methods, in pesos. One query."""
    rows = CashMovement.objects.filter(session__in=sessions).values_list("session_id").annotate(Sum("amount"))
    return dict(rows.order_by("session_id"))


def sessions_to_finish(day: date) -> QuerySet[CashSession]:
    """What keeps a day from being closed: sessions of it or of earlier days that are open or that nobody reviewed."""
    waits = Q(closed_at__isnull=True) | Q(close__count__isnull=False, close__review__isnull=True)
    found = CashSession.objects.filter(waits, day__lte=day)
    return found.select_related("desk", "cashier", "close__document").order_by("day", "desk__name")


def corrections_on(day: date) -> QuerySet[CashMovement]:
    """What was put right in the books of a day: everything that moved and is not a collection."""
    found = CashMovement.objects.filter(booked_on=day).exclude(kind=CashMovement.Kind.COLLECTED)
    papers = ("payment__receipts__document", "payment__receipts__account")
    return found.select_related("desk", "posting__by", "payment").prefetch_related(*papers).order_by("pk")


def bank_files_on(day: date) -> list[BankFile]:
    """The banks' files whose movements entered the books of a day. Two queries."""
    postings = Posting.objects.filter(
        pk__in=Transfer.objects.filter(booked_on=day, debit_book=Book.BANK).values("posting_id")
    )
    is_applied = Q(outcome=BankMovement.Outcome.APPLIED)
    rows = (
        BankMovement.objects.filter(posting__in=postings)
        .values("batch_id", "layout", name=F("batch__file_name"))
        .annotate(
            applied_count=Count("pk", filter=is_applied),
            applied=Sum("amount", filter=is_applied, default=ZERO),
            unidentified_count=Count("pk", filter=~is_applied),
            unidentified=Sum("amount", filter=~is_applied, default=ZERO),
        )
        .order_by("batch_id")
    )
    return [
        BankFile(
            name=row["name"],
            layout=row["layout"],
            applied_count=row["applied_count"],
            applied=row["applied"],
            unidentified_count=row["unidentified_count"],
            unidentified=row["unidentified"],
        )
        for row in rows
    ]


def contingencies_on(day: date) -> QuerySet[ContingencyReceipt]:
    """The contingency receipts whose payment entered the books of a day."""
    found = ContingencyReceipt.objects.filter(payment__booked_on=day)
    return found.select_related("block", "payment").order_by("block__series", "number")
