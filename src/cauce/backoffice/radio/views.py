"""The radio: quick entry above, what was heard below; operations and the desk see the same."""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.radio.forms import RadioFilter, RadioForm
from cauce.cases.models import RadioMessage
from cauce.cases.operations import (
    acknowledge_radio_message,
    record_radio_as_order,
    record_radio_message,
    report_order_by_radio,
)
from cauce.cases.queries.calls import radio_with_people
from cauce.core import clock
from cauce.ui.access import screen
from cauce.ui.acts import done, tell
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.models import User
from cauce.workorders.models import Crew

SEE = "cases.view_radiomessage"
HEAR = "cases.add_radiomessage"
KNOW = "cases.acknowledge_radiomessage"
COLUMNS = (
    Column("Hora", Kind.MOMENT, 18),
    Column("Unidad", width=12),
    Column("Sentido", width=12),
    Column("Asunto", width=18),
    Column("Mensaje", width=60),
    Column("Lugar", width=40),
    Column("Orden", width=14),
    Column("Atendió", width=26),
    Column("Enterado", Kind.MOMENT, 18),
    Column("Quién se enteró", width=26),
)


def _cells(row: RadioMessage) -> tuple[object, ...]:
    return (
        row.heard_at,
        row.unit,
        row.get_direction_display(),
        row.get_matter_display(),
        row.message,
        row.place,
        "" if row.order is None else row.order.document.folio,
        row.attended_by,
        row.acknowledged_at,
        row.acknowledged_by or "",
    )


def _rows(chosen: Chosen) -> QuerySet[RadioMessage]:
    rows = radio_with_people()
    if chosen["asunto"]:
        rows = rows.filter(matter=chosen["asunto"])
    if chosen["unidad"]:
        rows = rows.filter(unit=chosen["unidad"].strip().upper())
    if chosen["enterado"]:
        rows = rows.filter(acknowledged_at__isnull=chosen["enterado"] == "NO")
    if chosen["desde_dia"]:
        rows = rows.filter(heard_at__date__gte=chosen["desde_dia"])
    return rows


MESSAGES = Listing(rows=_rows, order=["-heard_at"], form=RadioFilter, name="radio", columns=COLUMNS, cells=_cells)


@screen(SEE)
def messages_heard(request: HttpRequest) -> HttpResponse:
    """What was heard, the last first."""
    may_hear, may_know = request.user.has_perm(HEAR), request.user.has_perm(KNOW)
    return list_page(
        request, MESSAGES, "backoffice/radio/messages.html", lambda page: {"may_hear": may_hear, "may_know": may_know}
    )


@screen(SEE)
def messages_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, MESSAGES)


@screen(HEAR, methods=("GET", "POST"))
def new_message(request: HttpRequest) -> HttpResponse:
    """Write what is heard, and whatever it becomes."""
    form = RadioForm(request.POST or None, initial={"llave": new_key()})

    def act() -> tuple[str, HttpResponse]:
        now, said = clock.now(), form.cleaned_data
        facts, key, user = form.facts(now), f"radio/{said['llave']}", cast(User, request.user)
        if said["becomes"] == "ORDEN":
            heard = record_radio_as_order(facts=facts, type=said["order_type"], at=now, by=user, key=key)
            assert heard.order is not None
            return f"Quedó la orden {heard.order.document.folio}.", redirect("radio:messages")
        if said["becomes"] in ("HECHA", "NO_HECHA"):
            report_order_by_radio(facts=facts, order=said["order"], report=form.report(now), at=now, by=user, key=key)
            return f"La orden {said['order'].document.folio} quedó reportada.", redirect("radio:messages")
        record_radio_message(facts=facts, order=said["order"], at=now, by=user, key=key)
        return "El mensaje quedó anotado.", redirect("radio:messages")

    if request.method == "POST" and (response := done(request, form, act, what="anotar un mensaje de radio")):
        return response
    units = Crew.objects.filter(is_active=True).exclude(radio="").values_list("radio", "name")
    context = {"form": form, "units": units}
    return render(request, "backoffice/radio/new_message.html", context, status=422 if form.errors else 200)


@screen(KNOW, methods=("POST",))
def acknowledge(request: HttpRequest, radio_id: int) -> HttpResponse:
    """I know of it."""
    found = get_object_or_404(RadioMessage, pk=radio_id)

    def act() -> str:
        acknowledge_radio_message(message=found, at=clock.now(), by=cast(User, request.user))
        return "Enterado."

    tell(request, act, what="darse por enterado")
    return redirect("radio:messages")
