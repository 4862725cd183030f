"""The inbox of cases: what waits for a person and their areas, counted while it is looked at, and sent on in bulk."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cauce.backoffice.inbox.forms import BulkForm, InboxFilter
from cauce.cases.models import Case
from cauce.cases.operations import route_cases
from cauce.cases.queries.cases import cases_that_say, clock_of
from cauce.cases.queries.inbox import PILES, InboxCounts, inbox_counts, inbox_pile
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.case_words import Mark, state_mark, term_mark
from cauce.ui.lists import Chosen, Listing, list_page
from cauce.ui.paging import Page
from cauce.users.models import User
from cauce.users.queries import office_calendar

SEE = "cases.view_case"
ROUTE = "cases.route_case"
OF_ALL = "ABIERTOS"
ICONS = ("alert-triangle", "clock", "user", "inbox", "arrows-exchange", "hourglass", "check", "list-details")
PRESSING = frozenset({"VENCIDOS", "HOY"})


@screen(SEE)
def inbox(request: HttpRequest) -> HttpResponse:
    """One pile of the inbox, the first to be due first."""
    return _page(request, BulkForm())


@screen(SEE)
def counters(request: HttpRequest) -> HttpResponse:
    """How many there are in each pile now: a part of the page, asked for every half minute."""
    context = {"tiles": _tiles(user_of(request), request.GET.get("pila", "") or OF_ALL)}
    return render(request, "backoffice/inbox/counters.html", context)


@screen(SEE)
def badge(request: HttpRequest) -> HttpResponse:
    """How many are late, due today or not taken: the figure beside the inbox in the rail."""
    found = inbox_counts(user_of(request), today=clock.today())
    return render(
        request, "backoffice/inbox/badge.html", {"pressing": found.late + found.today, "untaken": found.untaken}
    )


@screen(ROUTE, methods=("POST",))
def route_many(request: HttpRequest) -> HttpResponse:
    """Send the marked cases to an area: all of them or none."""
    form = BulkForm(request.POST)

    def act() -> Done:
        said = form.cleaned_data
        sent = route_cases(
            cases=list(said["caso"]), area=said["area"], note=said["note"], at=clock.now(), by=user_of(request)
        )
        going = "Se canalizó un caso" if len(sent) == 1 else f"Se canalizaron {len(sent)} casos"
        return f"{going} a {said['area']}.", redirect(f"{reverse('inbox:inbox')}?{request.GET.urlencode()}")

    response = done(request, form, act, what="canalizar casos")
    return response or _page(request, form)


def _page(request: HttpRequest, bulk: BulkForm) -> HttpResponse:
    user, today = user_of(request), clock.today()

    def rows(chosen: Chosen) -> QuerySet[Case]:
        found = inbox_pile(user, chosen["pila"] or OF_ALL, today=today)
        for name, column in (("tipo", "type"), ("prioridad", "priority"), ("canal", "channel")):
            if chosen[name]:
                found = found.filter(**{column: chosen[name]})
        return cases_that_say(found, chosen["texto"]) if chosen["texto"] else found

    def more(page: Page[Case]) -> dict[str, object]:
        pile = request.GET.get("pila", "") or OF_ALL
        return {
            "rows": _marked(page.rows),
            "tiles": _tiles(user, pile),
            "pile_name": PILES.get(pile, PILES[OF_ALL]),
            "pile": pile,
            "bulk": bulk,
            "marked": set(request.POST.getlist("caso")),
            "may_route": user.has_perm(ROUTE),
            "area": user.area,
        }

    listing = Listing(rows=rows, order=["due_on"], form=InboxFilter)
    response = list_page(request, listing, "backoffice/inbox/inbox.html", more)
    if bulk.errors and response.status_code == 200:
        response.status_code = 422
    return response


def _marked(cases: Sequence[Case]) -> list[tuple[Case, Mark, Mark]]:
    today, calendar = clock.today(), office_calendar()
    return [(case, state_mark(case), term_mark(clock_of(case, today=today, calendar=calendar))) for case in cases]


def _tiles(user: User, chosen: str) -> list[dict[str, object]]:
    counts: InboxCounts = inbox_counts(user, today=clock.today())
    figures = (
        counts.late,
        counts.today,
        counts.mine,
        counts.untaken,
        counts.routed,
        counts.waiting,
        counts.to_close,
        counts.open,
    )
    return [
        {
            "pile": pile,
            "name": name,
            "icon": icon,
            "count": figure,
            "is_pressing": pile in PRESSING and figure > 0,
            "is_current": pile == chosen,
        }
        for (pile, name), icon, figure in zip(PILES.items(), ICONS, figures, strict=True)
    ]
