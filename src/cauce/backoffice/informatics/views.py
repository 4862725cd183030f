"""Asking Informática, and what Informática does with it."""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.informatics.forms import AcceptForm, EndForm, NoteForm, RequestFilter, RequestForm
from cauce.cases.models import SystemRequest
from cauce.cases.operations import (
    accept_system_request,
    ask_informatics,
    end_system_request,
    put_off_system_request,
    start_system_request,
)
from cauce.cases.queries.informatics import ENDED, requests_with_people
from cauce.core import clock
from cauce.ui.access import screen
from cauce.ui.acts import done, tell
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.models import User

SEE = "cases.view_systemrequest"
ASK = "cases.add_systemrequest"
ATTEND = "cases.attend_systemrequest"
TONES = {
    SystemRequest.State.ASKED: ("accent", "hourglass"),
    SystemRequest.State.ACCEPTED: ("teal", "check"),
    SystemRequest.State.IN_PROGRESS: ("teal", "player-play"),
    SystemRequest.State.DONE: ("good", "circle-check"),
    SystemRequest.State.REFUSED: ("bad", "circle-x"),
}
COLUMNS = (
    Column("Folio", width=14),
    Column("Pedida", Kind.MOMENT, 18),
    Column("Área", width=22),
    Column("Pidió", width=26),
    Column("Clase", width=18),
    Column("Materia", width=20),
    Column("Asunto", width=44),
    Column("Prioridad", width=14),
    Column("Esfuerzo", width=12),
    Column("Estado", width=14),
    Column("Para cuándo", Kind.DATE, 14),
    Column("Atiende", width=26),
    Column("Terminada", Kind.MOMENT, 18),
    Column("Respuesta", width=50),
)


def cells(row: SystemRequest) -> tuple[object, ...]:
    """A request as a row of the workbook."""
    return (
        row.document.folio,
        row.asked_at,
        row.area,
        row.asked_by,
        row.get_nature_display(),
        row.get_category_display(),
        row.matter,
        row.get_priority_display(),
        row.get_effort_display(),
        row.get_state_display(),
        row.target_on,
        row.attended_by or "",
        row.ended_at,
        row.answer,
    )


def _rows(chosen: Chosen) -> QuerySet[SystemRequest]:
    rows = requests_with_people()
    if chosen["estado"] == "ABIERTAS":
        rows = rows.exclude(state__in=ENDED)
    elif chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    for name, column in (("materia", "category"), ("clase", "nature"), ("prioridad", "priority")):
        if chosen[name]:
            rows = rows.filter(**{column: chosen[name]})
    if chosen["palabra"]:
        rows = rows.filter(matter__icontains=chosen["palabra"])
    return rows


REQUESTS = Listing(
    rows=_rows, order=["-asked_at"], form=RequestFilter, name="solicitudes-a-informatica", columns=COLUMNS, cells=cells
)


@screen(SEE)
def requests(request: HttpRequest) -> HttpResponse:
    """What was asked, the last first."""
    return list_page(
        request,
        REQUESTS,
        "backoffice/informatics/requests.html",
        lambda page: {"rows": [(row, TONES[SystemRequest.State(row.state)]) for row in page.rows]},
    )


@screen(SEE)
def requests_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, REQUESTS)


@screen(ASK, methods=("GET", "POST"))
def new_request(request: HttpRequest) -> HttpResponse:
    """Ask for something."""
    user = cast(User, request.user)
    form = RequestForm(request.POST) if request.method == "POST" else RequestForm(initial={"llave": new_key()})

    def act() -> tuple[str, HttpResponse]:
        said = form.cleaned_data
        asked = ask_informatics(
            nature=SystemRequest.Nature(said["nature"]),
            category=SystemRequest.Category(said["category"]),
            matter=said["matter"],
            detail=said["detail"],
            benefit=said["benefit"],
            priority=said["priority"],
            at=clock.now(),
            by=user,
            key=said["llave"],
        )
        follows = redirect("informatics:request", asked.pk) if user.has_perm(SEE) else redirect("today:home")
        return f"La solicitud {asked.document.folio} quedó en la bandeja de Informática.", follows

    if request.method == "POST" and (response := done(request, form, act, what="pedir a Informática")):
        return response
    context = {"form": form, "area": user.area}
    return render(request, "backoffice/informatics/new_request.html", context, status=422 if form.errors else 200)


@screen(SEE)
def one_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: what it is, where it is and what can be done with it now."""
    return _page(request, _found(request_id))


@screen(ATTEND, methods=("POST",))
def accept(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take it on."""
    found, form = _found(request_id), AcceptForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        accept_system_request(request=found, **form.cleaned_data, at=clock.now(), by=cast(User, request.user))
        return f"La solicitud {found.document.folio} quedó aceptada.", _back(found)

    response = done(request, form, act, what="aceptar la solicitud")
    return response or _page(request, found, accept_form=form, status=422)


@screen(ATTEND, methods=("POST",))
def start(request: HttpRequest, request_id: int) -> HttpResponse:
    """Begin to work on it."""
    found = _found(request_id)

    def act() -> str:
        start_system_request(request=found, at=clock.now(), by=cast(User, request.user))
        return f"La solicitud {found.document.folio} está en curso."

    tell(request, act, what="empezar la solicitud")
    return _back(found)


@screen(ATTEND, methods=("POST",))
def put_off(request: HttpRequest, request_id: int) -> HttpResponse:
    """Leave it for later."""
    found, form = _found(request_id), NoteForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        put_off_system_request(
            request=found, note=form.cleaned_data["note"], at=clock.now(), by=cast(User, request.user)
        )
        return f"La solicitud {found.document.folio} quedó para después.", _back(found)

    response = done(request, form, act, what="dejar la solicitud para después")
    return response or _page(request, found, note_form=form, status=422)


@screen(ATTEND, methods=("POST",))
def end(request: HttpRequest, request_id: int) -> HttpResponse:
    """It is done."""
    return _ended(request, _found(request_id), is_done=True)


@screen(ATTEND, methods=("POST",))
def refuse(request: HttpRequest, request_id: int) -> HttpResponse:
    """It will not be done."""
    return _ended(request, _found(request_id), is_done=False)


def _ended(request: HttpRequest, found: SystemRequest, *, is_done: bool) -> HttpResponse:
    form = EndForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        end_system_request(
            request=found,
            is_done=is_done,
            answer=form.cleaned_data["answer"],
            at=clock.now(),
            by=cast(User, request.user),
        )
        said = "terminada" if is_done else "contestada: no se hará"
        return f"La solicitud {found.document.folio} quedó {said}.", _back(found)

    response = done(request, form, act, what="terminar la solicitud")
    return response or _page(request, found, end_form=form, status=422)


def _page(
    request: HttpRequest,
    found: SystemRequest,
    *,
    accept_form: AcceptForm | None = None,
    note_form: NoteForm | None = None,
    end_form: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    state = SystemRequest.State(found.state)
    context = {
        "found": found,
        "tone": TONES[state],
        "steps": found.steps.select_related("by").order_by("pk"),
        "may_attend": request.user.has_perm(ATTEND),
        "is_ended": state in ENDED,
        "form": next((form for form in (accept_form, note_form, end_form) if form is not None), None),
        "accept_form": accept_form or AcceptForm(initial={"priority": found.priority}),
        "note_form": note_form or NoteForm(),
        "end_form": end_form or EndForm(),
    }
    return render(request, "backoffice/informatics/request.html", context, status=status)


def _back(found: SystemRequest) -> HttpResponse:
    return redirect("informatics:request", found.pk)


def _found(request_id: int) -> SystemRequest:
    return get_object_or_404(requests_with_people(), pk=request_id)
