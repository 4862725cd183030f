"""A debtor who was told everything the ladder asks, and the relación in which its service is authorised."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.conf import settings

from cauce.agreements.models import AgreementPolicy, PaymentAgreement
from cauce.agreements.operations import load_agreement_policy
from cauce.cashier.models import CashSession, Payment, Tender
from cauce.cashier.operations import PaymentShare, open_desk, open_session, take_payment
from cauce.cashier.rules import Tendered
from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.operations import (
    authorise_reductions,
    issue_reduction_order,
    load_ladder,
    load_service_table,
)
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.registry.models import Account
from cauce.tariffs.models import TariffCode
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from cauce.workorders.models import WorkOrder, WorkOrderResult
from cauce.workorders.operations import report_work_order
from cauce.workorders.rules.reports import WorkOrderReport
from tests.ledger.debts import a_debt, write_debts
from tests.metering.accounts import make_account as make_metered
from tests.workorders.orders import make_office, programmed

NOON = datetime(2026, 9, 21, 18, 0, tzinfo=UTC)
"""Midday of Monday 21 September 2026 in Cortazar."""
TODAY = date(2026, 9, 21)
COLLECTIONS = settings.BASE_DIR / "office" / "cortazar" / "cobranza.yaml"
DUE = (date(2026, 5, 20), date(2026, 6, 20), date(2026, 7, 20), date(2026, 8, 20))
_number = count(700_001)
_key = count(1)


def make_town() -> User:
    """The law, the office, the ladder and the table by use; who captures is returned."""
    clerk = make_office()
    load_law(
        directory=settings.LAW_DIR / "cortazar" / "2026",
        at=NOON,
        by=clerk,
        approved_by=User.objects.get(username="cli-autoriza"),
    )
    load_ladder(path=COLLECTIONS, at=NOON, by=clerk)
    load_service_table(path=COLLECTIONS, at=NOON, by=clerk)
    return clerk


def a_debtor(each: str = "300.00", *, code: str = "001", use_class: str = "DOMESTIC", activity: str = "") -> Account:
    """An account with a meter that owes four periods, all overdue."""
    TariffCode.objects.get_or_create(code=code, defaults={"name": code, "use_class": use_class})
    account = make_metered(f"{next(_number)}", serial=f"S{next(_number)}")
    account.tariff_code_id, account.activity = code, activity
    account.save(update_fields=["tariff_code", "activity"])
    clerk = User.objects.get(username="cli-captura")
    write_debts([a_debt(account, "AGUA", each, due) for due in DUE], at=NOON, by=clerk)
    return account


def told(account: Account, *, on: date = date(2026, 9, 1), step: str = "REQUERIMIENTO") -> LadderAct:
    """The account was served the demand for payment on a day."""
    return LadderAct.objects.create(
        step=LadderStep.objects.get(code=step),
        account=account,
        state=LadderAct.State.DELIVERED,
        debt=Decimal("1200.00"),
        months=4,
        issued_on=on,
        ended_on=on,
        outcome=LadderAct.Outcome.DELIVERED,
    )


def a_relation(*accounts: Account, state: str = "APPROVED") -> CollectionBatch:
    """An approved relación of authorisation with these accounts in it."""
    maker, head = User.objects.get(username="coordinadora"), User.objects.get(username="jefa")
    document = create_document(kind=Document.Kind.COLLECTION_BATCH, series="RC", issued_on=TODAY, at=NOON, by=maker)
    is_approved = state != "PREVIEWED"
    batch = CollectionBatch.objects.create(
        document=document,
        key=f"relation/{next(_key)}",
        step=LadderStep.objects.get(code="AUTORIZACION"),
        state=state,
        day=TODAY,
        accounts=len(accounts),
        made_at=NOON,
        made_by=maker,
        approved_at=NOON if is_approved else None,
        approved_by=head if is_approved else None,
    )
    for place, account in enumerate(accounts, start=1):
        LadderAct.objects.create(
            batch=batch, step=batch.step, account=account, debt=Decimal("1200.00"), months=4, place=place
        )
    return batch


def authorised(account: Account) -> LadderAct:
    """The account's act in a relación, authorised by the coordinator."""
    batch = a_relation(account)
    by = User.objects.get(username="coordinadora")
    authorise_reductions(acts=list(batch.acts.all()), at=NOON, by=by)
    return LadderAct.objects.get(batch=batch, account=account)


def an_agreement(account: Account, by: User) -> PaymentAgreement:
    """A live agreement of an account, as its row says it; its debt is left where it was."""
    load_agreement_policy(path=COLLECTIONS.with_name("convenios.yaml"), at=NOON, by=by)
    document = create_document(kind=Document.Kind.AGREEMENT, series="CONV", issued_on=TODAY, at=NOON, by=by)
    return PaymentAgreement.objects.create(
        document=document,
        key=f"agreement/{next(_key)}",
        account=account,
        debtor=account.holder,
        obligor=account.holder,
        capacity="HOLDER",
        policy=AgreementPolicy.objects.get(),
        state="IN_FORCE",
        down_payment=Decimal("200.00"),
        instalment_count=2,
        first_due_on=date(2026, 10, 20),
        as_of=TODAY,
        debt=Decimal("1200.00"),
        months=4,
        monthly_percent=Decimal(0),
        financed=Decimal("1000.00"),
        interest=Decimal(0),
        down_payment_due_on=TODAY,
        authoriser="coordinador",
        asked_at=NOON,
        asked_by=by,
    )


def ordered(account: Account) -> WorkOrder:
    """The order that limits the service of a debtor, in the programme of a crew."""
    if not account.ladder_acts.filter(step_id="REQUERIMIENTO").exists():
        told(account)
    order = issue_reduction_order(act=authorised(account), at=NOON, by=User.objects.get(username="coordinadora"))
    assert order is not None
    return programmed(order)


def done(order: WorkOrder, *, at: datetime = NOON + timedelta(hours=2), **said: Any) -> WorkOrderResult:
    """The crew reports it as done."""
    given: dict[str, Any] = {
        "is_done": True,
        "reading": 10,
        "seal": "S-77",
        "means": "RADIO",
        "finished_at": at,
        "latitude": Decimal("20.482111"),
        "longitude": Decimal("-100.961222"),
    }
    report = WorkOrderReport(**(given | said))
    by = User.objects.get(username="operador")
    return report_work_order(order=order, report=report, at=at, by=by, key=f"result/{order.pk}/{next(_key)}")


def a_window(*, at: datetime = NOON) -> CashSession:
    """A cash session open at a desk."""
    number = next(_key)
    cashier = User.objects.create(username=f"cajera{number}", full_name="Cajera")
    desk = open_desk(code=f"W{number}", name=f"Ventanilla {number}", series=f"W{number}")
    return open_session(desk=desk, cashier=cashier, at=at)


def pay(account: Account, amount: str, session: CashSession | None = None, *, at: datetime = NOON) -> Payment:
    """Somebody pays at the window."""
    session = session or a_window(at=at)
    return take_payment(
        shares=[PaymentShare(account=account, amount=Decimal(amount))],
        tenders=[Tendered(Tender.Method.TRANSFER, Decimal(amount), "SPEI 1")],
        session=session,
        at=at,
        by=session.cashier,
        key=f"pay/{next(_key)}",
    )
