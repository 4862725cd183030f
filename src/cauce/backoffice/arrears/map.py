"""Where the debtors are: points on a plain canvas, those that owe the most."""

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from cauce.backoffice.arrears.forms import AccountsFilter
from cauce.backoffice.arrears.shapes import AGE_NAMES, SEE, shown_on
from cauce.collections.queries.figures import points_of
from cauce.core.es_mx import format_account, format_money
from cauce.ui.access import screen

MOST_POINTS: Final = 4000


@screen(SEE)
def debtors_map(request: HttpRequest) -> HttpResponse:
    """The page of the map; its points are asked for apart."""
    form = AccountsFilter(request.GET)
    filters = form.filters()
    shown = shown_on(form.cleaned_data.get("dia"))
    asked = request.GET.urlencode()
    context = {
        "form": form,
        "shown": shown,
        "tab": "map",
        "is_filtered": not filters.is_empty,
        "points_url": f"{reverse('arrears:points')}?{asked}",
        "accounts_url": f"{reverse('arrears:accounts')}?{asked}",
        "ages": list(AGE_NAMES.values()),
        "most": MOST_POINTS,
    }
    return render(request, "backoffice/arrears/map.html", context)


@screen(SEE)
def points(request: HttpRequest) -> HttpResponse:
    """The points: longitude, latitude, age, account, what it owes and where its page is."""
    form = AccountsFilter(request.GET)
    filters = form.filters()
    snapshot = shown_on(form.cleaned_data.get("dia")).snapshot
    found = [] if snapshot is None else points_of(snapshot, filters, most=MOST_POINTS)
    order = list(AGE_NAMES)
    page = reverse("window:account", args=[0])
    rows = [
        [
            str(point.longitude),
            str(point.latitude),
            order.index(point.age),
            format_account(point.number),
            format_money(point.debt),
            page.replace("0", str(point.account_id)),
        ]
        for point in found
    ]
    return JsonResponse({"points": rows})
