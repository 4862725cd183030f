"""A version on its way: sent to review, returned, authorised by another person, or withdrawn."""

from datetime import date, datetime

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import format_date
from cauce.guidelines.events import (
    GUIDELINE_AUTHORISED,
    GUIDELINE_RETURNED,
    GUIDELINE_SUBMITTED,
    GUIDELINE_WITHDRAWN,
)
from cauce.guidelines.models import Guideline, GuidelineStep, GuidelineVersion
from cauce.guidelines.operations.refusals import GuidelineChanged, GuidelineRefused
from cauce.guidelines.operations.steps import held, note_step, tell_of_version
from cauce.guidelines.queries import text_of
from cauce.guidelines.rules import fingerprint, sealed_text
from cauce.users.models import User

State = GuidelineVersion.State
Action = GuidelineStep.Action


@transaction.atomic
def submit_guideline(*, version: GuidelineVersion, at: datetime, by: User) -> GuidelineVersion:
    """Send a draft to be authorised; while it is under review its text does not change. Idempotent.

    :raises GuidelineRefused: if it is not a draft, or a later version does not say what changes.
    """
    found = held(version)
    if found.state == State.REVIEW:
        return found
    if found.state != State.DRAFT:
        raise GuidelineRefused(f"La versión está «{found.get_state_display().lower()}»: ya no se envía a revisión.")
    if found.number > 1 and not found.changes:
        raise GuidelineRefused("Escriba qué cambia respecto de la versión anterior antes de enviarla a revisión.")
    found.state, found.submitted_at, found.submitted_by = State.REVIEW, at, by
    found.save(update_fields=["state", "submitted_at", "submitted_by"])
    note_step(found, action=Action.SUBMITTED, at=at, by=by)
    tell_of_version(found, kind=GUIDELINE_SUBMITTED, at=at, by=by)
    return found


@transaction.atomic
def return_guideline(*, version: GuidelineVersion, reason: str, at: datetime, by: User) -> GuidelineVersion:
    """Give back what is under review to be corrected, saying why. Idempotent: a draft stays as it was.

    :raises GuidelineRefused: if it is not under review, or there is no reason.
    """
    if not reason.strip():
        raise GuidelineRefused("Escriba qué hay que corregir.")
    found = held(version)
    if found.state == State.DRAFT:
        return found
    if found.state != State.REVIEW:
        raise GuidelineRefused(f"La versión está «{found.get_state_display().lower()}»: ya no se devuelve.")
    found.state = State.DRAFT
    found.save(update_fields=["state"])
    note_step(found, action=Action.RETURNED, why=reason.strip(), at=at, by=by)
    tell_of_version(found, kind=GUIDELINE_RETURNED, facts={"reason": reason.strip()}, at=at, by=by)
    return found


@transaction.atomic
def authorise_guideline(
    *, version: GuidelineVersion, resolution: str, valid_from: date, edition: int, at: datetime, by: User
) -> GuidelineVersion:
    """Authorise what is under review: its text is sealed, it rules from a day on, and it replaces the one before.

    ``edition`` is the one that the person read. Idempotent for who authorised it.

    :raises GuidelineRefused: if it is not under review, who authorises wrote it, or it would rule in the past or
        before the version that it replaces.
    :raises GuidelineChanged: if it was written again after the person read it.
    """
    Guideline.objects.select_for_update(no_key=True).get(pk=version.guideline_id)
    found = held(version)
    if found.state == State.AUTHORISED and found.authorised_by_id == by.pk:
        return found
    if found.state != State.REVIEW:
        raise GuidelineRefused(f"La versión está «{found.get_state_display().lower()}»: no espera autorización.")
    if found.edition != edition:
        raise GuidelineChanged("El texto cambió después de que usted lo leyó; léalo otra vez antes de autorizarlo.")
    if _wrote(found, by):
        raise GuidelineRefused("Quien escribe el lineamiento no lo autoriza; pida que lo autorice otra persona.")
    if valid_from < local_day(at):
        raise GuidelineRefused("Un lineamiento no rige hacia atrás: escriba una fecha de hoy en adelante.")
    _replace_ruling(found, valid_from, at, by)
    found.state, found.authorised_at, found.authorised_by = State.AUTHORISED, at, by
    found.resolution, found.valid_from = resolution.strip()[:120], valid_from
    found.sha256 = fingerprint(sealed_text(text_of(found), number=found.number, valid_from=valid_from))
    found.save(update_fields=["state", "authorised_at", "authorised_by", "resolution", "valid_from", "sha256"])
    Guideline.objects.filter(pk=found.guideline_id).update(name=found.title)
    note_step(found, action=Action.AUTHORISED, why=found.resolution, at=at, by=by)
    tell_of_version(found, kind=GUIDELINE_AUTHORISED, facts={"since": format_date(valid_from)}, at=at, by=by)
    return found


@transaction.atomic
def withdraw_guideline(*, version: GuidelineVersion, reason: str, at: datetime, by: User) -> GuidelineVersion:
    """Leave a version without effect: one under way is put aside, one that rules stops ruling today. Idempotent.

    :raises GuidelineRefused: if another version replaced it, or there is no reason.
    """
    if not reason.strip():
        raise GuidelineRefused("Escriba por qué se retira.")
    found = held(version)
    if found.state == State.WITHDRAWN:
        return found
    if found.state == State.REPLACED:
        raise GuidelineRefused("Otra versión ya la sustituyó: retire la que rige.")
    if found.state == State.AUTHORISED:
        found.valid_until = max(local_day(at), found.valid_from)
    found.state, found.withdrawn_at, found.withdrawn_reason = State.WITHDRAWN, at, reason.strip()[:400]
    found.save(update_fields=["state", "withdrawn_at", "withdrawn_reason", "valid_until"])
    note_step(found, action=Action.WITHDRAWN, why=found.withdrawn_reason, at=at, by=by)
    tell_of_version(found, kind=GUIDELINE_WITHDRAWN, facts={"reason": found.withdrawn_reason}, at=at, by=by)
    return found


def _wrote(version: GuidelineVersion, by: User) -> bool:
    had_a_hand = version.steps.filter(action__in=(Action.WRITTEN, Action.SUBMITTED), by=by)
    return by.pk in (version.written_by_id, version.submitted_by_id) or had_a_hand.exists()


def _replace_ruling(version: GuidelineVersion, valid_from: date, at: datetime, by: User) -> None:
    ruling = (
        GuidelineVersion.objects.select_for_update(no_key=True)
        .filter(guideline=version.guideline_id, state=State.AUTHORISED)
        .first()
    )
    if ruling is None:
        return
    if valid_from < ruling.valid_from:
        raise GuidelineRefused(
            f"La versión {ruling.number} rige desde el {format_date(ruling.valid_from)}: ésta no puede regir antes."
        )
    ruling.state, ruling.valid_until = State.REPLACED, valid_from
    ruling.save(update_fields=["state", "valid_until"])
    note_step(ruling, action=Action.REPLACED, why=f"Versión {version.number}", at=at, by=by)
