"""Issuing a run: each chunk is claimed once and, in one transaction, its drafts become bills that are owed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from cauce.agreements.operations import discount_prepaid, follow_notes
from cauce.billing.models import Bill, BillingRun, BillLine, RunChunk
from cauce.billing.queries import DraftToIssue, drafts_to_issue
from cauce.billing.rules import DraftPrice, Measure, PreviousDebt, previous_debt, read_measure, read_price
from cauce.core.bulk import copy_rows, flush_later
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_documents_in_bulk
from cauce.ledger.models import Book, Reason
from cauce.ledger.operations import (
    begin_posting,
    lock_accounts,
    settle_from_advances,
    surcharge_entries,
    write_transfers,
)
from cauce.ledger.queries import CollectionLaw, collection_law, open_charges, open_day_from, surcharges_due
from cauce.ledger.rules import Entry
from cauce.registry.rules.addresses import one_line_address
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User

_BILL_COLUMNS = (
    "document_id",
    "run_id",
    "position",
    "account_id",
    "party_id",
    "schedule_id",
    "period",
    "issued_on",
    "due_on",
    "holder_name",
    "address",
    "delivery_code",
    "tariff_code",
    "meter_serial",
    "previous_value",
    "current_value",
    "previous_on",
    "current_on",
    "volume_m3",
    "is_estimated",
    "reading_note",
    "subtotal",
    "vat",
    "total",
    "arrears",
    "prior_year_debt",
    "surcharges",
    "other_charges",
    "advance_applied",
    "discount",
    "amount_due",
    "months_overdue",
    "debt_detail",
    "usage",
    "proof",
)
_LINE_COLUMNS = ("bill_id", "position", "concept", "amount", "vat_percent", "vat")
_NO_MEASURE = ("", None, None, None, None, None, False, None)


class Issued(NamedTuple):
    """A draft about to become a bill, under its document."""

    document_id: int
    position: int
    wanted: DraftToIssue
    price: DraftPrice
    measure: Measure | None


@transaction.atomic
def issue_chunk(run: BillingRun, *, at: datetime, by: User) -> bool:
    """Claim one chunk of a run being issued: its bills, their lines and charges, the surcharges of what is overdue.

    Money in favour of an account pays what it owes in the same act. Everything is written by COPY in one transaction,
    so an interrupted chunk leaves nothing and is claimed again.

    What was approved is what is issued: an account that was held, suspended or closed after the approval keeps its bill
    and its folio, and is put right afterwards by an adjustment. The holder, the address and the holds that stop
    surcharges are those of this moment: whoever holds the account when the bill is issued owes it.

    :returns: False when no chunk is left to claim.
    :raises AccountBusy: a desk holds one of the accounts for more than three seconds; the chunk may be tried again.
    """
    chunk = (
        RunChunk.objects.select_for_update(skip_locked=True)
        .filter(run=run, issued_at__isnull=True)
        .order_by("ordinal")
        .first()
    )
    if chunk is None:
        return False
    flush_later()
    lock_accounts(chunk.account_ids)
    drafts = drafts_to_issue(run, chunk)
    if drafts:
        _issue(run, chunk, drafts, at, by)
    chunk.issued_at = at
    chunk.save(update_fields=["issued_at"])
    return True


def _issue(run: BillingRun, chunk: RunChunk, drafts: Sequence[DraftToIssue], at: datetime, by: User) -> None:
    assert run.first_folio is not None and chunk.first_position is not None
    account_ids = [wanted.account_id for wanted in drafts]
    law = collection_law(run.issue_on)
    posting, is_new = begin_posting(
        operation="issue_chunk",
        key=f"run:{run.pk}:chunk:{chunk.ordinal}",
        body={"run": run.pk, "chunk": chunk.ordinal, "accounts": len(account_ids)},
        at=at,
        by=by,
    )
    assert is_new, "a claimed chunk has no posting yet"
    document_ids = create_documents_in_bulk(
        kind=Document.Kind.BILL,
        series=run.folio_series,
        first_number=run.first_folio + chunk.first_position,
        issued_on=[run.issue_on] * len(drafts),
        at=at,
        by=by,
    )
    issued = [
        Issued(
            document_id,
            chunk.first_position + place,
            wanted,
            read_price(wanted.lines_json),
            read_measure(wanted.measure_json),
        )
        for place, (document_id, wanted) in enumerate(zip(document_ids, drafts, strict=True))
    ]
    documents = {bill.wanted.account_id: bill.document_id for bill in issued}
    booked_on = open_day_from(run.issue_on)
    surcharges = surcharges_due(account_ids, run.issue_on, law.surcharges)
    entries = surcharge_entries(due=surcharges, rule=law.surcharges, to=run.issue_on, documents=documents)
    write_transfers(posting=posting, entries=entries, booked_on=booked_on)
    debts = _previous_debts(account_ids, run, law)
    charges = [entry for bill in issued for entry in _charges(run, bill)]
    write_transfers(posting=posting, entries=charges, booked_on=booked_on)
    discounts = discount_prepaid(
        posting=posting,
        bills=documents,
        tariff_codes={wanted.account_id: wanted.tariff_code for wanted in drafts},
        period=run.period,
        effective_on=run.issue_on,
        booked_on=booked_on,
        at=at,
        by=by,
    )
    applied = settle_from_advances(
        posting=posting,
        account_ids=account_ids,
        documents=documents,
        order=law.order,
        effective_on=run.issue_on,
        booked_on=booked_on,
    )
    # Before the interest of what was paid ahead is let go: nobody's money paid that.
    _tell_what_was_paid_ahead(debts, applied, run, law)
    follow_notes(postings=[posting], at=at, by=by)
    copy_rows(Bill._meta.db_table, _BILL_COLUMNS, _bill_rows(run, issued, debts, applied, discounts))
    copy_rows(
        BillLine._meta.db_table,
        _LINE_COLUMNS,
        (
            (bill.document_id, position, line.concept, line.amount, line.vat_percent, line.vat)
            for bill in issued
            for position, line in enumerate(bill.price.lines, 1)
        ),
    )


def _previous_debts(account_ids: Sequence[int], run: BillingRun, law: CollectionLaw) -> Mapping[int, PreviousDebt]:
    """What each account owed when its new bill was made, surcharges of that day included."""
    return {
        account_id: previous_debt(charges, law.order, issued_on=run.issue_on, due_on=run.due_on, period=run.period)
        for account_id, charges in open_charges(account_ids).items()
    }


def _tell_what_was_paid_ahead(
    debts: Mapping[int, PreviousDebt], applied: Collection[int], run: BillingRun, law: CollectionLaw
) -> None:
    """Put in the bill what money in favour paid before it was asked for: what it left pending tells how much."""
    ahead = [account_id for account_id in applied if account_id in debts and debts[account_id].can_wait]
    left = _previous_debts(ahead, run, law)
    for account_id in ahead:
        debts[account_id].tell_what_was_paid_ahead(left.get(account_id, PreviousDebt()))


def _charges(run: BillingRun, bill: Issued) -> Iterator[Entry]:
    """The charges of a bill: one for each service, and one for the VAT of all of them."""
    wanted = bill.wanted
    for concept, amount in bill.price.charges:
        # By position: a run makes millions of them.
        yield Entry(
            Book.RECEIVABLE,
            Book.VAT_PENDING if concept == VAT else Book.REVENUE,
            concept,
            amount,
            run.issue_on,
            Reason.BILL,
            wanted.party_id,
            wanted.account_id,
            run.period,
            run.due_on,
            bill.document_id,
        )


def _bill_rows(
    run: BillingRun,
    issued: Sequence[Issued],
    debts: Mapping[int, PreviousDebt],
    applied: Mapping[int, Decimal],
    discounts: Mapping[int, Decimal],
) -> Iterator[tuple[object, ...]]:
    nothing = PreviousDebt()
    for document_id, position, wanted, price, measure in issued:
        debt = debts.get(wanted.account_id, nothing)
        total = price.subtotal + price.vat
        advance = applied.get(wanted.account_id, ZERO)
        discount = discounts.get(wanted.account_id, ZERO)
        yield (
            document_id,
            run.pk,
            position,
            wanted.account_id,
            wanted.party_id,
            run.schedule_id,
            run.period,
            run.issue_on,
            run.due_on,
            wanted.holder_name,
            one_line_address(
                wanted.street,
                wanted.exterior_number,
                wanted.interior_number,
                wanted.colony,
                wanted.postal_code,
            ),
            wanted.delivery_code,
            wanted.tariff_code,
            *(
                _NO_MEASURE
                if measure is None
                else (
                    measure.meter_serial,
                    measure.previous_value,
                    measure.current_value,
                    measure.previous_on,
                    measure.current_on,
                    measure.volume_m3,
                    measure.is_estimated,
                    measure.note_json,
                )
            ),
            price.subtotal,
            price.vat,
            total,
            debt.arrears,
            debt.prior_year,
            debt.surcharges,
            debt.other,
            advance,
            discount,
            total + debt.total - advance - discount,
            len(debt.overdue_periods),
            debt.detail_json(),
            wanted.usage_json,
            wanted.proof_json,
        )
