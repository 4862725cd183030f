"""Orders, crews and people made to measure for the tests of work orders."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.conf import settings

from cauce.registry.models import Account
from cauce.users.models import Area, User
from cauce.workorders.models import Crew, WorkOrder, WorkOrderType
from cauce.workorders.operations import issue_work_order, load_order_catalogue, program_orders, save_crew
from cauce.workorders.rules.reports import WorkOrderReport

NOON = datetime(2026, 9, 21, 18, 0, tzinfo=UTC)
"""Midday of Monday 21 September 2026 in Cortazar."""
TODAY = date(2026, 9, 21)
CATALOGUE = settings.BASE_DIR / "office" / "cortazar" / "ordenes.yaml"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
_key = count(1)


def make_person(username: str, area: str = "Operación") -> User:
    return User.objects.create(username=username, full_name=username.title(), area=Area.objects.get(name=area))


def make_office() -> User:
    """The catalogue, two people in each area that goes out, and two crews; who issues orders is returned."""
    clerk = User.objects.get(username="cli-captura")
    for name in ("operador", "ayudante"):
        make_person(name)
    for name in ("coordinadora", "jefa", "tecnica"):
        make_person(name, "Comercialización")
    load_order_catalogue(path=CATALOGUE, at=NOON, by=clerk)
    operations, commercial = Area.objects.get(name="Operación"), Area.objects.get(name="Comercialización")
    save_crew(crew=None, name="Cuadrilla 1", area=operations, radio="OP-1", at=NOON, by=clerk)
    save_crew(crew=None, name="Cuadrilla 2", area=operations, radio="OP-2", at=NOON, by=clerk)
    save_crew(crew=None, name="Medición 1", area=commercial, radio="CM-1", at=NOON, by=clerk)
    return clerk


def an_order(type: str = "FUGA-TOMA", account: Account | None = None, **told: Any) -> WorkOrder:
    given: dict[str, Any] = {
        "type": WorkOrderType.objects.get(code=type),
        "account": account,
        "place": "" if account is not None else "Jilguero S/N",
        "matter": "Fuga en la banqueta",
        "origin_kind": "DESK",
        "at": NOON,
        "by": User.objects.get(username="coordinadora"),
        "key": f"order/{next(_key)}",
    }
    return issue_work_order(**(given | told))


def programmed(order: WorkOrder, crew: str = "Cuadrilla 1", day: date = TODAY) -> WorkOrder:
    """The order in the programme of a crew, whatever its priority."""
    WorkOrder.objects.filter(pk=order.pk).update(priority=WorkOrder.Priority.URGENT)
    by = User.objects.get(username="operador")
    (found,) = program_orders(orders=[order], crew=Crew.objects.get(name=crew), day=day, at=NOON, by=by)
    return found


def a_report(**told: Any) -> WorkOrderReport:
    given: dict[str, Any] = {"is_done": True, "notes": "Se reparó", "finished_at": NOON + timedelta(hours=1)}
    return WorkOrderReport(**(given | told))
