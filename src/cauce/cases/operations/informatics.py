"""Asking Informática: a fault or a need is asked, accepted or refused, worked on and done."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from cauce.cases.events import (
    SYSTEM_REQUEST_ACCEPTED,
    SYSTEM_REQUEST_ASKED,
    SYSTEM_REQUEST_DONE,
    SYSTEM_REQUEST_REFUSED,
    SYSTEM_REQUEST_RETURNED,
    SYSTEM_REQUEST_STARTED,
)
from cauce.cases.models import SystemRequest, SystemRequestStep
from cauce.cases.rules.states import SYSTEM_REQUEST_EDGES
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.users.models import User

SERIES = "INF"


class SystemRequestIncomplete(DomainError):
    """The request does not say what it must."""


class SystemRequestElsewhere(DomainError):
    """The request is not where that may be done to it."""


@transaction.atomic
def ask_informatics(
    *,
    nature: SystemRequest.Nature,
    category: SystemRequest.Category,
    matter: str,
    detail: str,
    benefit: str = "",
    priority: int = SystemRequest.Priority.NORMAL,
    at: datetime,
    by: User,
    key: str,
) -> SystemRequest:
    """Ask Informática for something, for the area of who asks. Idempotent by key.

    :raises SystemRequestIncomplete: if it does not say what is asked, or who asks has no area.
    """
    first = SystemRequest.objects.filter(key=key).first()
    if first is not None:
        return first
    if not matter.strip() or not detail.strip():
        raise SystemRequestIncomplete("Escriba el asunto y el detalle: qué pasa, dónde y desde cuándo.")
    if by.area is None:
        raise SystemRequestIncomplete("Su cuenta no tiene área; pida a Informática que se la asigne.")
    document = create_document(kind=Document.Kind.SYSTEM_REQUEST, series=SERIES, issued_on=local_day(at), at=at, by=by)
    asked = SystemRequest.objects.create(
        document=document,
        key=key,
        nature=nature,
        category=category,
        matter=matter.strip(),
        detail=detail.strip(),
        benefit=benefit.strip(),
        priority=priority,
        area=by.area,
        asked_at=at,
        asked_by=by,
    )
    _note(asked, "", "", at, by)
    _tell(SYSTEM_REQUEST_ASKED, asked, at, by, {"area": str(asked.area)})
    return asked


@transaction.atomic
def accept_system_request(
    *,
    request: SystemRequest,
    effort: str,
    priority: int,
    target_on: date | None,
    note: str = "",
    at: datetime,
    by: User,
) -> SystemRequest:
    """Take a request on, with the effort it takes, its priority and the day it is promised for.

    :raises SystemRequestIncomplete: if the effort is not said, or the day is past.
    :raises SystemRequestElsewhere: if it was already accepted, refused or done.
    """
    if effort not in SystemRequest.Effort.values:
        raise SystemRequestIncomplete("Diga cuánto esfuerzo lleva: horas, días, semanas o meses.")
    if target_on is not None and target_on < local_day(at):
        raise SystemRequestIncomplete("La fecha prometida ya pasó; ponga otra.")
    found = _locked(request)
    found.effort, found.priority, found.target_on, found.attended_by = effort, priority, target_on, by
    _move(found, SystemRequest.State.ACCEPTED, note, at, by)
    found.save(update_fields=["effort", "priority", "target_on", "attended_by"])
    _tell(SYSTEM_REQUEST_ACCEPTED, found, at, by, {"effort": found.get_effort_display().lower()})
    return found


@transaction.atomic
def start_system_request(*, request: SystemRequest, note: str = "", at: datetime, by: User) -> SystemRequest:
    """Begin to work on an accepted request, or again on one that was not well done.

    :raises SystemRequestElsewhere: if it is not accepted nor done.
    """
    found = _locked(request)
    found.attended_by, found.ended_at = by, None
    _move(found, SystemRequest.State.IN_PROGRESS, note, at, by)
    found.save(update_fields=["attended_by", "ended_at"])
    _tell(SYSTEM_REQUEST_STARTED, found, at, by, {})
    return found


@transaction.atomic
def put_off_system_request(*, request: SystemRequest, note: str, at: datetime, by: User) -> SystemRequest:
    """Leave what was begun for later, saying why.

    :raises SystemRequestIncomplete: if it does not say why.
    :raises SystemRequestElsewhere: if nobody is working on it.
    """
    if not note.strip():
        raise SystemRequestIncomplete("Escriba por qué se deja para después.")
    found = _locked(request)
    _move(found, SystemRequest.State.ACCEPTED, note, at, by)
    _tell(SYSTEM_REQUEST_RETURNED, found, at, by, {"note": note.strip()})
    return found


@transaction.atomic
def end_system_request(*, request: SystemRequest, is_done: bool, answer: str, at: datetime, by: User) -> SystemRequest:
    """Say that a request is done, or that it will not be, and how or why.

    :raises SystemRequestIncomplete: if it does not say how or why.
    :raises SystemRequestElsewhere: if it ended before, or is done without having been begun.
    """
    if not answer.strip():
        raise SystemRequestIncomplete("Escriba qué se hizo o por qué no se hará: quien la pidió lo va a leer.")
    found = _locked(request)
    found.answer, found.ended_at, found.attended_by = answer.strip(), at, by
    found.save(update_fields=["answer", "ended_at", "attended_by"])
    _move(found, SystemRequest.State.DONE if is_done else SystemRequest.State.REFUSED, answer, at, by)
    kind = SYSTEM_REQUEST_DONE if is_done else SYSTEM_REQUEST_REFUSED
    _tell(kind, found, at, by, {"answer": found.answer})
    return found


def _locked(request: SystemRequest) -> SystemRequest:
    return SystemRequest.objects.select_for_update(no_key=True).get(pk=request.pk)


def _move(request: SystemRequest, state: SystemRequest.State, note: str, at: datetime, by: User) -> None:
    """Take a step, and leave it written.

    :raises SystemRequestElsewhere: if that step does not follow from where the request is.
    """
    before = request.state
    if (before, state) not in SYSTEM_REQUEST_EDGES:
        raise SystemRequestElsewhere(
            f"La solicitud {request.document.folio} está «{request.get_state_display().lower()}»: "
            "actualice la página para ver qué se puede hacer ahora."
        )
    request.state = state
    request.save(update_fields=["state"])
    _note(request, before, note, at, by)


def _note(request: SystemRequest, before: str, note: str, at: datetime, by: User) -> None:
    SystemRequestStep.objects.create(
        request=request, from_state=before, to_state=request.state, note=note.strip(), at=at, by=by
    )


def _tell(kind: EventKind, request: SystemRequest, at: datetime, by: User, facts: Mapping[str, object]) -> None:
    publish(
        kind,
        subject_kind="SystemRequest",
        subject_id=request.pk,
        facts={"folio": request.document.folio, "matter": request.matter, **facts},
        at=at,
        by=by,
    )
