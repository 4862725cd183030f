"""What is done with a case from its page: one operation each, and back to the page."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cauce.backoffice.cases.one_case import ATTEND, BOOK, CHARGE, FORMS, ORDER, ROUTE, case_page, one
from cauce.cases.models import Case
from cauce.cases.operations import (
    CaseRefused,
    accept_case,
    add_case_contact,
    attach_to_case,
    book_inspection_of_case,
    close_case,
    mark_duplicate,
    note_case,
    open_order_of_case,
    pause_case,
    reopen_case,
    resolve_case,
    resume_case,
    return_case,
    route_case,
    take_case,
    withdraw_case,
)
from cauce.cases.queries.cases import case_with_folio
from cauce.core import clock
from cauce.core.es_mx import format_date
from cauce.ui.access import screen, user_of
from cauce.ui.acts import done, tell
from cauce.workorders.queries.agenda import told_slot

Act = Callable[[Case, forms.Form], str]


@screen(ATTEND, methods=("POST",))
def take(request: HttpRequest, case_id: int) -> HttpResponse:
    """Attend it oneself."""
    found = one(case_id)

    def act() -> str:
        take_case(case=found, at=clock.now(), by=user_of(request))
        return f"El caso {found.document.folio} es suyo."

    tell(request, act, what=f"tomar el caso {found.document.folio}")
    return redirect("cases:case", case_id)


@screen(ATTEND, methods=("POST",))
def accept(request: HttpRequest, case_id: int) -> HttpResponse:
    """Accept what was routed to one's area."""
    found = one(case_id)

    def act() -> str:
        accept_case(case=found, at=clock.now(), by=user_of(request))
        return f"El caso {found.document.folio} quedó aceptado y es suyo."

    tell(request, act, what=f"aceptar el caso {found.document.folio}")
    return redirect("cases:case", case_id)


@screen(ROUTE, methods=("POST",))
def route(request: HttpRequest, case_id: int) -> HttpResponse:
    """Send it to an area."""

    def act(found: Case, form: forms.Form) -> str:
        said = form.cleaned_data
        route_case(case=found, area=said["area"], note=said["note"], at=clock.now(), by=user_of(request))
        return f"El caso {found.document.folio} pasó a {said['area']}."

    return _do(request, case_id, "route", act, "canalizar")


@screen(ATTEND, methods=("POST",))
def return_it(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give it back to who sent it."""

    def act(found: Case, form: forms.Form) -> str:
        back = return_case(case=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return f"El caso {found.document.folio} volvió a {back.area}."

    return _do(request, case_id, "return_it", act, "devolver")


@screen(ATTEND, methods=("POST",))
def pause(request: HttpRequest, case_id: int) -> HttpResponse:
    """Stop its term while the customer is awaited."""

    def act(found: Case, form: forms.Form) -> str:
        pause_case(case=found, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return f"El plazo del caso {found.document.folio} quedó detenido."

    return _do(request, case_id, "pause", act, "detener")


@screen(ATTEND, methods=("POST",))
def resume(request: HttpRequest, case_id: int) -> HttpResponse:
    """Go on with it."""

    def act(found: Case, form: forms.Form) -> str:
        again = resume_case(case=found, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return f"El caso {found.document.folio} sigue; vence el {format_date(again.due_on)}."

    return _do(request, case_id, "resume", act, "reanudar")


@screen(ATTEND, methods=("POST",))
def note(request: HttpRequest, case_id: int) -> HttpResponse:
    """Add a note."""

    def act(found: Case, form: forms.Form) -> str:
        note_case(case=found, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return "La nota quedó en el caso."

    return _do(request, case_id, "note", act, "anotar")


@screen(ATTEND, methods=("POST",))
def contact(request: HttpRequest, case_id: int) -> HttpResponse:
    """Somebody asked again."""

    def act(found: Case, form: forms.Form) -> str:
        written = add_case_contact(case=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Quedó en el caso {written.document.folio} que volvieron a preguntar."

    return _do(request, case_id, "contact", act, "anotar")


@screen(ATTEND, methods=("POST",))
def resolve(request: HttpRequest, case_id: int) -> HttpResponse:
    """Decide it."""

    def act(found: Case, form: forms.Form) -> str:
        resolve_case(case=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"El caso {found.document.folio} quedó resuelto. Dígalo al usuario o escriba la respuesta."

    return _do(request, case_id, "resolve", act, "resolver")


@screen(ATTEND, methods=("POST",))
def close(request: HttpRequest, case_id: int) -> HttpResponse:
    """Close it."""

    def act(found: Case, form: forms.Form) -> str:
        close_case(case=found, satisfaction=form.cleaned_data["satisfaction"], at=clock.now(), by=user_of(request))
        return f"El caso {found.document.folio} quedó cerrado."

    return _do(request, case_id, "close", act, "cerrar")


@screen(ATTEND, methods=("POST",))
def reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    """Attend it again."""

    def act(found: Case, form: forms.Form) -> str:
        again = reopen_case(case=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return f"El caso {found.document.folio} se reabrió; vence el {format_date(again.due_on)}."

    return _do(request, case_id, "reopen", act, "reabrir")


@screen(ATTEND, methods=("POST",))
def duplicate(request: HttpRequest, case_id: int) -> HttpResponse:
    """It is another one."""

    def act(found: Case, form: forms.Form) -> str:
        original = case_with_folio(form.cleaned_data["folio"])
        if original is None:
            raise CaseRefused(f"No hay un caso «{form.cleaned_data['folio']}»; escriba el folio como INC-000012.")
        mark_duplicate(
            case=found, original=original, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request)
        )
        return f"El caso {found.document.folio} quedó como duplicado del {original.document.folio}."

    return _do(request, case_id, "duplicate", act, "marcar como duplicado")


@screen(ATTEND, methods=("POST",))
def withdraw(request: HttpRequest, case_id: int) -> HttpResponse:
    """The customer no longer wants it."""

    def act(found: Case, form: forms.Form) -> str:
        withdraw_case(case=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return f"El caso {found.document.folio} quedó como desistido."

    return _do(request, case_id, "withdraw", act, "dejar")


@screen(ATTEND, methods=("POST",))
def attach(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep a paper or a photograph."""

    def act(found: Case, form: forms.Form) -> str:
        sent = form.cleaned_data["file"]
        attach_to_case(
            case=found,
            name=sent.name,
            content=sent.read(),
            document_name=form.cleaned_data["document_name"],
            at=clock.now(),
            by=user_of(request),
        )
        return "El archivo quedó en el caso."

    return _do(request, case_id, "attach", act, "agregar un archivo")


@screen(ORDER, methods=("POST",))
def order(request: HttpRequest, case_id: int) -> HttpResponse:
    """Open the order it needs."""

    def act(found: Case, form: forms.Form) -> str:
        said = form.cleaned_data
        issued = open_order_of_case(
            case=found,
            type=said["type"],
            detail=said["detail"],
            at=clock.now(),
            by=user_of(request),
            key=f"caso/{found.pk}/{said['llave']}",
        )
        return f"Se emitió la orden {issued.document.folio} para {issued.area}."

    return _do(request, case_id, "order", act, "abrir una orden")


@screen(BOOK, methods=("POST",))
def inspect(request: HttpRequest, case_id: int) -> HttpResponse:
    """Book the aforo it needs."""

    def act(found: Case, form: forms.Form) -> str:
        said = form.cleaned_data
        booked = book_inspection_of_case(
            case=found,
            slot=said["slot"],
            contact_name=said["contact_name"],
            contact_phone=said["contact_phone"],
            over_capacity=bool(said["over_reason"].strip()),
            over_reason=said["over_reason"],
            is_charged=said["is_charged"] and request.user.has_perm(CHARGE),
            at=clock.now(),
            by=user_of(request),
            key=f"caso/{found.pk}/{said['llave']}",
        )
        return f"El aforo {booked.document.folio} quedó para el {told_slot(booked.slot)}."

    return _do(request, case_id, "inspect", act, "agendar un aforo")


def _do(request: HttpRequest, case_id: int, name: str, act: Act, what: str) -> HttpResponse:
    found = one(case_id)
    form = FORMS[name](request.POST, request.FILES)

    def ask() -> tuple[str, HttpResponse]:
        return act(found, form), redirect("cases:case", found.pk)

    response = done(request, form, ask, what=f"{what} el caso {found.document.folio}")
    return response or case_page(request, one(case_id), status=422, **{name: form})
