"""Cases as lists and pages show them."""

import re
from collections.abc import Sequence
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from cauce.cases.models import Case, CaseKind, CaseStep, CaseType, WrittenAnswer
from cauce.cases.rules.nearness import nearness
from cauce.cases.rules.terms import TermClock, term_clock
from cauce.core.business_days import BusinessCalendar
from cauce.core.clock import local_day
from cauce.core.text import fold
from cauce.registry.rules.search import WantedNumber, wanted_of

_FOLIO = re.compile(r"\s*([A-Za-z]{3})\s*[- ]?\s*0*(\d{1,9})\s*")
# What a duplicate was told counts for the case that it stands for.
_TOLD = (CaseStep.Kind.RECEIVED, CaseStep.Kind.REPEATED, CaseStep.Kind.NOTED)


def cases_with_people() -> QuerySet[Case]:
    """The cases with what a list shows of them."""
    return Case.objects.select_related("document", "type", "area", "holder", "account__holder")


def cases_that_say(rows: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Those whose folio is ``text``, or that have all of its words, however many; all of them when it says nothing."""
    folio = _FOLIO.fullmatch(text)
    if folio is not None:
        return rows.filter(document__series=folio[1].upper(), document__number=int(folio[2]))
    wanted = wanted_of(text)
    if wanted is None:
        return rows
    words = wanted.as_words if isinstance(wanted, WantedNumber) else wanted
    asked = SearchQuery(words.tsquery, search_type="raw", config="simple")
    # The words of an index have statistics: of a rare one the index gives the rows, of a common one the list's order.
    return rows.alias(said=SearchVector("search_text", config="simple")).filter(said=asked)


def case_with_folio(folio: str) -> Case | None:
    """The case with a folio, however it is written: ``INC-000012``, ``inc 12``."""
    found = _FOLIO.fullmatch(folio)
    if found is None:
        return None
    return cases_with_people().filter(document__series=found[1].upper(), document__number=int(found[2])).first()


def cases_of_account(account_id: int) -> QuerySet[Case]:
    """The cases of an account, the last first."""
    return cases_with_people().filter(account=account_id).order_by("-pk")


def clock_of(case: Case, *, today: date, calendar: BusinessCalendar) -> TermClock:
    """How a case stands before its term."""
    return term_clock(
        state=case.state,
        due_on=case.due_on,
        waiting_since=case.waiting_since,
        ended_on=None if case.resolved_at is None else local_day(case.resolved_at),
        today=today,
        calendar=calendar,
    )


def steps_of(case: Case) -> QuerySet[CaseStep]:
    """What happened to a case, with what was told on its duplicates, in order."""
    of_duplicates = Q(case__duplicate_of=case, kind__in=_TOLD)
    return (
        CaseStep.objects.filter(Q(case=case) | of_duplicates)
        .select_related("by", "from_area", "to_area", "holder", "case__document")
        .order_by("at", "pk")
    )


def answers_of(case: Case) -> QuerySet[WrittenAnswer]:
    """The letters of a case, the last first."""
    return (
        WrittenAnswer.objects.filter(case=case).select_related("document", "written_by", "delivery__by").order_by("-pk")
    )


def similar_open_cases(case_type: CaseType, account_id: int | None) -> Sequence[Case]:
    """The open cases of the same type on the same account: they may be the same one again."""
    if account_id is None:
        return []
    return list(cases_of_account(account_id).open().filter(type=case_type)[:3])  # type: ignore[attr-defined]


def types_in_use(text: str = "") -> list[CaseType]:
    """The types of case in use whose name, kind or guidance have every word of ``text``.

    Those whose name begins with what was typed come first, then those that have a word of it in their name; within
    each, by kind and name.
    """
    words = fold(text).split()
    kinds = {code: str(name) for code, name in CaseKind.choices}
    rows = CaseType.objects.filter(is_active=True).select_related("area", "order_type").order_by("kind", "name")
    found = [
        row
        for row in rows
        if all(word in fold(f"{row.name} {kinds[row.kind]} {row.code} {row.area} {row.guidance}") for word in words)
    ]
    return sorted(found, key=lambda row: nearness(row.name, text))
