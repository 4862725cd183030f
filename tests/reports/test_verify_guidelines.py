"""The invariants of the lineamientos notice what breaks them."""

from datetime import date, timedelta

import pytest

from cauce.guidelines.operations import (
    acknowledge_guideline,
    capture_checklist,
    close_checklist,
    rewrite_guideline,
    start_guideline_version,
)
from tests.guidelines.conftest import AT, MAY, TEXT, authorised, cashier, coordinator, draft, head, ruling
from tests.guidelines.test_operations import DONE, LATER
from tests.reports.damage import broken, damage

__all__ = ["cashier", "coordinator", "draft", "head", "ruling"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(ruling, coordinator, head, cashier) -> None:
    """A version read and checked a month, and another that replaced it."""
    guideline = ruling.guideline
    acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=AT, by=cashier)
    capture_checklist(guideline=guideline, period=MAY, answers=DONE, at=AT, by=coordinator)
    close_checklist(guideline=guideline, period=MAY, at=LATER, by=coordinator)
    second = start_guideline_version(guideline=guideline, at=LATER, by=coordinator, key="dos")
    asked = {"text": TEXT, "valid_from": date(2031, 7, 1), "changes": "Algo", "edition": 1}
    second = rewrite_guideline(version=second, **asked, at=LATER, by=coordinator, key="otra")
    authorised(second, sent_by=coordinator, by=head, at=LATER + timedelta(days=30))


SEAL = "guidelines_say_what_was_authorised"
ANOTHER = "guidelines_are_authorised_by_another"
FOLLOW = "guideline_versions_follow_one_another"
READ = "acknowledgements_are_of_what_was_authorised"
MONTHS = "closed_checklists_are_whole"
CHECKS = [
    (SEAL, "UPDATE guidelines_guidelineclause SET text = 'Otra cosa' WHERE number = 2"),
    (SEAL, "UPDATE guidelines_guidelineclause SET legal_basis = 'Otra ley' WHERE number = 1"),
    (SEAL, "DELETE FROM guidelines_guidelineclause WHERE number = 2"),
    (SEAL, "UPDATE guidelines_guidelinecheck SET target = 'Algunos' WHERE number = 1"),
    (SEAL, "UPDATE guidelines_guidelineversion SET purpose = 'Otro' WHERE number = 1"),
    (SEAL, "UPDATE guidelines_guidelineversion SET roles = '[\"cajero\"]' WHERE number = 1"),
    (SEAL, "UPDATE guidelines_guidelineversion SET sha256 = repeat('0', 64) WHERE number = 1"),
    (ANOTHER, "UPDATE guidelines_guidelineversion SET authorised_by_id = written_by_id WHERE number = 1"),
    (ANOTHER, "UPDATE guidelines_guidelinestep SET action = 'RETURNED' WHERE action = 'AUTHORISED'"),
    (ANOTHER, "UPDATE guidelines_guidelinestep SET action = 'WRITTEN' WHERE action = 'AUTHORISED'"),
    (FOLLOW, "UPDATE guidelines_guidelineversion SET number = 4 WHERE number = 2"),
    (FOLLOW, "UPDATE guidelines_guidelineversion SET valid_until = '2031-12-01' WHERE number = 1"),
    (FOLLOW, "UPDATE guidelines_guidelineversion SET valid_until = '2031-12-01' WHERE number = 2"),
    (READ, "UPDATE guidelines_guidelineacknowledgement SET sha256 = repeat('0', 64)"),
    (READ, "UPDATE guidelines_guidelineacknowledgement SET at = at - interval '1 day'"),
    (MONTHS, "DELETE FROM guidelines_checkresult WHERE outcome = 'FAILS'"),
    (
        MONTHS,
        "UPDATE guidelines_checklistmonth SET version_id = (SELECT max(id) FROM guidelines_guidelineversion)",
    ),
    (MONTHS, "UPDATE guidelines_checkresult SET captured_at = captured_at + interval '1 year'"),
]


def test_the_lineamientos_hold(lived: None) -> None:
    assert not broken()


@pytest.mark.parametrize(("check", "statement"), CHECKS, ids=lambda value: value[:60])
def test_each_invariant_notices_what_breaks_it(lived: None, check: str, statement: str) -> None:
    damage(statement)
    assert check in broken()
