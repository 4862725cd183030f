"""The telephone: what was said is written once, and becomes a case or an order without typing it again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cauce.cases.events import CALL_ATTENDED, CALL_RETURNED, MESSAGE_LEFT, MESSAGE_TAKEN
from cauce.cases.models import Call, CaseType, Channel, PhoneMessage
from cauce.cases.operations.cases import open_case
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_datetime
from cauce.events.operations import publish
from cauce.registry.models import Account
from cauce.registry.rules.details import phone_key
from cauce.users.models import Area, User
from cauce.workorders.models import AgendaSlot, HomeInspection, Origin, WorkOrderType
from cauce.workorders.operations import book_inspection, issue_work_order


class CallIncomplete(DomainError):
    """The call does not say what it must."""


class CallHasInspection(DomainError):
    """The call already booked its aforo."""


class MessageTaken(DomainError):
    """Somebody took the message before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """What is written of a call: who, from where, about what, and what came of it."""

    started_at: datetime
    direction: Call.Direction = Call.Direction.IN
    phone: str = ""
    caller_name: str = ""
    account: Account | None = None
    matter: str
    notes: str = ""
    outcome: Call.Outcome
    extension: str = ""
    call_back_at: datetime | None = None
    returns: Call | None = None


@transaction.atomic
def record_call(*, facts: CallFacts, at: datetime, by: User, key: str) -> Call:
    """Write a call that ended. One that returns another keeps its promise. Idempotent by key.

    :raises CallIncomplete: if it does not say what about, whom it was passed to, or when somebody will call back.
    """
    first = Call.objects.filter(key=key).first()
    if first is not None:
        return first
    _refuse_incomplete(facts, at)
    call = Call.objects.create(
        key=key,
        direction=facts.direction,
        phone=facts.phone.strip(),
        phone_key=phone_key(facts.phone)[-10:],
        caller_name=facts.caller_name.strip(),
        account=facts.account,
        matter=facts.matter.strip(),
        notes=facts.notes.strip(),
        outcome=facts.outcome,
        extension=facts.extension.strip(),
        started_at=min(facts.started_at, at),
        ended_at=at,
        attended_by=by,
        call_back_at=facts.call_back_at,
        returns=facts.returns,
    )
    if facts.returns is not None:
        _keep_promise(facts.returns, at, by)
    _tell(call, at, by)
    return call


@transaction.atomic
def record_call_as_case(
    *, facts: CallFacts, type: CaseType, priority: int | None = None, at: datetime, by: User, key: str
) -> Call:
    """Write a call and open the case that it asks for, with what was typed. Idempotent by key.

    :raises CallIncomplete: as :func:`record_call`.
    """
    call = record_call(facts=replace(facts, outcome=Call.Outcome.CASE), at=at, by=by, key=key)
    if call.case_id is None:
        call.case = open_case(
            type=type,
            channel=Channel.PHONE,
            account=facts.account,
            reporter_name=facts.caller_name,
            reporter_phone=facts.phone,
            matter=facts.matter,
            told=facts.notes or facts.matter,
            priority=priority,
            at=at,
            by=by,
            key=f"{key}/caso",
        )
        call.save(update_fields=["case"])
    return call


@transaction.atomic
def record_call_as_order(
    *, facts: CallFacts, type: WorkOrderType, place: str = "", at: datetime, by: User, key: str
) -> Call:
    """Write a call and issue the order that it asks for, with what was typed. Idempotent by key.

    :raises CallIncomplete: as :func:`record_call`.
    :raises WorkOrderRefused: if the order may not be issued as it is asked for.
    :raises AreaWithoutStaff: if nobody of its area could see it.
    """
    call = record_call(facts=replace(facts, outcome=Call.Outcome.ORDER), at=at, by=by, key=key)
    if call.order_id is None:
        call.order = issue_work_order(
            type=type,
            account=facts.account,
            place=place,
            contact_name=facts.caller_name,
            contact_phone=facts.phone,
            matter=facts.matter,
            detail=facts.notes,
            origin_kind=Origin.CALL,
            origin_id=call.pk,
            at=at,
            by=by,
            key=f"{key}/orden",
        )
        call.save(update_fields=["order"])
    return call


@transaction.atomic
def book_inspection_of_call(
    *,
    call: Call,
    account: Account,
    slot: AgendaSlot,
    contact_name: str,
    contact_phone: str = "",
    matter: str = "",
    detail: str = "",
    over_capacity: bool = False,
    is_charged: bool = False,
    at: datetime,
    by: User,
    key: str,
) -> HomeInspection:
    """Book the aforo that was agreed in a call, and leave each one written in the other. Idempotent by key.

    Without ``matter`` it is that of the call; the account may be another than the one the call was about.

    :raises CallHasInspection: if the call booked another aforo before.
    :raises PlaceTaken: if the half day has no place left; it carries the next ones.
    :raises InspectionRefused: if the half day is past, closed or on a day of rest, or it is not said who receives.
    :raises AlreadyBooked: if the account has an aforo ahead.
    :raises AgendaPowerMissing: if it goes over what the half day holds and ``by`` does not program the aforos.
    """
    booked = book_inspection(
        account=account,
        slot=slot,
        contact_name=contact_name,
        contact_phone=contact_phone,
        matter=matter.strip() or call.matter,
        detail=detail,
        origin_kind=Origin.CALL,
        origin_id=call.pk,
        over_capacity=over_capacity,
        is_charged=is_charged,
        at=at,
        by=by,
        key=key,
    )
    # Held first and read afterwards: who books twice at once waits here for the one that came first.
    Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    found = Call.objects.select_related("inspection__document").get(pk=call.pk)
    if found.inspection is not None and found.inspection_id != booked.pk:
        raise CallHasInspection(
            f"De esa llamada ya se agendó el aforo {found.inspection.document.folio}: ábralo para reprogramarlo."
        )
    if found.inspection_id is None:
        found.inspection = booked
        found.save(update_fields=["inspection"])
    return booked


@transaction.atomic
def leave_message(
    *,
    text: str,
    for_user: User | None = None,
    for_area: Area | None = None,
    call: Call | None = None,
    at: datetime,
    by: User,
) -> PhoneMessage:
    """Leave a recado for a person or an area, until somebody takes it. Not idempotent.

    :raises CallIncomplete: if it does not say what, or for whom, or nobody could take it.
    """
    if not text.strip():
        raise CallIncomplete("Escriba el recado.")
    if for_user is None and for_area is None:
        raise CallIncomplete("Diga para quién o para qué área es el recado.")
    if for_user is not None and not for_user.is_active:
        raise CallIncomplete(f"{for_user} ya no entra al sistema; déjelo a su área.")
    if for_user is None and not User.objects.filter(area=for_area, is_active=True, is_system=False).exists():
        raise CallIncomplete(f"En {for_area} no hay personal que pueda tomar el recado; déjelo a otra área.")
    message = PhoneMessage.objects.create(
        call=call, for_user=for_user, for_area=for_area, text=text.strip(), left_at=at, left_by=by
    )
    publish(
        MESSAGE_LEFT,
        subject_kind="PhoneMessage",
        subject_id=message.pk,
        account_id=None if call is None else call.account_id,
        facts={"whom": str(for_user or for_area), "text": message.text},
        at=at,
        by=by,
    )
    return message


@transaction.atomic
def take_message(*, message: PhoneMessage, at: datetime, by: User) -> PhoneMessage:
    """Take a recado: it is no longer waiting. Idempotent for the same person.

    :raises MessageTaken: if it is for somebody else, or somebody else took it.
    """
    # Held first and read afterwards: what is joined to a row that was waited for is as it was before the wait.
    PhoneMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
    found = PhoneMessage.objects.select_related("taken_by", "for_user").get(pk=message.pk)
    if found.taken_by_id == by.pk:
        return found
    if found.taken_by is not None:
        raise MessageTaken(f"Ese recado ya lo tomó {found.taken_by}.")
    if found.for_user_id not in (None, by.pk) and found.for_area_id != by.area_id:
        raise MessageTaken(f"Ese recado es para {found.for_user}.")
    found.taken_at, found.taken_by = at, by
    found.save(update_fields=["taken_at", "taken_by"])
    publish(
        MESSAGE_TAKEN,
        subject_kind="PhoneMessage",
        subject_id=found.pk,
        facts={"text": found.text},
        at=at,
        by=by,
    )
    return found


def _refuse_incomplete(facts: CallFacts, at: datetime) -> None:
    if not facts.matter.strip():
        raise CallIncomplete("Escriba el asunto de la llamada.")
    if facts.outcome == Call.Outcome.TRANSFERRED and not facts.extension.strip():
        raise CallIncomplete("Escriba a qué extensión se transfirió.")
    if facts.outcome == Call.Outcome.CALL_BACK and facts.call_back_at is None:
        raise CallIncomplete("Diga para cuándo se prometió llamar.")
    if facts.call_back_at is not None and facts.call_back_at <= at:
        raise CallIncomplete("La hora en que se prometió llamar ya pasó; ponga una que venga.")


def _keep_promise(promised: Call, at: datetime, by: User) -> None:
    found = Call.objects.select_for_update(no_key=True).get(pk=promised.pk)
    if found.called_back_at is None:
        found.called_back_at = at
        found.save(update_fields=["called_back_at"])
        publish(
            CALL_RETURNED,
            subject_kind="Call",
            subject_id=found.pk,
            account_id=found.account_id,
            facts={"who": found.caller_name or found.phone, "matter": found.matter},
            at=at,
            by=by,
        )


def _tell(call: Call, at: datetime, by: User) -> None:
    promised = call.call_back_at and format_datetime(timezone.localtime(call.call_back_at))
    facts: Mapping[str, object] = {
        "who": call.caller_name or call.phone or "alguien que no dijo su nombre",
        "matter": call.matter,
        "outcome": call.get_outcome_display().lower(),
        "until": f" a más tardar el {promised}" if promised else "",
        "direction": "Llamó" if call.direction == Call.Direction.IN else "Se llamó a",
    }
    publish(
        CALL_ATTENDED, subject_kind="Call", subject_id=call.pk, account_id=call.account_id, facts=facts, at=at, by=by
    )
