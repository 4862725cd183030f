"""The office's days of rest."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import transaction

from cauce.core.business_days import business_calendar
from cauce.core.errors import DomainError
from cauce.core.yaml_files import read_yaml
from cauce.users.models import Holiday


class CalendarRejected(DomainError):
    """The file of the office's calendar has a fault."""


@transaction.atomic
def load_holidays(*, path: Path) -> int:
    """Take the office's days of rest from a YAML file: by day, its name and what says so. Idempotent.

    Days that the file no longer names stay: a term that counted them was computed with them.

    :returns: how many days were added or changed.
    :raises CalendarRejected: if the file cannot be read or a day of it has a fault.
    """
    return sum(_keep(*told)[1] for told in _holidays_of(path))


@transaction.atomic
def add_holiday(*, day: date, name: str, legal_basis: str) -> Holiday:
    """Add a day of rest, or correct what is said of it. Idempotent. Its history is kept by the database.

    :raises CalendarRejected: if it is a Saturday or a Sunday, which never count.
    """
    if not business_calendar(()).is_business_day(day):
        raise CalendarRejected("Los sábados y domingos nunca cuentan: no hace falta agregarlos.")
    return _keep(day, name.strip(), legal_basis.strip())[0]


def _keep(day: date, name: str, legal_basis: str) -> tuple[Holiday, bool]:
    """The day of rest as it is told, and whether that changed anything."""
    found, is_new = Holiday.objects.get_or_create(day=day, defaults={"name": name, "legal_basis": legal_basis})
    if (found.name, found.legal_basis) == (name, legal_basis):
        return found, is_new
    found.name, found.legal_basis = name, legal_basis
    found.save(update_fields=["name", "legal_basis"])
    return found, True


def _holidays_of(path: Path) -> Iterator[tuple[date, str, str]]:
    """The days of a calendar's file, each with its name and basis.

    :raises CalendarRejected: naming the file and the day.
    """
    content = read_yaml(path, refusal=CalendarRejected)
    days = content.get("dias_inhabiles") if isinstance(content, dict) else None
    if not isinstance(days, dict) or not days or set(content) != {"dias_inhabiles"}:
        raise CalendarRejected(f"«{path.name}» debe llevar sólo «dias_inhabiles», con un renglón por día.")
    for day, told in days.items():
        if not isinstance(day, date) or not isinstance(told, dict) or set(told) != {"nombre", "fundamento"}:
            raise CalendarRejected(
                f"«{path.name}», «{day}»: escriba la fecha como 2026-09-16 y debajo «nombre» y «fundamento»."
            )
        yield day, str(told["nombre"]), str(told["fundamento"])
