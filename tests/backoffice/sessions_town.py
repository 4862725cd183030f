"""A drawer of the small town: opened, paid into, emptied in part, counted by surprise, closed short and reviewed."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from cauce.cashier.models import CashCount, CashSession, CashWithdrawal, ContingencyBlock
from cauce.cashier.operations import (
    PaymentShare,
    capture_contingency,
    close_session,
    count_drawer,
    open_desk,
    open_session,
    print_contingency_block,
    spoil_contingency,
    take_payment,
    withdraw_cash,
)
from cauce.cashier.rules import Tendered
from cauce.registry.models import Account
from tests.backoffice.town import AT, Town


@dataclass(frozen=True, slots=True)
class SessionsTown:
    """The session, closed and waiting for its review, and its papers."""

    session: CashSession
    withdrawal: CashWithdrawal
    count: CashCount
    block: ContingencyBlock


def sessions_town(town: Town) -> SessionsTown:
    """Make it, or give the one that was made."""
    cashier, supervisor = town.staff["cajero"], town.staff["supervisor-cajas"]
    done = CashSession.objects.filter(desk__code="PT", close__isnull=False).first()
    if done is not None:
        return SessionsTown(
            done, done.withdrawals.get(), done.counts.get(kind="SURPRISE"), ContingencyBlock.objects.get(series="CT-PT")
        )
    desk = open_desk(code="PT", name="Caja de prueba", series="PT")
    session = open_session(desk=desk, cashier=cashier, denominations={"100": 3, "50": 4}, at=AT)
    block = print_contingency_block(desk=desk, count=6, at=AT - timedelta(days=3), by=supervisor)
    account = Account.objects.exclude(pk=town.account.pk).order_by("pk")[2]
    for number, (method, amount) in enumerate((("CASH", "700.00"), ("CARD", "150.00"), ("CHEQUE", "80.00")), start=1):
        take_payment(
            shares=[PaymentShare(account=account, amount=Decimal(amount))],
            tenders=[Tendered(method, Decimal(amount), f"44{number}", "Banco Demo")],
            session=session,
            at=AT,
            by=cashier,
            key=f"town/session/{number}",
        )
    capture_contingency(
        block=block,
        number=1,
        share=PaymentShare(account=account, amount=Decimal("60.00")),
        tenders=[Tendered("CASH", Decimal("60.00"))],
        received_at=AT - timedelta(days=1),
        session=session,
        at=AT,
        by=cashier,
        key="town/contingency",
    )
    spoil_contingency(block=block, number=2, reason="Se mojó", at=AT, by=cashier)
    withdrawal = withdraw_cash(
        session=session,
        bag="B-100",
        denominations={"500": 1},
        received_by=supervisor,
        at=AT,
        by=cashier,
        key="town/withdrawal",
    )
    count = count_drawer(
        session=session, denominations={"200": 3}, note="Presente Ana Ruiz", at=AT, by=supervisor, key="town/count"
    )
    close_session(
        session=session,
        denominations={"200": 2, "100": 3, "10": 1},
        declared={"CARD": Decimal("150.00"), "CHEQUE": Decimal("80.00")},
        bag="B-101",
        at=AT + timedelta(hours=6),
        by=cashier,
        key="town/close",
    )
    session.refresh_from_db()
    return SessionsTown(session, withdrawal, count, block)
