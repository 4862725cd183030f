"""What an order that was done changes elsewhere, by the operations of the packages that own it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from cauce.core.clock import local_day
from cauce.metering.models import MeterInstallation
from cauce.metering.operations import install_meter, remove_meter
from cauce.metering.queries import current_installation
from cauce.registry.models import Account
from cauce.registry.operations import reconnect_account, reduce_account
from cauce.users.models import User
from cauce.workorders.models import WorkOrder, WorkOrderType
from cauce.workorders.operations.refusals import ReportRefused
from cauce.workorders.rules.reports import WorkOrderReport

Effect = Callable[[WorkOrder, Account, WorkOrderReport, datetime, User], None]


def apply_effect(order: WorkOrder, *, report: WorkOrderReport, at: datetime, by: User) -> None:
    """Change what the order's kind says that being done changes, in the caller's transaction.

    Of an order that was reopened, what its earlier visit left as this one would leave it is not changed again.

    :raises ReportRefused: if there is no meter to change or remove.
    :raises DomainError: whatever the operation that owns the change refuses.
    """
    effect = _EFFECTS.get(order.type.effect)
    if effect is not None and order.account is not None and not _is_done_already(order, order.account, report):
        effect(order, order.account, report, at, by)


def _is_done_already(order: WorkOrder, account: Account, report: WorkOrderReport) -> bool:
    earlier = order.results.filter(is_done=True).order_by("-pk").first()
    if earlier is None:
        return False
    effect = order.type.effect
    if effect in _STATE_LEFT:
        return Account.objects.get(pk=account.pk).state == _STATE_LEFT[effect]
    installation = current_installation(account.pk)
    if effect == WorkOrderType.Effect.METER_REMOVED:
        return installation is None
    serial = "" if installation is None else installation.meter.serial
    return serial == earlier.meter_serial == report.meter_serial.strip().upper()


def _install(order: WorkOrder, account: Account, report: WorkOrderReport, at: datetime, by: User) -> None:
    install_meter(
        account=account,
        serial=report.meter_serial,
        brand=report.meter_brand,
        diameter=report.diameter,
        installed_on=local_day(report.finished_at),
        initial_value=report.initial_reading or 0,
        at=at,
        by=by,
    )


def _remove(order: WorkOrder, account: Account, report: WorkOrderReport, at: datetime, by: User) -> None:
    remove_meter(
        installation=_meter_in_place(account),
        removed_on=local_day(report.finished_at),
        final_value=_final_reading(report),
        at=at,
        by=by,
    )


def _change(order: WorkOrder, account: Account, report: WorkOrderReport, at: datetime, by: User) -> None:
    in_place = _meter_in_place(account)
    if in_place.meter.serial == report.meter_serial.strip().upper():
        raise ReportRefused(
            f"El medidor {in_place.meter.serial} es el que ya estaba instalado: escriba la serie del nuevo."
        )
    _remove(order, account, report, at, by)
    _install(order, account, report, at, by)


def _reconnect(order: WorkOrder, account: Account, report: WorkOrderReport, at: datetime, by: User) -> None:
    reconnect_account(account=account, reason=f"Orden {order.document.folio}", at=at, by=by)


def _reduce(order: WorkOrder, account: Account, report: WorkOrderReport, at: datetime, by: User) -> None:
    reduce_account(
        account=account, on=local_day(report.finished_at), reason=f"Orden {order.document.folio}", at=at, by=by
    )


def _meter_in_place(account: Account) -> MeterInstallation:
    installation = current_installation(account.pk)
    if installation is None:
        raise ReportRefused(
            f"La cuenta {account.number} no tiene medidor instalado en el padrón: revise la cuenta de la orden."
        )
    return installation


def _final_reading(report: WorkOrderReport) -> int:
    if report.reading is None:
        raise ReportRefused("Escriba la lectura con la que se retiró el medidor.")
    return report.reading


_STATE_LEFT: Mapping[str, str] = {
    WorkOrderType.Effect.RECONNECTED: Account.State.ACTIVE,
    WorkOrderType.Effect.REDUCED: Account.State.REDUCED,
}
_EFFECTS: Mapping[str, Effect] = {
    WorkOrderType.Effect.METER_INSTALLED: _install,
    WorkOrderType.Effect.METER_CHANGED: _change,
    WorkOrderType.Effect.METER_REMOVED: _remove,
    WorkOrderType.Effect.RECONNECTED: _reconnect,
    WorkOrderType.Effect.REDUCED: _reduce,
}
