"""Applying an adjustment: each bill's charges are reversed, the corrected ones posted, and another bill replaces it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from cauce.agreements.operations import follow_notes
from cauce.billing.events import ADJUSTMENT_APPLIED
from cauce.billing.models import AdjustedBill, Adjustment, Bill, BillLine
from cauce.billing.operations.adjustments.metering import (
    MeterTold,
    first_bills,
    recount,
    told_by_bill,
    told_by_consumption,
)
from cauce.billing.operations.adjustments.proposing import refuse_moved_bills
from cauce.billing.operations.adjustments.steps import demand_state, hold_adjustment, step_adjustment, tell_adjustment
from cauce.billing.operations.runs import BILL_SERIES
from cauce.billing.rules.adjustments import BilledLine, Corrected, read_corrected
from cauce.core.clock import local_day
from cauce.core.es_mx import join_words
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.ledger.models import Book, Reason, Transfer
from cauce.ledger.operations import CORRECTION, begin_posting, lock_accounts, repost_charges
from cauce.ledger.queries import collection_law
from cauce.ledger.rules import Entry
from cauce.registry.operations import refuse_own_account
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User

State = Adjustment.State


class _Correcting(NamedTuple):
    """A bill being corrected: its row, what it comes to, the paper that takes its place, what it says of the meter."""

    row: AdjustedBill
    corrected: Corrected
    document: Document
    told: MeterTold


@transaction.atomic
def apply_adjustment(*, adjustment: Adjustment, at: datetime, by: User, key: str) -> Adjustment:
    """Apply an authorised adjustment, whole: corrected bills with their folios take the place of the first ones.

    The corrected charges keep the period, the value date and the due date of the first; what had paid them settles them
    first, and what is left stays in favour. The consumption that was counted wrong is put right. Idempotent by key.

    :raises AdjustmentNotReady: if it is not authorised, or it was applied with another key.
    :raises AdjustmentRefused: if one of its bills was replaced or entered an agreement since.
    :raises LaterMonthCounts: if another month was counted since from a reading that changes.
    :raises ChargeHeld: if something that is not money settles one of the charges.
    :raises OwnAccount: if who applies is linked to the account.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    lock_accounts([adjustment.account_id])
    body = {"adjustment": adjustment.pk}
    posting, is_new = begin_posting(operation=CORRECTION, key=key, body=body, at=at, by=by)
    found = hold_adjustment(adjustment)
    if not is_new:
        return found
    demand_state(found, expected=[State.AUTHORISED], act="aplicar")
    refuse_own_account(by=by, account_ids=[found.account_id], party_ids=[found.account.holder_id])
    rows = list(found.bills.select_related("bill__document", "bill__run").order_by("bill__period", "pk"))
    refuse_moved_bills([row.bill for row in rows], but=found)
    quotes = [(row, read_corrected(row.quote)) for row in rows]
    counted = recount(found, quotes=quotes, at=at, by=by)
    firsts = first_bills(found)
    correcting = [
        _Correcting(
            row,
            corrected,
            _paper(at, by),
            told_by_consumption(counted[row.bill.period], bill=row.bill)
            if row.bill.period in counted
            else told_by_bill(firsts.get(row.bill_id, row.bill), corrected=corrected),
        )
        for row, corrected in quotes
    ]
    done = repost_charges(
        posting=posting,
        charges=_charges_of([row.bill for row in rows]),
        entries=[entry for each in correcting for entry in _entries(each)],
        document_id=found.document_id,
        law=collection_law(local_day(at)),
        restores=None if found.undoes is None else found.undoes.posting,
        surcharges_until=None if found.undoes is None else found.undoes.surcharges_until,
        key=key,
        at=at,
        by=by,
    )
    follow_notes(postings=[posting], at=at, by=by)
    for each in correcting:
        each.row.corrected = _bill(each)
        each.row.save(update_fields=["corrected"])
    found.posting, found.applied_at, found.applied_by = posting, at, by
    found.left_in_favour, found.surcharges_until = done.left, done.surcharges_until
    also = ["posting", "applied_at", "applied_by", "left_in_favour", "surcharges_until"]
    told = join_words([f"el {each.document.folio} sustituye al {each.row.bill.document.folio}" for each in correcting])
    step_adjustment(found, to=State.APPLIED, also=also, note=told, at=at, by=by)
    tell_adjustment(found, kind=ADJUSTMENT_APPLIED, facts={"bills": told}, at=at, by=by)
    return found


def _paper(at: datetime, by: User) -> Document:
    return create_document(kind=Document.Kind.BILL, series=BILL_SERIES, issued_on=local_day(at), at=at, by=by)


def _charges_of(bills: Sequence[Bill]) -> list[Transfer]:
    """What these bills charged and stands."""
    papers = [bill.document_id for bill in bills]
    charged = Transfer.objects.live().charges().filter(account_id=bills[0].account_id, document__in=papers)
    return list(charged.filter(reason__in=(Reason.BILL, Reason.ADJUSTMENT)).order_by("id"))


def _entries(each: _Correcting) -> Iterator[Entry]:
    """The corrected charges: one for each service and one for the VAT of all, with the dates of the first bill."""
    bill, lines = each.row.bill, each.corrected.lines
    charged: dict[str, Decimal] = {}
    for line in lines:
        charged[line.concept] = charged.get(line.concept, ZERO) + line.amount
    charged[VAT] = sum((line.vat for line in lines), ZERO)
    for concept, amount in charged.items():
        if amount > 0:
            yield Entry(
                debit_book=Book.RECEIVABLE,
                credit_book=Book.VAT_PENDING if concept == VAT else Book.REVENUE,
                concept=concept,
                amount=amount,
                effective_on=bill.issued_on,
                reason=Reason.ADJUSTMENT,
                party_id=bill.party_id,
                account_id=bill.account_id,
                period=bill.period,
                due_on=bill.due_on,
                document_id=each.document.pk,
            )


def _bill(each: _Correcting) -> Bill:
    """The corrected bill: it asks for the month alone, and what was not wrong is as the first said it."""
    first, corrected, told = each.row.bill, each.corrected, each.told
    subtotal = sum((line.amount for line in corrected.lines), ZERO)
    vat = sum((line.vat for line in corrected.lines), ZERO)
    made = Bill.objects.create(
        document=each.document,
        account_id=first.account_id,
        party_id=first.party_id,
        schedule_id=first.schedule_id,
        period=first.period,
        issued_on=first.issued_on,
        due_on=first.due_on,
        holder_name=first.holder_name,
        address=first.address,
        delivery_code=first.delivery_code,
        tariff_code=corrected.tariff_code,
        meter_serial=first.meter_serial,
        previous_value=told.previous_value,
        current_value=told.current_value,
        previous_on=told.previous_on,
        current_on=told.current_on,
        volume_m3=corrected.m3,
        is_estimated=told.is_estimated,
        reading_note=told.note,
        subtotal=subtotal,
        vat=vat,
        total=subtotal + vat,
        arrears=ZERO,
        prior_year_debt=ZERO,
        surcharges=ZERO,
        other_charges=ZERO,
        advance_applied=ZERO,
        amount_due=subtotal + vat,
        usage=corrected.usage,
        proof=dict(corrected.proof),
        replaces=first,
    )
    BillLine.objects.bulk_create([_line(made, position, line) for position, line in enumerate(corrected.lines, 1)])
    return made


def _line(bill: Bill, position: int, line: BilledLine) -> BillLine:
    return BillLine(
        bill=bill,
        position=position,
        concept=line.concept,
        amount=line.amount,
        vat_percent=line.vat_percent,
        vat=line.vat,
    )
