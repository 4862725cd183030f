"""The papers of work orders: the sheet that goes to the street, a crew's day, and the list that is handed over."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from cauce.core.es_mx import format_account, format_date, format_datetime, format_long_date, format_quantity
from cauce.documents.joining import joined
from cauce.documents.printing import report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Issuer, Person
from cauce.documents.rules.report_sheets import (
    ReportBlanks,
    ReportColumn,
    ReportFacts,
    ReportPart,
    ReportSheet,
    ReportTable,
    ReportText,
)
from cauce.metering.queries import current_installation
from cauce.ui.context import is_official_on
from cauce.workorders.models import ClosingField, Crew, DeliveryList, WorkOrder

_BLANK_ROWS = 2


def order_sheet(order: WorkOrder, printed_at: datetime) -> bytes:
    """The sheet of one order, with what is to be filled in by hand."""
    sheet = ReportSheet(
        title="Orden de trabajo",
        folio=order.document.folio,
        subject=f"{order.type}",
        printed_at=timezone.localtime(printed_at),
        facts=_leading(order),
        alerts=("URGENTE",) if order.priority == WorkOrder.Priority.URGENT else (),
        parts=_parts(order),
        signers=(("Hizo", Person(name="", position="Cuadrilla")), ("Recibió", Person(name="", position="Usuario"))),
        notes=("Devuelva esta hoja al terminar el día, también si no se pudo hacer.",),
        shows_barcode=True,
    )
    return report_paper(sheet, _issuer(printed_at)).pdf()


def day_papers(crew: Crew, day: date, orders: Sequence[WorkOrder], printed_at: datetime) -> bytes:
    """A crew's day: the list of its orders as it walks them, and then their sheets in that order."""
    return joined([_day_list(crew, day, orders, printed_at), *(order_sheet(order, printed_at) for order in orders)])


def delivery_paper(delivery: DeliveryList, orders: Sequence[WorkOrder], printed_at: datetime) -> bytes:
    """The list that is handed over to an area, with who hands over and who receives."""
    by, to = delivery.delivered_by, delivery.acknowledged_by
    received = Person(name="" if to is None else str(to), position=str(delivery.area))
    sheet = ReportSheet(
        title="Relación de órdenes de trabajo",
        folio=delivery.document.folio,
        subject=f"{delivery.area}",
        printed_at=timezone.localtime(printed_at),
        facts=(
            ("Para", str(delivery.area)),
            ("Entregada", format_datetime(timezone.localtime(delivery.delivered_at))),
            ("Órdenes", str(len(orders))),
            (
                "Acuse",
                "pendiente"
                if delivery.acknowledged_at is None
                else format_datetime(timezone.localtime(delivery.acknowledged_at)),
            ),
        ),
        parts=(
            ReportTable(
                title="Órdenes que se entregan",
                columns=(
                    ReportColumn("Folio", 62),
                    ReportColumn("Tipo", 150),
                    ReportColumn("Cuenta", 52),
                    ReportColumn("Dónde"),
                    ReportColumn("Prioridad", 70),
                    ReportColumn("Vence", 92),
                ),
                rows=[
                    (
                        order.document.folio,
                        str(order.type),
                        _account(order),
                        order.place,
                        order.get_priority_display(),
                        format_datetime(timezone.localtime(order.due_at)),
                    )
                    for order in orders
                ],
            ),
        ),
        signers=(
            ("Entrega", Person(name=str(by), position=by.position)),
            ("Recibe", received),
            ("Vo. Bo.", Person(name="", position="Jefe de Comercialización")),
        ),
        shows_barcode=True,
        is_landscape=True,
    )
    return report_paper(sheet, _issuer(printed_at)).pdf()


def _day_list(crew: Crew, day: date, orders: Sequence[WorkOrder], printed_at: datetime) -> bytes:
    sheet = ReportSheet(
        title="Órdenes del día",
        subject=f"{crew} · {format_long_date(day)}",
        printed_at=timezone.localtime(printed_at),
        facts=(
            ("Cuadrilla", f"{crew} {crew.radio}".strip()),
            ("Día", format_long_date(day)),
            ("Órdenes", str(len(orders))),
            ("Integrantes", _members(crew, day)),
        ),
        parts=(
            ReportTable(
                title="En el orden en que se recorren",
                columns=(
                    ReportColumn("N.º", 26, right=True),
                    ReportColumn("Folio", 62),
                    ReportColumn("Tipo", 150),
                    ReportColumn("Dónde"),
                    ReportColumn("Con quién", 110),
                    ReportColumn("Hecha", 52),
                ),
                rows=[
                    (
                        str(number),
                        order.document.folio,
                        str(order.type),
                        order.place,
                        " ".join(filter(None, (order.contact_name, order.contact_phone))) or "—",
                        "",
                    )
                    for number, order in enumerate(orders, start=1)
                ],
                empty="Sin órdenes ese día.",
                pitch=6,
            ),
        ),
        signers=(("Salió con ellas", Person(name="", position=str(crew))),),
        is_landscape=True,
    )
    return report_paper(sheet, _issuer(printed_at)).pdf()


def _leading(order: WorkOrder) -> tuple[tuple[str, str], ...]:
    programmed = "—" if order.programmed_on is None else format_date(order.programmed_on)
    installation = None if order.account_id is None else current_installation(order.account_id)
    meter = "—" if installation is None else f"{installation.meter.serial} {installation.meter.brand}".strip()
    return (
        ("Qué", str(order.type)),
        ("Cuenta", _account(order)),
        ("Medidor en el padrón", meter),
        ("Vence", format_datetime(timezone.localtime(order.due_at))),
        ("Cuadrilla", str(order.crew or "—")),
        ("Programada", programmed),
        ("Sector", str(order.sector or "—")),
        ("Ruta", order.route or "—"),
    )


def _parts(order: WorkOrder) -> list[ReportPart]:
    labels = [str(ClosingField(code).label) for code in order.type.closing_fields]
    if "METER_SERIAL" in order.type.closing_fields:
        labels.append("Marca del medidor instalado")
    parts: list[ReportPart] = [
        ReportText("Dónde", [order.place or "—"]),
        ReportFacts("", [("Con quién", order.contact_name or "—"), ("Teléfono", order.contact_phone or "—")]),
        ReportText("Qué hay que hacer", [text for text in (order.matter, order.detail) if text]),
    ]
    if order.type.instructions:
        parts.append(ReportText("Indicaciones", [order.type.instructions]))
    blanks = ["Día y hora", "¿Se hizo? (sí o no)", "Si no, por qué", *labels]
    parts.append(ReportBlanks("Se llena en campo", blanks, columns=3))
    parts.append(_materials(order))
    parts.append(ReportBlanks("", ["Notas"], columns=1))
    return parts


def _materials(order: WorkOrder) -> ReportTable:
    usual = order.type.usual_materials.select_related("material").order_by("pk")
    rows = [
        (each.material.code, each.material.name, each.material.unit, format_quantity(each.quantity), "")
        for each in usual
    ]
    return ReportTable(
        title="Materiales",
        columns=(
            ReportColumn("Clave", 76),
            ReportColumn("Material"),
            ReportColumn("Unidad", 50),
            ReportColumn("Usual", 48, right=True),
            ReportColumn("Se usó", 80, right=True),
        ),
        rows=[*rows, *[("", "", "", "", "")] * _BLANK_ROWS],
        pitch=4.5,
    )


def _members(crew: Crew, day: date) -> str:
    members = crew.members.filter(valid_from__lte=day).exclude(valid_until__lte=day).select_related("user")
    return ", ".join(str(member.user) for member in members.order_by("pk")) or "—"


def _account(order: WorkOrder) -> str:
    return "—" if order.account is None else format_account(order.account.number)


def _issuer(printed_at: datetime) -> Issuer:
    return issuer(is_official=is_official_on(timezone.localtime(printed_at).date()))
