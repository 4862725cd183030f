"""Calls and messages: whose number is calling, what is to be returned, and what waits to be taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from cauce.cases.models import Call, PhoneMessage, RadioMessage
from cauce.registry.queries import AccountHit, account_hits, search_accounts
from cauce.registry.rules.details import phone_key
from cauce.users.models import User

LAST = 5


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose a number is: the accounts of the people that have it, and the last calls from it."""

    accounts: Sequence[AccountHit]
    calls: Sequence[Call]


def calls_with_people() -> QuerySet[Call]:
    """The calls with what a list shows of them."""
    return Call.objects.select_related(
        "account__holder", "attended_by", "case__document", "order__document", "inspection__document"
    )


def caller_of(text: str) -> Caller:
    """Whose a number may be: first the accounts of its calls, then those of the padrón. Four queries at most."""
    key = phone_key(text)[-10:]
    calls = list(calls_with_people().filter(phone_key=key).order_by("-started_at")[:LAST]) if key else []
    known = [call.account_id for call in calls if call.account_id is not None]
    hits = [*account_hits(known), *search_accounts(text)]
    return Caller(list({hit.id: hit for hit in hits}.values()), calls)


def calls_to_return() -> QuerySet[Call]:
    """The promises to call that nobody has kept, the nearest first."""
    waiting = calls_with_people().filter(call_back_at__isnull=False, called_back_at__isnull=True)
    return waiting.order_by("call_back_at", "pk")


def calls_late(at: datetime) -> QuerySet[Call]:
    """Those whose moment has passed."""
    return calls_to_return().filter(call_back_at__lt=at)


def messages_for(user: User) -> QuerySet[PhoneMessage]:
    """The recados that a person may take: theirs and those of their area, the oldest first."""
    theirs = Q(for_user=user)
    if user.area_id is not None:
        theirs |= Q(for_area=user.area_id, for_user__isnull=True)
    waiting = PhoneMessage.objects.filter(theirs, taken_at__isnull=True)
    return waiting.select_related("for_user", "for_area", "left_by", "call__account").order_by("left_at", "pk")


def calls_of_account(account_id: int) -> QuerySet[Call]:
    """The calls of an account, the last first."""
    return calls_with_people().filter(account=account_id).order_by("-started_at", "-pk")


def radio_with_people() -> QuerySet[RadioMessage]:
    """The radio's messages with what a list shows of them."""
    return RadioMessage.objects.select_related(
        "crew", "account", "attended_by", "acknowledged_by", "order__document", "case__document"
    )
