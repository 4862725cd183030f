"""The routes: the order of their accounts, the order of a real walk, and who walks each one."""

import hashlib
from collections.abc import Sequence

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cauce.backoffice.metering.asking import month_of
from cauce.backoffice.metering.forms import MonthForm, MoveForm, WalkForm
from cauce.backoffice.metering.shapes import ASSIGN, SEE, hours_text
from cauce.core import clock
from cauce.core.es_mx import count_of
from cauce.core.periods import format_period
from cauce.metering.models import Reader, Reading, ReadingRound
from cauce.metering.operations import assign_routes
from cauce.metering.queries import WalkPlace, readers_at_work, route_loads, walk_of_route
from cauce.metering.rules.assignments import loads_of, suggest
from cauce.registry.models import Account, Route
from cauce.registry.operations import RouteChanged, move_in_route, resequence_route
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell

PAGE = 100


@screen(SEE)
def routes(request: HttpRequest) -> HttpResponse:
    """Every route with its accounts."""
    found = Route.objects.annotate(accounts=Count("account")).select_related("sector").order_by("number")
    return render(request, "backoffice/metering/routes.html", {"routes": found})


@screen(SEE)
def route(request: HttpRequest, route_id: int) -> HttpResponse:
    """The accounts of a route in their order."""
    return _route_page(request, get_object_or_404(Route, pk=route_id))


@screen(ASSIGN, methods=("POST",))
def move(request: HttpRequest, route_id: int) -> HttpResponse:
    """Take an account to another place of its route."""
    found = get_object_or_404(Route, pk=route_id)
    form = MoveForm(request.POST)

    def act() -> Done:
        account = Account.objects.filter(pk=form.cleaned_data["cuenta"], route=found).first()
        if account is None:
            raise RouteChanged(f"Esa cuenta ya no está en la ruta {found.number}: vuelva a abrirla.")
        place = form.cleaned_data["lugar"]
        changed = move_in_route(account, place=place, reason="A mano.", at=clock.now(), by=user_of(request))
        said = f"La cuenta {account.number} quedó en el lugar {place:,}."
        start = max(1, (place - 1) // PAGE * PAGE + 1)
        back = f"{reverse('metering:route', args=[found.pk])}?desde={start}&movida={account.pk}"
        return said if changed else "La cuenta ya estaba en ese lugar.", redirect(back)

    return done(request, form, act, what="mover una cuenta de su lugar") or _route_page(request, found, form)


@screen(SEE)
def walk(request: HttpRequest, route_id: int) -> HttpResponse:
    """The order of a real walk beside the present one."""
    return _walk_page(request, get_object_or_404(Route, pk=route_id))


@screen(ASSIGN, methods=("POST",))
def accept_walk(request: HttpRequest, route_id: int) -> HttpResponse:
    """Leave the route in the order of a real walk, as it was shown."""
    found = get_object_or_404(Route, pk=route_id)
    form = WalkForm(request.POST)

    def act() -> Done:
        reading_round = _round_of(request, found)
        places = [] if reading_round is None else walk_of_route(reading_round, found)
        if not places or _print_of(places) != form.cleaned_data["huella"]:
            raise RouteChanged(f"La ruta {found.number} o sus lecturas cambiaron: mire otra vez la propuesta.")
        changed = resequence_route(
            found,
            account_ids=[place.account.pk for place in places],
            reason=form.cleaned_data["motivo"],
            at=clock.now(),
            by=user_of(request),
        )
        said = f"La ruta quedó en el orden del recorrido: {count_of(changed, 'cuenta cambió', 'cuentas cambiaron')}."
        return said, redirect("metering:route", found.pk)

    return done(request, form, act, what="ordenar una ruta") or _walk_page(request, found, form)


@screen(SEE)
def assignments(request: HttpRequest) -> HttpResponse:
    """Who walks each route of a cycle, how much each one has, and a change that would share it better."""
    period, asked_cycle = month_of(request.GET)
    cycle = asked_cycle or 1
    loads, readers = route_loads(period, cycle), readers_at_work()
    codes = [reader.code for reader in readers]
    names = {reader.code: reader.name for reader in readers}
    used = {load.reader for load in loads}
    suggestion = suggest(loads, [code for code in codes if code in used] if len(used & set(codes)) > 1 else codes)
    heaviest = max((load.seconds for load in loads_of(loads, codes)), default=0) or 1
    context = {
        "period": period,
        "cycle": cycle,
        "form": MonthForm(initial={"mes": format_period(period), "ciclo": cycle}),
        "routes": [(load, hours_text(load.seconds)) for load in loads],
        "readers": readers,
        "loads": [
            (load, names[load.reader], hours_text(load.seconds), load.seconds * 100 // heaviest)
            for load in loads_of(loads, codes)
            if load.routes
        ],
        "unassigned": sum(1 for load in loads if not load.reader),
        "suggestion": suggestion,
        "moves": [
            (move, names.get(move.giver, move.giver), names.get(move.taker, move.taker))
            for move in (suggestion.moves if suggestion else ())
        ],
        "before": hours_text(suggestion.before) if suggestion else "",
        "after": hours_text(suggestion.after) if suggestion else "",
        "may_assign": request.user.has_perm(ASSIGN),
    }
    return render(request, "backoffice/metering/assignments.html", context)


@screen(ASSIGN, methods=("POST",))
def assign(request: HttpRequest) -> HttpResponse:
    """Give routes to readers, as the page says."""
    period, cycle = month_of(request.POST)
    readers = {reader.code: reader for reader in Reader.objects.all()}
    chosen = {
        int(name.removeprefix("ruta-")): readers.get(str(code))
        for name, code in request.POST.items()
        if name.startswith("ruta-") and name.removeprefix("ruta-").isdecimal() and (code in readers or not code)
    }

    def act() -> str:
        changed = assign_routes(period=period, readers=chosen, at=clock.now(), by=user_of(request))
        return f"Quedó repartido: {count_of(len(changed), 'ruta cambió', 'rutas cambiaron')} de lecturista."

    tell(request, act, what="repartir rutas")
    return redirect(f"{reverse('metering:assignments')}?mes={format_period(period)}&ciclo={cycle or 1}")


def _route_page(request: HttpRequest, found: Route, form: forms.Form | None = None) -> HttpResponse:
    text = request.GET.get("desde", "1")
    accounts = Account.objects.filter(route=found)
    total = accounts.count()
    start = min(max(int(text) if text.isdecimal() else 1, 1), max(total, 1))
    page = accounts.select_related("holder", "connection__premises").order_by("route_order", "pk")
    rows = list(enumerate(page[start - 1 : start - 1 + PAGE], start=start))
    context = {
        "route": found,
        "rows": rows,
        "total": total,
        "start": start,
        "before": max(start - PAGE, 1) if start > 1 else 0,
        "after": start + PAGE if start + PAGE <= total else 0,
        "moved": request.GET.get("movida", ""),
        "form": form,
        "typed": request.POST.get("lugar", ""),
        "chosen": request.POST.get("cuenta", ""),
        "may_assign": request.user.has_perm(ASSIGN),
    }
    return render(request, "backoffice/metering/route.html", context, status=422 if form is not None else 200)


def _walk_page(request: HttpRequest, found: Route, form: forms.Form | None = None) -> HttpResponse:
    rounds = _rounds_with_walk(found)
    reading_round = _round_of(request, found)
    places = [] if reading_round is None else walk_of_route(reading_round, found)
    moved = sum(1 for place in places if place.now != place.walked)
    context = {
        "route": found,
        "rounds": rounds,
        "round": reading_round,
        "places": places,
        "moved": moved,
        "form": form or WalkForm(initial={"huella": _print_of(places), "motivo": _because(reading_round)}),
        "may_assign": request.user.has_perm(ASSIGN),
    }
    return render(request, "backoffice/metering/walk.html", context, status=422 if form is not None else 200)


def _because(reading_round: ReadingRound | None) -> str:
    return "" if reading_round is None else f"Como se recorrió en {reading_round.period:%Y-%m}."


def _rounds_with_walk(found: Route) -> list[ReadingRound]:
    read = Reading.objects.filter(account__route=found).values("round")
    return list(ReadingRound.objects.filter(cycle=found.cycle, pk__in=read).order_by("-period")[:12])


def _round_of(request: HttpRequest, found: Route) -> ReadingRound | None:
    text = request.GET.get("ronda", "")
    rounds = _rounds_with_walk(found)
    return next((each for each in rounds if str(each.pk) == text), rounds[0] if rounds else None)


def _print_of(places: Sequence[WalkPlace]) -> str:
    """What tells one order from another."""
    return hashlib.sha256(",".join(str(place.account.pk) for place in places).encode()).hexdigest()[:24]
