"""What becomes of a booked aforo without going into the house: reminded, missed or cancelled."""

from datetime import datetime

from django.db import transaction

from cauce.users.models import User
from cauce.users.queries import office_hours
from cauce.workorders.events import INSPECTION_CANCELLED, INSPECTION_MISSED, INSPECTION_REMINDED
from cauce.workorders.models import HomeInspection, InspectionReminder
from cauce.workorders.operations.agenda_refusals import InspectionRefused
from cauce.workorders.operations.agenda_steps import hold_inspection, refuse_unless_booked, tell_inspection
from cauce.workorders.queries.agenda import told_slot
from cauce.workorders.rules.inspections import has_begun


@transaction.atomic
def record_reminder(
    *, inspection: HomeInspection, means: str, outcome: str = "", at: datetime, by: User
) -> InspectionReminder:
    """Write that somebody was reminded of an aforo and what they said. Not idempotent: each call is one.

    :raises InspectionElsewhere: if it was attended, missed or cancelled.
    :raises OwnAccount: if ``by`` is linked to the account.
    """
    held = hold_inspection(inspection, by=by)
    refuse_unless_booked(held, what="recordar")
    reminder = InspectionReminder.objects.create(
        inspection=held, means=InspectionReminder.Means(means), outcome=outcome.strip()[:160], at=at, by=by
    )
    facts = {"means": reminder.get_means_display().lower(), "outcome": reminder.outcome}
    tell_inspection(held, kind=INSPECTION_REMINDED, at=at, by=by, facts=facts)
    return reminder


@transaction.atomic
def mark_no_show(*, inspection: HomeInspection, note: str = "", at: datetime, by: User) -> HomeInspection:
    """Say that the technician went and found nobody. Its place is free again. Idempotent.

    :raises InspectionElsewhere: if it was attended or cancelled.
    :raises InspectionRefused: if its half day has not begun.
    :raises OwnAccount: if ``by`` is linked to the account.
    """
    held = hold_inspection(inspection, by=by)
    if held.state == HomeInspection.State.NO_SHOW:
        return held
    refuse_unless_booked(held, what="dar por no encontrado")
    if not has_begun(held.slot.day, held.slot.half, at, office_hours()):
        raise InspectionRefused(
            f"Aún no llega su hora ({told_slot(held.slot)}): si la persona no podrá recibir, reprograme o cancele."
        )
    held.state = HomeInspection.State.NO_SHOW
    held.save(update_fields=["state"])
    facts = {"slot": told_slot(held.slot), "note": note.strip()}
    tell_inspection(held, kind=INSPECTION_MISSED, at=at, by=by, facts=facts)
    return held


@transaction.atomic
def cancel_inspection(*, inspection: HomeInspection, reason: str, at: datetime, by: User) -> HomeInspection:
    """Give up an aforo that is not needed any more. Its place is free again. Idempotent.

    :raises InspectionRefused: if it does not say why.
    :raises InspectionElsewhere: if it was attended or missed.
    :raises OwnAccount: if ``by`` is linked to the account.
    """
    if not reason.strip():
        raise InspectionRefused("Escriba por qué se cancela el aforo y quién lo pidió.")
    held = hold_inspection(inspection, by=by)
    if held.state == HomeInspection.State.CANCELLED:
        return held
    refuse_unless_booked(held, what="cancelar")
    held.state = HomeInspection.State.CANCELLED
    held.save(update_fields=["state"])
    facts = {"slot": told_slot(held.slot), "reason": reason.strip()}
    tell_inspection(held, kind=INSPECTION_CANCELLED, at=at, by=by, facts=facts)
    return held
