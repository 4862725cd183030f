"""The demonstration town billed from the old system's files: September's three cycles, some payments, October."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

from cauce.billing.models import Bill, BillingRun, BillLine, RunAccount
from cauce.billing.queries.sweeping import sweep_months
from cauce.billing.rules import Outcome
from cauce.cashier.operations import PaymentShare, open_desk, open_session, take_payment
from cauce.cashier.rules import Tendered
from cauce.cli.billing import bill
from cauce.documents.models import Document, FolioSeries
from cauce.ledger.operations import import_balances
from cauce.ledger.queries import balance
from cauce.metering.operations import (
    import_consumption_history,
    import_padron,
    import_previous_readings,
    import_readings,
)
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.billing.cycles import OCTOBER, SEPTEMBER, load_the_law
from tests.metering.town import LEGACY

pytestmark = pytest.mark.django_db
EXPECTED = json.loads((LEGACY / "esperado.json").read_text("utf-8"))
CYCLES = (1, 2, 3)


def cauce(*arguments: str) -> object:
    """Run a ``cauce bill`` command and return its document."""
    result = CliRunner().invoke(bill, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def take_in(operation, file: Path, *, at: datetime, by: User) -> None:
    operation(path=file, dry_run=False, at=at, by=by)


def test_the_town_is_billed_to_the_centavo_and_its_books_are_whole(at: datetime, clerk: User, tmp_path: Path) -> None:
    load_the_law(at)
    for operation, name in (
        (import_padron, "padron.csv"),
        (import_previous_readings, "lecturas_previas.csv"),
        (import_consumption_history, "consumos_historicos.csv"),
        (import_balances, "saldos.csv"),
    ):
        take_in(operation, LEGACY / name, at=at, by=clerk)
    for period in (SEPTEMBER, OCTOBER):
        for cycle in CYCLES:
            take_in(import_readings, LEGACY / f"lecturas_{period:%Y%m}_c{cycle}.txt", at=at, by=clerk)
            assert_billed(period, cycle)
        assert_as_expected(period)
        pay_some_bills(period, at=at, by=clerk)
        assert broken() == []
        swept = sweep_months(period, period)
        assert (swept.bills, swept.differences) == (Bill.objects.filter(period=period).count(), [])
    assert_folios_have_no_gaps()
    paper = tmp_path / "recibos.pdf"
    printed = cauce("pdf", "--month", "2026-10", "--cycle", "1", "--out", str(paper))
    assert isinstance(printed, dict)
    assert printed["bills"] == Bill.objects.filter(period=OCTOBER, account__cycle=1).count()
    assert printed["pages"] == (printed["bills"] + 1) // 2
    assert paper.read_bytes().startswith(b"%PDF")


def assert_billed(period: date, cycle: int) -> None:
    """Every account of the cycle ends in one outcome, and asking again for the same run gives the same answer."""
    order = ("run", "--month", f"{period:%Y-%m}", "--cycle", str(cycle), "--approve", "--issue")
    first = cauce(*order)
    assert isinstance(first, dict)
    assert cauce(*order) == first
    run = BillingRun.objects.get(period=period, cycle=cycle)
    bills = Bill.objects.filter(run=run)
    assert first["accounts"] == Account.objects.filter(cycle=cycle).count()
    assert first["accounts"] == sum(first[name] for name in ("billed", "parked", "held", "exempt"))
    assert first["billed"] == bills.count()
    assert Decimal(first["total"]) == sum(bills.values_list("total", flat=True))
    exempt = Account.objects.filter(cycle=cycle, state__in=("VOLUNTARY_SUSPENSION", "CLOSED")).count()
    assert first["exempt"] == exempt
    doubtful = RunAccount.objects.filter(run=run, outcome=Outcome.PARKED)
    expected = EXPECTED["lecturas"][f"lecturas_{period:%Y%m}_c{cycle}.txt"]
    parked_by_the_file = expected["por_clase"]["revision"] + expected["cuentas_sin_linea"]
    assert doubtful.filter(rule="SIN_LINEA").count() == expected["cuentas_sin_linea"]
    assert doubtful.count() <= parked_by_the_file + expected["cuentas_sin_lectura_util"]


def assert_as_expected(period: date) -> None:
    """The counts and the example bills of the expected file, as ``cauce bill export`` gives them."""
    expected = EXPECTED["recibos"][f"{period:%Y%m}"]
    bills = Bill.objects.filter(period=period)
    # The expected file counts active accounts only, though those reduced for their debt are billed as well; and of the
    # metered ones, those read once and well in this month and in the ones before.
    active = bills.filter(account__state=Account.State.ACTIVE)
    read_well = set(active.exclude(volume_m3=None).values_list("account__number", flat=True)) & read_once(period)
    if period == OCTOBER:
        september = Bill.objects.filter(period=SEPTEMBER).exclude(volume_m3=None)
        read_well &= set(september.values_list("account__number", flat=True)) & read_once(SEPTEMBER)
    assert len(read_well) == expected["cuentas_medido"]
    assert active.filter(volume_m3=None).count() == expected["cuentas_cuota_fija"]
    exported = cauce("export", "--month", f"{period:%Y-%m}")
    assert isinstance(exported, list)
    by_account = {row["account"]: row for row in exported}
    assert len(by_account) == len(exported) == bills.count()
    assert len(expected["ejemplos"]) == 40
    for example in expected["ejemplos"]:
        found = by_account[example["cuenta"]]
        assert found == {
            "account": example["cuenta"],
            "consumption": example.get("consumo"),
            "lines": [
                {
                    "concept": line["concepto"],
                    "amount": line["importe"],
                    "vat_percent": str(line["iva_pct"]),
                    "vat": line["iva"],
                }
                for line in example["lineas"]
            ],
            "total": example["total"],
        }
    shown = cauce("show", expected["ejemplos"][0]["cuenta"], "--month", f"{period:%Y-%m}")
    assert isinstance(shown, dict)
    assert shown["total"] == expected["ejemplos"][0]["total"]
    lines = BillLine.objects.filter(bill__period=period).values_list("amount", "vat")
    assert sum(amount + vat for amount, vat in lines) == sum(bills.values_list("total", flat=True))


def read_once(period: date) -> set[str]:
    """The accounts with a single line in the reading files of a period."""
    files = [LEGACY / f"lecturas_{period:%Y%m}_c{cycle}.txt" for cycle in CYCLES]
    lines = Counter(line[:6] for file in files for line in file.read_text("cp1252").splitlines())
    return {account for account, times in lines.items() if times == 1}


def pay_some_bills(period: date, *, at: datetime, by: User) -> None:
    """One bill of every hundred is paid: whole, half or with something over."""
    session = open_session(desk=open_desk(code="V1", name="Ventanilla 1", series="V1"), cashier=by, at=at)
    for place, paid in enumerate(_each_hundredth(Bill.objects.filter(period=period).select_related("account"))):
        owed = balance(paid.account_id)
        amount = (owed, (owed / 2).quantize(Decimal("0.01")), owed + 50)[place % 3]
        if amount > 0:
            take_payment(
                shares=[PaymentShare(account=paid.account, amount=amount)],
                tenders=[Tendered("CASH", amount)],
                session=session,
                at=at,
                by=by,
                key=f"bill {paid.pk}",
            )


def _each_hundredth(bills: Iterable[Bill]) -> list[Bill]:
    return list(bills)[::100]


def broken() -> list[str]:
    # All was written in this transaction: nobody has told the planner how much there is.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [check.name for check in verify() if check.broken]


def assert_folios_have_no_gaps() -> None:
    numbers = list(Document.objects.filter(kind="BILL").order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert FolioSeries.objects.get(code="R").next_number == len(numbers) + 1
