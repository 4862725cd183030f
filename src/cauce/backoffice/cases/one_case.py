"""The page of one case: how it stands, what can be done with it now and why not, and all that happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.cases.forms import (
    AttachForm,
    CloseForm,
    ContactForm,
    DeliveryForm,
    DuplicateForm,
    InspectForm,
    NoteForm,
    OrderForm,
    PauseForm,
    ReopenForm,
    ResolveForm,
    ResumeForm,
    ReturnForm,
    RouteForm,
    WithdrawForm,
)
from cauce.billing.queries.adjustments import adjustments_of_origin
from cauce.cases.models import Case
from cauce.cases.queries.cases import answers_of, cases_with_people, clock_of, steps_of
from cauce.cases.queries.holders import areas_of
from cauce.cases.rules.states import CASE_EDGES, OPEN
from cauce.core import clock
from cauce.documents.queries import file_content
from cauce.registry.queries import linked_customer
from cauce.registry.rules.contact import is_phone
from cauce.ui.access import screen, user_of
from cauce.ui.case_words import state_mark, term_mark
from cauce.ui.fields import new_key
from cauce.ui.replies import pdf
from cauce.users.models import User
from cauce.users.queries import office_calendar
from cauce.workorders.queries import next_free_places
from cauce.workorders.queries.agenda import full_slots, listed_fee

SEE = "cases.view_case"
ATTEND = "cases.attend_case"
ROUTE = "cases.route_case"
ORDER = "workorders.add_workorder"
BOOK = "workorders.book_inspection"
OPEN_AGENDA = "workorders.open_agenda"
CHARGE = "cashier.add_paymentorder"
ADJUST = "billing.propose_adjustment"
# How far, and how many, the half days without places are shown to who may go over what they hold.
LOOKED_AHEAD = timedelta(days=31)
MOST_FULL = 6
FORMS: Mapping[str, type[forms.Form]] = {
    "route": RouteForm,
    "note": NoteForm,
    "contact": ContactForm,
    "return_it": ReturnForm,
    "pause": PauseForm,
    "resume": ResumeForm,
    "resolve": ResolveForm,
    "close": CloseForm,
    "reopen": ReopenForm,
    "withdraw": WithdrawForm,
    "duplicate": DuplicateForm,
    "attach": AttachForm,
    "order": OrderForm,
    "inspect": InspectForm,
    "deliver": DeliveryForm,
}


@dataclass(frozen=True, slots=True)
class Can:
    """What this person may do with the case now, and why not when they may not."""

    take: bool = False
    accept: bool = False
    route: bool = False
    resolve: bool = False
    pause: bool = False
    resume: bool = False
    close: bool = False
    reopen: bool = False
    end: bool = False
    write: bool = False
    answer: bool = False
    order: bool = False
    inspect: bool = False
    adjust: bool = False
    why_not: str = ""


@screen(SEE)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case."""
    return case_page(request, one(case_id))


@screen(SEE)
def case_file(request: HttpRequest, case_id: int, case_file_id: int) -> HttpResponse:
    """A paper or a photograph of the case, as what its content is."""
    found = get_object_or_404(one(case_id).files.select_related("file"), pk=case_file_id)
    response = pdf(file_content(found.file), f"{found.pk}")
    response["Content-Type"] = found.file.content_type
    return response


def one(case_id: int) -> Case:
    """The case of an address."""
    rows = cases_with_people().select_related(
        "received_by", "resolved_by", "party", "sector", "ticket", "duplicate_of__document", "type__order_type"
    )
    return get_object_or_404(rows, pk=case_id)


def case_page(request: HttpRequest, found: Case, status: int = 200, **bound: forms.Form) -> HttpResponse:
    """The page of a case; ``bound`` are the forms that were sent, by the name of their act."""
    user, today = user_of(request), clock.today()
    can = what_can_be_done(found, user)
    context: dict[str, Any] = {
        "case": found,
        "can": can,
        "may_attend": user.has_perm(ATTEND),
        "state": state_mark(found),
        "term": term_mark(clock_of(found, today=today, calendar=office_calendar())),
        "missing": _missing(found),
        "files": found.files.select_related("file", "by").order_by("pk"),
        "steps": steps_of(found),
        "answers": answers_of(found).prefetch_related("document__signature_requests"),
        "orders": found.orders.select_related("order__document", "order__type", "order__area").order_by("-pk"),
        "inspections": found.inspections.select_related("inspection__document", "inspection__slot").order_by("-pk"),
        "adjustments": adjustments_of_origin("Case", found.pk),
        "calls": found.calls.select_related("attended_by").order_by("-started_at"),
        "radio": found.radio_messages.order_by("-heard_at"),
        "duplicates": found.duplicates.select_related("document").order_by("pk"),
        "form": next(iter(bound.values()), None),
        "sent": next(iter(bound), ""),
    }
    for name, kind in FORMS.items():
        context[f"{name}_form"] = bound.get(name) or kind(initial=_initial(name, found))
    if can.inspect:
        context |= _agenda(context["inspect_form"], found, user)
    return render(request, "backoffice/cases/case.html", context, status=status)


def what_can_be_done(found: Case, user: User) -> Can:
    """What the state, the area and the permissions let this person do."""
    attends, routes = user.has_perm(ATTEND), user.has_perm(ROUTE)
    if not attends and not routes:
        return Can(why_not="Usted lo puede ver; lo atiende el personal de su área.")
    is_open = found.state in OPEN
    is_mine = found.holder_id in (None, user.pk)
    is_here = found.area_id in areas_of(user, clock.today())
    why_not = ""
    if is_open and not is_here:
        why_not = f"Lo atiende «{found.area}». Usted puede canalizarlo, agregar notas y archivos."
    elif is_open and not is_mine:
        why_not = f"Lo tiene {found.holder}. Usted puede canalizarlo o agregar notas."
    elif _is_barred(found, user):
        why_not = "La cuenta es suya o de alguien con quien tiene vínculo: que lo resuelva otra persona."
    mine = is_here and is_mine and attends
    follows = {after for before, after in CASE_EDGES if before == found.state}
    decides = mine and not why_not
    return Can(
        take=mine and (found.state == "RECEIVED" or (found.state == "IN_PROGRESS" and found.holder_id is None)),
        accept=mine and found.state == "ROUTED",
        route=routes and "ROUTED" in follows,
        resolve=decides and "RESOLVED" in follows,
        pause=mine and "WAITING" in follows,
        resume=mine and found.state == "WAITING",
        close=attends and found.state == "RESOLVED",
        reopen=attends and found.state in ("RESOLVED", "CLOSED"),
        end=attends and is_open,
        write=attends,
        answer=attends and found.state not in ("WITHDRAWN", "DUPLICATE"),
        order=is_open and "ORDER" in found.type.opens and user.has_perm(ORDER),
        inspect=is_open and "INSPECTION" in found.type.opens and found.account_id is not None and user.has_perm(BOOK),
        adjust=_may_adjust(found, user),
        why_not=why_not,
    )


def _may_adjust(found: Case, user: User) -> bool:
    asks = found.state in OPEN and "ADJUSTMENT" in found.type.opens and found.account_id is not None
    return asks and user.has_perm(ADJUST)


def _agenda(form: InspectForm, found: Case, user: User) -> dict[str, object]:
    """What the agenda offers to a case: its free places, what it costs and, for who may go over them, the full ones."""
    now, today = clock.now(), clock.today()
    places = next_free_places(after=now, sector_id=found.sector_id)
    full = full_slots(today, today + LOOKED_AHEAD)[:MOST_FULL] if user.has_perm(OPEN_AGENDA) else []
    form.offer_places(places, full)
    odd = found.reporter_phone if found.reporter_phone and not is_phone(found.reporter_phone) else ""
    fee = listed_fee(today) if user.has_perm(CHARGE) else None
    return {"places": places or full, "full": full, "fee": fee, "odd_phone": odd}


def _is_barred(found: Case, user: User) -> bool:
    accounts = [] if found.account_id is None else [found.account_id]
    parties = [] if found.party_id is None else [found.party_id]
    return bool(accounts or parties) and linked_customer(user.pk, account_ids=accounts, party_ids=parties) is not None


def _missing(found: Case) -> list[tuple[str, bool]]:
    """The papers that its type asks for, and whether each one is here."""
    here = {file.document_name.casefold() for file in found.files.all()}
    return [(name, name.casefold() in here) for name in found.type.required_documents]


def _initial(name: str, found: Case) -> dict[str, object]:
    if name == "order":
        return {"llave": new_key(), "type": found.type.order_type_id}
    if name == "inspect":
        holder = "" if found.account is None else found.account.holder.name
        return {
            "llave": new_key(),
            "contact_name": found.reporter_name or holder,
            "contact_phone": found.reporter_phone if is_phone(found.reporter_phone) else "",
        }
    if name == "route" and found.area_id != found.type.area_id:
        return {"area": found.type.area_id}
    if name == "deliver":
        return {"received_by": found.reporter_name or ("" if found.account is None else found.account.holder.name)}
    return {}
