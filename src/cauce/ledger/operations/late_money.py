"""Money that arrives with an earlier value date: surcharges charged since on what it pays were not due.

What is unpaid of them is taken back, the money settles what was owed on its date, and they are charged again on what
is left. What somebody had paid of them meanwhile is returned as money in favour.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, Sum
from django.db.models.functions import Coalesce

from cauce.core.es_mx import format_date, format_money
from cauce.core.money import ZERO, round_to_cents
from cauce.events.operations import publish
from cauce.ledger.events import SURCHARGES_TAKEN_BACK
from cauce.ledger.models import Book, Reason, Transfer
from cauce.ledger.operations.posting import begin_posting, write_transfers
from cauce.ledger.operations.reversals import entry_of
from cauce.ledger.operations.surcharges import post_surcharges
from cauce.ledger.queries import SurchargeState, surcharge_states
from cauce.ledger.rules import Entry, swapped
from cauce.tariffs.rules.values import SURCHARGE, VAT, SurchargeRule
from cauce.users.models import User


def has_later_surcharges(account_ids: Sequence[int], *, after: date) -> set[int]:
    """Which of these accounts were charged surcharges with a value date after ``after``."""
    return set(
        Transfer.objects.live()
        .filter(account_id__in=account_ids, reason=Reason.SURCHARGE, effective_on__gt=after)
        .values_list("account_id", flat=True)
    )


def take_back_surcharges(
    *, account_ids: Sequence[int], after: date, booked_on: date, key: str, at: datetime, by: User
) -> dict[int, date]:
    """Undo what is unpaid of the surcharges charged to these accounts with a value date after ``after``.

    Works in the caller's transaction, which holds the locks; :func:`charge_again` ends what this begins. Where nothing
    was charged nothing is written and the key stays free. Idempotent: what is undone is not undone again.

    :returns: by account, the last day up to which its surcharges had been charged.
    :raises KeyReused: if the key was used for something else.
    """
    later = Transfer.objects.live().filter(account_id__in=account_ids, reason=Reason.SURCHARGE, effective_on__gt=after)
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
    write_transfers(
        posting=posting,
        entries=[
            swapped(entry_of(transfer), reason=Reason.REVERSAL, document_id=None, reverses_id=transfer.pk)
            for transfer in unpaid
        ],
        booked_on=booked_on,
    )
    for account_id in sorted(until):
        amount = sum((transfer.amount for transfer in unpaid if transfer.account_id == account_id), ZERO)
        if amount:
            publish(
                SURCHARGES_TAKEN_BACK,
                subject_kind="Posting",
                subject_id=posting.pk,
                account_id=account_id,
                facts={"amount": format_money(amount), "on": format_date(after)},
                at=at,
                by=by,
            )
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

    ``until`` is what :func:`take_back_surcharges` gave. Works in the caller's transaction, which holds the locks.
    Idempotent: what is charged is no longer due, and what is returned no longer counts as charged.

    :raises KeyReused: if a key was used for something else.
    """
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
        _return_paid_in_vain(account_ids, day, after, rule, document_id, booked_on, f"{key}/{day:%Y%m%d}/dev", at, by)


def _return_paid_in_vain(
    account_ids: Sequence[int],
    day: date,
    after: date,
    rule: SurchargeRule,
    document_id: int | None,
    booked_on: date,
    key: str,
    at: datetime,
    by: User,
) -> None:
    paid = _paid_since(account_ids, after)
    if not paid:
        return
    entries: list[Entry] = []
    for state in surcharge_states(account_ids, day, rule, paid_too=True):
        excess = min(state.posted - state.accrued, paid.get((state.account_id, state.period), ZERO))
        if excess > 0:
            entries += _returned(state, excess, rule, day, document_id)
    if not entries:
        return
    body = {"entries": [[entry.account_id, entry.period, entry.amount] for entry in entries]}
    posting, is_new = begin_posting(operation="return_surcharges", key=key, body=body, at=at, by=by)
    if is_new:
        write_transfers(posting=posting, entries=entries, booked_on=booked_on)


def _paid_since(account_ids: Sequence[int], after: date) -> dict[tuple[int, date], Decimal]:
    """Pesos paid of the surcharges charged after a day, less what was returned of them, by account and period."""
    later = Transfer.objects.filter(account_id__in=account_ids, concept=SURCHARGE, effective_on__gt=after)
    paid: dict[tuple[int, date], Decimal] = {}
    settled = later.live().filter(reason=Reason.SURCHARGE, allocations__isnull=False)
    for account_id, period, amount in settled.values_list("account_id", "period").annotate(
        settled=Sum("allocations__amount")
    ):
        paid[account_id, period] = amount
    returned = later.live().filter(reason=Reason.SURCHARGE_RETURNED)
    for account_id, period, amount in returned.values_list("account_id", "period").annotate(returned=Sum("amount")):
        paid[account_id, period] = paid.get((account_id, period), ZERO) - amount
    return paid


def _returned(
    state: SurchargeState, amount: Decimal, rule: SurchargeRule, day: date, document_id: int | None
) -> list[Entry]:
    """The surcharge, and the VAT that was collected on it, as money in favour of who paid them."""
    tax = round_to_cents(amount * rule.vat_percent / 100)
    return [
        Entry(
            debit_book=book,
            credit_book=Book.ADVANCES,
            concept=concept,
            amount=pesos,
            effective_on=day,
            reason=Reason.SURCHARGE_RETURNED,
            party_id=state.party_id,
            account_id=state.account_id,
            period=state.period,
            document_id=document_id,
        )
        for concept, book, pesos in ((SURCHARGE, Book.SURCHARGES, amount), (VAT, Book.VAT_COLLECTED, tax))
        if pesos > 0
    ]
