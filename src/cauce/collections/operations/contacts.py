"""The log of gestiones, and whether what was promised in them came."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction

from cauce.collections.events import CONTACT_LOGGED, PROMISE_BROKEN, PROMISE_KEPT
from cauce.collections.models import CollectionContact
from cauce.collections.queries.contacts import paid_since
from cauce.collections.queries.portfolio import overdue_debts
from cauce.collections.rules.promises import PENDING, REPLACED, promise_outcome
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.core.money import ZERO
from cauce.events.operations import publish
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

FARTHEST_PROMISE_DAYS: Final = 60
"""Who needs more time than this needs an agreement."""


class ContactNotPossible(DomainError):
    """What was written of the contact does not stand."""


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What came of a contact; the promise only when the result is one, ``promise_amount`` in pesos."""

    means: str
    person: str
    result: str
    person_name: str = ""
    note: str = ""
    promise_on: date | None = None
    promise_amount: Decimal | None = None


@transaction.atomic
def log_contact(*, account: Account, facts: ContactFacts, at: datetime, by: User, key: str) -> CollectionContact:
    """Write down a contact with a debtor. A new promise takes the place of the one that was still to come.

    Idempotent by ``key``.

    :raises ContactNotPossible: if the promise lacks its day or amount, is in the past or too far, or nothing is owed.
    :raises OwnAccount: if ``by`` is linked to the account.
    """
    known = CollectionContact.objects.filter(key=key).first()
    if known is not None:
        return known
    refuse_own_account(by=by, account_ids=[account.pk])
    lock_accounts([account.pk])
    today = local_day(at)
    debt = overdue_debts([account.pk], day=today).get(account.pk, ZERO)
    is_promise = facts.result == CollectionContact.Result.PROMISE
    _refuse_what_does_not_stand(facts, debt, today)
    if is_promise:
        CollectionContact.objects.filter(account=account, promise_state=PENDING).update(
            promise_state=REPLACED, evaluated_at=at
        )
    contact = CollectionContact.objects.create(
        key=key,
        account=account,
        means=facts.means,
        person=facts.person,
        person_name=facts.person_name.strip(),
        result=facts.result,
        note=facts.note.strip(),
        debt=debt,
        contacted_at=at,
        recorded_by=by,
        promise_state=PENDING if is_promise else "",
        promise_on=facts.promise_on if is_promise else None,
        promise_amount=facts.promise_amount if is_promise else None,
    )
    publish(
        CONTACT_LOGGED,
        subject_kind="collection_contact",
        subject_id=contact.pk,
        account_id=account.pk,
        facts={
            "means": contact.get_means_display(),
            "person": contact.person_name or contact.get_person_display(),
            "result": contact.get_result_display(),
            "promise": _promise_in_words(contact),
        },
        at=at,
        by=by,
    )
    return contact


@transaction.atomic
def evaluate_promise(*, contact: CollectionContact, at: datetime, by: User) -> CollectionContact:
    """Say whether a promise was kept, by what was paid since it was made and is dated by its day.

    Idempotent: one that was already said, or is not to be said yet, stays as it is.
    """
    contact = CollectionContact.objects.select_for_update().get(pk=contact.pk)
    if contact.promise_state != PENDING:
        return contact
    assert contact.promise_on is not None and contact.promise_amount is not None
    paid = paid_since(contact.account_id, since=contact.contacted_at, until=contact.promise_on)
    outcome = promise_outcome(
        promised=contact.promise_amount, paid=paid, promise_on=contact.promise_on, day=local_day(at)
    )
    if outcome == PENDING:
        return contact
    contact.promise_state, contact.paid, contact.evaluated_at = outcome, paid, at
    contact.save(update_fields=["promise_state", "paid", "evaluated_at"])
    publish(
        PROMISE_KEPT if outcome == CollectionContact.Promise.KEPT else PROMISE_BROKEN,
        subject_kind="collection_contact",
        subject_id=contact.pk,
        account_id=contact.account_id,
        facts={
            "amount": format_money(contact.promise_amount),
            "day": format_date(contact.promise_on),
            "paid": format_money(paid),
        },
        at=at,
        by=by,
    )
    return contact


def evaluate_promises(*, at: datetime, by: User) -> int:
    """Look at every promise still to come, each in a transaction of its own. Idempotent.

    :returns: how many were said to be kept or not.
    """
    pending = CollectionContact.objects.filter(promise_state=PENDING).order_by("promise_on", "pk")
    said = 0
    for contact in pending.iterator(chunk_size=1000):
        said += evaluate_promise(contact=contact, at=at, by=by).promise_state != PENDING
    return said


def _refuse_what_does_not_stand(facts: ContactFacts, debt: Decimal, today: date) -> None:
    if facts.person == CollectionContact.Person.NOBODY and facts.result in _NEED_SOMEBODY:
        raise ContactNotPossible("Para ese resultado alguien respondió: diga con quién se habló.")
    if facts.result != CollectionContact.Result.PROMISE:
        return
    if facts.promise_on is None or facts.promise_amount is None or facts.promise_amount <= ZERO:
        raise ContactNotPossible("Una promesa de pago lleva el día y el importe: escriba los dos.")
    if facts.promise_on < today:
        raise ContactNotPossible(
            f"El {format_date(facts.promise_on)} ya pasó y nadie promete para ayer; escriba el día en que pagará."
        )
    if facts.promise_on > today + timedelta(days=FARTHEST_PROMISE_DAYS):
        raise ContactNotPossible(
            f"Una promesa es a lo más para dentro de {FARTHEST_PROMISE_DAYS} días; si necesita más tiempo, ofrezca un "
            "convenio de pago."
        )
    if debt <= ZERO:
        raise ContactNotPossible("La cuenta no tiene adeudo vencido: no hay qué prometer. Anote otro resultado.")


_NEED_SOMEBODY: Final = frozenset(
    {
        CollectionContact.Result.PROMISE,
        CollectionContact.Result.ASKS_AGREEMENT,
        CollectionContact.Result.DISPUTES,
        CollectionContact.Result.SAYS_PAID,
        CollectionContact.Result.REFUSES,
    }
)


def _promise_in_words(contact: CollectionContact) -> str:
    if contact.promise_on is None or contact.promise_amount is None:
        return ""
    return f" {format_money(contact.promise_amount)} el {format_date(contact.promise_on)}"
