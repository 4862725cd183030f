"""Tariffs watched in the demonstration: closed months computed again, classes that look wrong, and next year's law."""

from dataclasses import replace
from datetime import date
from typing import Final

from django.conf import settings

from cauce.billing.models import CycleDates, LawComparison, SweepRun, WatchFinding
from cauce.billing.operations import (
    compare_laws,
    dismiss_finding,
    move_working_days,
    review_watch_list,
    sweep_tariffs,
    tell_delivered,
)
from cauce.billing.rules.calendar import Stage
from cauce.cli.demo.days import PERIODS, Town, moment
from cauce.cli.demo.reading import NOVEMBER
from cauce.registry.models import Account
from cauce.registry.operations import change_account
from cauce.registry.queries import terms_of
from cauce.tariffs.models import LawInForce
from cauce.tariffs.operations import check_law, receive_law
from cauce.users.queries import office_calendar

_SWEPT: Final = {
    date(2026, 10, 1): (PERIODS[0], PERIODS[0]),
    date(2026, 11, 3): (PERIODS[0], PERIODS[1]),
}
_LISTED: Final = (date(2026, 9, 30), date(2026, 11, 3))
_DISMISSED: Final = (
    "El inspector fue: la tienda cerró hace un año y hay casa habitación.",
    "Vive una familia de nueve personas; se revisó el medidor y no hay fuga.",
)
_DISMISSED_ON: Final = date(2026, 10, 2)
_LAW_ON: Final = date(2026, 11, 4)
# What the inspectors found in some premises: of which route, and what is there.
_INSPECTED_ON: Final = date(2026, 10, 27)
_ACTIVITIES: Final = {"03": "TIENDA DE ABARROTES", "06": "TALLER MECANICO", "08": "FONDA", "11": "PURIFICADORA"}
_LATE: Final = {(PERIODS[0], 2): 2}


def watch_day(town: Town, day: date) -> None:
    """What is looked at on a day: bills computed again, classes that look wrong, and bills that were delivered."""
    clerk = town.people["facturacion"]
    if day in _SWEPT and not SweepRun.objects.filter(swept_at=moment(day, minutes=90)).exists():
        first, last = _SWEPT[day]
        sweep_tariffs(first_period=first, last_period=last, at=moment(day, minutes=90), by=clerk)
    if day in _LISTED and not WatchFinding.objects.filter(seen_at=moment(day, minutes=100)).exists():
        review_watch_list(at=moment(day, minutes=100), by=clerk)
    if day == _DISMISSED_ON:
        _dismiss(town, day)
    if day == _INSPECTED_ON:
        _inspect(town, day)
    _follow_calendar(town, day)


def _dismiss(town: Town, day: date) -> None:
    """Two of what was pointed at are no fault."""
    open_now = WatchFinding.objects.filter(ended_at=None).select_related("rule").order_by("rule__place", "pk")
    if open_now.filter(dismissed_at__isnull=False).exists():
        return
    by_rule = {finding.rule_id: finding for finding in reversed(open_now)}
    for place, (finding, reason) in enumerate(zip(by_rule.values(), _DISMISSED, strict=False)):
        dismiss_finding(finding, reason=reason, at=moment(day, minutes=120 + place), by=town.people["jefe"])


def _inspect(town: Town, day: date) -> None:
    """Some houses are shops now: the padrón says so, and what they pay is to be looked at. Idempotent."""
    for place, (route, activity) in enumerate(_ACTIVITIES.items()):
        homes = Account.objects.filter(route__number=route, state=Account.State.ACTIVE, tariff_code="001")
        account = homes.exclude(number__in=town.spared).order_by("route_order", "pk")[30]
        change_account(
            account=account,
            terms=replace(terms_of(account), activity=activity),
            reason="La inspección del uso halló otro giro en el predio.",
            at=moment(day, minutes=200 + place),
            by=town.people["coordinador"],
        )


def _follow_calendar(town: Town, day: date) -> None:
    """The bills of each issued cycle are delivered, those of one of them late; a day of November is moved."""
    clerk = town.people["facturacion"]
    for dates in CycleDates.objects.filter(period__in=PERIODS, issue_on__lt=day, delivered_on=None):
        if office_calendar().after(dates.delivery_until, _LATE.get((dates.period, dates.cycle), 0)) <= day:
            tell_delivered(dates, on=day, at=moment(day, minutes=560), by=clerk)
    if day == date(2026, 10, 22):
        moved = CycleDates.objects.get(period=NOVEMBER, cycle=3)
        move_working_days(
            moved,
            stage=Stage.DELIVERY,
            starts_on=moved.delivery_from,
            ends_on=moved.delivery_until
            if moved.changes.exists()
            else office_calendar().after(moved.delivery_until, 1),
            reason="Un repartidor está de incapacidad: se da un día más.",
            at=moment(day, minutes=300),
            by=clerk,
        )


def propose_law(town: Town) -> None:
    """Informática loads the initiative of next year; it waits for who puts it in force, and is compared."""
    folder = settings.LAW_DIR / "cortazar" / "2027-propuesta"
    loaded = receive_law(law=check_law(directory=folder), at=moment(_LAW_ON, minutes=60), by=town.people["informatica"])
    if not LawComparison.objects.filter(new=loaded.schedule).exists():
        ruling = LawInForce.objects.select_related("schedule").order_by("valid_from").last()
        assert ruling is not None
        at = moment(_LAW_ON, minutes=120)
        compare_laws(old=ruling.schedule, new=loaded.schedule, at=at, by=town.people["director"])
