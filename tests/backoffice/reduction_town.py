"""The reductions of the town: one that waits for its authorisation, one with its vale de agua, one opened illegally."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings

from cauce.collections.models import CollectionBatch, Infraction, LadderAct, LadderStep, WaterVoucher
from cauce.collections.operations import (
    authorise_reductions,
    issue_reduction_order,
    issue_water_voucher,
    load_ladder,
    load_service_table,
    note_reduction_result,
    record_infraction,
)
from cauce.core import clock
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.registry.models import Account, Hold
from cauce.workorders.operations import WorkOrderReport, report_work_order
from tests.backoffice.town import Town
from tests.backoffice.workorders_town import workorders_town
from tests.ledger.debts import a_debt, write_debts

COLLECTIONS = settings.BASE_DIR / "office" / "cortazar" / "cobranza.yaml"


@dataclass(frozen=True, slots=True)
class ReductionTown:
    """What the screens of the reduction show."""

    relation: CollectionBatch
    act: LadderAct
    blocked: LadderAct
    voucher: WaterVoucher
    infraction: Infraction
    no_room: LadderAct
    done: LadderAct


def reduction_town(town: Town) -> ReductionTown:
    """Make it; what was made is found again."""
    now, by, head = clock.now(), town.staff["coordinador"], town.staff["operacion"]
    crew = workorders_town(town).crew
    load_ladder(path=COLLECTIONS, at=now, by=town.staff["jefe"])
    load_service_table(path=COLLECTIONS, at=now, by=town.staff["jefe"])
    relation = CollectionBatch.objects.filter(key="town/reduction").first() or _relation(town)
    acts = list(relation.acts.filter(step=relation.step).order_by("place"))
    act, blocked, tight, limited = acts
    if tight.state == "SELECTED":
        authorise_reductions(acts=[tight, limited], at=now, by=by)
        for each, told in ((tight, {"is_done": False, "reason": "No cabe el reductor"}), (limited, {"is_done": True})):
            order = issue_reduction_order(act=each, at=now, by=by)
            assert order is not None
            report = WorkOrderReport(
                reading=99_999,
                seal="S-9",
                means="RADIO",
                finished_at=now,
                **told,  # type: ignore[arg-type]
            )
            report_work_order(order=order, report=report, crew=crew, at=now, by=head, key=f"town/limits/{order.pk}")
            note_reduction_result(order=order, at=now, by=by)
    executions = LadderAct.objects.filter(batch=relation, step__kind="EXECUTION")
    no_room = executions.get(account=tight.account, order__type_id="REDUCCION")
    voucher = issue_water_voucher(act=no_room, persons=5, days=15, at=now, by=by, key="town/voucher")
    infraction = record_infraction(
        account=limited.account,
        found_on=clock.today(),
        told="El sello está roto y no está el reductor.",
        at=now,
        by=by,
        key="town/infraction",
    )
    return ReductionTown(relation, act, blocked, voucher, infraction, no_room, executions.get(account=limited.account))


def _relation(town: Town) -> CollectionBatch:
    now, today, by = clock.now(), clock.today(), town.staff["coordinador"]
    held = Hold.objects.values("account")
    accounts = list(
        Account.objects.filter(state="ACTIVE", tariff_code__use_class="DOMESTIC")
        .exclude(pk__in=held)
        .exclude(pk=town.account.pk)
        .order_by("pk")[:4]
    )
    told_on = today - timedelta(days=40)
    for account in accounts:
        due = [_months_before(today, months) for months in (5, 4, 3, 2)]
        write_debts([a_debt(account, "AGUA", "300.00", day) for day in due], at=now, by=by)
    for account in (accounts[0], accounts[2], accounts[3]):
        LadderAct.objects.create(
            step=LadderStep.objects.get(code="REQUERIMIENTO"),
            account=account,
            state="DELIVERED",
            debt=Decimal("1200.00"),
            months=4,
            issued_on=told_on,
            ended_on=told_on,
            outcome="DELIVERED",
        )
    document = create_document(kind=Document.Kind.COLLECTION_BATCH, series="RC", issued_on=today, at=now, by=by)
    batch = CollectionBatch.objects.create(
        document=document,
        key="town/reduction",
        step=LadderStep.objects.get(code="AUTORIZACION"),
        state="APPROVED",
        day=today,
        accounts=4,
        debt=Decimal("4800.00"),
        made_at=now,
        made_by=by,
        approved_at=now,
        approved_by=town.staff["jefe"],
    )
    for place, account in enumerate(accounts, start=1):
        LadderAct.objects.create(
            batch=batch, step=batch.step, account=account, debt=Decimal("1200.00"), months=4, place=place
        )
    return batch


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 20)
