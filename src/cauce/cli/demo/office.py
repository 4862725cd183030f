"""The office of the demonstration: its people and catalogues, and a day of it with its draws and its hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Final, NamedTuple, TypeVar

from cauce.cases.models import CaseType
from cauce.cli.demo.days import KEY, moment
from cauce.cli.demo.tellings import FIRST_NAMES, LAST_NAMES
from cauce.core.business_days import BusinessCalendar
from cauce.registry.models import Account, Sector
from cauce.users.models import Area, User
from cauce.users.queries import office_calendar
from cauce.workorders.models import Crew, WorkOrderType
from cauce.workorders.operations import add_crew_member, save_crew

Thing = TypeVar("Thing")

# Whose post answers the cases of each area.
ATTENDS: Final = {
    "Comercialización": "coordinador",
    "Facturación": "facturacion",
    "Operación": "operacion",
    "Contabilidad": "contabilidad",
    "Dirección": "director",
    "Comunicación Social": "comunicacion",
}


class CrewOfDemo(NamedTuple):
    """A crew of the demonstration and who goes in it."""

    name: str
    area: str
    radio: str
    orders_a_day: int
    members: tuple[str, ...]


CREWS: Final = (
    CrewOfDemo("Cuadrilla 1", "Operación", "C-1", 5, ("cuadrilla",)),
    CrewOfDemo("Cuadrilla 2", "Operación", "C-2", 5, ("cuadrilla2",)),
    CrewOfDemo("Medición 1", "Comercialización", "M-1", 6, ("tecnico",)),
    CrewOfDemo("Medición 2", "Comercialización", "M-2", 6, ("tecnico2",)),
)


@dataclass
class Office:
    """Who works in the office, what may be asked there, and whom it serves."""

    people: dict[str, User]
    first_day: date
    last_day: date
    # The week in which somebody else holds the coordinator's post: its first day and the day after its last.
    leave: tuple[date, date] | None = None
    # Until then nothing that is done in the street touches a meter: the bills of these months are known beforehand.
    meters_from: date | None = None

    @cached_property
    def calendar(self) -> BusinessCalendar:
        """The business days."""
        return office_calendar()

    @cached_property
    def accounts(self) -> list[int]:
        """The accounts in service, by number."""
        found = Account.objects.filter(state=Account.State.ACTIVE).order_by("number")
        return list(found.values_list("pk", flat=True))

    @cached_property
    def case_types(self) -> dict[str, CaseType]:
        """The types of case in use, by code."""
        return {
            kind.code: kind for kind in CaseType.objects.filter(is_active=True).select_related("area", "order_type")
        }

    @cached_property
    def order_types(self) -> dict[str, WorkOrderType]:
        """The kinds of order in use, by code."""
        return {kind.code: kind for kind in WorkOrderType.objects.filter(is_active=True).select_related("area")}

    @cached_property
    def areas(self) -> dict[str, Area]:
        """The areas, by name."""
        return {area.name: area for area in Area.objects.all()}

    @cached_property
    def sectors(self) -> list[Sector]:
        """The sectors, by name."""
        return list(Sector.objects.order_by("name"))

    @cached_property
    def crews(self) -> list[Crew]:
        """The crews, by name."""
        return list(Crew.objects.filter(is_active=True).select_related("area").order_by("name"))

    def coordinator(self, day: date) -> User:
        """Who holds the coordinator's post on a day."""
        is_away = self.leave is not None and self.leave[0] <= day < self.leave[1]
        return self.people["facturacion" if is_away else "coordinador"]

    def who_attends(self, area: str, day: date) -> User:
        """Who answers the cases of an area on a day."""
        post = ATTENDS[area]
        return self.coordinator(day) if post == "coordinador" else self.people[post]

    def open_crews(self) -> None:
        """The crews with their people. Idempotent."""
        at, head = moment(self.first_day), self.people["operacion"]
        known = {crew.name: crew for crew in Crew.objects.all()}
        for wanted in CREWS:
            crew = save_crew(
                crew=known.get(wanted.name),
                name=wanted.name,
                area=self.areas[wanted.area],
                radio=wanted.radio,
                orders_a_day=wanted.orders_a_day,
                at=at,
                by=head,
            )
            for username in wanted.members:
                add_crew_member(crew=crew, user=self.people[username], on=self.first_day, at=at, by=head)


class OfficeDay:
    """A day of the office: its hours, and draws that are the same at every demonstration."""

    def __init__(self, office: Office, day: date) -> None:
        self.office = office
        self.day = day
        self.coordinator = office.coordinator(day)

    def at(self, hour: int, minute: int = 0) -> datetime:
        """A time of the day; the minutes may be more than those of an hour."""
        return moment(self.day, minutes=(hour - 8) * 60 + minute)

    def key(self, name: str) -> str:
        """The key of an act of this day."""
        return f"{KEY}{self.day}:{name}"

    def draws(self, name: str) -> Random:
        """The draws of one thing of the day."""
        return Random(self.key(name))  # noqa: S311

    def person(self, username: str) -> User:
        """Somebody of the staff."""
        return self.office.people[username]

    def ago(self, business_days: int) -> date:
        """The business day so many before this one."""
        day = self.day
        for _ in range(business_days):
            day -= timedelta(days=1)
            while not self.office.calendar.is_business_day(day):
                day -= timedelta(days=1)
        return day

    def account(self, draws: Random) -> Account:
        """Some account, with its people and its place."""
        found = Account.objects.select_related("holder", "connection__premises", "route__sector")
        return found.get(pk=draws.choice(self.office.accounts))


def draws_of(name: str) -> Random:
    """The draws of something that lives more than a day."""
    return Random(f"{KEY}{name}")  # noqa: S311


def somebody(draws: Random) -> str:
    """A person's name."""
    return f"{draws.choice(FIRST_NAMES)} {draws.choice(LAST_NAMES)} {draws.choice(LAST_NAMES)}"


def telephone(draws: Random) -> str:
    """A telephone of the town."""
    return f"411 {draws.randint(100, 199)} {draws.randint(0, 9999):04d}"


def place_without_account(account: Account, draws: Random) -> str:
    """A place in the street, near an account."""
    premises = account.connection.premises
    colony = f", {premises.colony}" if premises.colony else ""
    where = draws.choice(("frente a la tienda", "casi esquina", "junto al poste de luz", "a media cuadra"))
    return f"{premises.street} S/N, {where}{colony}"


def in_order(draws: Random, count: int, first: int, last: int) -> list[int]:
    """So many minutes of the day, one after another."""
    return sorted(draws.sample(range(first, last), min(count, last - first)))


def weighted(draws: Random, choices: Sequence[tuple[Thing, int]]) -> Thing:
    """One of several things, some of them more likely."""
    return draws.choices([thing for thing, _ in choices], [weight for _, weight in choices])[0]
