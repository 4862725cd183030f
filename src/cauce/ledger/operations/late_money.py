"""Money that arrives with an earlier value date: surcharges charged since on what it pays were not due.

Those that nobody has paid are taken back, the money settles what was owed on its date, and they are charged again on
what is left. Of those that somebody had begun to pay, what is no longer due is let go, and what was paid in vain is
returned as money in favour.

Late money that finds the debt already settled by later money stays in favour, but it was there first: what it would
have settled counts as settled on its date, and the later money is what is left over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Max, Q, Sum
from django.db.models.functions import Coalesce

from cauce.core.clock import local_day
from cauce.core.es_mx import format_date, format_money
from cauce.core.money import ZERO
from cauce.events.operations import publish
from cauce.ledger.events import SURCHARGES_TAKEN_BACK
from cauce.ledger.models import Allocation, Book, Posting, Reason, Transfer, TransferQuerySet
from cauce.ledger.operations.posting import begin_posting, write_allocations, write_transfers
from cauce.ledger.operations.reversals import entry_of, redated
from cauce.ledger.operations.surcharges import post_surcharges
from cauce.ledger.queries import (
    SurchargeState,
    advance_balances,
    collection_law,
    surcharge_states,
    surcharges_of_nothing,
)
from cauce.ledger.rules import Allotment, Entry, OpenCharge, allocate, swapped
from cauce.tariffs.rules.values import SURCHARGE, VAT, SurchargeRule
from cauce.users.models import User


def bring_surcharges_to(
    *, account_ids: Sequence[int], on: date, rule: SurchargeRule, booked_on: date, key: str, at: datetime, by: User
) -> dict[int, date]:
    """Leave the surcharges of these accounts as they were on the day ``on``, before money of that day comes in.

    What was charged after it and is unpaid is taken back, and what was earned by it and nobody had posted is posted.
    Works in the caller's transaction, which holds the locks; once the money has settled what it settles, the caller
    ends with :func:`charge_again`. Idempotent as its parts.

    :returns: by account, the last day up to which the surcharges taken back had been charged.
    :raises KeyReused: if a key was used for something else.
    """
    taken_back = {}
    if account_ids and on < local_day(at):
        taken_back = take_back_surcharges(
            account_ids=account_ids, after=on, booked_on=booked_on, key=f"{key}-0", at=at, by=by
        )
    post_surcharges(account_ids=account_ids, to=on, rule=rule, booked_on=booked_on, key=key, at=at, by=by)
    return taken_back


def _charged_after(account_ids: Sequence[int], after: date) -> TransferQuerySet:
    """The live surcharges of these accounts, and the VAT on them, with a value date after ``after``."""
    return Transfer.objects.live().filter(account_id__in=account_ids, reason=Reason.SURCHARGE, effective_on__gt=after)


def take_back_surcharges(
    *,
    account_ids: Sequence[int],
    after: date,
    booked_on: date,
    is_told: bool = True,
    key: str,
    at: datetime,
    by: User,
) -> dict[int, date]:
    """Undo the surcharges charged to these accounts with a value date after ``after`` that nobody has paid.

    Works in the caller's transaction, which holds the locks. ``is_told`` leaves it in each account's history; an act
    that tells more does it itself.

    :returns: by account, the last day up to which surcharges had been charged.
    :raises KeyReused: if the key was used for something else.
    """
    later = _charged_after(account_ids, after)
    until: dict[int, date] = dict(
        later.values("account_id").annotate(last=Max("effective_on")).values_list("account_id", "last")
    )
    if not until:
        return {}
    unpaid = list(later.annotate(paid=Coalesce(Sum("allocations__amount"), ZERO)).filter(paid=0).order_by("id"))
    if not unpaid:
        return until
    body = {"transfers": [transfer.pk for transfer in unpaid]}
    posting, is_new = begin_posting(operation="take_back_surcharges", key=key, body=body, at=at, by=by)
    if not is_new:
        return until
    entries = [
        swapped(entry_of(transfer), reason=Reason.REVERSAL, document_id=None, reverses_id=transfer.pk)
        for transfer in unpaid
    ]
    write_transfers(posting=posting, entries=entries, booked_on=booked_on)
    if is_told:
        _tell(posting, entries, after, at, by)
    return until


def charge_again(
    *,
    until: Mapping[int, date],
    after: date,
    rule: SurchargeRule,
    document_id: int | None,
    booked_on: date,
    key: str,
    at: datetime,
    by: User,
) -> None:
    """Charge again, on what the late money left unpaid, the surcharges that were taken back; return those paid in vain.

    ``until`` is what :func:`bring_surcharges_to` gave; when it is empty nothing is done. Works in the caller's
    transaction, which holds the locks. Idempotent: what is charged is no longer due, and what is returned no longer
    counts as charged.

    :raises KeyReused: if a key was used for something else.
    """
    if not until:
        return
    _bring_forward(sorted(until), after, f"{key}/antes", at, by)
    days: dict[date, list[int]] = {}
    for account_id, day in until.items():
        days.setdefault(day, []).append(account_id)
    for day, account_ids in sorted(days.items()):
        post_surcharges(
            account_ids=sorted(account_ids),
            to=day,
            rule=rule,
            booked_on=booked_on,
            key=f"{key}/{day:%Y%m%d}",
            at=at,
            by=by,
        )
        put_surcharges_right(
            account_ids=account_ids,
            day=day,
            after=after,
            rule=rule,
            document_id=document_id,
            booked_on=booked_on,
            key=f"{key}/{day:%Y%m%d}/dev",
            at=at,
            by=by,
        )


def _bring_forward(account_ids: Sequence[int], after: date, key: str, at: datetime, by: User) -> None:
    """Count what later money settled as settled on the day ``after``, up to the money that was in favour by then."""
    held = advance_balances(account_ids)
    settled = _settled_since(sorted(held), after) if held else {}
    if not settled:
        return
    order = collection_law(after).order
    allotments: list[Allotment] = []
    for debtor, amount in _early_money(held, after).items():
        later = settled.get(debtor, {})
        if amount > 0 and later:
            for charge_id, part in allocate(amount, [charge for charge, _ in later.values()], order, on=after):
                charge, allocations = later[charge_id]
                allotments += redated(allocations=allocations, amount=part, on=max(after, charge.effective_on))
    if allotments:
        body = {"allocations": [allotment.reverses_id for allotment in allotments]}
        posting, is_new = begin_posting(operation="bring_forward", key=key, body=body, at=at, by=by)
        if is_new:
            write_allocations(posting=posting, allotments=allotments)


def _early_money(held: Mapping[int, Mapping[int, Decimal]], after: date) -> dict[tuple[int, int], Decimal]:
    """By account and party, the money in favour that had come by a day and is still there."""
    came = (
        Transfer.objects.live()
        .filter(account_id__in=held, credit_book=Book.ADVANCES, effective_on__lte=after)
        .values_list("account_id", "party_id")
        .annotate(came=Sum("amount"))
    )
    return {
        (account_id, party_id): min(amount, held.get(account_id, {}).get(party_id, ZERO))
        for account_id, party_id, amount in came
        if account_id is not None and party_id is not None
    }


# A charge as if what was settled of it later were pending, and those allocations, the latest first.
_Settled = tuple[OpenCharge, list[Allocation]]


def _settled_since(account_ids: Sequence[int], after: date) -> dict[tuple[int, int], dict[int, _Settled]]:
    """By account and party, the charges (surcharges aside) that money settled after a day and after they existed."""
    rows = (
        Allocation.objects.live()
        .filter(charge__account__in=account_ids, effective_on__gt=after)
        .filter(effective_on__gt=F("charge__effective_on"))
        .exclude(charge__reason=Reason.SURCHARGE)
        # What an agreement moved or an act waived is nobody's money.
        .exclude(credit__reason__in=(Reason.AGREEMENT, Reason.WAIVER))
        .select_related("charge")
        .order_by("-effective_on", "-id")
    )
    found: dict[tuple[int, int], dict[int, _Settled]] = {}
    for row in rows:
        charge = row.charge
        if charge.account_id is None or charge.party_id is None or charge.due_on is None:
            continue
        of_debtor = found.setdefault((charge.account_id, charge.party_id), {})
        known, allocations = of_debtor.get(charge.pk, (_open(charge), []))
        of_debtor[charge.pk] = (replace(known, pending=known.pending + row.amount), [*allocations, row])
    return found


def _open(charge: Transfer) -> OpenCharge:
    assert charge.due_on is not None
    return OpenCharge(charge.pk, charge.concept, charge.period, charge.due_on, charge.amount, ZERO, charge.effective_on)


class _Later(NamedTuple):
    """A surcharge, or the VAT on one, that was charged after the value date: what is unpaid of it and what was paid."""

    id: int
    pending: Decimal
    paid: Decimal


# An account, a period and a concept (the surcharge or its VAT).
Charged = tuple[int | None, date | None, str]


def put_surcharges_right(
    *,
    account_ids: Sequence[int],
    day: date,
    after: date,
    rule: SurchargeRule,
    document_id: int | None,
    booked_on: date,
    is_told: bool = True,
    key: str,
    at: datetime,
    by: User,
) -> None:
    """Of what is charged beyond what is earned, let go what is unpaid and return what was paid as money in favour.

    Works in the caller's transaction, which holds the locks. ``is_told`` leaves it in each account's history.

    :raises KeyReused: if the key was used for something else.
    """
    later = _charged_since(account_ids, after)
    if not later:
        return
    entries: list[Entry] = []
    allotments: list[Allotment] = []
    states = surcharge_states(account_ids, day, rule, paid_too=True)
    for state in [*states, *surcharges_of_nothing(account_ids, states)]:
        excess = max(state.posted - state.accrued, ZERO)
        for concept, amount in ((SURCHARGE, excess), (VAT, rule.vat_on(excess))):
            charged = later.get((state.account_id, state.period, concept), [])
            amount -= _let_go(amount, charged, state, concept, day, document_id, entries, allotments)
            _return_paid(amount, charged, state, concept, day, document_id, entries)
    if not entries:
        return
    body = {"entries": [[entry.account_id, entry.period, entry.concept, entry.amount] for entry in entries]}
    posting, is_new = begin_posting(operation="return_surcharges", key=key, body=body, at=at, by=by)
    if is_new:
        ids = write_transfers(posting=posting, entries=entries, booked_on=booked_on)
        placed = [allotment._replace(credit=ids[allotment.credit]) for allotment in allotments]
        write_allocations(posting=posting, allotments=placed)
        if is_told:
            _tell(posting, entries, after, at, by)


def _charged_since(account_ids: Sequence[int], after: date) -> dict[Charged, list[_Later]]:
    """The live surcharges charged after a day, by whose they are, the latest first; what was returned is not paid."""
    settled = Coalesce(Sum("allocations__amount"), ZERO)
    let_go = Coalesce(Sum("allocations__amount", filter=Q(allocations__credit__reason=Reason.SURCHARGE_RETURNED)), ZERO)
    rows = (
        _charged_after(account_ids, after)
        .annotate(settled=settled, let_go=let_go)
        .order_by("-id")
        .values_list("account_id", "period", "concept", "id", "amount", "settled", "let_go")
    )
    found: dict[Charged, list[_Later]] = {}
    for account_id, period, concept, id_, amount, paid, gone in rows:
        later = _Later(id_, amount - paid, paid - gone)
        found.setdefault((account_id, period, concept), []).append(later)
    returned = (
        Transfer.objects.live()
        .filter(account_id__in=account_ids, reason=Reason.SURCHARGE_RETURNED, credit_book=Book.ADVANCES)
        .filter(effective_on__gt=after)
        .values_list("account_id", "period", "concept")
        .annotate(returned=Sum("amount"))
    )
    for account_id, period, concept, amount in returned:
        charged = found.get((account_id, period, concept))
        if charged:
            charged[-1] = charged[-1]._replace(paid=charged[-1].paid - amount)
    return found


def _let_go(
    amount: Decimal,
    charged: Sequence[_Later],
    state: SurchargeState,
    concept: str,
    day: date,
    document_id: int | None,
    entries: list[Entry],
    allotments: list[Allotment],
) -> Decimal:
    """Settle with nobody's money what is unpaid of ``charged``, up to ``amount``; say how much it was."""
    left = amount
    for later in charged:
        part = min(left, later.pending)
        if part > 0:
            book = Book.SURCHARGES if concept == SURCHARGE else Book.VAT_PENDING
            allotments.append(Allotment(len(entries), later.id, part, day))
            entries.append(_entry(book, Book.RECEIVABLE, concept, part, state, day, document_id))
            left -= part
    return amount - left


def _return_paid(
    amount: Decimal,
    charged: Sequence[_Later],
    state: SurchargeState,
    concept: str,
    day: date,
    document_id: int | None,
    entries: list[Entry],
) -> None:
    """Give back what was paid of ``charged``, up to ``amount``, as money in favour of who paid it."""
    part = min(amount, sum((later.paid for later in charged), ZERO))
    if part > 0:
        book = Book.SURCHARGES if concept == SURCHARGE else Book.VAT_COLLECTED
        entries.append(_entry(book, Book.ADVANCES, concept, part, state, day, document_id))


def _entry(
    debit_book: Book,
    credit_book: Book,
    concept: str,
    amount: Decimal,
    state: SurchargeState,
    day: date,
    document_id: int | None,
) -> Entry:
    return Entry(
        debit_book=debit_book,
        credit_book=credit_book,
        concept=concept,
        amount=amount,
        effective_on=day,
        reason=Reason.SURCHARGE_RETURNED,
        party_id=state.party_id,
        account_id=state.account_id,
        period=state.period,
        document_id=document_id,
    )


def _tell(posting: Posting, entries: Sequence[Entry], after: date, at: datetime, by: User) -> None:
    """Leave in the history of each account what it no longer owes in surcharges."""
    amounts: dict[int | None, Decimal] = {}
    for entry in entries:
        amounts[entry.account_id] = amounts.get(entry.account_id, ZERO) + entry.amount
    for account_id, amount in amounts.items():
        publish(
            SURCHARGES_TAKEN_BACK,
            subject_kind="Posting",
            subject_id=posting.pk,
            account_id=account_id,
            facts={"amount": format_money(amount), "on": format_date(after)},
            at=at,
            by=by,
        )
