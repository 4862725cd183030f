"""Choosing a place of the agenda: for a new aforo, or for one that is moved or booked again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cauce.backoffice.inspections.forms import AgainForm, BookingForm, MoveForm, PlaceForm
from cauce.backoffice.inspections.shapes import BOOK, CHARGE, OPEN, found_inspection
from cauce.cases.models import Call, Case
from cauce.cases.operations import book_inspection_of_call, book_inspection_of_case
from cauce.core import clock
from cauce.registry.models import Account
from cauce.registry.rules.contact import is_phone
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import account_named, new_key
from cauce.workorders.models import AgendaSlot, HomeInspection, Origin
from cauce.workorders.operations import book_inspection, book_inspection_again, move_inspection
from cauce.workorders.queries import FreePlace, booked_inspection, next_free_places
from cauce.workorders.queries.agenda import full_slots, listed_fee, told_slot

LETTERS = "ABCDEF"
OFFERED = len(LETTERS)
# How far the half days without places are shown to who may go over what they hold.
LOOKED_AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Source:
    """What the aforo comes from, and what is known by then."""

    account: Account | None
    case: Case | None
    call: Call | None


@screen(BOOK, methods=("GET", "POST"))
def new_inspection(request: HttpRequest) -> HttpResponse:
    """Book an aforo: the next places are offered, a key each."""
    source = _source(request)
    if request.method == "GET":
        return _page(request, source, BookingForm(initial=_known(source)))
    form = BookingForm(request.POST)

    def act() -> Done:
        booked = _book(request, source, form.cleaned_data)
        said = f"El aforo {booked.document.folio} quedó para el {told_slot(booked.slot)}."
        return said, redirect("inspections:inspection", booked.pk)

    account = account_named(request.POST.get("account", ""))
    if form.is_valid() and account is None:
        form.add_error("account", "Ninguna cuenta tiene ese número; revíselo o búsquela en la ventanilla.")
    response = done(request, form, act, what="agendar un aforo")
    return response or _page(request, Source(account, source.case, source.call), form)


@screen(BOOK, methods=("GET", "POST"))
def move(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """Take an aforo to another place, or book again the one in which nobody was found."""
    found = found_inspection(inspection_id)
    is_again = found.state == HomeInspection.State.NO_SHOW
    shape: type[PlaceForm] = AgainForm if is_again else MoveForm
    form = shape(request.POST) if request.method == "POST" else shape()

    def act() -> Done:
        change = book_inspection_again if is_again else move_inspection
        moved = change(inspection=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        said = f"El aforo {moved.document.folio} quedó para el {told_slot(moved.slot)}: avise a quien recibe."
        return said, redirect("inspections:inspection", moved.pk)

    if request.method == "POST" and (response := done(request, form, act, what="reprogramar un aforo")):
        return response
    context = {"inspection": found, "is_again": is_again, **_places(request, found.account, form, found.slot_id)}
    return render(request, "backoffice/inspections/move.html", context, status=422 if form.errors else 200)


def _book(request: HttpRequest, source: Source, said: dict[str, Any]) -> HomeInspection:
    account = account_named(said["account"])
    assert account is not None
    now, user, key = clock.now(), user_of(request), f"aforo/{said['llave']}"
    is_charged = said["is_charged"] and user.has_perm(CHARGE)
    if source.case is not None and source.case.account_id == account.pk:
        return book_inspection_of_case(
            case=source.case,
            slot=said["slot"],
            contact_name=said["contact_name"],
            contact_phone=said["contact_phone"],
            over_capacity=said["over_capacity"],
            over_reason=said["over_reason"],
            is_charged=is_charged,
            at=now,
            by=user,
            key=key,
        )
    facts = {
        name: said[name] for name in ("slot", "contact_name", "contact_phone", "matter", "detail", "over_capacity")
    }
    if source.call is not None:
        return book_inspection_of_call(
            call=source.call, account=account, **facts, is_charged=is_charged, at=now, by=user, key=key
        )
    return book_inspection(
        account=account, **facts, origin_kind=Origin.DESK, is_charged=is_charged, at=now, by=user, key=key
    )


def _page(request: HttpRequest, source: Source, form: BookingForm) -> HttpResponse:
    account = source.account
    context = {
        "account": account,
        "case": source.case,
        "call": source.call,
        "ahead": None if account is None else booked_inspection(account.pk),
        "fee": listed_fee(clock.today()) if user_of(request).has_perm(CHARGE) else None,
        "odd_phone": _odd_phone(source),
        **_places(request, account, form),
    }
    return render(request, "backoffice/inspections/new_inspection.html", context, status=422 if form.errors else 200)


def _places(
    request: HttpRequest, account: Account | None, form: forms.Form, but: int | None = None
) -> dict[str, object]:
    """The next free places with their letters and, for who may, the full half days that follow."""
    now = clock.now()
    sector = None if account is None else account.route.sector
    free = next_free_places(after=now, sector_id=None if sector is None else sector.pk, limit=OFFERED + 1)
    offered = [place for place in free if place.slot.pk != but][:OFFERED]
    may_open = user_of(request).has_perm(OPEN)
    return {
        "form": form,
        "sector": sector,
        "places": list(zip(LETTERS, offered, strict=False)),
        "asked": _asked_place(request, now_offered=offered),
        "may_open": may_open,
        "full": _full() if may_open else [],
    }


def _asked_place(request: HttpRequest, *, now_offered: list[FreePlace]) -> AgendaSlot | None:
    """The half day from which somebody came here, when it is not among those offered."""
    text = request.GET.get("lugar", "")
    if not text.isdecimal() or int(text) in {place.slot.pk for place in now_offered}:
        return None
    rows = AgendaSlot.objects.filter(pk=text, day__gte=clock.today(), closed_reason="")
    return rows.select_related("technician__user", "sector").first()


def _full() -> list[AgendaSlot]:
    today = clock.today()
    return full_slots(today, today + LOOKED_AHEAD)[:12]


def _source(request: HttpRequest) -> Source:
    case = _row(Case.objects.select_related("account__route__sector", "account__holder", "type"), request, "caso")
    call = _row(Call.objects.select_related("account__route__sector", "account__holder"), request, "llamada")
    account = _row(Account.objects.select_related("route__sector", "holder"), request, "cuenta")
    for known in (case, call):
        account = account or (known.account if known is not None else None)
    return Source(account, case, call)


def _row(rows: Any, request: HttpRequest, name: str) -> Any:
    text = request.GET.get(name, "")
    return rows.filter(pk=text).first() if text.isdecimal() else None


def _known(source: Source) -> dict[str, object]:
    """What does not have to be typed again."""
    account, case, call = source.account, source.case, source.call
    initial: dict[str, object] = {"llave": new_key()}
    if account is not None:
        initial |= {"account": account.number, "contact_name": account.holder.name}
        initial |= _telephone(account.holder.phone)
    if call is not None:
        initial |= _told(call.caller_name, call.matter) | _telephone(call.phone) | {"detail": call.notes}
    if case is not None:
        initial |= _told(case.reporter_name, case.matter) | _telephone(case.reporter_phone) | {"detail": case.told}
    return initial


def _told(name: str, matter: str) -> dict[str, object]:
    return {field: value for field, value in (("contact_name", name), ("matter", matter)) if value}


def _odd_phone(source: Source) -> str:
    """The telephone that the case or the call has when it is not one that can be dialled."""
    known = (
        source.case.reporter_phone if source.case is not None else source.call.phone if source.call is not None else ""
    )
    return "" if not known or is_phone(known) else known


def _telephone(text: str) -> dict[str, object]:
    return {"contact_phone": text} if is_phone(text) else {}
