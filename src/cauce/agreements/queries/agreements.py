"""Which agreements an account has and had."""

from datetime import date

from django.db.models import QuerySet

from cauce.agreements.models import PaymentAgreement
from cauce.agreements.rules import PENDING_AGREEMENTS
from cauce.core.periods import add_months

_WITH = ("document", "account", "debtor", "obligor", "guarantor", "policy", "asked_by", "signed_by", "decided_by")


def agreements_of(account_id: int) -> QuerySet[PaymentAgreement]:
    """All the agreements of an account, the latest first."""
    return PaymentAgreement.objects.filter(account_id=account_id).select_related(*_WITH).order_by("-pk")


def live_agreement(account_id: int) -> PaymentAgreement | None:
    """The signed agreement under which the account pays, or waits for its down payment; None without one."""
    return PaymentAgreement.objects.live().filter(account_id=account_id).select_related(*_WITH).first()


def pending_agreement(account_id: int) -> PaymentAgreement | None:
    """The agreement that the account has asked for and not signed; None without one."""
    found = PaymentAgreement.objects.filter(account_id=account_id, state__in=PENDING_AGREEMENTS)
    return found.select_related(*_WITH).order_by("-pk").first()


def earlier_broken(account_id: int, debtor_id: int, *, on: date, within_months: int) -> int:
    """How many agreements the debtor broke on the account in the last months."""
    since = add_months(on, -within_months)
    broken = PaymentAgreement.objects.filter(account_id=account_id, debtor_id=debtor_id)
    return broken.filter(state=PaymentAgreement.State.BROKEN, ended_at__date__gte=since, ended_at__date__lte=on).count()


def restructures_before(agreement: PaymentAgreement | None) -> int:
    """How many times the agreement that would be restructured was restructured already, itself counted."""
    count = 0
    while agreement is not None:
        count += 1
        agreement = agreement.restructures
    return count
