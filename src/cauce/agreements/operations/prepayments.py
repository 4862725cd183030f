"""Months paid ahead: offered, begun when the money is there, discounted bill by bill, and ended by their rule."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from cauce.agreements.events import (
    PREPAYMENT_BEGUN,
    PREPAYMENT_CANCELLED,
    PREPAYMENT_ENDED,
    PREPAYMENT_EXPIRED,
    PREPAYMENT_OFFERED,
)
from cauce.agreements.models import PrepaidMonth, Prepayment
from cauce.agreements.operations.refusals import PrepaymentRefused
from cauce.agreements.queries.prepayments import prepaid_months, prepayments_in_force, quote_prepayment
from cauce.agreements.rules.prepayments import PlannedMonth, month_discount, pay_until
from cauce.core.clock import local_day
from cauce.core.es_mx import format_date, format_money
from cauce.core.money import ZERO, split
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import (
    LONGEST_KEY,
    KeyTooLong,
    lock_accounts,
    write_allocations,
    write_transfers,
)
from cauce.ledger.queries import advance_balances, open_charges
from cauce.ledger.rules import Allotment, Entry, OpenCharge
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.tariffs.queries import schedule_of
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User

SERIES = "ANT"
PREPAYMENT_DISCOUNT = "DESCUENTO_ANTICIPADO"
State = Prepayment.State
_AT_ONCE = 500


@transaction.atomic
def offer_prepayment(*, account: Account, months: int, at: datetime, by: User, key: str) -> Prepayment:
    """Offer an account its next ``months`` paid ahead, with the law's discount of today.

    Nothing is owed for it: the desk receives its net as money in favour, and it begins by itself once the money is
    there. The offer stands five days, and never past the month. Idempotent by key.

    :raises PrepaymentRefused: the law gives no such discount, something is owed already, or there is one already.
    :raises OwnAccount: if who offers is linked to the account.
    :raises KeyTooLong: if the key does not fit.
    :raises AccountBusy: if another session is working on the account.
    """
    if len(key) > LONGEST_KEY:
        raise KeyTooLong
    lock_accounts([account.pk])
    repeated = Prepayment.objects.filter(key=key).select_related("document").first()
    if repeated is not None:
        return repeated
    refuse_own_account(by=by, account_ids=[account.pk], party_ids=[account.holder_id])
    today = local_day(at)
    account = Account.objects.get(pk=account.pk)
    quote = quote_prepayment(account, on=today, months=months)
    if quote.reasons:
        raise PrepaymentRefused(" ".join(quote.reasons))
    if quote.net <= 0 or quote.schedule_id is None:
        raise PrepaymentRefused("Esos meses no costarían nada: no hay qué pagar por anticipado.")
    prepayment = Prepayment.objects.create(
        document=create_document(kind=Document.Kind.PREPAYMENT, series=SERIES, issued_on=today, at=at, by=by),
        key=key,
        account=account,
        party_id=account.holder_id,
        schedule_id=quote.schedule_id,
        state=State.OFFERED,
        tariff_code=account.tariff_code_id,
        monthly_m3=quote.monthly_m3,
        percent=quote.percent,
        gross=quote.gross,
        discount=quote.discount,
        net=quote.net,
        pay_until=pay_until(today),
        offered_at=at,
        offered_by=by,
    )
    PrepaidMonth.objects.bulk_create(
        PrepaidMonth(prepayment=prepayment, period=month.period, gross=month.gross, discount=month.discount)
        for month in quote.months
    )
    _tell(
        PREPAYMENT_OFFERED, prepayment, at, by,
        months=len(quote.months), net=format_money(prepayment.net), discount=format_money(prepayment.discount),
    )  # fmt: skip
    if begin_paid_prepayments(account_ids=[account.pk], at=at, by=by):
        prepayment.refresh_from_db()
    return prepayment


@transaction.atomic
def begin_paid_prepayments(*, account_ids: Collection[int], at: datetime, by: User) -> int:
    """Put in force the offers of these accounts whose money is there. Idempotent.

    :returns: how many began.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    offered = Prepayment.objects.filter(state=State.OFFERED, account__in=account_ids)
    wanted = sorted(offered.values_list("account_id", flat=True))
    if not wanted:
        return 0
    lock_accounts(wanted)
    in_favour = advance_balances(wanted)
    begun = 0
    for prepayment in _held(offered):
        if local_day(at) > prepayment.pay_until:
            continue
        if in_favour.get(prepayment.account_id, {}).get(prepayment.party_id, ZERO) < prepayment.net:
            continue
        prepayment.state, prepayment.begun_at = State.IN_FORCE, at
        prepayment.save(update_fields=["state", "begun_at"])
        _tell(PREPAYMENT_BEGUN, prepayment, at, by, net=format_money(prepayment.net))
        begun += 1
    return begun


@transaction.atomic
def expire_prepayments(*, at: datetime, by: User) -> int:
    """End the offers that nobody paid in time. Idempotent; says how many."""
    late = Prepayment.objects.filter(state=State.OFFERED, pay_until__lt=local_day(at))
    found = list(_held(late))
    for prepayment in found:
        _end(prepayment, State.EXPIRED, "Nadie lo pagó en su plazo.", at, by)
        _tell(PREPAYMENT_EXPIRED, prepayment, at, by, day=format_date(prepayment.pay_until))
    return len(found)


@transaction.atomic
def cancel_prepayment(*, prepayment: Prepayment, reason: str, at: datetime, by: User) -> Prepayment:
    """Give up a prepayment: what is left of its money stays in favour, without the discount. Idempotent.

    :raises PrepaymentRefused: without a reason, or when it ended otherwise.
    :raises OwnAccount: if who cancels is linked to the account.
    :raises AccountBusy: if another session is working on the account.
    """
    lock_accounts([prepayment.account_id])
    [found] = _held(Prepayment.objects.filter(pk=prepayment.pk))
    if found.state == State.CANCELLED:
        return found
    refuse_own_account(by=by, account_ids=[found.account_id], party_ids=[found.party_id])
    if found.state not in (State.OFFERED, State.IN_FORCE):
        raise PrepaymentRefused(f"El pago anticipado está «{found.get_state_display().lower()}» y ya no se cancela.")
    if not reason.strip():
        raise PrepaymentRefused("Escriba por qué se cancela el pago anticipado.")
    _end(found, State.CANCELLED, reason.strip(), at, by)
    _tell(PREPAYMENT_CANCELLED, found, at, by, reason=found.end_reason)
    return found


def discount_prepaid(
    *,
    posting: Posting,
    bills: Mapping[int, int],
    tariff_codes: Mapping[int, str],
    period: date,
    effective_on: date,
    booked_on: date,
    at: datetime,
    by: User,
) -> dict[int, Decimal]:
    """Let go of the law's percentage in the bills of months that were paid ahead, in the caller's transaction.

    ``bills`` gives, by account, the document of the bill that is being issued, whose charges are already written;
    ``tariff_codes`` what each is billed by: a change of clave ends the discount if the law says so. The caller holds
    the locks and claimed the posting. One query when no account pays ahead.

    :returns: pesos let go by account; accounts with nothing are left out.
    """
    if not prepayments_in_force():
        return {}
    months = prepaid_months(bills.keys(), period)
    if not months:
        return {}
    charges = open_charges(months)
    in_favour = advance_balances(months)
    discounted: dict[int, Decimal] = {}
    entries: list[Entry] = []
    parts: list[tuple[int, OpenCharge, Decimal]] = []
    consumed: list[PrepaidMonth] = []
    for account_id, month in months.items():
        prepayment = month.prepayment
        if tariff_codes[account_id] != prepayment.tariff_code and _ends_on_change(prepayment):
            _end(prepayment, State.ENDED, "La cuenta cambió de tarifa.", at, by)
            _tell(PREPAYMENT_ENDED, prepayment, at, by, reason=prepayment.end_reason)
            continue
        of_bill = [charge for charge in charges.get(account_id, ()) if charge.document_id == bills[account_id]]
        billed = sum((charge.pending for charge in of_bill), ZERO)
        discount = month_discount(
            billed=billed,
            planned=PlannedMonth(month.period, month.gross, month.discount),
            percent=prepayment.percent,
            in_favour=in_favour.get(account_id, {}).get(prepayment.party_id, ZERO),
        )
        month.bill_id, month.billed, month.discounted, month.posting = bills[account_id], billed, discount, posting
        consumed.append(month)
        if discount > 0:
            discounted[account_id] = discount
            for charge, part in _shared(discount, of_bill):
                # What is let go bears no VAT: its own part leaves the VAT that was to be collected.
                book = Book.VAT_PENDING if charge.concept == VAT else Book.DISCOUNTS
                parts.append((len(entries), charge, part))
                entries.append(_entry(book, charge, part, effective_on, bills[account_id]))
    credits = write_transfers(posting=posting, entries=entries, booked_on=booked_on)
    write_allocations(
        posting=posting,
        allotments=[Allotment(credits[place], charge.id, part, effective_on) for place, charge, part in parts],
    )
    PrepaidMonth.objects.bulk_update(consumed, ["bill", "billed", "discounted", "posting"], batch_size=_AT_ONCE)
    _end_those_billed(consumed, at, by)
    return discounted


def _end_those_billed(months: Sequence[PrepaidMonth], at: datetime, by: User) -> None:
    prepayments = [month.prepayment for month in months]
    waiting = set(
        PrepaidMonth.objects.filter(prepayment__in=prepayments, bill__isnull=True).values_list(
            "prepayment_id", flat=True
        )
    )
    for prepayment in prepayments:
        if prepayment.pk not in waiting:
            _end(prepayment, State.ENDED, "Se facturaron todos sus meses.", at, by)
            _tell(PREPAYMENT_ENDED, prepayment, at, by, reason=prepayment.end_reason)


def _shared(discount: Decimal, charges: Sequence[OpenCharge]) -> list[tuple[OpenCharge, Decimal]]:
    parts = split(discount, [charge.pending for charge in charges])
    return [(charge, part) for charge, part in zip(charges, parts, strict=True) if part > 0]


def _entry(book: str, charge: OpenCharge, part: Decimal, effective_on: date, document_id: int) -> Entry:
    return Entry(
        debit_book=book,
        credit_book=Book.RECEIVABLE,
        concept=PREPAYMENT_DISCOUNT,
        amount=part,
        effective_on=effective_on,
        reason=Reason.PREPAYMENT_DISCOUNT,
        party_id=charge.party_id,
        account_id=charge.account_id,
        document_id=document_id,
    )


def _ends_on_change(prepayment: Prepayment) -> bool:
    rule = schedule_of(prepayment.schedule_id).parameters.prepayment
    return rule is None or rule.ends_on_change


def _held(found: QuerySet[Prepayment]) -> list[Prepayment]:
    ids = [prepayment.pk for prepayment in found.select_for_update(no_key=True).order_by("pk")]
    return list(Prepayment.objects.filter(pk__in=ids).select_related("document").order_by("pk"))


def _end(prepayment: Prepayment, state: Prepayment.State, reason: str, at: datetime, by: User) -> None:
    prepayment.state, prepayment.ended_at, prepayment.ended_by, prepayment.end_reason = state, at, by, reason
    prepayment.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])


def _tell(kind: EventKind, prepayment: Prepayment, at: datetime, by: User, **facts: object) -> None:
    publish(
        kind,
        subject_kind="Prepayment",
        subject_id=prepayment.pk,
        account_id=prepayment.account_id,
        facts={"folio": prepayment.document.folio, **facts},
        at=at,
        by=by,
    )
