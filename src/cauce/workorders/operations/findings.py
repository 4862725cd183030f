"""The orders that the findings of a reading round ask for."""

from datetime import datetime

from cauce.core.es_mx import format_long_period
from cauce.metering.models import ReadingRound
from cauce.metering.queries import findings_to_order
from cauce.users.models import User
from cauce.workorders.models import Origin, WorkOrder, WorkOrderType
from cauce.workorders.operations.orders import issue_work_order
from cauce.workorders.operations.refusals import WorkOrderRefused


def issue_finding_orders(*, reading_round: ReadingRound, at: datetime, by: User) -> list[WorkOrder]:
    """Issue the order that each finding of a round asks for; an account gets one of each kind.

    Idempotent: a finding has one order, however many times this runs.

    :raises AreaWithoutStaff: if nobody of the area could see one of them; the ones before it stand.
    :raises WorkOrderRefused: if the table of anomalies names a kind of order that there is not.
    """
    wanted = findings_to_order(reading_round)
    types = {type.code: type for type in WorkOrderType.objects.filter(code__in={each.order for each in wanted})}
    issued: list[WorkOrder] = []
    ordered: set[tuple[int, str]] = set()
    for each in wanted:
        if (each.account_id, each.order) in ordered:
            continue
        ordered.add((each.account_id, each.order))
        type = types.get(each.order)
        if type is None:
            raise WorkOrderRefused(
                f"La tabla de anomalías pide la orden «{each.order}» y no hay tal tipo: cárguelo con los datos de la "
                "oficina o corrija la tabla."
            )
        issued.append(
            issue_work_order(
                type=type,
                account=each.account,
                matter=f"{each.name}, lectura de {format_long_period(reading_round.period)}"[:160],
                detail=each.detail,
                origin_kind=Origin.READING,
                origin_id=each.finding_id,
                at=at,
                by=by,
                key=f"reading-finding:{reading_round.pk}:{each.account_id}:{each.order}",
            )
        )
    return issued
