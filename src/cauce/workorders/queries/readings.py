"""What is known of a meter when somebody brings its reading."""

from datetime import date
from typing import NamedTuple

from cauce.metering.models import MeterInstallation, OpeningReading, Reading


class LastReading(NamedTuple):
    """The last figure a meter is known to have shown, and when if it is known."""

    serial: str
    value: int
    on: date | None


def last_reading_of_meter(installation: MeterInstallation, *, before: date) -> LastReading:
    """The last reading of a meter in place up to the day ``before``, or the one it was installed with. Two queries."""
    serial = installation.meter.serial
    read = (
        Reading.objects.filter(
            account_id=installation.account_id,
            status=Reading.Status.OK,
            meter_serial=serial,
            value__isnull=False,
            taken_on__lte=before,
        )
        .order_by("-taken_on", "-pk")
        .values_list("value", "taken_on")
        .first()
    )
    if read is not None:
        return LastReading(serial, int(read[0] or 0), read[1])
    if installation.installed_on is not None:
        return LastReading(serial, installation.initial_value, installation.installed_on)
    opening = (
        OpeningReading.objects.filter(account_id=installation.account_id, taken_on__lte=before)
        .order_by("-period")
        .values_list("value", "taken_on")
        .first()
    )
    return (
        LastReading(serial, *opening) if opening is not None else LastReading(serial, installation.initial_value, None)
    )
