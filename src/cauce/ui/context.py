"""What the frame of every page needs: places, person, appearance and whether figures are official."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse

from cauce.core import clock
from cauce.core.periods import period_of
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules import NoLawInForce
from cauce.ui import navigation
from cauce.ui.navigation import Place
from cauce.users.models import User

OFFICIAL_KEPT_SECONDS = 60
MOST_AT_THE_THUMB = 5
"""With the menu, as many as a phone of 360 points shows without its names touching."""
_THEMES = {User.Theme.LIGHT: "light", User.Theme.DARK: "dark"}


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A place in the rail, and whether the page being shown belongs to it."""

    label: str
    short: str
    url: str
    icon: str
    key: str
    panel_url: str
    count_url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """The places under one heading of the rail."""

    label: str
    places: list[ShownPlace]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``shell``; for who has not signed in it holds only the utility's name."""
    frame: dict[str, Any] = {
        "utility": f"{settings.UTILITY['name']} · {settings.UTILITY['place']}",
        "demonstration": not is_official_on(clock.today()),
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell": frame}
    in_rail = [place for place in navigation.places_for(user) if place.in_rail]
    here = _place_of(request, in_rail)
    groups = [
        PlaceGroup(label=label, places=[_shown(place, here) for place in members])
        for label, members in groupby(in_rail, key=lambda place: place.group)
    ]
    may_search = user.has_perm("registry.view_account")
    frame |= {
        "groups": groups,
        "thumb_places": [_shown(place, here) for place in in_rail if place.short][:MOST_AT_THE_THUMB],
        "person": str(user),
        "role": user.position,
        "theme": _THEMES.get(user.theme, ""),
        "theme_is_light": "true" if user.theme == User.Theme.LIGHT else "false",
        "theme_is_dark": "true" if user.theme == User.Theme.DARK else "false",
        "theme_is_auto": "true" if user.theme == User.Theme.SYSTEM else "false",
        "theme_url": reverse("people:change_theme"),
        "sign_out_url": reverse("account_logout"),
        "person_links": [
            {"label": "Segundo factor", "icon": "device-mobile", "url": reverse("mfa_index")},
            {"label": "Sesiones abiertas", "icon": "device-desktop", "url": reverse("usersessions_list")},
            {"label": "Cambiar contraseña", "icon": "key", "url": reverse("account_change_password")},
        ],
        "finder_url": reverse("window:search") if may_search else "",
        "palette_url": reverse("window:palette"),
    }
    return {"shell": frame}


def is_official_on(day: date) -> bool:
    """Whether the law that rules on a day was loaded from an official file; without a law nothing is official.

    A law that is loaded shows within a minute.
    """
    key = f"law-official:{day:%Y-%m}"
    known: bool | None = cache.get(key)
    if known is None:
        try:
            known = schedule_for_period(period_of(day)).official
        except NoLawInForce:
            known = False
        cache.set(key, known, OFFICIAL_KEPT_SECONDS)
    return known


def _place_of(request: HttpRequest, places: list[Place]) -> Place | None:
    """The place that a page belongs to: its own, the one that covers it, or the first of its capability."""
    if request.resolver_match is None:
        return None
    view_name = request.resolver_match.view_name
    own = [place for place in places if place.url_name == view_name or view_name in place.covers]
    kindred = [place for place in places if place.url_name.partition(":")[0] == request.resolver_match.namespace]
    return next(iter(own or kindred), None)


def _shown(place: Place, here: Place | None) -> ShownPlace:
    return ShownPlace(
        label=place.label,
        short=place.short,
        url=place.url,
        icon=place.icon,
        key=place.key,
        panel_url=place.panel_url,
        count_url=place.count_url,
        is_current=place == here,
    )
