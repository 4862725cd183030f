"""The statement of account and the summary of what is owed today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from cauce.core.money import ZERO
from cauce.core.periods import period_of
from cauce.documents.models import Document
from cauce.ledger.queries.balances import advance_balances
from cauce.ledger.queries.charges import open_charges
from cauce.ledger.queries.law import CollectionLaw
from cauce.ledger.queries.surcharges import surcharges_due
from cauce.ledger.rules import (
    AGREEMENT_BOOK,
    PAID_TOGETHER,
    Movement,
    OpenCharge,
    StatementEntry,
    is_agreement_interest,
    movements_of,
    overdue_periods,
)
from cauce.tariffs.rules.values import ConceptKind

_ENTRIES = """
    SELECT transfer.reason, transfer.posting_id, transfer.document_id,
           CASE WHEN transfer.reason IN ('REVERSAL', 'ADJUSTMENT')
                THEN transfer.booked_on ELSE transfer.effective_on END,
           document.series, document.number,
           CASE WHEN transfer.debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES')
                THEN transfer.amount ELSE 0 END
         - CASE WHEN transfer.credit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES')
                THEN transfer.amount ELSE 0 END
    FROM ledger_transfer transfer
    LEFT JOIN documents_document document ON document.id = transfer.document_id
    WHERE transfer.account_id = %(account)s
    ORDER BY transfer.id
"""


def statement_movements(account_id: int, *, as_of: date | None = None) -> list[Movement]:
    """The account's movements up to the end of the day ``as_of`` (all without it), each with the balance after it."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"account": account_id})
        rows = cursor.fetchall()
    return movements_of(
        StatementEntry(
            kind=reason,
            posting_id=posting_id,
            document_id=document_id,
            on=on,
            folio="" if series is None else Document(series=series, number=number).folio,
            amount=amount,
        )
        for reason, posting_id, document_id, on, series, number, amount in rows
        if as_of is None or on <= as_of
    )


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """What one period, or one debt without period, still owes, in pesos.

    ``services`` are water, sewerage, treatment and their VAT; ``surcharges`` are those already posted and
    ``surcharges_to_post`` those earned up to the day asked for with their VAT, which are posted before any payment;
    ``others`` is the rest (reinstalación, instalments, one-off charges). The notes of an agreement that fall due in a
    month stand apart from what was billed for it.
    """

    period: date
    due_on: date
    services: Decimal
    surcharges: Decimal
    surcharges_to_post: Decimal
    others: Decimal
    is_overdue: bool
    is_agreement: bool = False

    @property
    def late(self) -> Decimal:
        """What paying late has cost to the day, posted or not."""
        return self.surcharges + self.surcharges_to_post

    @property
    def total(self) -> Decimal:
        """All that the period asks for today."""
        return self.services + self.surcharges + self.surcharges_to_post + self.others


@dataclass(frozen=True, slots=True)
class DebtSummary:
    """What an account owes on a day, surcharges to that day included; ``advance`` is the money in its favour.

    The interest of an agreement whose month has not begun by then is not owed yet: paying before it asks for none.
    ``charges`` are what is pending as it stands, without the surcharges that nobody has posted yet. ``covered`` is what
    of ``total`` the money in favour pays, and ``covered_overdue`` what of ``overdue``: each person's settles only what
    that person owes, so that what a former holder left in favour pays nothing of the new one's.
    """

    periods: tuple[OpenPeriod, ...]
    advance: Decimal
    overdue_months: int
    charges: tuple[OpenCharge, ...] = ()
    covered: Decimal = ZERO
    covered_overdue: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All that is owed, due or not, before the money in favour."""
        return sum((period.total for period in self.periods), ZERO)

    @property
    def exact(self) -> Decimal:
        """What settles all of it: the money in favour that can pay it goes first."""
        return self.total - self.covered

    @property
    def surcharges_to_post(self) -> Decimal:
        """What the surcharges have earned to the day and no movement says yet: a payment posts them first."""
        return sum((period.surcharges_to_post for period in self.periods), ZERO)

    @property
    def overdue(self) -> Decimal:
        """What is past its due date."""
        return sum((period.total for period in self.periods if period.is_overdue), ZERO)


def debt_summary(account_id: int, *, on: date, law: CollectionLaw) -> DebtSummary:
    """What the account owes on the day ``on``, by period, with the surcharges that a payment that day would post."""
    return debt_summaries([account_id], on=on, law=law)[account_id]


def debt_summaries(account_ids: Sequence[int], *, on: date, law: CollectionLaw) -> dict[int, DebtSummary]:
    """What each account owes on the day ``on``: five queries at most, whatever their number."""
    charges = {
        account_id: [charge for charge in owed if charge.effective_on <= on or not is_agreement_interest(charge)]
        for account_id, owed in open_charges(account_ids).items()
    }
    to_post: dict[int, dict[date, _Earned]] = {}
    for due in surcharges_due(account_ids, on, law.surcharges):
        tax = law.surcharges.vat_on(due.amount)
        to_post.setdefault(due.account_id, {})[due.period] = _Earned(due.party_id, due.amount + tax)
    advances = advance_balances(account_ids)
    return {
        account_id: _summary(
            charges.get(account_id, []), to_post.get(account_id, {}), advances.get(account_id, {}), on, law
        )
        for account_id in account_ids
    }


class _Earned(NamedTuple):
    """Surcharges of a period that nobody has posted, with their VAT, and who owes them."""

    party_id: int
    amount: Decimal


def _summary(
    charges: Sequence[OpenCharge],
    to_post: Mapping[date, _Earned],
    advances: Mapping[int, Decimal],
    on: date,
    law: CollectionLaw,
) -> DebtSummary:
    by_period: dict[tuple[date, bool], list[OpenCharge]] = {}
    for charge in charges:
        whose = (charge.period or period_of(charge.due_on), charge.book == AGREEMENT_BOOK)
        by_period.setdefault(whose, []).append(charge)
    periods = []
    owed_by: dict[int | None, Decimal] = {}
    overdue_by: dict[int | None, Decimal] = {}
    for (period, is_agreement), owed in sorted(by_period.items(), key=lambda one: one[0]):
        sums = {"services": ZERO, "surcharges": ZERO, "others": ZERO}
        for charge in owed:
            kind = law.order.kind_of(charge)
            name = "services" if kind in PAID_TOGETHER else "surcharges" if kind is ConceptKind.SURCHARGE else "others"
            sums[name] += charge.pending
        due_on = min(charge.due_on for charge in owed)
        parts = [(charge.party_id, charge.pending) for charge in owed]
        earned = None if is_agreement else to_post.get(period)
        if earned is not None:
            parts.append(earned)
        for party_id, amount in parts:
            owed_by[party_id] = owed_by.get(party_id, ZERO) + amount
            if due_on < on:
                overdue_by[party_id] = overdue_by.get(party_id, ZERO) + amount
        periods.append(
            OpenPeriod(
                period=period,
                due_on=due_on,
                surcharges_to_post=ZERO if earned is None else earned.amount,
                is_overdue=due_on < on,
                is_agreement=is_agreement,
                **sums,
            )
        )
    return DebtSummary(
        tuple(periods),
        sum(advances.values(), ZERO),
        len(overdue_periods(charges, law.order, on)),
        tuple(charges),
        covered=_covered(owed_by, advances),
        covered_overdue=_covered(overdue_by, advances),
    )


def _covered(owed_by: Mapping[int | None, Decimal], advances: Mapping[int, Decimal]) -> Decimal:
    """What the money in favour of each person pays of what that person owes."""
    return sum((min(amount, owed_by.get(party_id, ZERO)) for party_id, amount in advances.items() if amount > 0), ZERO)
