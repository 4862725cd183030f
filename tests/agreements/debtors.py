"""Debts made to measure, and what a ledger says whatever happened to it, for the tests of agreements."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from cauce.agreements.models import NoteAct, PaymentAgreement, PromissoryNote
from cauce.cashier.models import CashSession, Payment, Tender
from cauce.cashier.operations import PaymentShare, take_payment
from cauce.cashier.rules import Tendered
from cauce.core.money import ZERO
from cauce.ledger.models import Book, Transfer
from cauce.ledger.queries import balance, open_charges
from cauce.registry.models import Account
from cauce.users.models import User
from tests.ledger.debts import a_debt, write_debts


def owe_months(account: Account, periods: Sequence[date], *, at: datetime, by: User) -> None:
    """Charge water, sewerage and VAT of each period, due on its 20th."""
    entries = []
    for place, period in enumerate(periods):
        due_on = period.replace(day=20) - timedelta(days=0)
        entries += [
            a_debt(account, "AGUA", f"{180 + place * 7}.35", due_on, period=period),
            a_debt(account, "ALCANTARILLADO", f"{36 + place}.07", due_on, period=period),
            a_debt(account, "IVA", f"{5 + place}.77", due_on, period=period),
        ]
    write_debts(entries, at=at, by=by)


def picture(account: Account) -> Counter[tuple[str, date | None, date, Decimal]]:
    """What an account owes, charge by charge as people see it: concept, period, due day and what is left of each."""
    owed: Counter[tuple[str, date | None, date, Decimal]] = Counter()
    gathered: dict[tuple[str, date | None, date], Decimal] = {}
    for charge in open_charges([account.pk]).get(account.pk, ()):
        whose = (charge.concept, charge.period, charge.due_on)
        gathered[whose] = gathered.get(whose, ZERO) + charge.pending
    for (concept, period, due_on), pending in gathered.items():
        owed[concept, period, due_on, pending] += 1
    return owed


def pay(
    account: Account, amount: Decimal | str, session: CashSession, *, at: datetime, by: User, key: str,
    note: PromissoryNote | None = None,
) -> Payment:  # fmt: skip
    """Pay in cash at the desk, directed to a note if there is one."""
    pesos = Decimal(amount)
    share = PaymentShare(amount=pesos, account=account, directed_to=None if note is None else note.document)
    return take_payment(
        shares=[share],
        tenders=[Tendered(Tender.Method.TRANSFER, pesos, reference=f"R-{key}", institution="BANCO")],
        session=session,
        at=at,
        by=by,
        key=key,
    )


def in_book(book: Book) -> Decimal:
    """What a book holds."""
    held = ZERO
    for debit, credit, amount in Transfer.objects.values_list("debit_book", "credit_book", "amount"):
        held += amount if debit == book else ZERO
        held -= amount if credit == book else ZERO
    return held


def in_auxiliar() -> Decimal:
    """What the acts on notes say that is still promised."""
    told = ZERO
    for kind, amount in NoteAct.objects.values_list("kind", "amount"):
        if kind == NoteAct.Kind.SIGNED:
            told += amount
        elif kind not in (NoteAct.Kind.ISSUED, NoteAct.Kind.KEPT, NoteAct.Kind.OVERDUE, NoteAct.Kind.RETURNED):
            told -= amount
    return told


def notes_of(agreement: PaymentAgreement) -> list[PromissoryNote]:
    return list(agreement.notes.select_related("document", "agreement", "instalment").order_by("number"))


__all__ = ["balance", "in_auxiliar", "in_book", "notes_of", "owe_months", "pay", "picture"]
