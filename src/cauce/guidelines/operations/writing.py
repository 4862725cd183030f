"""Writing lineamientos: the first version of one, another version of it, and its draft again."""

from datetime import date, datetime

from django.db import transaction

from cauce.core.clock import local_day
from cauce.guidelines.events import GUIDELINE_WRITTEN
from cauce.guidelines.models import Guideline, GuidelineCheck, GuidelineClause, GuidelineStep, GuidelineVersion
from cauce.guidelines.operations.refusals import GuidelineChanged, GuidelineRefused
from cauce.guidelines.operations.steps import held, note_step, tell_of_version
from cauce.guidelines.queries import UNDER_WAY, text_of
from cauce.guidelines.rules import GuidelineFault, GuidelineText, checked
from cauce.users.models import User
from cauce.users.roles import ROLES

State = GuidelineVersion.State


@transaction.atomic
def write_guideline(
    *, kind: Guideline.Kind, text: GuidelineText, valid_from: date, at: datetime, by: User, key: str
) -> GuidelineVersion:
    """Write the first version of a lineamiento, as a draft. Idempotent by key.

    :raises GuidelineRefused: if something is missing in it, or there is one with that title.
    """
    first = GuidelineVersion.objects.filter(key=key).first()
    if first is not None:
        return first
    tidy = whole(text)
    if Guideline.objects.filter(name=tidy.title).exists():
        raise GuidelineRefused(f"Ya hay un lineamiento «{tidy.title}»: prepare otra versión de él o cambie el título.")
    guideline = Guideline.objects.create(kind=kind, name=tidy.title, created_at=at)
    return write_new_version(guideline, text=tidy, number=1, valid_from=valid_from, changes="", at=at, by=by, key=key)


@transaction.atomic
def start_guideline_version(*, guideline: Guideline, at: datetime, by: User, key: str) -> GuidelineVersion:
    """Begin the draft of another version, from what the last one says. Idempotent by key.

    :raises GuidelineRefused: if a version is already under way.
    """
    first = GuidelineVersion.objects.filter(key=key).first()
    if first is not None:
        return first
    Guideline.objects.select_for_update(no_key=True).get(pk=guideline.pk)
    last = guideline.versions.order_by("-number").first()
    if last is None or guideline.versions.filter(state__in=UNDER_WAY).exists():
        raise GuidelineRefused("Ya hay una versión en trámite: termínela o retírela antes de preparar otra.")
    return write_new_version(
        guideline,
        text=text_of(last),
        number=last.number + 1,
        valid_from=local_day(at),
        changes="",
        at=at,
        by=by,
        key=key,
    )


@transaction.atomic
def rewrite_guideline(
    *,
    version: GuidelineVersion,
    text: GuidelineText,
    valid_from: date,
    changes: str,
    edition: int,
    at: datetime,
    by: User,
    key: str,
) -> GuidelineVersion:
    """Write the draft of a version again, over the ``edition`` that the person saw. Idempotent by key.

    :raises GuidelineChanged: if somebody wrote it meanwhile.
    :raises GuidelineRefused: if it is not a draft, or something is missing in it.
    """
    found = held(version)
    if found.written_key == key:
        return found
    if found.state != State.DRAFT:
        raise GuidelineRefused(
            f"La versión está «{found.get_state_display().lower()}»: su texto ya no cambia. "
            "Pida que la devuelvan, o prepare otra versión."
        )
    if found.edition != edition:
        raise GuidelineChanged(
            f"{found.written_by} guardó cambios mientras usted escribía. Copie lo suyo, abra otra vez el borrador y "
            "escríbalo sobre lo que dice ahora."
        )
    tidy = whole(text)
    if Guideline.objects.exclude(pk=found.guideline_id).filter(name=tidy.title).exists():
        raise GuidelineRefused(f"Ya hay otro lineamiento «{tidy.title}»: cambie el título.")
    found.title, found.purpose, found.roles = tidy.title, tidy.purpose, list(tidy.roles)
    found.changes, found.valid_from, found.written_key = changes.strip(), valid_from, key
    found.edition, found.written_at, found.written_by = edition + 1, at, by
    found.save()
    GuidelineClause.objects.filter(version=found).delete()
    GuidelineCheck.objects.filter(version=found).delete()
    _write_parts(found, tidy)
    note_step(found, action=GuidelineStep.Action.WRITTEN, at=at, by=by)
    tell_of_version(found, kind=GUIDELINE_WRITTEN, at=at, by=by)
    return found


def whole(text: GuidelineText) -> GuidelineText:
    """The text once it is whole.

    :raises GuidelineRefused: saying what is missing.
    """
    try:
        return checked(text, known_roles=[role.code for role in ROLES])
    except GuidelineFault as error:
        raise GuidelineRefused(f"El lineamiento no está completo: {error}.") from error


def write_new_version(
    guideline: Guideline,
    *,
    text: GuidelineText,
    number: int,
    valid_from: date,
    changes: str,
    at: datetime,
    by: User,
    key: str,
) -> GuidelineVersion:
    """Write a version that was not there, as a draft."""
    version = GuidelineVersion.objects.create(
        guideline=guideline,
        number=number,
        title=text.title,
        purpose=text.purpose,
        changes=changes,
        roles=list(text.roles),
        key=key,
        written_at=at,
        written_by=by,
        valid_from=valid_from,
    )
    _write_parts(version, text)
    note_step(version, action=GuidelineStep.Action.WRITTEN, at=at, by=by)
    tell_of_version(version, kind=GUIDELINE_WRITTEN, at=at, by=by)
    return version


def _write_parts(version: GuidelineVersion, text: GuidelineText) -> None:
    GuidelineClause.objects.bulk_create(
        [
            GuidelineClause(version=version, number=number, text=each.text, legal_basis=each.legal_basis)
            for number, each in enumerate(text.clauses, start=1)
        ]
    )
    GuidelineCheck.objects.bulk_create(
        [
            GuidelineCheck(
                version=version, number=number, what=each.what, how=each.how, target=each.target, figure=each.figure
            )
            for number, each in enumerate(text.points, start=1)
        ]
    )
