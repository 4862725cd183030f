"""Where accounts stand on the ladder: what each owes now, what stops it, and what was done with it."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from cauce.collections.models import LadderAct, LadderStep
from cauce.collections.rules.ladder import (
    SERVING,
    WAITING,
    Ladder,
    Owing,
    Rung,
    Standing,
    StepTerms,
    Taken,
    ladder_of,
    standing,
)
from cauce.core.bulk import id_array
from cauce.ledger.queries import collection_law
from cauce.registry.models import Account, Hold
from cauce.tariffs.rules import NoLawInForce
from cauce.tariffs.rules.values import ConceptKind
from cauce.users.queries import office_calendar

_HOLD_NAMES: Final = {kind.value: str(kind.label).lower() for kind in Hold.Kind}

# What each account owes overdue on a day by value date, as its portfolio would say, with all else that the ladder asks.
_OWING: Final = """
WITH asked AS (SELECT unnest(%(ids)s::bigint[]) AS id), owed AS (
    SELECT charge.account_id, sum(charge.amount - coalesce(settled.amount, 0)) AS debt,
           count(DISTINCT coalesce(charge.period, date_trunc('month', charge.due_on)::date)) FILTER (
               WHERE charge.concept = ANY(%(services)s)
                  OR (charge.concept = ANY(%(taxes)s) AND charge.period IS NOT NULL)) AS months
    FROM asked
    JOIN ledger_transfer charge ON charge.account_id = asked.id
    LEFT JOIN LATERAL (
        SELECT sum(allocation.amount) AS amount
        FROM ledger_allocation allocation
        WHERE allocation.charge_id = charge.id AND allocation.effective_on <= %(day)s
    ) settled ON true
    WHERE charge.debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
      AND charge.reverses_id IS NULL
      AND charge.effective_on <= %(day)s
      AND charge.due_on < %(day)s
      AND charge.amount > coalesce(settled.amount, 0)
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = charge.id)
    GROUP BY charge.account_id
), held AS (
    SELECT account_id, array_agg(DISTINCT kind ORDER BY kind) AS kinds
    FROM registry_hold
    WHERE account_id = ANY(%(ids)s::bigint[]) AND stops_reduction
      AND valid_from <= %(day)s AND (valid_until IS NULL OR valid_until > %(day)s)
    GROUP BY account_id
), agreed AS (
    SELECT DISTINCT account_id
    FROM agreements_paymentagreement
    WHERE account_id = ANY(%(ids)s::bigint[]) AND state IN ('SIGNED', 'IN_FORCE')
)
SELECT account.id, account.holder_id, coalesce(owed.debt, 0), coalesce(owed.months, 0), tariff.use_class, account.state,
       holder.died_on IS NOT NULL, coalesce(held.kinds, '{}'), agreed.account_id IS NOT NULL, holder.email, holder.phone
FROM asked
JOIN registry_account account ON account.id = asked.id
JOIN registry_customer holder ON holder.id = account.holder_id
JOIN tariffs_tariffcode tariff ON tariff.code = account.tariff_code_id
LEFT JOIN owed ON owed.account_id = account.id
LEFT JOIN held ON held.account_id = account.id
LEFT JOIN agreed ON agreed.account_id = account.id
"""
_TAKEN: Final = """
SELECT account_id, step_id, state, issued_on, ended_on
FROM collections_ladderact
WHERE account_id = ANY(%s::bigint[]) AND state = ANY(%s)
ORDER BY id
"""


class AccountOwing(NamedTuple):
    """What the ladder asks of an account, and who its debt is of."""

    party_id: int
    owing: Owing


def terms_of_step(step: LadderStep) -> dict[str, Any]:
    """The terms of a step, by their names in ``StepTerms``."""
    told = {each.name: getattr(step, each.name) for each in fields(StepTerms)}
    return told | {"predecessors": tuple(step.predecessors), "use_classes": tuple(step.use_classes)}


def rung_of(step: LadderStep) -> Rung:
    """A step as its rule takes it."""
    return Rung(code=step.code, **terms_of_step(step))


def present_ladder() -> Ladder:
    """The ladder as it is now, with the calendar of the office. Two queries."""
    return ladder_of(map(rung_of, LadderStep.objects.all()), office_calendar())


def owing_of(account_ids: Iterable[int], *, day: date) -> dict[int, AccountOwing]:
    """What each account owes overdue on a day by the ledger, and what may stop its collection, in one query.

    Surcharges enter when they are posted. Holds are those that stop the reduction.
    """
    services, taxes = _concepts(day)
    asked: dict[str, Any] = {"ids": id_array(account_ids), "day": day, "services": services, "taxes": taxes}
    with connection.cursor() as cursor:
        cursor.execute(_OWING, asked)
        return {
            row[0]: AccountOwing(
                row[1],
                Owing(
                    debt=row[2],
                    months=row[3],
                    use_class=row[4],
                    state=row[5],
                    is_holder_dead=row[6],
                    holds=tuple(_HOLD_NAMES.get(kind, kind.lower()) for kind in row[7]),
                    has_agreement=row[8],
                    email=row[9],
                    phone=row[10],
                ),
            )
            for row in cursor.fetchall()
        }


def overdue_debt_of(account_id: int, *, day: date) -> Decimal:
    """What an account owes overdue on a day, by the ledger (pesos)."""
    found = owing_of([account_id], day=day).get(account_id)
    return Decimal(0) if found is None else found.owing.debt


def taken_of(account_ids: Iterable[int]) -> dict[int, list[Taken]]:
    """The acts in hand or ended well of each account, the oldest first, in one query."""
    taken: dict[int, list[Taken]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [id_array(account_ids), sorted(WAITING | SERVING)])
        for account_id, *told in cursor.fetchall():
            taken.setdefault(account_id, []).append(Taken(*told))
    return taken


def acts_of_account(account_id: int) -> QuerySet[LadderAct]:
    """Everything done or meant to be done with an account, the newest first."""
    return (
        LadderAct.objects.filter(account_id=account_id)
        .exclude(state__in=[LadderAct.State.DISCARDED])
        .select_related("step", "document", "order__document", "batch__document", "captured_by")
        .order_by("-pk")
    )


def account_standing(account_id: int, *, day: date) -> tuple[AccountOwing, Standing] | None:
    """What an account owes and where it stands on a day; None if there is no such account. Four queries."""
    found = owing_of([account_id], day=day).get(account_id)
    if found is None:
        return None
    taken = taken_of([account_id]).get(account_id, [])
    return found, standing(present_ladder(), found.owing, taken, day)


def own_accounts_of(user_id: int, account_ids: Sequence[int]) -> set[int]:
    """Which of these accounts a member of the staff is linked to, in whatever role: nobody acts on their own."""
    statement = """
        SELECT account.id
        FROM registry_stafflink link
        JOIN registry_account account ON account.holder_id = link.customer_id
        WHERE link.user_id = %(user)s AND link.ended_at IS NULL AND account.id = ANY(%(ids)s::bigint[])
        UNION
        SELECT role.account_id
        FROM registry_stafflink link
        JOIN registry_accountrole role ON role.customer_id = link.customer_id AND role.valid_until IS NULL
        WHERE link.user_id = %(user)s AND link.ended_at IS NULL AND role.account_id = ANY(%(ids)s::bigint[])
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"user": user_id, "ids": id_array(account_ids)})
        return {row[0] for row in cursor.fetchall()}


def places_of(account_ids: Iterable[int]) -> dict[int, str]:
    """The address of each account in one line."""
    rows = Account.objects.filter(pk__in=list(account_ids)).select_related("connection__premises")
    return {account.pk: account.connection.premises.address for account in rows}


def _concepts(day: date) -> tuple[list[str], list[str]]:
    """The concepts whose debt counts months: services, and the VAT on them; none before the first law."""
    try:
        concepts = collection_law(day).order.concepts.values()
    except NoLawInForce:
        return [], []
    services = [concept.code for concept in concepts if concept.kind is ConceptKind.SERVICE]
    return services, [concept.code for concept in concepts if concept.kind is ConceptKind.TAX]
