"""Writing down what a crew did."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import format_date, format_datetime, format_money, join_words
from cauce.documents.models import StoredFile
from cauce.ledger.operations import lock_accounts
from cauce.metering.queries import current_installation
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.workorders.events import WORK_ORDER_DONE, WORK_ORDER_NOT_DONE
from cauce.workorders.models import (
    ClosingField,
    Crew,
    Material,
    MaterialUse,
    WorkOrder,
    WorkOrderFile,
    WorkOrderResult,
    WorkOrderType,
)
from cauce.workorders.operations.effects import apply_effect
from cauce.workorders.operations.refusals import DebtBelowMinimum, ReportRefused, WrongState
from cauce.workorders.operations.steps import hold, take_step, tell
from cauce.workorders.queries.debts import overdue_debt
from cauce.workorders.queries.readings import last_reading_of_meter
from cauce.workorders.rules.reports import (
    Asked,
    WorkOrderReport,
    added_up,
    is_known_reason,
    is_photo_to_come,
    missing_in,
)

OTHER_REASON = "Otra causa"
_BEFORE_FIELD = frozenset({"ISSUED", "DELIVERED", "REOPENED"})
_IN_STREET = frozenset({"PROGRAMMED", "IN_FIELD"})


@transaction.atomic
def report_work_order(
    *, order: WorkOrder, report: WorkOrderReport, crew: Crew | None = None, at: datetime, by: User, key: str
) -> WorkOrderResult:
    """Write down what a visit found and did, or why it could not be done; what being done changes is changed at once.

    A photograph that its kind asks for may come after what is dictated by radio; until then the order is not reviewed.
    An order that nobody had programmed is told with its ``crew``, as when it is dictated by radio: it passes through
    the programme of that day. Idempotent by key: the same key gives the first result.

    :raises ReportRefused: if it lacks what its kind asks, its reading is below the meter's last, its date is yet to
        come or before the order, its reason is none of its kind's, or a material or photograph is unknown.
    :raises WrongState: if the order was called back, or somebody told its result before.
    :raises DebtBelowMinimum: if it is done for a debt that is paid by now: the payment got there first.
    :raises OwnAccount: if who reports is linked to its account.
    :raises DomainError: whatever refuses the change of the meter or of the account.
    """
    if order.account_id is not None:
        lock_accounts([order.account_id])
    first = WorkOrderResult.objects.filter(key=key).first()
    if first is not None:
        return first
    order = hold(order)
    _refuse_state(order, crew)
    if order.account_id is not None:
        refuse_own_account(by=by, account_ids=[order.account_id])
    _refuse_dates(order, report, at)
    asked = _asked(order)
    _refuse_lacking(order.type, report, asked)
    _refuse_reading(order, report)
    if order.state in _BEFORE_FIELD:
        _pass_through_programme(order, crew, report, at, by)
    if report.is_done:
        _refuse_paid(order, at)
        apply_effect(order, report=report, at=at, by=by)
    result = _write(order, report, crew or order.crew, at, by, key)
    order.finished_at, order.lacks_photo = report.finished_at, is_photo_to_come(report, asked)
    after = WorkOrder.State.DONE if report.is_done else WorkOrder.State.NOT_DONE
    note, fields = report.reason or report.notes.strip(), ("finished_at", "lacks_photo")
    take_step(order, to_state=after, note=note, at=at, by=by, also=fields)
    kind = WORK_ORDER_DONE if report.is_done else WORK_ORDER_NOT_DONE
    facts = {"type": str(order.type), "reason": report.reason.strip(), "notes": report.notes.strip()}
    tell(order, kind=kind, at=at, by=by, facts=facts)
    return result


def _refuse_state(order: WorkOrder, crew: Crew | None) -> None:
    folio, state = order.document.folio, order.get_state_display().lower()
    if order.state == WorkOrder.State.RECALLED:
        raise WrongState(
            f"La orden {folio} se retiró: avise a la cuadrilla que no la haga; su resultado no se captura."
        )
    if order.state in _IN_STREET:
        return
    if order.state not in _BEFORE_FIELD:
        raise WrongState(f"La orden {folio} ya está «{state}»: su resultado se capturó antes o ya no procede.")
    if crew is None:
        raise ReportRefused(f"La orden {folio} no estaba programada: diga qué cuadrilla la atendió.")


def _refuse_paid(order: WorkOrder, at: datetime) -> None:
    if order.refused_below is None or order.account_id is None:
        return
    # The account is held since the beginning: whoever pays does it before this or after it, never in between.
    debt = overdue_debt(order.account_id, on=local_day(at))
    if debt < order.refused_below:
        raise DebtBelowMinimum(
            f"La orden {order.document.folio} pide un adeudo vencido de {format_money(order.refused_below)} o más y la "
            f"cuenta debe {format_money(debt)}: ya pagó o tiene convenio. No la haga; si la cuadrilla ya la había "
            "hecho, regístrelo en «Retiradas por pago» y se emite la reconexión."
        )


def _refuse_dates(order: WorkOrder, report: WorkOrderReport, at: datetime) -> None:
    if report.finished_at > at:
        raise ReportRefused(f"{format_datetime(report.finished_at)} aún no llega: corrija cuándo se atendió la orden.")
    if local_day(report.finished_at) < local_day(order.issued_at):
        raise ReportRefused(
            f"La orden se emitió el {format_date(local_day(order.issued_at))}: no pudo atenderse "
            "antes. Corrija la fecha."
        )


def _asked(order: WorkOrder) -> Asked:
    return Asked(
        closing_fields=order.type.closing_fields,
        needs_photo=order.type.needs_photo,
        has_meter=order.account_id is not None and current_installation(order.account_id) is not None,
        reasons_not_done=order.type.reasons_not_done,
    )


def _refuse_lacking(type: WorkOrderType, report: WorkOrderReport, asked: Asked) -> None:
    missing = [_label(code) for code in missing_in(report, asked)]
    if missing:
        raise ReportRefused(f"Para dar por hecha «{type}» falta: {join_words(missing)}.")
    if report.is_done:
        return
    if not is_known_reason(report.reason, asked):
        reasons = "; ".join(type.reasons_not_done)
        raise ReportRefused(
            f"Diga por qué no se hizo, con uno de los motivos del tipo de orden: {reasons}."
            if reasons
            else "Diga en pocas palabras por qué no se hizo."
        )
    if report.reason.strip() == OTHER_REASON and not report.notes.strip():
        raise ReportRefused("Si fue por otra causa, escriba cuál en las notas.")


def _label(code: str) -> str:
    return "fotografía" if code == "PHOTO" else str(ClosingField(code).label).lower()


def _refuse_reading(order: WorkOrder, report: WorkOrderReport) -> None:
    if order.account_id is None or report.reading is None:
        return
    installation = current_installation(order.account_id)
    last = None if installation is None else last_reading_of_meter(installation, before=local_day(report.finished_at))
    if last is None or report.reading >= last.value:
        return
    when = f" del {format_date(last.on)}" if last.on is not None else ""
    raise ReportRefused(
        f"La lectura {report.reading:,} es menor que la última del medidor {last.serial}: {last.value:,}{when}. Revise "
        "la hoja o la fotografía; si el medidor es otro, corrija antes el medidor de la cuenta."
    )


def _pass_through_programme(
    order: WorkOrder, crew: Crew | None, report: WorkOrderReport, at: datetime, by: User
) -> None:
    if crew is None or crew.area_id != order.area_id:
        raise ReportRefused(f"La orden es de «{order.area}» y la cuadrilla «{crew}» no es de ahí: elija otra.")
    order.crew, order.programmed_on = crew, local_day(report.finished_at)
    take_step(order, to_state=WorkOrder.State.PROGRAMMED, at=at, by=by, also=("crew", "programmed_on"))


def _write(
    order: WorkOrder, report: WorkOrderReport, crew: Crew | None, at: datetime, by: User, key: str
) -> WorkOrderResult:
    materials = _materials(report)
    photos = _photos(report)
    result = WorkOrderResult.objects.create(
        order=order,
        key=key,
        is_done=report.is_done,
        reason="" if report.is_done else report.reason.strip(),
        reading=report.reading,
        seal=report.seal.strip().upper(),
        meter_serial=report.meter_serial.strip().upper(),
        meter_brand=report.meter_brand.strip().upper(),
        initial_reading=report.initial_reading,
        diameter=report.diameter.strip(),
        notes=report.notes.strip(),
        crew=crew,
        means=WorkOrderResult.Means(report.means),
        latitude=report.latitude,
        longitude=report.longitude,
        finished_at=report.finished_at,
        reported_at=at,
        reported_by=by,
    )
    MaterialUse.objects.bulk_create(
        [MaterialUse(result=result, material=material, quantity=quantity) for material, quantity in materials]
    )
    WorkOrderFile.objects.bulk_create(
        [WorkOrderFile(order=order, result=result, file=file, label="Fotografía", at=at, by=by) for file in photos]
    )
    return result


def _materials(report: WorkOrderReport) -> list[tuple[Material, Decimal]]:
    wanted = added_up(report.materials)
    known = Material.objects.in_bulk(list(wanted))
    for code, quantity in wanted.items():
        if code not in known:
            raise ReportRefused(f"El material «{code}» no está en el catálogo: revise su clave.")
        if quantity <= 0:
            raise ReportRefused(f"La cantidad de «{known[code].name}» debe ser mayor que cero.")
    return [(known[code], quantity) for code, quantity in wanted.items()]


def _photos(report: WorkOrderReport) -> list[StoredFile]:
    known = StoredFile.objects.in_bulk(list(dict.fromkeys(report.photos)))
    if len(known) != len(set(report.photos)) or any(
        not file.content_type.startswith("image/") for file in known.values()
    ):
        raise ReportRefused("La fotografía debe ser una imagen JPG o PNG: vuelva a subirla.")
    return list(known.values())
