"""Which law rules when, ready to price with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from cauce.core.periods import next_period
from cauce.tariffs import rules
from cauce.tariffs.models import LawDecision, LawInForce, Schedule

# A process prices with one or two years at a time.
_SCHEDULES_KEPT = 8
_RULING = """
    SELECT schedule.id, schedule.sha256
    FROM tariffs_lawinforce law
    JOIN tariffs_schedule schedule ON schedule.id = law.schedule_id
    WHERE law.valid_from <= %(period)s AND law.valid_until > %(period)s
"""


@dataclass(frozen=True, slots=True)
class RulingLaw:
    """The law of a month: ``id`` is what bills point to, ``schedule`` what prices them."""

    id: int
    schedule: rules.Schedule


def law_for_period(period: date) -> RulingLaw:
    """The law in force in a month, with its id.

    :raises NoLawInForce: no loaded law rules it.
    """
    # By hand: every payment asks, and building the same query takes longer than answering it.
    with connection.cursor() as cursor:
        cursor.execute(_RULING, {"period": period})
        found = cursor.fetchone()
    if found is None:
        raise rules.NoLawInForce(period)
    return RulingLaw(found[0], _schedule(found[1]))


def schedule_for_period(period: date) -> rules.Schedule:
    """The law in force in a month.

    :raises NoLawInForce: no loaded law rules it.
    """
    return law_for_period(period).schedule


def parameters_for(period: date) -> rules.Parameters:
    """The figures and rules of the law in force in a month.

    :raises NoLawInForce: no loaded law rules it.
    """
    return schedule_for_period(period).parameters


def schedule_of(schedule_id: int) -> rules.Schedule:
    """A loaded law by its id, in force or not: an old bill is explained by its own.

    :raises Schedule.DoesNotExist: there is no such law.
    """
    return _schedule(Schedule.objects.values_list("sha256", flat=True).get(pk=schedule_id))


def latest_year() -> int | None:
    """The fiscal year of the law that begins last, None while no law is loaded."""
    return LawInForce.objects.order_by("-valid_from").values_list("schedule__year", flat=True).first()


def periods_in_force() -> list[date]:
    """Every month that a loaded law rules, in order."""
    periods: list[date] = []
    for valid_from, valid_until in LawInForce.objects.order_by("valid_from").values_list("valid_from", "valid_until"):
        period = valid_from
        while period < valid_until:
            periods.append(period)
            period = next_period(period)
    return periods


def laws_in_force() -> QuerySet[LawInForce]:
    """The laws that were put in force with who signed them, the last to begin first."""
    return (
        LawInForce.objects.select_related("schedule__loaded_by", "approved_by")
        .defer("schedule__content")
        .order_by("-valid_from")
    )


def pending_laws() -> QuerySet[Schedule]:
    """The loaded laws that wait for another person to put them in force, the newest first."""
    return _not_in_force().exclude(pk__in=_discards().values("schedule"))


def discarded_laws() -> QuerySet[Schedule]:
    """The loaded laws that were left aside, the newest first."""
    return _not_in_force().filter(pk__in=_discards().values("schedule"))


def is_discarded(schedule: Schedule) -> bool:
    """Whether the last thing decided of a law is to leave it aside."""
    return _discards().filter(schedule=schedule).exists()


def _not_in_force() -> QuerySet[Schedule]:
    laws = Schedule.objects.filter(in_force=None).select_related("loaded_by").defer("content")
    return laws.order_by("-loaded_at", "-pk")


def _discards() -> QuerySet[LawDecision]:
    """The decisions to leave a law aside that no later one undid."""
    later = LawDecision.objects.filter(schedule=OuterRef("schedule"), pk__gt=OuterRef("pk"))
    return LawDecision.objects.filter(~Exists(later), kind=LawDecision.Kind.DISCARDED)


def concept_names() -> Mapping[str, str]:
    """Names of the concepts by code, as the law that begins last says them; empty while no law is loaded."""
    sha256 = LawInForce.objects.order_by("-valid_from").values_list("schedule__sha256", flat=True).first()
    if sha256 is None:
        return {}
    return {code: concept.name for code, concept in _schedule(sha256).concepts.items()}


@lru_cache(maxsize=_SCHEDULES_KEPT)
def _schedule(sha256: str) -> rules.Schedule:
    # By hash and not by id: what has the same hash is the same law in any database.
    return rules.read_law(Schedule.objects.values_list("content", flat=True).get(sha256=sha256))
