"""What the law charges once to an account for what its debt set off: the reconnection, a fine."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.money import ZERO, round_to_cents
from cauce.core.periods import period_of
from cauce.documents.models import Document
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import post
from cauce.ledger.rules import Entry
from cauce.registry.models import Account
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User


class ServiceNotInLaw(DomainError):
    """The law in force has no price for what is to be charged."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"La ley vigente no tiene el servicio «{code}» en derechos.csv: pida que se cargue antes de cobrarlo."
        )


class LawPrice(NamedTuple):
    """What a service of the law costs, in pesos, and by which article it is said."""

    amount: Decimal
    vat: Decimal
    name: str
    legal_basis: str

    @property
    def total(self) -> Decimal:
        """What is paid."""
        return self.amount + self.vat


def law_price(code: str, *, on: date) -> LawPrice:
    """The price of a service on a day.

    :raises ServiceNotInLaw: if the law in force does not have it.
    :raises NoLawInForce: if no law rules that month.
    """
    schedule = schedule_for_period(period_of(on))
    charge = schedule.one_off_charges.get(code)
    if charge is None:
        raise ServiceNotInLaw(code)
    vat = round_to_cents(charge.amount * charge.vat_percent / 100)
    return LawPrice(charge.amount, vat, charge.name, f"{schedule.law}, artículo {schedule.article}")


def charge_once(
    *,
    account: Account,
    price: LawPrice,
    concept: str,
    reason: Reason,
    document: Document,
    due_on: date,
    operation: str,
    at: datetime,
    by: User,
    key: str,
) -> Posting:
    """Charge a price of the law to an account, with its VAT. The caller holds the account. Idempotent by key.

    :raises KeyReused: if the key was used with other data.
    """
    parts = [(concept, Book.REVENUE, price.amount)]
    if price.vat > ZERO:
        parts.append((VAT, Book.VAT_PENDING, price.vat))
    entries = [
        Entry(
            debit_book=Book.RECEIVABLE,
            credit_book=source,
            concept=part,
            amount=amount,
            effective_on=local_day(at),
            reason=reason,
            party_id=account.holder_id,
            account_id=account.pk,
            due_on=due_on,
            document_id=document.pk,
        )
        for part, source, amount in parts
    ]
    body = {"account": account.pk, "concept": concept}
    return post(operation=operation, entries=entries, key=key, body=body, at=at, by=by)
