"""Putting a meter in and taking it out."""

from datetime import date, datetime

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.core.periods import period_of
from cauce.events.operations import publish
from cauce.metering.events import METER_INSTALLED, METER_REMOVED
from cauce.metering.models import Consumption, Meter, MeterInstallation
from cauce.metering.queries import reading_parameters
from cauce.registry.models import Account
from cauce.users.models import User


class AccountHasMeter(DomainError):
    """The account has a meter in place."""


class AccountIsClosed(DomainError):
    """The account takes no meter any more."""


class MeterIsElsewhere(DomainError):
    """The meter serves another account."""


class ImpossibleFigure(DomainError):
    """The figure does not fit in the meter's register."""


class ImpossibleDate(DomainError):
    """The day contradicts what is known of the account's meters."""


class MeterAlreadyRemoved(DomainError):
    """The installation is over, with another closing reading."""


@transaction.atomic
def install_meter(
    *,
    account: Account,
    serial: str,
    brand: str,
    diameter: str,
    digits: int | None = None,
    installed_on: date,
    initial_value: int,
    at: datetime,
    by: User,
) -> MeterInstallation:
    """Put a meter on an account that has none; a known meter that is free (same serial and brand) is used again.

    ``digits`` of the register is only asked when the law does not name the brand. Idempotent: the same meter, day and
    initial reading give back the installation that exists.

    :raises AccountIsClosed: if the account is closed.
    :raises AccountHasMeter: if another meter is in place; remove it first, with its closing reading.
    :raises MeterIsElsewhere: if that meter is in place on another account, or was scrapped.
    :raises ImpossibleFigure: if the serial is blank or the initial reading does not fit in the register.
    :raises ImpossibleDate: if the account's last meter was removed after ``installed_on``.
    """
    serial, brand = serial.strip().upper(), brand.strip().upper()
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    current = MeterInstallation.objects.current().filter(account=account).select_related("meter").first()
    if current is not None:
        same = (current.meter.serial, current.meter.brand) == (serial, brand)
        if same and (current.installed_on, current.initial_value) == (installed_on, initial_value):
            return current
        raise AccountHasMeter(
            f"La cuenta {account.number} ya tiene instalado el medidor {current.meter.serial}. "
            "Retírelo primero con su lectura final."
        )
    if account.state == Account.State.CLOSED:
        raise AccountIsClosed(f"La cuenta {account.number} está cancelada: reactívela antes de ponerle medidor.")
    if not serial:
        raise ImpossibleFigure("Escriba la serie del medidor: sin ella sus lecturas no se pueden cotejar.")
    register_digits = reading_parameters(period_of(installed_on)).digits_of(brand, digits)
    _refuse_figure(initial_value, register_digits)
    _refuse_earlier_than_removal(account, installed_on)
    meter = _free_meter(serial, brand, diameter, register_digits)
    installation = MeterInstallation.objects.create(
        meter=meter, account=account, installed_on=installed_on, initial_value=initial_value
    )
    publish(
        METER_INSTALLED,
        subject_kind="MeterInstallation",
        subject_id=installation.pk,
        account_id=account.pk,
        facts={"serial": serial, "initial_value": initial_value, "installed_on": installed_on.isoformat()},
        at=at,
        by=by,
    )
    return installation


@transaction.atomic
def remove_meter(
    *, installation: MeterInstallation, removed_on: date, final_value: int, at: datetime, by: User
) -> MeterInstallation:
    """Take a meter out with its closing reading, which the next month's consumption will count.

    Idempotent: the same day and closing reading give back the installation as it is.

    :raises MeterAlreadyRemoved: if it was removed with another day or reading.
    :raises ImpossibleFigure: if the closing reading does not fit in the register.
    :raises ImpossibleDate: if it was installed, or the account read, after ``removed_on``.
    """
    Account.objects.select_for_update(no_key=True).get(pk=installation.account_id)
    installation = MeterInstallation.objects.select_for_update(no_key=True).get(pk=installation.pk)
    serial = installation.meter.serial
    if installation.removed_on is not None:
        if (installation.removed_on, installation.final_value) == (removed_on, final_value):
            return installation
        raise MeterAlreadyRemoved(
            f"El medidor {serial} ya se había retirado el {installation.removed_on:%d/%m/%Y} con lectura "
            f"{installation.final_value:,}. Revise el historial de medidores."
        )
    if installation.installed_on is not None and removed_on < installation.installed_on:
        raise ImpossibleDate(
            f"El medidor {serial} se instaló el {installation.installed_on:%d/%m/%Y}: el retiro no puede ser anterior."
        )
    read_later = Consumption.objects.filter(
        account_id=installation.account_id, superseded_at__isnull=True, meter_serial=serial, current_on__gt=removed_on
    )
    if read_later.exists():
        raise ImpossibleDate(
            f"El medidor {serial} tiene lecturas posteriores al {removed_on:%d/%m/%Y}: corrija la fecha del retiro."
        )
    digits = reading_parameters(period_of(removed_on)).digits_of(
        installation.meter.brand, installation.meter.register_digits
    )
    _refuse_figure(final_value, digits)
    installation.removed_on = removed_on
    installation.final_value = final_value
    installation.save(update_fields=["removed_on", "final_value"])
    publish(
        METER_REMOVED,
        subject_kind="MeterInstallation",
        subject_id=installation.pk,
        account_id=installation.account_id,
        facts={"serial": serial, "final_value": final_value, "removed_on": removed_on.isoformat()},
        at=at,
        by=by,
    )
    return installation


def _refuse_figure(value: int, digits: int) -> None:
    if not 0 <= value < 10**digits:
        raise ImpossibleFigure(
            f"La lectura {value:,} no cabe en un medidor de {digits} dígitos: revise la cifra o la marca del medidor."
        )


def _refuse_earlier_than_removal(account: Account, installed_on: date) -> None:
    removed_on = (
        MeterInstallation.objects.filter(account=account, removed_on__gt=installed_on)
        .order_by("-removed_on")
        .values_list("removed_on", flat=True)
        .first()
    )
    if removed_on is not None:
        raise ImpossibleDate(
            f"El medidor anterior de la cuenta {account.number} se retiró el {removed_on:%d/%m/%Y}: "
            "el nuevo no puede haberse instalado antes."
        )


def _free_meter(serial: str, brand: str, diameter: str, digits: int) -> Meter:
    known = Meter.objects.select_for_update(no_key=True).filter(serial=serial, brand=brand).order_by("pk").first()
    if known is None:
        return Meter.objects.create(serial=serial, brand=brand, diameter=diameter.strip(), register_digits=digits)
    if known.put_away == Meter.PutAway.SCRAPPED:
        raise MeterIsElsewhere(f"El medidor {serial} se dio de baja y no se vuelve a instalar: verifique la serie.")
    elsewhere = MeterInstallation.objects.current().filter(meter=known).select_related("account").first()
    if elsewhere is not None:
        raise MeterIsElsewhere(
            f"El medidor {serial} está instalado en la cuenta {elsewhere.account.number}: "
            "verifique la serie o retírelo de esa cuenta."
        )
    if known.put_away:
        known.put_away = ""
        known.save(update_fields=["put_away"])
    return known
