"""Accounts and meters made to measure for the tests of metering."""

from datetime import date
from itertools import count

from cauce.core.text import fold
from cauce.metering.models import Consumption, Meter, MeterInstallation, OpeningReading
from cauce.registry.models import Account, Connection, Customer, Premises, Route
from cauce.tariffs.models import TariffCode

_order = count(1)


def make_account(
    number: str = "000123",
    *,
    serial: str = "A12345678",
    brand: str = "ITRON",
    cycle: int = 1,
    state: str = Account.State.ACTIVE,
    installed_on: date | None = date(2020, 1, 15),
) -> Account:
    """An account with its premises and connection, and a meter unless ``serial`` is blank."""
    code, _ = TariffCode.objects.get_or_create(code="001", defaults={"name": "Doméstico", "use_class": "DOMESTIC"})
    route, _ = Route.objects.get_or_create(number=f"{cycle:02d}", defaults={"cycle": cycle})
    name, street = f"PERSONA {number}", "JILGUERO 721"
    account = Account.objects.create(
        number=number,
        connection=Connection.objects.create(
            premises=Premises.objects.create(street=street, address_key=fold(street)), dwellings=1
        ),
        holder=Customer.objects.create(name=name, name_key=fold(name)),
        tariff_code=code,
        route=route,
        route_order=next(_order),
        cycle=cycle,
        state=state,
        opened_on=date(2015, 1, 1),
        search_text=fold(f"{number} {name} {street}"),
    )
    if serial:
        meter = Meter.objects.create(serial=serial, brand=brand, register_digits=5)
        MeterInstallation.objects.create(meter=meter, account=account, installed_on=installed_on)
    return account


def add_opening(account: Account, value: int, on: date = date(2026, 8, 3)) -> None:
    """The old system's last reading of an account."""
    OpeningReading.objects.create(account=account, period=on.replace(day=1), taken_on=on, value=value)


def add_history(account: Account, months: dict[date, int], source: str = Consumption.Source.HISTORY) -> None:
    """Months of consumption (m³) of an account."""
    Consumption.objects.bulk_create(
        Consumption(account=account, period=period, volume_m3=volume, source=source)
        for period, volume in months.items()
    )
