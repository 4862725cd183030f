"""The first page: what waits for this person today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.backoffice.today.awaited import awaited_by
from cauce.backoffice.today.waiting import waiting_for
from cauce.core import clock, es_mx
from cauce.ui.access import ANYONE_SIGNED_IN, screen, user_of


@screen(ANYONE_SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The inbox of the day, made of what this person's permissions open."""
    user = user_of(request)
    piles = waiting_for(user)
    return render(
        request,
        "backoffice/today/home.html",
        {
            "piles": piles,
            "awaited": awaited_by(user),
            "today": es_mx.format_weekday_date(clock.today()),
            "first_name": str(user).split()[0],
        },
    )
