"""Technicians, half days and aforos made to measure."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.models import AgendaSlot, HomeInspection, Technician
from cauce.workorders.operations import book_inspection, open_agenda, register_technician
from cauce.workorders.rules.inspections import InspectionReport

NOON = datetime(2026, 9, 21, 18, 0, tzinfo=UTC)
"""Midday of Monday 21 September 2026 in Cortazar."""
TODAY = date(2026, 9, 21)
TOMORROW = date(2026, 9, 22)
FRIDAY = date(2026, 9, 25)
MORNING, AFTERNOON = AgendaSlot.Half.MORNING, AgendaSlot.Half.AFTERNOON
_key = count(1)


def coordinator() -> User:
    """Who holds the power L1."""
    return User.objects.get(username="coordina")


def head() -> User:
    """Who books aforos and does not open the agenda."""
    return User.objects.get(username="jefatura")


def make_staff() -> None:
    """Who programs the aforos, who only books them, and a technician with two places a half day."""
    for username, name, role in (
        ("coordina", "Coordinadora Prueba", "coordinador"),
        ("jefatura", "Jefa Prueba", "jefe"),
        ("mide", "Ana Ruiz", "tecnico"),
        ("mide2", "Beto Sosa", "tecnico"),
    ):
        user = User.objects.create(username=username, full_name=name)
        user.groups.add(Group.objects.get(name=role))


def make_technician(username: str = "mide", *, places: int = 2) -> Technician:
    return register_technician(
        user=User.objects.get(username=username),
        morning_places=places,
        afternoon_places=places,
        at=NOON,
        by=coordinator(),
    )


def opened(technician: Technician, day: date = TOMORROW, half: str = MORNING, **told: Any) -> AgendaSlot:
    """A half day of a technician, open."""
    (slot,) = open_agenda(
        technicians=[technician], first=day, last=day, halves=[half], at=NOON, by=coordinator(), **told
    )
    return slot


def booked(account: Account, slot: AgendaSlot, **told: Any) -> HomeInspection:
    given: dict[str, Any] = {
        "contact_name": "Rosa Lara",
        "contact_phone": "4111550050",
        "matter": "Consumo alto",
        "origin_kind": "DESK",
        "at": NOON,
        "by": head(),
        "key": f"aforo/{next(_key)}",
    }
    return book_inspection(account=account, slot=slot, **(given | told))


def a_report(**told: Any) -> InspectionReport:
    given: dict[str, Any] = {
        "received_by": "Rosa Lara",
        "conclusion": "NOTHING_FOUND",
        "inspected_at": NOON + timedelta(days=1),
        "persons": 4,
        "fixtures": {"EXCUSADO": 2, "REGADERA": 1},
    }
    return InspectionReport(**(given | told))
