"""What a session has collected, what its drawer should hold, and how its close came out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from cauce.cashier.models import CashCount, CashMovement, CashSession, Receipt, SessionClose, Tender
from cauce.core.money import ZERO

CASH = Tender.Method.CASH.value
# What the cashier tells of the close by looking at papers, before seeing any figure of the system.
DECLARED = (Tender.Method.CARD.value, Tender.Method.CHEQUE.value, Tender.Method.TRANSFER.value)


@dataclass(frozen=True, slots=True)
class MethodTotal:
    """What a session collected by a method, how many times, and what went out of it since, in pesos."""

    method: str
    label: str
    count: int
    collected: Decimal
    undone: Decimal

    @property
    def net(self) -> Decimal:
        """What stays."""
        return self.collected + self.undone


@dataclass(frozen=True, slots=True)
class CloseLine:
    """A method in a close: what the system expected, what the cashier declared, and the difference, in pesos."""

    label: str
    expected: Decimal
    declared: Decimal | None

    @property
    def difference(self) -> Decimal:
        """Declared less expected; zero for what is not declared."""
        return ZERO if self.declared is None else self.declared - self.expected


def collected_in(session: CashSession) -> dict[str, Decimal]:
    """The signed sum of what moved in a session by each method, in pesos. One query."""
    rows = CashMovement.objects.filter(session=session).values_list("method").annotate(Sum("amount"))
    return dict(rows.order_by("method"))


def withdrawn_from(session: CashSession) -> Decimal:
    """Pesos that left the drawer in bags."""
    return session.withdrawals.aggregate(total=Sum("amount"))["total"] or ZERO


def expected_in(session: CashSession) -> dict[str, Decimal]:
    """What a session should hold by method, in pesos: the cash with the float and without the bags taken out."""
    expected = collected_in(session)
    expected[CASH] = session.opening_float + expected.get(CASH, ZERO) - withdrawn_from(session)
    return expected


def method_totals(session: CashSession) -> list[MethodTotal]:
    """What a session collected by each method and what was undone of it. One query."""
    is_collected = Q(kind=CashMovement.Kind.COLLECTED)
    rows = (
        CashMovement.objects.filter(session=session)
        .values("method")
        .annotate(
            count=Count("pk", filter=is_collected),
            collected=Sum("amount", filter=is_collected, default=ZERO),
            undone=Sum("amount", filter=~is_collected, default=ZERO),
        )
        .order_by("method")
    )
    return [
        MethodTotal(
            method=row["method"],
            label=str(Tender.Method(row["method"]).label),
            count=row["count"],
            collected=row["collected"],
            undone=row["undone"],
        )
        for row in rows
    ]


def open_session_of(user_id: int) -> CashSession | None:
    """The session that a cashier has open, of whatever day. One query."""
    sessions = CashSession.objects.filter(cashier_id=user_id, closed_at__isnull=True)
    return sessions.select_related("desk", "cashier").first()


def close_lines(close: SessionClose) -> list[CloseLine]:
    """The methods of a close, the cash first."""
    expected, declared = amounts_of(close.expected), amounts_of(close.declared)
    order = [CASH, *DECLARED, *sorted(set(expected) - {CASH, *DECLARED})]
    return [
        CloseLine(
            label=str(Tender.Method(method).label),
            expected=expected.get(method, ZERO),
            declared=declared.get(method),
        )
        for method in order
        if method in expected or declared.get(method)
    ]


def has_differences(close: SessionClose) -> bool:
    """Whether something declared in a close is not what was expected."""
    return any(line.difference for line in close_lines(close))


def amounts_of(stored: Mapping[str, str]) -> dict[str, Decimal]:
    """Pesos by method, as a close keeps them."""
    return {method: Decimal(amount) for method, amount in stored.items()}


def receipts_of(session: CashSession) -> QuerySet[Receipt]:
    """The receipts that a session gave, by folio."""
    found = Receipt.objects.filter(payment__session=session, replaces__isnull=True)
    return found.select_related("document", "account").order_by("document_id")


def opening_count(session: CashSession) -> CashCount | None:
    """How the float was counted, if it was."""
    return session.counts.filter(kind=CashCount.Kind.OPENING).first()


def sessions_of(user_id: int) -> QuerySet[CashSession]:
    """The sessions of a cashier, the last first."""
    found = CashSession.objects.filter(cashier_id=user_id).select_related("desk", "cashier")
    return found.select_related("close__document", "close__review", "deposit").order_by("-opened_at")


def unreviewed_closes() -> QuerySet[SessionClose]:
    """The closes that were counted and that nobody has reviewed, the oldest first."""
    found = SessionClose.objects.filter(count__isnull=False, review__isnull=True)
    return found.select_related("session__desk", "session__cashier").order_by("session__day", "session_id")
