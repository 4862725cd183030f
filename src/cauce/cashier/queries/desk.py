"""What a cashier looks at before collecting: their session, what is due of each account, what each order asks for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from cauce.agreements.models import PromissoryNote
from cauce.cashier.models import Payment, PaymentOrder
from cauce.cashier.models.orders import PaymentOrderQuerySet
from cauce.cashier.queries.orders import order_due
from cauce.core.es_mx import format_date
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.ledger.queries import CollectionLaw, DebtSummary, debt_summaries
from cauce.ledger.rules import AGREEMENT_BOOK, OpenCharge
from cauce.registry.models import Account, AccountRole, Hold
from cauce.tariffs.rules.values import SURCHARGE

_PAYING = [AccountRole.Role.HOLDER.value, AccountRole.Role.OWNER.value, AccountRole.Role.PAYER.value]
_OWN = """
    SELECT account.id, account.number FROM registry_account account
    WHERE account.holder_id = {person} AND account.state <> 'CLOSED'
    UNION
    SELECT account.id, account.number
    FROM registry_accountrole role JOIN registry_account account ON account.id = role.account_id
    WHERE role.customer_id = {person} AND role.valid_until IS NULL AND role.role = ANY(%(roles)s)
      AND account.state <> 'CLOSED'
"""
_OF_PERSON = f"SELECT id FROM ({_OWN.format(person='%(person)s')}) own ORDER BY number LIMIT %(most)s"  # noqa: S608
_WHO_PAYS = f"""
    SELECT person.id, person.name, own.accounts
    FROM (
        SELECT holder_id AS id FROM registry_account WHERE id = %(account)s
        UNION
        SELECT customer_id FROM registry_accountrole
        WHERE account_id = %(account)s AND valid_until IS NULL AND role = ANY(%(roles)s)
    ) payer
    JOIN registry_customer person ON person.id = payer.id
    JOIN LATERAL (SELECT count(*) AS accounts FROM ({_OWN.format(person="payer.id")}) one) own ON own.accounts > 1
    ORDER BY person.name, person.id
"""  # noqa: S608
_LAST_MOVES = "SELECT account_id, max(id) FROM ledger_transfer WHERE account_id = ANY(%s) GROUP BY account_id"
_LAST_MOVES_OF_PARTIES = """
    SELECT party_id, max(id) FROM ledger_transfer WHERE account_id IS NULL AND party_id = ANY(%s) GROUP BY party_id
"""


class Payer(NamedTuple):
    """A person who answers for an account, and how many accounts in use they answer for."""

    id: int
    name: str
    accounts: int


@dataclass(frozen=True, slots=True)
class OrderDue:
    """What an orden de pago asks for now, in pesos; ``refusal`` says why it cannot be collected and what to do."""

    order: PaymentOrder
    amount: Decimal
    refusal: str

    @property
    def folio(self) -> str:
        """Its folio."""
        return self.order.document.folio


@dataclass(frozen=True, slots=True)
class BillDue:
    """What is pending of one bill."""

    document: Document
    period: date | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class NoteDue:
    """What settles one pagaré today: interest whose month has not begun is not asked for."""

    document: Document
    label: str
    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class AccountDue:
    """An account at the desk: what it owes, what stands in the way, what could be paid apart."""

    account: Account
    debt: DebtSummary
    holds: tuple[Hold, ...]
    bills: tuple[BillDue, ...]
    orders: tuple[OrderDue, ...]
    notes: tuple[NoteDue, ...] = ()

    @property
    def exact(self) -> Decimal:
        """What settles it today: all that it owes less the money in favour that can pay it."""
        return self.debt.exact

    @property
    def overdue(self) -> Decimal:
        """What settles what is past its due date."""
        return self.debt.overdue - self.debt.covered_overdue

    @property
    def charges(self) -> list[OpenCharge]:
        """What is pending, with the surcharges that a payment today posts first."""
        to_post = [
            OpenCharge(
                id=-(self.account.pk * 1000 + position),
                concept=SURCHARGE,
                period=period.period,
                due_on=period.due_on,
                amount=period.surcharges_to_post,
                pending=period.surcharges_to_post,
                effective_on=period.due_on,
                account_id=self.account.pk,
            )
            for position, period in enumerate(self.debt.periods)
            if period.surcharges_to_post > 0
        ]
        return [*self.debt.charges, *to_post]


def accounts_due(account_ids: Sequence[int], *, on: date, law: CollectionLaw) -> list[AccountDue]:
    """What is due of each account that exists, in the order given; eleven queries at most, whatever their number."""
    accounts = {
        account.pk: account
        for account in Account.objects.filter(pk__in=account_ids).select_related(
            "holder", "connection__premises", "tariff_code"
        )
    }
    ids = [account_id for account_id in dict.fromkeys(account_ids) if account_id in accounts]
    if not ids:
        return []
    debts = debt_summaries(ids, on=on, law=law)
    holds: dict[int, list[Hold]] = {}
    for hold in Hold.objects.open_on(on).filter(account__in=ids).order_by("pk"):
        holds.setdefault(hold.account_id, []).append(hold)
    documents = _bills_among(charge for debt in debts.values() for charge in debt.charges)
    notes = _notes_among(charge for debt in debts.values() for charge in debt.charges)
    orders: dict[int, list[OrderDue]] = {}
    holders = {account.holder_id: account.pk for account in accounts.values()}
    for due in _orders_waiting(ids, holders, on=on):
        account_id = due.order.account_id or holders[due.order.party_id]
        orders.setdefault(account_id, []).append(due)
    return [
        AccountDue(
            accounts[account_id],
            debts[account_id],
            tuple(holds.get(account_id, ())),
            _bills_of(debts[account_id], documents),
            tuple(orders.get(account_id, ())),
            _notes_of(debts[account_id], notes),
        )
        for account_id in ids
    ]


def orders_due(order_ids: Sequence[int], *, on: date) -> list[OrderDue]:
    """What each orden de pago asks for on the day ``on``, in the order given."""
    found = {order.pk: order for order in _orders(on).filter(pk__in=order_ids)}
    return [_due(found[order_id], on) for order_id in dict.fromkeys(order_ids) if order_id in found]


def accounts_of_person(person_id: int, *, most: int) -> list[int]:
    """The accounts in use that a person holds, owns or pays, by number, ``most`` at most. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_PERSON, {"person": person_id, "roles": _PAYING, "most": most})
        return [row[0] for row in cursor.fetchall()]


def who_pays(account_id: int) -> list[Payer]:
    """Who holds, owns or pays an account, when they have other accounts too. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WHO_PAYS, {"account": account_id, "roles": _PAYING})
        return [Payer._make(row) for row in cursor.fetchall()]


def last_moves(account_ids: Collection[int], party_ids: Collection[int]) -> dict[tuple[int | None, int | None], int]:
    """The last transfer of each account, and of each person without account, by (account, person): one of them is None.

    It tells whether somebody moved them since. Two queries at most.
    """
    found: dict[tuple[int | None, int | None], int] = {}
    with connection.cursor() as cursor:
        if account_ids:
            cursor.execute(_LAST_MOVES, [list(account_ids)])
            found |= {(account_id, None): last for account_id, last in cursor.fetchall()}
        if party_ids:
            cursor.execute(_LAST_MOVES_OF_PARTIES, [list(party_ids)])
            found |= {(None, party_id): last for party_id, last in cursor.fetchall()}
    return found


def payments_of_session(session_id: int) -> QuerySet[Payment]:
    """What was collected in a session."""
    return Payment.objects.filter(session_id=session_id).prefetch_related(
        "tenders", "receipts__document", "receipts__account__holder", "receipts__party", "receipts__cancellation"
    )


def _orders(on: date) -> PaymentOrderQuerySet:
    return PaymentOrder.objects.with_state(on).select_related(
        "document", "party", "account__holder", "account__connection__premises", "cancellation"
    )


def _orders_waiting(account_ids: Sequence[int], holder_ids: Collection[int], *, on: date) -> list[OrderDue]:
    """The orders that may be paid of these accounts and, without account, of their holders."""
    whose = Q(account__in=account_ids) | Q(account__isnull=True, party__in=holder_ids)
    waiting = _orders(on).filter(whose, cancellation__isnull=True).order_by("document_id")
    return [_due(order, on) for order in waiting if order.state == PaymentOrder.State.PENDING]


def _due(order: PaymentOrder, on: date) -> OrderDue:
    folio = order.document.folio
    match order.state:
        case PaymentOrder.State.PENDING:
            amount = order_due(order, on)
            settled = f"La orden {folio} ya no tiene nada por pagar; revise el estado de cuenta."
            return OrderDue(order, amount, "" if amount > 0 else settled)
        case PaymentOrder.State.PAID:
            refusal = f"La orden {folio} ya se pagó; no se cobra dos veces."
        case PaymentOrder.State.CANCELLED:
            refusal = f"La orden {folio} se canceló: {order.cancellation.reason}. Pida en ventanilla una nueva."
        case _:
            refusal = f"La orden {folio} venció el {format_date(order.expires_on)}; pida en ventanilla una nueva."
    return OrderDue(order, ZERO, refusal)


def _bills_among(charges: Iterable[OpenCharge]) -> dict[int, Document]:
    ids = {charge.document_id for charge in charges if charge.document_id is not None}
    return Document.objects.filter(pk__in=ids, kind=Document.Kind.BILL).in_bulk() if ids else {}


def _notes_among(charges: Iterable[OpenCharge]) -> dict[int, PromissoryNote]:
    ids = {charge.document_id for charge in charges if charge.book == AGREEMENT_BOOK}
    return PromissoryNote.objects.select_related("document").in_bulk(list(ids)) if ids else {}


def _notes_of(debt: DebtSummary, notes: dict[int, PromissoryNote]) -> tuple[NoteDue, ...]:
    pending: dict[int, Decimal] = {}
    for charge in debt.charges:
        if charge.document_id in notes and charge.book == AGREEMENT_BOOK:
            pending[charge.document_id] = pending.get(charge.document_id, ZERO) + charge.pending
    owed = sorted(((notes[note_id], amount) for note_id, amount in pending.items()), key=lambda one: one[0].number)
    return tuple(NoteDue(note.document, f"{note.number}/{note.of}", note.due_on, amount) for note, amount in owed)


def _bills_of(debt: DebtSummary, documents: dict[int, Document]) -> tuple[BillDue, ...]:
    pending: dict[int, list[OpenCharge]] = {}
    for charge in debt.charges:
        if charge.document_id in documents:
            pending.setdefault(charge.document_id, []).append(charge)
    return tuple(
        BillDue(documents[document_id], charges[0].period, sum((charge.pending for charge in charges), ZERO))
        for document_id, charges in sorted(pending.items())
    )
