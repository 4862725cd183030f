"""The orders of change of the meters whose replacement was approved."""

from datetime import datetime

from cauce.core.es_mx import format_quantity
from cauce.metering.models import ReplacementProposal
from cauce.metering.rules.park_file import park_rules
from cauce.users.models import User
from cauce.workorders.models import Origin, WorkOrder, WorkOrderType
from cauce.workorders.operations.orders import issue_work_order
from cauce.workorders.operations.refusals import WorkOrderRefused


def issue_replacement_orders(*, proposal: ReplacementProposal, at: datetime, by: User) -> list[WorkOrder]:
    """Issue the order of change of each meter of a proposal that is still in place; each in its own transaction.

    Idempotent: a meter of a proposal has one order, however many times this runs.

    :raises AreaWithoutStaff: if nobody of the area could see one of them; the ones before it stand.
    :raises WorkOrderRefused: if the park's table names a kind of order that there is not.
    """
    code = park_rules(proposal.table.rows).order
    type = WorkOrderType.objects.filter(code=code).first()
    if type is None:
        raise WorkOrderRefused(
            f"La tabla del parque de medidores pide la orden «{code}» y no hay tal tipo: cárguelo con los datos de la "
            "oficina o corrija la tabla."
        )
    lines = proposal.lines.filter(installation__removed_on__isnull=True).select_related(
        "account", "installation__meter"
    )
    return [
        issue_work_order(
            type=type,
            account=line.account,
            matter=f"Cambio de medidor, propuesta {proposal.document.folio}",
            detail=(
                f"Retirar el medidor {line.installation.meter.serial}; contaba "
                f"{format_quantity(line.before_m3)} m³ al mes. {line.reasons[0]['sentence'] if line.reasons else ''}"
            ).strip(),
            origin_kind=Origin.METERS,
            origin_id=line.pk,
            at=at,
            by=by,
            key=f"meter-replacement:{line.pk}",
        )
        for line in lines.select_related("account", "installation__meter").order_by("place")
    ]
