"""Correcting what was charged: charges are reversed, others take their place, and money finds its own again.

What had paid the reversed charges settles the new ones, and then whatever the law's order says it would have settled on
its own day; what nothing takes is money in favour. Surcharges are as if the new charges had been there from the start.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.money import ZERO
from cauce.ledger.models import Allocation, Book, Posting, Reason, Transfer
from cauce.ledger.operations.late_money import put_surcharges_right, take_back_surcharges
from cauce.ledger.operations.posting import write_allocations, write_transfers
from cauce.ledger.operations.reversals import (
    AdvanceSpent,
    applications_in_the_way,
    apply_freed,
    mirror_of,
    note_earliest,
    undo_transfers,
)
from cauce.ledger.operations.settling import collect_vat, settle_from_advances
from cauce.ledger.operations.surcharges import post_surcharges, surcharge_entries
from cauce.ledger.queries import CollectionLaw, SurchargeDue, booking_day, pending_charges, surcharge_states
from cauce.ledger.rules import ADVANCE, INSTALMENT, Allotment, Entry, OpenCharge, allocate, payable_on
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User

# What an act of this kind adds to its key to name the surcharges that it returned.
_RETURNED = "/rec-dev"


class ChargeHeld(DomainError):
    """A charge was settled by something that is not money: an agreement, or an act that let it go."""

    def __init__(self) -> None:
        super().__init__(
            "Parte de ese adeudo está en un convenio o se condonó: cancele primero el convenio y vuelva a intentar."
        )


class Reposted(NamedTuple):
    """What came of it: the new charges in order, the money left in favour, and up to when surcharges are charged."""

    charge_ids: list[int]
    left: Decimal
    surcharges_until: date | None


@dataclass(slots=True)
class _Money:
    """Pesos of one credit that count from a day and settle nothing now; ``vat`` is how much of them had paid VAT."""

    credit: Transfer
    effective_on: date
    amount: Decimal = ZERO
    vat: Decimal = ZERO
    before: list[tuple[str, date | None, Decimal]] = field(default_factory=list)


class _Act(NamedTuple):
    """What every part of the act needs."""

    posting: Posting
    account_id: int
    party_id: int
    document_id: int
    law: CollectionLaw
    booked_on: date


def repost_charges(
    *,
    posting: Posting,
    charges: Sequence[Transfer],
    entries: Sequence[Entry],
    document_id: int,
    law: CollectionLaw,
    restores: Posting | None = None,
    surcharges_until: date | None = None,
    key: str,
    at: datetime,
    by: User,
) -> Reposted:
    """Reverse ``charges``, of one account and person, and post ``entries`` in their place, under ``posting``.

    ``restores`` is the act of this kind that is undone: what it moved elsewhere comes back first, and
    ``surcharges_until`` the day up to which surcharges had been charged before it. Works in the caller's transaction,
    which holds the account's lock. Not idempotent: the caller claimed the posting.

    :raises ChargeHeld: if something that is not money settles one of the charges.
    :raises DayBeingClosed: if somebody closes the day meanwhile.
    """
    first = charges[0]
    assert first.account_id is not None and first.party_id is not None
    act = _Act(posting, first.account_id, first.party_id, document_id, law, booking_day(at))
    since = min(charge.due_on or charge.effective_on for charge in charges)
    taken = take_back_surcharges(
        account_ids=[act.account_id],
        after=since,
        booked_on=act.booked_on,
        is_told=False,
        key=f"{key}/rec-0",
        at=at,
        by=by,
    )
    until = max(filter(None, (taken.get(act.account_id), surcharges_until)), default=None)

    kept = _kept_in_favour(restores)
    kept, in_the_way = _in_the_way(charges, kept)
    freed: dict[tuple[int, int], date] = {}
    for application in in_the_way:
        undo_transfers(transfers=application, posting=posting, document_id=document_id, booked_on=act.booked_on)
        note_earliest(freed=freed, transfers=application)
    money = _free(act, [*charges, *kept], restores)
    undo_transfers(transfers=[*charges, *kept], posting=posting, document_id=document_id, booked_on=act.booked_on)
    charge_ids = write_transfers(posting=posting, entries=entries, booked_on=act.booked_on)
    if restores is not None:
        _remember_what_it_paid(money, restores)
    new = dict(zip(charge_ids, entries, strict=True))
    left = ZERO
    for number, each in enumerate(money):
        if since < each.effective_on:
            _charge_surcharges(act, each.effective_on, f"{key}/rec-a{number}", at, by)
        left += _place(act, each, new)
    if freed:
        apply_freed(freed=freed, reversal=posting, document_id=document_id, order=law.order, booked_on=act.booked_on)
    if until is not None:
        _surcharges_again(act, {charge.period for charge in charges}, until, since, key, at, by)
    settle_from_advances(
        posting=posting,
        account_ids=[act.account_id],
        documents={act.account_id: document_id},
        order=law.order,
        effective_on=local_day(at),
        booked_on=act.booked_on,
    )
    return Reposted(charge_ids, left, until)


def _kept_in_favour(restores: Posting | None) -> list[Transfer]:
    """What the act that is undone had left in favour or let go of surcharges, and nothing took back since."""
    if restores is None:
        return []
    moved = Q(posting=restores, debit_book=Book.RECEIVABLE, credit_book=Book.ADVANCES)
    returned = Q(posting__key=f"{restores.key}{_RETURNED}", reason=Reason.SURCHARGE_RETURNED)
    return list(Transfer.objects.live().filter(moved | returned).order_by("id"))


def _in_the_way(charges: Sequence[Transfer], kept: list[Transfer]) -> tuple[list[Transfer], list[list[Transfer]]]:
    """The applications to undo first; money that was given back to the customer since stays given back."""
    try:
        return kept, applications_in_the_way([*charges, *kept])
    except AdvanceSpent:
        return [], applications_in_the_way(charges)


def _free(act: _Act, charges: Sequence[Transfer], restores: Posting | None) -> list[_Money]:
    """Take back what settles the charges, and what the act that is undone, or who paid since, moved elsewhere."""
    live = list(_settling(act, [charge.pk for charge in charges], restores))
    money: dict[tuple[int, date], _Money] = {}
    for allocation in live:
        credit = allocation.credit
        if not _is_money(credit):
            raise ChargeHeld
        each = money.setdefault((credit.pk, allocation.effective_on), _Money(credit, allocation.effective_on))
        each.amount += allocation.amount
        if allocation.charge.concept == VAT:
            each.vat += allocation.amount
    write_allocations(posting=act.posting, allotments=[mirror_of(allocation) for allocation in live])
    return sorted(money.values(), key=lambda each: (each.effective_on, each.credit.pk))


def _settling(act: _Act, charge_ids: Sequence[int], restores: Posting | None) -> Iterable[Allocation]:
    rows = Allocation.objects.live().filter(charge__account=act.account_id, charge__debit_book=Book.RECEIVABLE)
    wanted = Q(charge__in=charge_ids)
    if restores is not None:
        credits = Allocation.objects.live().filter(charge__in=charge_ids).values("credit")
        # Months only: what was paid of anything else was asked for by its name.
        since = Q(posting=restores) | Q(posting__gt=restores.pk, credit__in=credits)
        wanted |= (
            since & Q(charge__period__isnull=False, charge__reverses__isnull=True) & ~Q(credit__debit_book="ADVANCES")
        )
    return rows.filter(wanted).select_related("credit", "charge").order_by("effective_on", "id")


def _is_money(credit: Transfer) -> bool:
    """Whether a credit is money that came in, now or under an agreement that ended."""
    return credit.reason == Reason.PAYMENT or (credit.reason == Reason.AGREEMENT and credit.concept == INSTALMENT)


def _remember_what_it_paid(money: Sequence[_Money], restores: Posting) -> None:
    """Note what each credit had settled before the act that is undone, by concept and period."""
    before = Allocation.objects.filter(posting=restores, reverses__isnull=False).select_related("charge").order_by("id")
    for mirrored in before:
        for each in money:
            if each.credit.pk == mirrored.credit_id and each.effective_on == mirrored.effective_on:
                each.before.append((mirrored.charge.concept, mirrored.charge.period, -mirrored.amount))


def _place(act: _Act, money: _Money, new: Mapping[int, Entry]) -> Decimal:
    """Have money settle what it had paid, then what the law's order says of its own day; say what nothing took."""
    day = money.effective_on
    owed = {
        charge.id: charge
        for charge in payable_on(pending_charges([act.account_id]), act.law.order, on=day)
        if charge.party_id == act.party_id and charge.book == Book.RECEIVABLE
    }
    parts = _what_it_had_paid(money, owed, new)
    rest = money.amount - sum(parts.values(), ZERO)
    still = [
        _less(charge, parts.get(charge.id, ZERO))
        for charge in owed.values()
        if charge.pending > parts.get(charge.id, 0)
    ]
    if rest > 0 and still:
        for charge_id, part in allocate(rest, still, act.law.order, on=day):
            parts[charge_id] = parts.get(charge_id, ZERO) + part
    left = money.amount - sum(parts.values(), ZERO)
    allotments = [Allotment(money.credit.pk, charge_id, part, day) for charge_id, part in parts.items()]
    if left > 0:
        [kept] = write_transfers(posting=act.posting, entries=[_kept(act, money, left)], booked_on=act.booked_on)
        allotments.append(Allotment(money.credit.pk, kept, left, day))
    write_allocations(posting=act.posting, allotments=allotments)
    vat = sum((part for charge_id, part in parts.items() if owed[charge_id].concept == VAT), ZERO)
    collect_vat(
        posting=act.posting,
        more=vat - money.vat,
        effective_on=money.effective_on,
        booked_on=act.booked_on,
        party_id=act.party_id,
        account_id=act.account_id,
        document_id=_paper(act, money),
    )
    return left


def _what_it_had_paid(money: _Money, owed: Mapping[int, OpenCharge], new: Mapping[int, Entry]) -> dict[int, Decimal]:
    parts: dict[int, Decimal] = {}
    rest = money.amount
    by_concept = {(entry.concept, entry.period): charge_id for charge_id, entry in new.items()}
    for concept, period, amount in money.before:
        charge_id = by_concept.get((concept, period))
        if charge_id is None or charge_id not in owed:
            continue
        part = min(amount, rest, owed[charge_id].pending - parts.get(charge_id, ZERO))
        if part > 0:
            parts[charge_id] = parts.get(charge_id, ZERO) + part
            rest -= part
    return parts


def _less(charge: OpenCharge, settled: Decimal) -> OpenCharge:
    return replace(charge, pending=charge.pending - settled)


def _paper(act: _Act, money: _Money) -> int | None:
    """The receipt of a payment, so that undoing the payment undoes this too; otherwise the paper of the act."""
    return money.credit.document_id if money.credit.reason == Reason.PAYMENT else act.document_id


def _kept(act: _Act, money: _Money, amount: Decimal) -> Entry:
    return Entry(
        debit_book=Book.RECEIVABLE,
        credit_book=Book.ADVANCES,
        concept=ADVANCE,
        amount=amount,
        effective_on=money.effective_on,
        reason=Reason.ADJUSTMENT,
        party_id=act.party_id,
        account_id=act.account_id,
        due_on=money.effective_on,
        document_id=_paper(act, money),
    )


def _charge_surcharges(act: _Act, to: date, key: str, at: datetime, by: User) -> None:
    """Charge what is earned by a day and nobody had charged."""
    post_surcharges(
        account_ids=[act.account_id],
        to=to,
        rule=act.law.surcharges,
        booked_on=act.booked_on,
        key=key,
        at=at,
        by=by,
    )


def _surcharges_again(
    act: _Act, periods: Collection[date | None], until: date, since: date, key: str, at: datetime, by: User
) -> None:
    """Charge again what is earned up to the day ``until``; let go what is not, and return what was paid in vain.

    The ``periods`` corrected are looked at even if they are paid by now: they may have been late when they were.
    """
    rule, ids = act.law.surcharges, [act.account_id]
    _charge_surcharges(act, until, f"{key}/rec-1", at, by)
    late = [
        SurchargeDue(state.account_id, state.party_id, state.period, state.due_on, state.accrued - state.posted)
        for state in surcharge_states(ids, until, rule, paid_too=True)
        if state.period in periods and state.accrued > state.posted
    ]
    entries = surcharge_entries(due=late, rule=rule, to=until, documents={})
    write_transfers(posting=act.posting, entries=entries, booked_on=act.booked_on)
    put_surcharges_right(
        account_ids=ids,
        day=until,
        after=since,
        rule=rule,
        document_id=act.document_id,
        booked_on=act.booked_on,
        is_told=False,
        key=f"{key}{_RETURNED}",
        at=at,
        by=by,
    )
