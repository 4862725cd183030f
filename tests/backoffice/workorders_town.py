"""The work orders of the small town: crews, an order that waits, one programmed, one done, and a list handed over."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from cauce.core import clock
from cauce.documents.operations import store_file
from cauce.users.models import Area
from cauce.workorders.models import Crew, CrewMember, DeliveryList, WorkOrder, WorkOrderFile, WorkOrderType
from cauce.workorders.operations import (
    WorkOrderReport,
    add_crew_member,
    add_order_file,
    deliver_orders,
    issue_work_order,
    load_order_catalogue,
    program_orders,
    report_work_order,
    save_crew,
)
from tests.backoffice.town import Town

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@dataclass(frozen=True, slots=True)
class WorkOrdersTown:
    """What the screens of work orders show."""

    order: WorkOrder
    programmed: WorkOrder
    done: WorkOrder
    delivery: DeliveryList
    crew: Crew
    member: CrewMember
    file: WorkOrderFile
    type: WorkOrderType


def workorders_town(town: Town) -> WorkOrdersTown:
    """Make it; what was made is found again."""
    now, today = clock.now(), clock.today()
    coordinator, head = town.staff["coordinador"], town.staff["operacion"]
    load_order_catalogue(path=settings.BASE_DIR / "office" / "cortazar" / "ordenes.yaml", at=now, by=town.staff["jefe"])
    area = Area.objects.get(name="Operación")
    crew = Crew.objects.filter(name="Cuadrilla del pueblo").first() or save_crew(
        crew=None, name="Cuadrilla del pueblo", area=area, radio="OP-9", at=now, by=head
    )
    member = add_crew_member(crew=crew, user=town.staff["cuadrilla"], on=today, at=now, by=head)

    def issue(number: int, kind: str, **told: object) -> WorkOrder:
        given = {"place": "Jilguero S/N", "matter": "Sale agua en la banqueta", "account": None} | told
        return issue_work_order(
            type=WorkOrderType.objects.get(code=kind),
            origin_kind="DESK",
            at=now,
            by=coordinator,
            key=f"town/orden/{number}",
            **given,
        )

    order = issue(1, "FUGA-CUADRO", account=town.account, place="")
    programmed, done, waits = issue(2, "FUGA-TOMA"), issue(3, "FUGA-RED"), issue(4, "DRENAJE-TAPADO")
    for each in (programmed, done):
        if WorkOrder.objects.get(pk=each.pk).state == "ISSUED":
            program_orders(orders=[each], crew=crew, day=today, at=now, by=head)
    report = WorkOrderReport(is_done=True, notes="Se cambió el cople", finished_at=now)
    report_work_order(order=done, report=report, at=now, by=head, key="town/resultado")
    delivery = DeliveryList.objects.first() or deliver_orders(orders=[waits], at=now, by=coordinator)
    photo = store_file(name="fuga.png", content=PNG, at=now - timedelta(minutes=1), by=head)
    file = add_order_file(order=done, file=photo, label="Fotografía de la fuga", at=now, by=head)
    return WorkOrdersTown(order, programmed, done, delivery, crew, member, file, order.type)
