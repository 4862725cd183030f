"""Rounds with readings made to measure, and the people who decide them, for the tests of the review."""

from datetime import UTC, date, datetime

from django.contrib.auth.models import Group

from cauce.metering.models import Consumption, Reading, ReadingRound
from cauce.registry.models import Account
from cauce.users.models import User

AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (8, 9, 10, 11))
AT = datetime(2026, 12, 7, 18, 0, tzinfo=UTC)


def a_round(period: date = SEPTEMBER, cycle: int = 1) -> ReadingRound:
    """The round of a cycle's month."""
    found, _ = ReadingRound.objects.get_or_create(
        period=period, cycle=cycle, defaults={"file_name": "lecturas.txt", "last_day": period.replace(day=5)}
    )
    return found


def a_reading(
    account: Account,
    value: int | None,
    reason: str = "CONSUMO_ALTO",
    *,
    period: date = SEPTEMBER,
    serial: str = "A12345678",
    day: int = 2,
    **facts: object,
) -> Reading:
    """A reading that waits, unless its reason is blank."""
    return Reading.objects.create(
        round=a_round(period, account.cycle),
        account=account,
        line=Reading.objects.count() + 1,
        meter_serial=serial,
        value=value,
        taken_on=period.replace(day=day),
        taken_time="0930",
        incident="00",
        status=Reading.Status.REVIEW if reason else Reading.Status.OK,
        reason=reason,
        **{"reader_code": "101", **facts},
    )


def a_person(username: str, *posts: str) -> User:
    """Somebody with posts."""
    user = User.objects.create(username=username, full_name=username.title())
    for post in posts:
        user.groups.add(Group.objects.get_or_create(name=post)[0])
    return user


def live(account: Account, period: date = SEPTEMBER) -> Consumption | None:
    """The live consumption of a month."""
    return Consumption.objects.filter(account=account, period=period, superseded_at__isnull=True).first()
