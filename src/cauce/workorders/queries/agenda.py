"""The agenda of aforos: the free places, the weeks, months and days, who is to be reminded, and the acts."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from cauce.cashier.models import PaymentOrder
from cauce.cashier.queries.orders import priced_services
from cauce.core.clock import local_day
from cauce.core.es_mx import MONTH_NAMES, WEEKDAY_NAMES
from cauce.core.money import ZERO
from cauce.registry.models import Sector
from cauce.tariffs.rules import NoLawInForce
from cauce.users.queries import office_calendar, office_hours
from cauce.workorders.models import AgendaSlot, HomeInspection, InspectionAct, InspectionBasis, Technician
from cauce.workorders.rules.inspections import CHARGED_AS, Basis, Fixture, fee_key, is_over

HOLDS_A_PLACE = (HomeInspection.State.BOOKED, HomeInspection.State.DONE)
# Beyond it nobody waits for a place of their part of town: the first free one is offered.
WORTH_WAITING = timedelta(days=14)
_SHOWN = ("document", "account__holder", "account__connection__premises", "slot__technician__user", "slot__sector")


@dataclass(frozen=True, slots=True)
class SlotLoad:
    """A half day of a technician: how many of its places are taken, and in what part of town it will be spent."""

    slot: AgendaSlot
    taken: int
    # That of the half day, or that of the first house of it.
    sector: Sector | None

    @property
    def left(self) -> int:
        """How many places are left; none in a closed one, and never below zero."""
        return 0 if self.slot.closed_reason else max(self.slot.places - self.taken, 0)

    @property
    def is_over_capacity(self) -> bool:
        """Whether somebody went over what it holds."""
        return self.taken > self.slot.places


@dataclass(frozen=True, slots=True)
class FreePlace:
    """A half day with places left, and whether its technician would have to cross the town."""

    slot: AgendaSlot
    left: int
    sector: Sector | None
    is_of_the_sector: bool

    @property
    def told(self) -> str:
        """The place as it is said: «viernes 27 de noviembre en la mañana con Ana Ruiz»."""
        return told_slot(self.slot)


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day of the agenda: whether the office works, and its half days."""

    day: date
    is_business: bool
    loads: list[SlotLoad] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How many places are left in the day."""
        return sum(load.left for load in self.loads)

    @property
    def taken(self) -> int:
        """How many aforos it has."""
        return sum(load.taken for load in self.loads)

    @property
    def open_loads(self) -> list[SlotLoad]:
        """The half days that were not closed."""
        return [load for load in self.loads if not load.slot.closed_reason]


@dataclass(frozen=True, slots=True)
class TechnicianWeek:
    """A technician and, for each half day of the days asked, what it holds; None where it was not opened."""

    technician: Technician
    cells: list[tuple[date, str, SlotLoad | None]]


def told_slot(slot: AgendaSlot) -> str:
    """A half day as it is said: «viernes 27 de noviembre en la mañana con Ana Ruiz»."""
    day = slot.day
    half = slot.get_half_display().lower()
    return (
        f"{WEEKDAY_NAMES[day.weekday()]} {day.day} de {MONTH_NAMES[day.month - 1]} en la {half} con {slot.technician}"
    )


def taken_seats(slot_id: int) -> set[int]:
    """The places of a half day that somebody has."""
    taken = HomeInspection.objects.filter(slot_id=slot_id, state__in=HOLDS_A_PLACE)
    return set(taken.values_list("seat", flat=True))


def slot_loads(first: date, last: date, *, technician_ids: Collection[int] | None = None) -> list[SlotLoad]:
    """The half days between two days with what they hold, by day, half and technician. Two queries."""
    first_house = (
        HomeInspection.objects.filter(slot=OuterRef("pk"), state__in=HOLDS_A_PLACE)
        .order_by("pk")
        .values("account__route__sector")[:1]
    )
    rows = AgendaSlot.objects.filter(day__range=(first, last)).select_related("technician__user", "sector")
    if technician_ids is not None:
        rows = rows.filter(technician__in=technician_ids)
    found = rows.annotate(
        taken=Count("inspections", filter=Q(inspections__state__in=HOLDS_A_PLACE)),
        first_sector=Subquery(first_house),
    ).order_by("day", "-half", "technician__user__full_name", "pk")
    slots = list(found)
    wanted = {slot.first_sector for slot in slots if slot.sector_id is None and slot.first_sector is not None}
    sectors = Sector.objects.in_bulk(wanted) if wanted else {}
    return [SlotLoad(slot, slot.taken, slot.sector or sectors.get(slot.first_sector)) for slot in slots]


def load_of(slot: AgendaSlot) -> SlotLoad:
    """What one half day holds."""
    found = slot_loads(slot.day, slot.day, technician_ids=[slot.technician_id])
    return next(load for load in found if load.slot.pk == slot.pk)


def next_free_places(*, after: datetime, sector_id: int | None = None, limit: int = 6) -> list[FreePlace]:
    """The next half days with a place left, those that spare the technician a trip first. Three queries.

    Of the fortnight that begins with the first of them, those already in the sector or not yet in any come before
    those that would mean crossing the town; later ones come by day alone.
    """
    today = local_day(after)
    calendar, office = office_calendar(), office_hours()
    places = [
        FreePlace(load.slot, load.left, load.sector, _is_of(load.sector, sector_id))
        for load in slot_loads(today, today + timedelta(days=365))
        if load.left
        and load.slot.technician.is_active
        and calendar.is_business_day(load.slot.day)
        and not is_over(load.slot.day, load.slot.half, after, office)
    ]
    if not places:
        return []
    soon = places[0].slot.day + WORTH_WAITING
    return sorted(places, key=lambda place: (place.slot.day > soon, not place.is_of_the_sector))[:limit]


def agenda_days(first: date, last: date) -> list[AgendaDay]:
    """Each day between two, with its half days. Three queries."""
    calendar = office_calendar()
    by_day: dict[date, list[SlotLoad]] = defaultdict(list)
    for load in slot_loads(first, last):
        by_day[load.slot.day].append(load)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [AgendaDay(day, calendar.is_business_day(day), by_day.get(day, [])) for day in days]


def agenda_week(days: list[AgendaDay]) -> list[TechnicianWeek]:
    """The same half days, technician by technician: those in service, and those who have something in these days."""
    loads = {(load.slot.technician_id, day.day, load.slot.half): load for day in days for load in day.loads}
    here = {technician_id for technician_id, _, _ in loads}
    rows = Technician.objects.filter(Q(is_active=True) | Q(pk__in=here)).select_related("user")
    return [
        TechnicianWeek(
            one,
            [(day.day, half, loads.get((one.pk, day.day, half))) for day in days for half in AgendaSlot.Half.values],
        )
        for one in rows.order_by("user__full_name", "pk")
    ]


def inspections_with_places() -> QuerySet[HomeInspection]:
    """Aforos with all that their lists show."""
    return HomeInspection.objects.select_related(*_SHOWN)


def day_of_technician(technician: Technician, day: date) -> list[HomeInspection]:
    """What a technician has on a day, by half and then as one walks: sector, route and order in it."""
    rows = inspections_with_places().filter(slot__technician=technician, slot__day=day, state__in=HOLDS_A_PLACE)
    return list(rows.order_by("-slot__half", "account__route__number", "account__route_order", "seat"))


def inspections_on(day: date) -> list[HomeInspection]:
    """Every aforo of a day, by half, technician and place; those cancelled are not of the day any more."""
    rows = inspections_with_places().filter(slot__day=day).exclude(state=HomeInspection.State.CANCELLED)
    return list(
        rows.select_related("act__document").order_by("-slot__half", "slot__technician__user__full_name", "seat", "pk")
    )


def booked_in(slot: AgendaSlot) -> list[HomeInspection]:
    """Who is waited for in a half day."""
    rows = inspections_with_places().filter(slot=slot, state=HomeInspection.State.BOOKED)
    return list(rows.order_by("seat"))


def inspections_to_remind(day: date) -> list[HomeInspection]:
    """Those booked for a day that nobody has reminded since they were last moved, with their telephones."""
    rows = inspections_with_places().filter(slot__day=day, state=HomeInspection.State.BOOKED)
    rows = rows.prefetch_related("reminders", "moves").order_by(
        "-slot__half", "slot__technician__user__full_name", "seat"
    )
    return [inspection for inspection in rows if not _is_reminded(inspection)]


def inspections_without_act(today: date) -> QuerySet[HomeInspection]:
    """Those whose day has passed and of which nobody said what happened, the oldest first."""
    rows = inspections_with_places().filter(state=HomeInspection.State.BOOKED, slot__day__lt=today)
    return rows.order_by("slot__day", "pk")


def inspections_of_account(account_id: int, limit: int = 20) -> list[HomeInspection]:
    """The last aforos of an account, the newest first."""
    rows = inspections_with_places().filter(account_id=account_id).select_related("act__document")
    return list(rows.order_by("-pk")[:limit])


def inspections_of(origin_kind: str, origin_id: int) -> list[HomeInspection]:
    """The aforos that come from a case, a call…, the newest first."""
    rows = inspections_with_places().filter(origin_kind=origin_kind, origin_id=origin_id)
    return list(rows.select_related("act__document").order_by("-pk"))


def booked_inspection(account_id: int) -> HomeInspection | None:
    """The aforo that an account has ahead, or None."""
    return inspections_with_places().filter(account_id=account_id, state=HomeInspection.State.BOOKED).first()


def act_of(inspection: HomeInspection) -> InspectionAct | None:
    """The act of an aforo, once it was captured, with the bases that it was captured with."""
    acts = InspectionAct.objects.select_related("document", "reported_by", "basis")
    return acts.filter(inspection=inspection).first()


def basis_in_force() -> InspectionBasis:
    """The bases with which an act that is captured now is worked out."""
    return InspectionBasis.objects.order_by("-pk")[0]


def figures_of(basis: InspectionBasis) -> Basis:
    """The bases as the rules take them."""
    return Basis(
        litres_a_person=basis.litres_a_person,
        person_source=basis.person_source,
        tolerance_percent=basis.tolerance_percent,
        smallest_test_litres=basis.smallest_test_litres,
        test_source=basis.test_source,
        fixtures=tuple(Fixture(told["code"], told["name"], Decimal(told["litres"])) for told in basis.fixtures),
        fixtures_source=basis.fixtures_source,
    )


def fee_of(inspection: HomeInspection) -> PaymentOrder | None:
    """The payment order of an aforo that is charged, with its state; None when it is free."""
    orders = PaymentOrder.objects.filter(posting__key=fee_key(inspection.key)).select_related("document")
    return orders.first()


def full_slots(first: date, last: date) -> list[AgendaSlot]:
    """The open half days between two days that have no place left."""
    return [load.slot for load in slot_loads(first, last) if not load.left and not load.slot.closed_reason]


def listed_fee(on: date) -> Decimal | None:
    """What the law charges for an aforo on a day, VAT included; None without a law in force or without a charge."""
    try:
        lines = priced_services({CHARGED_AS: Decimal(1)}, on)
    except NoLawInForce:
        return None
    return sum((line.amount + line.vat for line in lines), ZERO) or None


def _is_of(sector: Sector | None, sector_id: int | None) -> bool:
    return sector_id is None or sector is None or sector.pk == sector_id


def _is_reminded(inspection: HomeInspection) -> bool:
    moved_at = max((move.at for move in inspection.moves.all()), default=inspection.booked_at)
    return any(reminder.at >= moved_at for reminder in inspection.reminders.all())
