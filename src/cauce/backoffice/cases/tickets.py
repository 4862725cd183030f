"""The turns of the window: a page for the door, where they are taken, and one for who calls them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.cases.papers import ticket_paper
from cauce.cases.models import WindowTicket
from cauce.cases.operations import call_next_ticket, finish_ticket, leave_ticket, take_ticket
from cauce.cases.queries.tickets import window_day
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.replies import pdf

RECEIVE = "cases.add_case"
MATTERS = (
    "Aclarar un recibo",
    "Reportar una falla",
    "Contrato o trámite",
    "Dejar un oficio",
    "Otro asunto",
)


class TicketForm(forms.Form):
    """What somebody comes for."""

    matter = forms.ChoiceField(
        label="A qué viene",
        choices=[(each, each) for each in MATTERS],
        error_messages={"required": "Elija a qué viene.", "invalid_choice": "Elija a qué viene."},
    )
    is_preferential = forms.BooleanField(label="Atención preferente", required=False)


@screen(RECEIVE, methods=("GET", "POST"))
def take_turn(request: HttpRequest) -> HttpResponse:
    """Give a turn at the door."""
    form = TicketForm(request.POST if request.method == "POST" else None)

    def act() -> Done:
        ticket = take_ticket(**form.cleaned_data, at=clock.now())
        return f"Turno {ticket.number}.", redirect(f"{request.path}?turno={ticket.pk}")

    if request.method == "POST" and (response := done(request, form, act, what="dar un turno")):
        return response
    asked = request.GET.get("turno", "")
    given = WindowTicket.objects.filter(pk=int(asked)).first() if asked.isdecimal() else None
    context = {"form": form, "matters": MATTERS, "given": given}
    return render(request, "backoffice/cases/take_turn.html", context, status=422 if form.errors else 200)


@screen(RECEIVE)
def ticket_pdf(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """The slip of a turn."""
    ticket = get_object_or_404(WindowTicket, pk=ticket_id)
    return pdf(ticket_paper(ticket).pdf(), f"turno-{ticket.number}.pdf")


@screen(RECEIVE)
def turns(request: HttpRequest) -> HttpResponse:
    """Who waits, who is at the window, and how long people have waited today."""
    context = {"day": window_day(user_of(request), day=clock.today(), at=clock.now())}
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"backoffice/cases/{'turns_waiting' if is_part else 'turns'}.html", context)


@screen(RECEIVE, methods=("POST",))
def call_next(request: HttpRequest) -> HttpResponse:
    """Call the turn that follows."""

    def act() -> str:
        ticket = call_next_ticket(at=clock.now(), by=user_of(request))
        return f"Pasa el turno {ticket.number}: {ticket.matter.lower()}."

    tell(request, act, what="llamar un turno")
    return redirect("cases:turns")


@screen(RECEIVE, methods=("POST",))
def finish(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """They were attended."""
    ticket = get_object_or_404(WindowTicket, pk=ticket_id)

    def act() -> str:
        finish_ticket(ticket=ticket, at=clock.now(), by=user_of(request))
        return f"El turno {ticket.number} quedó atendido."

    tell(request, act, what="terminar un turno")
    return redirect("cases:turns")


@screen(RECEIVE, methods=("POST",))
def leave(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """They did not come, or went."""
    ticket = get_object_or_404(WindowTicket, pk=ticket_id)

    def act() -> str:
        leave_ticket(ticket=ticket, at=clock.now(), by=user_of(request))
        return f"El turno {ticket.number} se fue sin ser atendido."

    tell(request, act, what="dejar un turno")
    return redirect("cases:turns")
