"""Posting the surcharges that overdue periods have earned."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from cauce.core.es_mx import format_date, format_money
from cauce.core.money import ZERO
from cauce.events.operations import publish
from cauce.ledger.events import SURCHARGES_POSTED
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations.locks import lock_accounts
from cauce.ledger.operations.posting import begin_posting, write_transfers
from cauce.ledger.queries import SurchargeDue, booking_day, surcharges_due
from cauce.ledger.rules import Entry
from cauce.tariffs.rules.values import SURCHARGE, VAT, SurchargeRule
from cauce.users.models import User


def surcharge_entries(
    *, due: Sequence[SurchargeDue], rule: SurchargeRule, to: date, documents: Mapping[int, int]
) -> list[Entry]:
    """The charges of ``due``, with the VAT the law puts on them, dated ``to`` and due when their period was.

    ``documents`` gives, by account, the document they hang from (the bill that is being issued); without one, the
    statement gathers them by act.
    """
    entries: list[Entry] = []
    for account_id, party_id, period, due_on, amount in due:
        tax = rule.vat_on(amount)
        for concept, source, pesos in ((SURCHARGE, Book.SURCHARGES, amount), (VAT, Book.VAT_PENDING, tax)):
            if pesos > 0:
                entries.append(
                    Entry(
                        debit_book=Book.RECEIVABLE,
                        credit_book=source,
                        concept=concept,
                        amount=pesos,
                        effective_on=to,
                        reason=Reason.SURCHARGE,
                        party_id=party_id,
                        account_id=account_id,
                        period=period,
                        due_on=due_on,
                        document_id=documents.get(account_id),
                    )
                )
    return entries


def post_surcharges(
    *, account_ids: Sequence[int], to: date, rule: SurchargeRule, booked_on: date, key: str, at: datetime, by: User
) -> list[SurchargeDue]:
    """Post what each overdue period of these accounts has earned up to the day ``to`` beyond what is already posted.

    Works in the caller's transaction, which holds the locks. Where nothing is due nothing is written and the key stays
    free. Idempotent: what is posted is no longer due, whatever the key.

    :returns: what was posted.
    :raises KeyReused: if the key was used for something else.
    """
    due = surcharges_due(account_ids, to, rule)
    if not due:
        return []
    body = {"accounts": sorted(account_ids), "to": to}
    posting, is_new = begin_posting(operation="accrue_surcharges", key=key, body=body, at=at, by=by)
    if not is_new:
        return []
    entries = surcharge_entries(due=due, rule=rule, to=to, documents={})
    write_transfers(posting=posting, entries=entries, booked_on=booked_on)
    return due


@transaction.atomic
def accrue_surcharges(
    *, account_ids: Sequence[int], to: date, rule: SurchargeRule, key: str, at: datetime, by: User
) -> list[SurchargeDue]:
    """Post, as an act of its own, what each overdue period of these accounts has earned up to the day ``to``.

    It goes before each bill, agreement or certificate; a payment does it in its own act. Idempotent: what is posted is
    no longer due, whatever the key.

    :returns: what was posted.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    lock_accounts(account_ids)
    posted = post_surcharges(
        account_ids=account_ids, to=to, rule=rule, booked_on=booking_day(at), key=key, at=at, by=by
    )
    if posted:
        publish(
            SURCHARGES_POSTED,
            subject_kind="Posting",
            subject_id=Posting.objects.get(key=key).pk,
            account_id=account_ids[0] if len(account_ids) == 1 else None,
            facts={"amount": format_money(sum((due.amount for due in posted), ZERO)), "to": format_date(to)},
            at=at,
            by=by,
        )
    return posted
