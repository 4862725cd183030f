"""Accounts ready to be billed, and a cycle taken from opening to issue, for the tests of billing."""

from datetime import date, datetime
from itertools import count

from django.conf import settings

from cauce.billing.models import BillingRun
from cauce.billing.operations import approve_run, open_run, plan_run, start_issuing, work_on_run
from cauce.core.periods import add_months
from cauce.metering.models import Consumption, MeterInstallation
from cauce.registry.models import Account
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.metering.accounts import make_account

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
ISSUED_ON, DUE_ON = date(2026, 9, 5), date(2026, 9, 20)
"""The days of cycle 1 of September."""

_number = count(200_001)


def an_account(*, m3: int | None = None, period: date = SEPTEMBER, **facts: object) -> Account:
    """An account of cycle 1: with a meter that read ``m3`` in ``period``, or without one and on a flat fee."""
    number = f"{next(_number):06d}"
    account = make_account(number, serial="" if m3 is None else f"M{number}")
    for name, value in facts.items():
        setattr(account, name, value)
    account.save()
    if m3 is not None:
        read(account, m3, period)
    return account


def read(account: Account, m3: int, period: date = SEPTEMBER) -> None:
    """Store a month's consumption of an account, read on the second day of the month."""
    serial = MeterInstallation.objects.get(account=account).meter.serial
    Consumption.objects.create(
        account=account,
        period=period,
        volume_m3=m3,
        source=Consumption.Source.MEASURED,
        meter_serial=serial,
        previous_value=1000,
        current_value=1000 + m3,
        previous_on=add_months(period, -1).replace(day=2),
        current_on=period.replace(day=2),
    )


def load_the_law(at: datetime) -> None:
    """Load the law of 2026 in a database that has none."""
    capturer, approver = (User.objects.get(username=name) for name in ("cli-captura", "cli-autoriza"))
    load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=at, by=capturer, approved_by=approver)


def computed(*, at: datetime, by: User, period: date = SEPTEMBER, cycle: int = 1) -> BillingRun:
    """The run of a cycle with its drafts."""
    run = plan_run(open_run(period=period, cycle=cycle, at=at, by=by), at=at, by=by)
    work_on_run(run, moment=lambda: at)
    return run


def issued(*, at: datetime, by: User, approved_by: User, period: date = SEPTEMBER, cycle: int = 1) -> BillingRun:
    """The run of a cycle with its bills."""
    run = start_issuing(
        approve_run(computed(at=at, by=by, period=period, cycle=cycle), at=at, by=approved_by), at=at, by=by
    )
    work_on_run(run, moment=lambda: at)
    return run
