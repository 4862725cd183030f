"""Comparing two laws and keeping what came out, account by account."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cauce.billing import events
from cauce.billing.models import ComparedAccount, LawComparison
from cauce.billing.operations.errors import NothingToCompare
from cauce.billing.queries.law_comparison import compare_over, last_year_of_consumption
from cauce.core.bulk import add_rows
from cauce.core.es_mx import format_money
from cauce.events.operations import publish
from cauce.tariffs.models import Schedule
from cauce.tariffs.queries import schedule_of
from cauce.users.models import User


@transaction.atomic
def compare_laws(*, old: Schedule, new: Schedule, at: datetime, by: User) -> LawComparison:
    """Price the last twelve months consumed by two loaded laws, in force or not, and keep what each account would pay.

    Nothing is billed. Each comparison is another; the last one is the one shown.

    :raises NothingToCompare: both are the same law, or nothing was consumed yet.
    """
    months = last_year_of_consumption()
    if old.pk == new.pk:
        raise NothingToCompare("Elija dos leyes distintas: comparar una consigo misma no dice nada.")
    if months is None:
        raise NothingToCompare("Todavía no hay consumos guardados con qué comparar; cargue los del sistema anterior.")
    first, last = months
    compared = compare_over(schedule_of(old.pk), schedule_of(new.pk), first=first, last=last)
    comparison = LawComparison.objects.create(
        old=old,
        new=new,
        first_period=first,
        last_period=last,
        result=compared.result,
        compared_at=at,
        compared_by=by,
    )
    add_rows(
        ComparedAccount,
        ("comparison_id", "account_id", "months", "volume_m3", "old_total", "new_total", "difference"),
        [(comparison.pk, *each, each.difference) for each in compared.accounts],
    )
    publish(
        events.LAWS_COMPARED,
        subject_kind="LawComparison",
        subject_id=comparison.pk,
        facts={
            "old": old.decree,
            "new": new.decree,
            "accounts": f"{len(compared.accounts):,}",
            "difference": format_money(Decimal(compared.result["difference"])),
        },
        at=at,
        by=by,
    )
    return comparison
