"""A small town for the screens: some accounts of the demonstration, read and billed once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from cauce.billing.models import Bill, BillingRun
from cauce.billing.operations import approve_run, open_run, plan_run, start_issuing, work_on_run
from cauce.cashier.models import Payment, PaymentOrder, Tender
from cauce.cashier.operations import PaymentShare, issue_service_order, open_desk, take_payment
from cauce.cashier.rules import Tendered
from cauce.core import clock
from cauce.imports.models import ImportBatch, ImportKind
from cauce.ledger.operations import import_balances
from cauce.metering.models import ReadingRound
from cauce.metering.operations import (
    import_consumption_history,
    import_padron,
    import_previous_readings,
    import_readings,
)
from cauce.registry.models import Account, Hold, PadronFlag, StaffLink
from cauce.registry.operations import declare_link, place_hold, register_customer
from cauce.registry.rules.details import CustomerDetails
from cauce.tariffs.models import Schedule
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from cauce.users.operations import open_staff_account
from cauce.users.roles import ROLES
from tests.tariffs.laws import write_law_of

PASSWORD = "una frase larga de prueba"
AT = datetime(2026, 9, 6, 16, 0, tzinfo=UTC)
SEPTEMBER = date(2026, 9, 1)
CYCLE = 1
LEGACY = settings.DEMO_DIR / "legacy"
ACCOUNTS = 60


@dataclass(frozen=True, slots=True)
class Town:
    """What the screens show: an account with a debt and a flag, its bill, the run and the files that made it."""

    account: Account
    bill: Bill
    run: BillingRun
    round: ReadingRound
    batch: ImportBatch
    flag: PadronFlag
    hold: Hold
    law: Schedule
    payment: Payment
    staff: dict[str, User]
    order: PaymentOrder
    link: StaffLink


def open_staff() -> dict[str, User]:
    """One person of each role, all with the same password."""
    return {
        role.code: open_staff_account(
            username=f"prueba-{role.code}", full_name=f"Prueba {role.label}", role=role.code, password=PASSWORD
        )
        for role in ROLES
    }


def load_law_of_today(folder: Path, *, by: User, approved_by: User) -> None:
    """Load for the real day a law like the town's of 2026, once that year is over: screens collect and order today."""
    year = clock.today().year
    if year != AT.year:
        load_law(directory=write_law_of(year, folder), at=clock.now(), by=by, approved_by=approved_by)


def load_town(folder: Path) -> Town:
    """Take in the first accounts of the demonstration's cycle 1 and bill their September."""
    staff = open_staff()
    clerk, head = staff["facturacion"], staff["jefe"]
    law = load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=AT, by=clerk, approved_by=head).schedule
    load_law_of_today(folder, by=clerk, approved_by=head)
    numbers = _write_padron(folder)
    batch_id = import_padron(path=folder / "padron.csv", dry_run=False, at=AT, by=clerk).batch_id
    for name, operation in (
        ("lecturas_previas.csv", import_previous_readings),
        ("consumos_historicos.csv", import_consumption_history),
        ("saldos.csv", import_balances),
        ("lecturas_202609_c1.txt", import_readings),
    ):
        _write_part(folder, name, numbers)
        operation(path=folder / name, dry_run=False, at=AT, by=clerk)
    run = open_run(period=SEPTEMBER, cycle=CYCLE, at=AT, by=clerk)
    plan_run(run, at=AT, by=clerk)
    work_on_run(run, moment=lambda: AT)
    approve_run(run, at=AT, by=head)
    work_on_run(start_issuing(run, at=AT, by=run.created_by), moment=lambda: AT)
    run.refresh_from_db()
    bill = Bill.objects.filter(arrears__gt=0, surcharges__gt=0).order_by("pk").select_related("account").first()
    assert bill is not None
    flag = PadronFlag.objects.pending().order_by("pk").first()
    assert flag is not None
    hold = place_hold(
        account=bill.account, kind=Hold.Kind.COMPLAINT, reason="Reporte 12/2026", valid_from=AT.date(), at=AT, by=head
    )
    payer = Account.objects.exclude(pk=bill.account_id).order_by("pk").first()
    assert payer is not None
    payment = take_payment(
        shares=[PaymentShare(account=payer, amount=Decimal("50.00"))],
        tenders=[Tendered(Tender.Method.TRANSFER, Decimal("50.00"), "SPEI 5541")],
        session=None,
        desk=open_desk(code="CANAL", name="Canal de prueba", series="CP", is_attended=False),
        at=AT,
        by=staff["contabilidad"],
        key="town/payment",
    )
    return Town(
        account=bill.account,
        bill=bill,
        run=run,
        round=ReadingRound.objects.get(period=SEPTEMBER, cycle=CYCLE),
        batch=ImportBatch.objects.get(pk=batch_id, kind=ImportKind.REGISTRY),
        flag=flag,
        hold=hold,
        law=law,
        payment=payment,
        staff=staff,
        order=issue_service_order(
            party=bill.account.holder,
            account=bill.account,
            services={"A02": Decimal(2), "O10": Decimal("10.5")},
            at=AT,
            by=staff["coordinador"],
            key="town/order",
        ),
        link=declare_link(
            user=staff["cajero"],
            customer=register_customer(details=CustomerDetails(name="Prima De La Cajera"), at=AT, by=head),
            kind=StaffLink.Kind.RELATIVE,
            note="Prima",
            at=AT,
            by=head,
        ),
    )


def _write_padron(folder: Path) -> set[str]:
    lines = (LEGACY / "padron.csv").read_bytes().split(b"\r\n")
    header, rows = lines[0], [line for line in lines[1:] if line.split(b"|")[21:22] == [b"1"]]
    kept = rows[:ACCOUNTS]
    (folder / "padron.csv").write_bytes(b"\r\n".join([header, *kept, b""]))
    return {line.split(b"|")[0].decode().strip().zfill(6) for line in kept}


def _write_part(folder: Path, name: str, numbers: set[str]) -> None:
    lines = (LEGACY / name).read_bytes().split(b"\r\n")
    kept = [line for line in lines if line[:6].decode("ascii", "replace") in numbers or line.startswith(b"CUENTA")]
    (folder / name).write_bytes(b"\r\n".join([*kept, b""]))
