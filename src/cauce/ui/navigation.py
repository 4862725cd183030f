"""The places and actions a person may go to; the screens declare theirs, the frame and the palette read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cauce.core.text import fold
from cauce.users.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go.

    ``permission`` is ``app_label.codename`` or empty for anyone signed in; ``group`` heads it in the rail; ``words``
    are others that people search it by; ``in_rail`` is false for what only the palette offers; ``short`` names it in
    the bar at the thumb of a phone, where what has no short name is left to the menu; ``panel_name`` is the address of
    what is shown over the page instead of going there; ``count_name`` is that of the figure beside it, asked for by
    itself every half minute; ``covers`` are the other addresses whose pages belong to it, where the first place of
    their capability would be the wrong one.
    """

    label: str
    url_name: str
    icon: str
    permission: str = ""
    group: str = ""
    key: str = ""
    words: str = ""
    in_rail: bool = True
    short: str = ""
    panel_name: str = ""
    count_name: str = ""
    covers: tuple[str, ...] = ()

    @property
    def count_url(self) -> str:
        """The address of its figure, or nothing."""
        return reverse(self.count_name) if self.count_name else ""

    @property
    def panel_url(self) -> str:
        """The address of its panel, or nothing."""
        return reverse(self.panel_name) if self.panel_name else ""

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.url_name)


_places: list[Place] = []


def declare(places: Iterable[Place]) -> None:
    """Add places, in the order they are to be shown; a place declared twice is kept once."""
    _places.extend(place for place in places if place not in _places)


def places_for(user: User) -> list[Place]:
    """The places this person may go to, in their order."""
    return [place for place in _places if not place.permission or user.has_perm(place.permission)]


def actions_matching(user: User, text: str) -> list[Place]:
    """The places whose name or other words hold every word of ``text``, for the palette; all when it is empty."""
    words = fold(text).split()
    return [place for place in places_for(user) if all(word in fold(f"{place.label} {place.words}") for word in words)]
