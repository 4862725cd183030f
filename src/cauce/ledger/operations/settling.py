"""Settling charges: with money that comes in, and with money already in favour of the account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.events.operations import publish
from cauce.ledger.events import ADVANCES_APPLIED
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations.locks import lock_accounts
from cauce.ledger.operations.posting import begin_posting, write_allocations, write_transfers
from cauce.ledger.queries import advance_balances, booking_day, open_charges
from cauce.ledger.rules import (
    ADVANCE,
    PAYMENT,
    AllocationOrder,
    Allotment,
    Entry,
    OpenCharge,
    Source,
    allocate,
    draw,
    payable_on,
)
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User


@dataclass(slots=True)
class Settlement:
    """Entries and allotments being gathered for one act; an allotment's ``credit`` is the place of its entry."""

    entries: list[Entry] = field(default_factory=list)
    allotments: list[Allotment] = field(default_factory=list)

    def settle(
        self,
        *,
        sources: Sequence[Source],
        parts: Sequence[tuple[OpenCharge, Decimal]],
        reason: str,
        concept: str,
        effective_on: date,
        document_id: int | None,
    ) -> list[Source]:
        """Add the credits that pay ``parts`` out of ``sources``, one for each pair of books, and collect their VAT.

        :returns: what is left of the sources.
        """
        settled, left = draw(sources, parts)
        gathered: dict[tuple[str, str, int | None, int | None], list[tuple[int, Decimal]]] = {}
        collected: dict[tuple[int | None, int | None], Decimal] = {}
        for source_book, charge, amount in settled:
            debtor = (charge.party_id, charge.account_id)
            gathered.setdefault((source_book, charge.book, *debtor), []).append((charge.id, amount))
            if charge.concept == VAT:
                collected[debtor] = collected.get(debtor, ZERO) + amount
        for (source_book, book, party_id, account_id), paid in gathered.items():
            credit = len(self.entries)
            self.entries.append(
                Entry(
                    debit_book=source_book,
                    credit_book=book,
                    concept=concept,
                    amount=sum((amount for _, amount in paid), ZERO),
                    effective_on=effective_on,
                    reason=reason,
                    party_id=party_id,
                    account_id=account_id,
                    document_id=document_id,
                )
            )
            self.allotments += [Allotment(credit, charge_id, amount, effective_on) for charge_id, amount in paid]
        for (party_id, account_id), amount in collected.items():
            self.entries.append(
                Entry(
                    debit_book=Book.VAT_PENDING,
                    credit_book=Book.VAT_COLLECTED,
                    concept=VAT,
                    amount=amount,
                    effective_on=effective_on,
                    reason=Reason.VAT_COLLECTED,
                    party_id=party_id,
                    account_id=account_id,
                    document_id=document_id,
                )
            )
        return left

    def keep(
        self,
        left: Sequence[Source],
        *,
        party_id: int,
        account_id: int | None,
        document_id: int,
        effective_on: date,
    ) -> Decimal:
        """Add what is left of a payment's sources as money in favour of the party and account; say how much it is."""
        self.entries += [
            Entry(
                debit_book=book,
                credit_book=Book.ADVANCES,
                concept=ADVANCE,
                amount=amount,
                effective_on=effective_on,
                reason=Reason.PAYMENT,
                party_id=party_id,
                account_id=account_id,
                document_id=document_id,
            )
            for book, amount in left
        ]
        return sum((amount for _, amount in left), ZERO)

    def write(self, *, posting: Posting, booked_on: date) -> list[int]:
        """Write what was gathered under ``posting``, in the caller's transaction, and return the transfers' ids."""
        ids = write_transfers(posting=posting, entries=self.entries, booked_on=booked_on)
        write_allocations(
            posting=posting,
            # Built anew and not replaced: a bank's file has millions of them and _replace takes four times as long.
            allotments=[
                Allotment(ids[it.credit], it.charge_id, it.amount, it.effective_on, it.reverses_id)
                for it in self.allotments
            ],
        )
        return ids


def collect_vat(
    *,
    posting: Posting,
    more: Decimal,
    effective_on: date,
    booked_on: date,
    party_id: int,
    account_id: int | None,
    document_id: int | None,
) -> None:
    """Pass VAT from pending to collected, or back, by what money collects ``more`` (or less) of it than it did."""
    if more == 0:
        return
    books = (Book.VAT_PENDING, Book.VAT_COLLECTED) if more > 0 else (Book.VAT_COLLECTED, Book.VAT_PENDING)
    entry = Entry(
        debit_book=books[0],
        credit_book=books[1],
        concept=VAT,
        amount=abs(more),
        effective_on=effective_on,
        reason=Reason.VAT_COLLECTED,
        party_id=party_id,
        account_id=account_id,
        document_id=document_id,
    )
    write_transfers(posting=posting, entries=[entry], booked_on=booked_on)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a sum: pesos that settled charges and pesos kept in favour of the account."""

    applied: Decimal
    advance: Decimal


def settle(
    *,
    posting: Posting,
    sources: Sequence[Source],
    parts: Sequence[tuple[OpenCharge, Decimal]],
    party_id: int,
    account_id: int | None,
    document_id: int,
    effective_on: date,
    booked_on: date,
    rounded_up: Decimal = ZERO,
) -> Applied:
    """Write a payment under ``posting``: it settles ``parts``; what is left stays in favour of the party and account.

    ``rounded_up`` is cash beyond the sources that the coins added; what they took off comes as a source, out of the
    book of roundings. The VAT that is paid passes from pending to collected. Works in the caller's transaction, which
    holds the locks. Not idempotent: the caller claimed the posting.
    """
    settlement = Settlement()
    left = settlement.settle(
        sources=sources,
        parts=parts,
        reason=Reason.PAYMENT,
        concept=PAYMENT,
        effective_on=effective_on,
        document_id=document_id,
    )
    advance = settlement.keep(
        left, party_id=party_id, account_id=account_id, document_id=document_id, effective_on=effective_on
    )
    if rounded_up > 0:
        settlement.entries.append(
            Entry(
                debit_book=Book.CASH,
                credit_book=Book.ROUNDING,
                concept=PAYMENT,
                amount=rounded_up,
                effective_on=effective_on,
                reason=Reason.ROUNDING,
                party_id=party_id,
                account_id=account_id,
                document_id=document_id,
            )
        )
    settlement.write(posting=posting, booked_on=booked_on)
    return Applied(applied=sum((amount for _, amount in parts), ZERO), advance=advance)


def settle_from_advances(
    *,
    posting: Posting,
    account_ids: Iterable[int],
    documents: Mapping[int, int],
    order: AllocationOrder,
    effective_on: date,
    booked_on: date,
) -> dict[int, Decimal]:
    """Use the money in favour of each account to pay what it owes, in the law's order, under ``posting``.

    ``documents`` gives, by account, the document the application hangs from (the bill that is being issued); an account
    without one gets none. Two queries whatever the number of accounts. Works in the caller's transaction, which holds
    the locks; not idempotent: the caller claimed the posting.

    :returns: pesos applied by account; accounts where nothing was applied are left out.
    """
    in_favour = advance_balances(account_ids)
    charges = open_charges(in_favour) if in_favour else {}
    settlement = Settlement()
    applied: dict[int, Decimal] = {}
    for account_id, by_party in in_favour.items():
        for party_id, amount in by_party.items():
            owed = [
                charge
                for charge in payable_on(charges.get(account_id, ()), order, on=effective_on)
                if charge.party_id == party_id
            ]
            if amount <= 0 or not owed:
                continue
            by_id = {charge.id: charge for charge in owed}
            parts = [(by_id[id_], part) for id_, part in allocate(amount, owed, order, on=effective_on)]
            settlement.settle(
                sources=[Source(Book.ADVANCES, amount)],
                parts=parts,
                reason=Reason.ADVANCE_APPLIED,
                concept=ADVANCE,
                effective_on=effective_on,
                document_id=documents.get(account_id),
            )
            applied[account_id] = applied.get(account_id, ZERO) + sum((part for _, part in parts), ZERO)
    settlement.write(posting=posting, booked_on=booked_on)
    return applied


@transaction.atomic
def apply_advances(
    *, account_ids: Sequence[int], effective_on: date, order: AllocationOrder, key: str, at: datetime, by: User
) -> dict[int, Decimal]:
    """Use the money in favour of these accounts to pay what they owe, in the law's order.

    Idempotent: the same key over the same accounts and day does nothing the second time and returns an empty result.

    :returns: pesos applied by account.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    lock_accounts(account_ids)
    body = {"accounts": sorted(account_ids), "on": effective_on}
    posting, is_new = begin_posting(operation="apply_advances", key=key, body=body, at=at, by=by)
    if not is_new:
        return {}
    applied = settle_from_advances(
        posting=posting,
        account_ids=account_ids,
        documents={},
        order=order,
        effective_on=effective_on,
        booked_on=booking_day(at),
    )
    if applied:
        publish(
            ADVANCES_APPLIED,
            subject_kind="Posting",
            subject_id=posting.pk,
            account_id=account_ids[0] if len(account_ids) == 1 else None,
            facts={"amount": format_money(sum(applied.values(), ZERO))},
            at=at,
            by=by,
        )
    return applied
