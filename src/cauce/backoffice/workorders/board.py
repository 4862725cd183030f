"""The programme: days across, crews down, what waits beside it; and one crew's day with its map."""

from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cauce.backoffice.workorders.papers import day_papers
from cauce.backoffice.workorders.shapes import PROGRAM, SEE, Shown, shown
from cauce.core import clock
from cauce.core.es_mx import count_of, format_date
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.replies import pdf
from cauce.users.models import Area
from cauce.users.queries import office_calendar
from cauce.workorders.models import Crew, WorkOrder
from cauce.workorders.operations import arrange_day, program_orders
from cauce.workorders.queries import (
    CrewDay,
    day_of_crew,
    loads,
    mergeable_groups,
    programme,
    stop_of,
    waiting_to_be_programmed,
)
from cauce.workorders.rules.walking import on_the_drawing, walking_order

DAYS = 5
WIDTH, HEIGHT, MARGIN = 720, 420, 36


class ProgramForm(forms.Form):
    """Which orders go with which crew on which day; ``here`` is the cell of the board whose button was pressed."""

    orders = forms.ModelMultipleChoiceField(
        queryset=WorkOrder.objects.all(), error_messages={"required": "Marque al menos una orden de las que esperan."}
    )
    here = forms.RegexField(r"^\d+/\d{4}-\d\d-\d\d$", error_messages={"required": "Elija la cuadrilla y el día."})

    def place(self) -> tuple[int, date]:
        """The crew and the day of the cell."""
        crew_id, _, day = self.cleaned_data["here"].partition("/")
        return int(crew_id), date.fromisoformat(day)

    def clean_here(self) -> str:
        """The cell, when its day is one."""
        here = str(self.cleaned_data["here"])
        try:
            date.fromisoformat(here.partition("/")[2])
        except ValueError:
            raise forms.ValidationError("Ese día no existe.") from None
        return here


@dataclass(frozen=True, slots=True)
class Cell:
    """A crew's day in the board."""

    load: CrewDay
    orders: list[Shown]
    is_past: bool
    fill: int


@screen(PROGRAM)
def board(request: HttpRequest) -> HttpResponse:
    """The programme of an area from a day on."""
    return _board(request, request.GET)


@screen(PROGRAM, methods=("POST",))
def program(request: HttpRequest) -> HttpResponse:
    """Give what was marked to a crew for a day."""
    form = ProgramForm(request.POST)
    back = QueryDict(mutable=True)
    back.update({name: request.POST.get(name, "") for name in ("area", "desde")})

    def act() -> Done:
        crew_id, day = form.place()
        crew = get_object_or_404(Crew.objects.select_related("area"), pk=crew_id)
        orders = list(form.cleaned_data["orders"])
        program_orders(orders=orders, crew=crew, day=day, at=clock.now(), by=user_of(request))
        said = f"{count_of(len(orders), 'orden', 'órdenes')} para «{crew}» el {format_date(day)}."
        return said, redirect(f"{reverse('workorders:board')}?{back.urlencode()}")

    return done(request, form, act, what="programar órdenes") or _board(request, back, form)


@screen(SEE)
def crew_day(request: HttpRequest, crew_id: int) -> HttpResponse:
    """What a crew has on a day, in the order in which it goes, with its map."""
    crew, day = _crew(crew_id), _day(request.GET.get("dia", ""))
    orders, now = day_of_crew(crew, day), clock.now()
    stops = [stop_of(order) for order in orders]
    points = on_the_drawing(stops, WIDTH, HEIGHT, MARGIN)
    numbered = {order.pk: number for number, order in enumerate(orders, start=1)}
    context = {
        "crew": crew,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "rows": [shown(order, now) for order in orders],
        "members": crew.members.filter(valid_from__lte=day).exclude(valid_until__lte=day).select_related("user"),
        "points": [(numbered[pk], orders[numbered[pk] - 1], across, down) for pk, (across, down) in points.items()],
        "path": " ".join(f"{across},{down}" for across, down in points.values()),
        "left_out": len(orders) - len(points),
        "width": WIDTH,
        "height": HEIGHT,
        "is_walked": walking_order(stops) == [order.pk for order in orders],
        "may_program": request.user.has_perm(PROGRAM),
    }
    return render(request, "backoffice/workorders/crew_day.html", context)


@screen(PROGRAM, methods=("POST",))
def arrange(request: HttpRequest, crew_id: int) -> HttpResponse:
    """Set the order of a day: as it is walked, or one order up or down."""
    crew, day = _crew(crew_id), _day(request.POST.get("dia", ""))
    orders = day_of_crew(crew, day)
    order_ids = [order.pk for order in orders]
    if "recorrido" in request.POST:
        order_ids = walking_order(stop_of(order) for order in orders)
    for name, step in (("sube", -1), ("baja", 1)):
        moved = request.POST.get(name, "")
        if moved.isdecimal() and int(moved) in order_ids:
            place = order_ids.index(int(moved))
            order_ids.insert(max(place + step, 0), order_ids.pop(place))

    def act() -> str:
        arrange_day(crew=crew, day=day, order_ids=order_ids)
        return "El día quedó en orden de recorrido." if "recorrido" in request.POST else ""

    tell(request, act, what="ordenar el día de una cuadrilla")
    return redirect(f"{reverse('workorders:crew_day', args=[crew.pk])}?dia={day.isoformat()}")


@screen(SEE)
def sheets_pdf(request: HttpRequest, crew_id: int) -> HttpResponse:
    """The list of a crew's day and the sheet of each of its orders, as they are walked."""
    crew, day = _crew(crew_id), _day(request.GET.get("dia", ""))
    content = day_papers(crew, day, day_of_crew(crew, day), clock.now())
    return pdf(content, f"ordenes-{crew.pk}-{day.isoformat()}.pdf")


def _board(request: HttpRequest, asked: QueryDict, form: ProgramForm | None = None) -> HttpResponse:
    today, now = clock.today(), clock.now()
    areas = list(Area.objects.filter(crews__is_active=True).distinct().order_by("name"))
    wanted = asked.get("area", "") or str(user_of(request).area_id or "")
    area = next((each for each in areas if str(each.pk) == wanted), areas[0] if areas else None)
    first = _day(asked.get("desde", ""))
    days = _days_from(first)
    context: dict[str, object] = {
        "areas": areas,
        "area": area,
        "first": first,
        "days": days,
        "before": first - timedelta(days=7),
        "after": days[-1] + timedelta(days=1),
        "form": form,
        "marked": set(request.POST.getlist("orders")),
    }
    if area is not None:
        full = loads(area_id=area.pk, days=days)
        cells: dict[tuple[int, date], list[Shown]] = {}
        for order in programme(area_id=area.pk, first=days[0], last=days[-1]):
            if order.crew_id is not None and order.programmed_on is not None:
                cells.setdefault((order.crew_id, order.programmed_on), []).append(shown(order, now))
        crews = {load.crew.pk: load.crew for load in full.values()}
        context["mergeable"] = mergeable_groups(area_id=area.pk)
        context["waiting"] = [shown(order, now) for order in waiting_to_be_programmed(area_id=area.pk)]
        context["rows"] = [
            (crew, [_cell(full[crew.pk, day], cells.get((crew.pk, day), []), today) for day in days])
            for crew in crews.values()
        ]
    return render(request, "backoffice/workorders/board.html", context, status=422 if form is not None else 200)


def _cell(load: CrewDay, orders: list[Shown], today: date) -> Cell:
    return Cell(load, orders, load.day < today, min(100, round(100 * load.programmed / load.crew.orders_a_day)))


def _days_from(first: date) -> list[date]:
    """The first five days on which the office works, and the first one whatever it is."""
    calendar, days = office_calendar(), [first]
    while len(days) < DAYS:
        days.append(calendar.next_business_day(days[-1] + timedelta(days=1)))
    return days


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


def _crew(crew_id: int) -> Crew:
    return get_object_or_404(Crew.objects.select_related("area"), pk=crew_id)
