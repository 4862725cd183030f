"""What every act on a version does: hold it, note the step, tell the history."""

from collections.abc import Mapping
from datetime import datetime

from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.guidelines.models import GuidelineStep, GuidelineVersion
from cauce.users.models import User

SUBJECT = "GuidelineVersion"


def held(version: GuidelineVersion) -> GuidelineVersion:
    """The version as it is now, held until the act ends."""
    return GuidelineVersion.objects.select_for_update(no_key=True).get(pk=version.pk)


def note_step(
    version: GuidelineVersion, *, action: GuidelineStep.Action, why: str = "", at: datetime, by: User
) -> None:
    """Keep a step of the version's life."""
    GuidelineStep.objects.create(version=version, action=action, note=why, at=at, by=by)


def tell_of_version(
    version: GuidelineVersion, *, kind: EventKind, facts: Mapping[str, object] | None = None, at: datetime, by: User
) -> None:
    """Tell the history of a version."""
    publish(
        kind,
        subject_kind=SUBJECT,
        subject_id=version.pk,
        facts={"title": version.title, "number": version.number, **(facts or {})},
        at=at,
        by=by,
    )
