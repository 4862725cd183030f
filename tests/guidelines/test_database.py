"""The database has the last word: nothing of what was authorised, read or closed changes."""

import pytest
from django.db import DatabaseError, transaction

from cauce.guidelines.models import (
    ChecklistMonth,
    CheckResult,
    Guideline,
    GuidelineAcknowledgement,
    GuidelineCheck,
    GuidelineClause,
    GuidelineStep,
    GuidelineVersion,
)
from cauce.guidelines.operations import acknowledge_guideline, capture_checklist, close_checklist, submit_guideline
from cauce.guidelines.rules import COMPLIES, Answer
from cauce.users.models import User
from tests.guidelines.conftest import AT, MAY, SINCE, a_draft
from tests.guidelines.test_operations import DONE, LATER


def refused(act) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DatabaseError), transaction.atomic():
        act()


@pytest.fixture
def closed(ruling: GuidelineVersion, coordinator: User) -> ChecklistMonth:
    capture_checklist(guideline=ruling.guideline, period=MAY, answers=DONE, at=AT, by=coordinator)
    return close_checklist(guideline=ruling.guideline, period=MAY, at=LATER, by=coordinator)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Otro"},
        {"purpose": "Otro"},
        {"roles": []},
        {"number": 7},
        {"edition": 9},
        {"valid_from": MAY},
        {"sha256": "0" * 64},
        {"resolution": "Otro"},
        {"state": "DRAFT"},
        {"state": "REVIEW"},
    ],
    ids=str,
)
def test_what_was_authorised_does_not_change(ruling: GuidelineVersion, change: dict[str, object]) -> None:
    refused(lambda: GuidelineVersion.objects.filter(pk=ruling.pk).update(**change))


def test_its_clauses_and_points_neither(ruling: GuidelineVersion) -> None:
    clause = {"version": ruling, "number": 9, "text": "Más", "legal_basis": "Ley"}
    refused(lambda: GuidelineClause.objects.filter(version=ruling).update(text="Otra"))
    refused(lambda: GuidelineClause.objects.filter(version=ruling).delete())
    refused(lambda: GuidelineClause.objects.create(**clause))
    refused(lambda: GuidelineCheck.objects.filter(version=ruling).update(target="Otra"))
    refused(lambda: GuidelineCheck.objects.filter(version=ruling).delete())


def test_what_is_under_review_does_not_change_either(draft: GuidelineVersion, coordinator: User) -> None:
    submit_guideline(version=draft, at=AT, by=coordinator)
    refused(lambda: GuidelineVersion.objects.filter(pk=draft.pk).update(title="Otro"))
    refused(lambda: GuidelineClause.objects.filter(version=draft).update(text="Otra"))


def test_who_wrote_it_does_not_authorise_it(draft: GuidelineVersion, coordinator: User, head: User) -> None:
    submit_guideline(version=draft, at=AT, by=coordinator)
    sealed = {"state": "AUTHORISED", "authorised_at": AT, "sha256": "0" * 64}
    rows = GuidelineVersion.objects.filter(pk=draft.pk)
    refused(lambda: rows.update(**sealed, authorised_by=coordinator))
    GuidelineStep.objects.create(version=draft, action="WRITTEN", at=AT, by=head)
    refused(lambda: rows.update(**sealed, authorised_by=head))


def test_nothing_rules_that_nobody_authorised(draft: GuidelineVersion, coordinator: User) -> None:
    submit_guideline(version=draft, at=AT, by=coordinator)
    refused(lambda: GuidelineVersion.objects.filter(pk=draft.pk).update(state="AUTHORISED"))
    refused(lambda: GuidelineVersion.objects.filter(pk=draft.pk).update(state="REPLACED"))
    refused(lambda: GuidelineVersion.objects.filter(pk=draft.pk).update(state="WITHDRAWN"))


def test_one_version_rules_and_one_is_under_way(ruling: GuidelineVersion, coordinator: User) -> None:
    facts = {"guideline": ruling.guideline, "title": "x", "purpose": "x", "written_at": AT, "written_by": coordinator}
    facts |= {"valid_from": SINCE}
    GuidelineVersion.objects.create(**facts, number=2, key="dos")
    refused(lambda: GuidelineVersion.objects.create(**facts, number=3, key="tres"))
    refused(lambda: GuidelineVersion.objects.create(**facts, number=2, key="cuatro", state="WITHDRAWN"))
    sealed = {"authorised_by": ruling.authorised_by, "authorised_at": AT, "sha256": "0" * 64}
    refused(lambda: GuidelineVersion.objects.create(**facts, **sealed, number=3, key="cinco", state="AUTHORISED"))
    refused(lambda: GuidelineVersion.objects.create(**facts, number=3, key="seis", state="WITHDRAWN"))
    refused(
        lambda: GuidelineVersion.objects.create(
            **facts, number=3, key="siete", state="WITHDRAWN", withdrawn_reason="x", valid_until=MAY
        )
    )


def test_an_acknowledgement_is_of_what_is_authorised_once_and_for_good(
    ruling: GuidelineVersion, cashier: User, coordinator: User
) -> None:
    made = acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=AT, by=cashier)
    rows = GuidelineAcknowledgement.objects
    facts = {"version": ruling, "at": AT, "sha256": ruling.sha256}
    refused(lambda: rows.create(**facts, by=cashier))
    refused(lambda: rows.create(**(facts | {"sha256": "0" * 64}), by=coordinator))
    refused(lambda: rows.filter(pk=made.pk).update(at=LATER))
    refused(lambda: rows.filter(pk=made.pk).delete())


def test_nobody_acknowledges_a_draft(draft: GuidelineVersion, cashier: User) -> None:
    refused(lambda: GuidelineAcknowledgement.objects.create(version=draft, by=cashier, at=AT, sha256=""))


def test_a_closed_month_stays_as_it_is(closed: ChecklistMonth) -> None:
    rows = ChecklistMonth.objects.filter(pk=closed.pk)
    refused(lambda: rows.update(state="OPEN", closed_at=None, closed_by=None))
    refused(lambda: rows.update(note="Otra"))
    refused(lambda: rows.delete())
    refused(lambda: CheckResult.objects.filter(month=closed).update(note="Otra"))
    refused(lambda: CheckResult.objects.filter(month=closed).delete())


def test_a_month_is_not_closed_without_its_answers(ruling: GuidelineVersion, coordinator: User) -> None:
    month = capture_checklist(
        guideline=ruling.guideline, period=MAY, answers={1: Answer(COMPLIES)}, at=AT, by=coordinator
    )
    rows = ChecklistMonth.objects.filter(pk=month.pk)
    refused(lambda: rows.update(state="CLOSED", closed_at=AT, closed_by=coordinator))
    refused(lambda: rows.update(state="CLOSED"))
    refused(lambda: rows.update(period=SINCE))
    refused(lambda: ChecklistMonth.objects.create(guideline=ruling.guideline, version=ruling, period=MAY))


def test_a_failure_says_why_and_a_point_has_one_result(ruling: GuidelineVersion, coordinator: User) -> None:
    month = capture_checklist(
        guideline=ruling.guideline, period=MAY, answers={1: Answer(COMPLIES)}, at=AT, by=coordinator
    )
    first = month.results.get()
    refused(lambda: CheckResult.objects.filter(pk=first.pk).update(outcome="FAILS"))
    facts = {"month": month, "check_point": first.check_point, "captured_at": AT, "captured_by": coordinator}
    refused(lambda: CheckResult.objects.create(**facts, outcome="COMPLIES"))


def test_drafts_hold_whole_clauses_numbered_once(draft: GuidelineVersion) -> None:
    facts = {"version": draft, "text": "x", "legal_basis": "x"}
    refused(lambda: GuidelineClause.objects.create(**facts, number=1))
    refused(lambda: GuidelineClause.objects.create(**(facts | {"legal_basis": ""}), number=9))
    refused(lambda: GuidelineCheck.objects.create(version=draft, number=1, what="x", how="x", target="x"))


def test_nothing_of_them_is_deleted(ruling: GuidelineVersion, coordinator: User) -> None:
    other = a_draft(coordinator, key="otra", text=_another())
    refused(lambda: GuidelineVersion.objects.filter(pk=other.pk).delete())
    refused(lambda: Guideline.objects.filter(pk=other.guideline_id).delete())
    refused(lambda: GuidelineStep.objects.filter(version=ruling).update(note="x"))
    refused(lambda: GuidelineStep.objects.filter(version=ruling).delete())


def _another():  # type: ignore[no-untyped-def]
    from dataclasses import replace

    from tests.guidelines.conftest import TEXT

    return replace(TEXT, title="Otro lineamiento")
