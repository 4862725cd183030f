"""People who act on one lineamiento at once: one acknowledgement each, one version under way, one authorisation."""

import pytest

from cauce.guidelines.models import GuidelineAcknowledgement, GuidelineVersion
from cauce.guidelines.operations import (
    GuidelineChanged,
    GuidelineRefused,
    acknowledge_guideline,
    authorise_guideline,
    capture_checklist,
    rewrite_guideline,
    start_guideline_version,
    submit_guideline,
    withdraw_guideline,
)
from tests.cashier.test_race import at_once
from tests.guidelines.conftest import AT, MAY, SINCE, TEXT, a_draft, authorised, person
from tests.guidelines.test_operations import DONE
from tests.races import after_waiting

pytestmark = pytest.mark.commits
AT_ONCE = 6


@pytest.fixture
def ruling(committed_database: str) -> GuidelineVersion:
    coordinator = person("coordinador")
    return authorised(a_draft(coordinator), sent_by=coordinator, by=person("jefe"))


def test_one_person_acknowledging_in_many_windows_acknowledges_once(ruling: GuidelineVersion) -> None:
    cashier = person("cajero")
    outcomes = at_once(
        lambda _: acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=AT, by=cashier), AT_ONCE
    )
    assert len({outcome.pk for outcome in outcomes}) == 1, outcomes  # type: ignore[attr-defined]
    assert GuidelineAcknowledgement.objects.count() == 1


def test_two_people_acknowledging_at_once_are_both_kept(ruling: GuidelineVersion) -> None:
    people = [person("cajero", f"cajero-{number}") for number in range(AT_ONCE)]
    at_once(lambda n: acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=AT, by=people[n]), AT_ONCE)
    assert GuidelineAcknowledgement.objects.count() == AT_ONCE


def test_who_acknowledges_while_it_is_withdrawn_is_told(ruling: GuidelineVersion) -> None:
    head, cashier = person("jefe"), person("cajero")
    outcome = after_waiting(
        lambda: withdraw_guideline(version=ruling, reason="Se deroga", at=AT, by=head),
        lambda: acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=AT, by=cashier),
    )
    assert isinstance(outcome, GuidelineRefused)
    assert not GuidelineAcknowledgement.objects.exists()


def test_two_people_preparing_another_version_at_once_leave_one(ruling: GuidelineVersion) -> None:
    coordinator = person("coordinador")
    outcomes = at_once(
        lambda n: start_guideline_version(guideline=ruling.guideline, at=AT, by=coordinator, key=f"v{n}"), AT_ONCE
    )
    assert sum(isinstance(outcome, GuidelineVersion) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, GuidelineRefused) for outcome in outcomes) == AT_ONCE - 1


def test_who_writes_over_what_another_wrote_is_told(committed_database: str) -> None:
    coordinator, other = person("coordinador"), person("coordinador", "suplente")
    draft = a_draft(coordinator)
    asked = {"version": draft, "text": TEXT, "valid_from": SINCE, "changes": "", "edition": 1, "at": AT}
    outcome = after_waiting(
        lambda: rewrite_guideline(**asked, by=coordinator, key="uno"),
        lambda: rewrite_guideline(**asked, by=other, key="dos"),
    )
    assert isinstance(outcome, GuidelineChanged)


def test_two_heads_authorising_at_once_authorise_once(committed_database: str) -> None:
    coordinator = person("coordinador")
    draft = a_draft(coordinator)
    submit_guideline(version=draft, at=AT, by=coordinator)
    heads = [person("jefe"), person("director")]
    asked = {"version": draft, "resolution": "", "valid_from": SINCE, "edition": 1, "at": AT}
    outcomes = at_once(lambda n: authorise_guideline(**asked, by=heads[n]), 2)
    assert sum(isinstance(outcome, GuidelineVersion) for outcome in outcomes) == 1, outcomes
    assert draft.steps.filter(action="AUTHORISED").count() == 1


def test_a_month_captured_twice_at_once_is_captured_once(ruling: GuidelineVersion) -> None:
    coordinator = person("coordinador")
    asked = {"guideline": ruling.guideline, "period": MAY, "answers": DONE, "at": AT, "by": coordinator}
    outcomes = at_once(lambda _: capture_checklist(**asked), AT_ONCE)
    assert len({outcome.pk for outcome in outcomes}) == 1, outcomes  # type: ignore[attr-defined]
