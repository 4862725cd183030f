"""The radio: what a unit says is written at once, and becomes an order, or ends one, without typing it again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cauce.cases.events import RADIO_ACKNOWLEDGED, RADIO_MESSAGE
from cauce.cases.models import RadioMessage
from cauce.core.errors import DomainError
from cauce.events.operations import publish
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.models import Crew, Origin, WorkOrder, WorkOrderType
from cauce.workorders.operations import issue_work_order, report_work_order
from cauce.workorders.rules.reports import WorkOrderReport


class RadioIncomplete(DomainError):
    """The message does not say what it must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioFacts:
    """What was heard or said: which unit, about what, where and when."""

    unit: str
    matter: RadioMessage.Matter
    message: str
    place: str = ""
    account: Account | None = None
    direction: RadioMessage.Direction = RadioMessage.Direction.IN
    heard_at: datetime


@transaction.atomic
def record_radio_message(
    *, facts: RadioFacts, order: WorkOrder | None = None, at: datetime, by: User, key: str
) -> RadioMessage:
    """Write what was heard or said by radio. Idempotent by key.

    :raises RadioIncomplete: if it does not say which unit or what, or it comes from the future.
    """
    first = RadioMessage.objects.filter(key=key).first()
    if first is not None:
        return first
    unit = facts.unit.strip().upper()
    if not unit:
        raise RadioIncomplete("Escriba qué unidad habla.")
    if not facts.message.strip():
        raise RadioIncomplete("Escriba el mensaje.")
    if facts.heard_at > at:
        raise RadioIncomplete("La hora del mensaje aún no llega; corríjala.")
    heard = RadioMessage.objects.create(
        key=key,
        direction=facts.direction,
        unit=unit,
        crew=Crew.objects.filter(radio=unit, is_active=True).first(),
        matter=facts.matter,
        message=facts.message.strip(),
        place=facts.place.strip(),
        account=facts.account,
        heard_at=facts.heard_at,
        attended_by=by,
        order=order,
    )
    publish(
        RADIO_MESSAGE,
        subject_kind="RadioMessage",
        subject_id=heard.pk,
        account_id=heard.account_id,
        facts={
            "unit": unit,
            "matter": heard.get_matter_display().lower(),
            "message": heard.message,
            "place": f", en {heard.place}" if heard.place else "",
            "direction": "dijo" if facts.direction == RadioMessage.Direction.IN else "oyó",
        },
        at=at,
        by=by,
    )
    return heard


@transaction.atomic
def record_radio_as_order(*, facts: RadioFacts, type: WorkOrderType, at: datetime, by: User, key: str) -> RadioMessage:
    """Write a message and issue the order that it asks for: a leak that a unit saw. Idempotent by key.

    :raises RadioIncomplete: as :func:`record_radio_message`, or if it does not say where.
    :raises WorkOrderRefused: if the order may not be issued as it is asked for.
    :raises AreaWithoutStaff: if nobody of its area could see it.
    """
    if facts.account is None and not facts.place.strip():
        raise RadioIncomplete("Escriba el lugar: sin él nadie encuentra la orden. Si no hay número, ponga «S/N».")
    heard = record_radio_message(facts=facts, at=at, by=by, key=key)
    if heard.order_id is None:
        heard.order = issue_work_order(
            type=type,
            account=facts.account,
            place=facts.place,
            contact_name=f"Unidad {heard.unit}",
            matter=f"{heard.get_matter_display()}: {heard.message}"[:160],
            detail=heard.message,
            origin_kind=Origin.RADIO,
            origin_id=heard.pk,
            at=at,
            by=by,
            key=f"{key}/orden",
        )
        heard.save(update_fields=["order"])
    return heard


@transaction.atomic
def report_order_by_radio(
    *, facts: RadioFacts, order: WorkOrder, report: WorkOrderReport, at: datetime, by: User, key: str
) -> RadioMessage:
    """Write a message that dictates how an order went, and report the order with it. Idempotent by key.

    :raises RadioIncomplete: as :func:`record_radio_message`.
    :raises ReportRefused: if the report lacks what the order asks, or contradicts the meter.
    :raises OrderAlreadyActed: if the order was reported or called back before.
    """
    heard = record_radio_message(facts=facts, order=order, at=at, by=by, key=key)
    report_work_order(order=order, report=report, crew=heard.crew, at=at, by=by, key=f"{key}/orden")
    return heard


@transaction.atomic
def acknowledge_radio_message(*, message: RadioMessage, at: datetime, by: User) -> RadioMessage:
    """Say that one knows of a message. Idempotent: the first to know stays."""
    found = RadioMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
    if found.acknowledged_at is None:
        found.acknowledged_at, found.acknowledged_by = at, by
        found.save(update_fields=["acknowledged_at", "acknowledged_by"])
        publish(
            RADIO_ACKNOWLEDGED,
            subject_kind="RadioMessage",
            subject_id=found.pk,
            account_id=found.account_id,
            facts={"unit": found.unit, "message": found.message},
            at=at,
            by=by,
        )
    return found
