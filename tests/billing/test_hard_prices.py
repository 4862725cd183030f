"""The hard cases of pricing, from the padrón and the reading to the bill: what is charged and what the bill says."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cauce.billing.models import Bill
from cauce.billing.queries import bill_sheet
from cauce.billing.queries.sweeping import sweep_months
from cauce.metering.models import Consumption
from cauce.registry.models import Account
from cauce.tariffs.operations import load_law
from cauce.tariffs.rules import SEWERAGE, TREATMENT, WATER, explain
from cauce.users.models import User
from tests.billing.cycles import SEPTEMBER, an_account, issued
from tests.ledger.debts import a_debt, write_debts
from tests.tariffs.laws import flat_fee_csv, law_files, months


def billed(account: Account, *, at: datetime, by: User, approved_by: User, period: date = SEPTEMBER) -> Bill:
    issued(at=at, by=by, approved_by=approved_by, period=period)
    bill = Bill.objects.get(account=account, period=period)
    assert sweep_months(period, period).differences == []
    return bill


def lines(bill: Bill) -> dict[str, Decimal]:
    return dict(bill.lines.values_list("concept", "amount"))


def said(bill: Bill) -> str:
    return " ".join(explain(bill.proof))


def test_three_homes_on_one_connection_pay_three_bases_and_a_third_of_the_water_each(
    law: object, at: datetime, clerk: User, approver: User
) -> None:
    account = an_account(m3=30)
    account.connection.dwellings = 3
    account.connection.save()
    one = an_account(m3=10)
    bill = billed(account, at=at, by=clerk, approved_by=approver)
    assert lines(bill)[WATER] == 3 * lines(Bill.objects.get(account=one))[WATER]
    assert "La toma sirve a 3 viviendas: 30 m³ en 3 partes de 10 m³." in said(bill)


def test_a_well_with_a_measured_discharge_pays_percentages_of_what_that_water_would_cost(
    law: object, at: datetime, clerk: User, approver: User
) -> None:
    account = an_account(has_water=False, has_sewerage=True, has_treatment=True, discharge_m3=23)
    with_water = an_account(m3=23, has_sewerage=True, has_treatment=True)
    bill = billed(account, at=at, by=clerk, approved_by=approver)
    other = lines(Bill.objects.get(account=with_water))
    assert lines(bill) == {SEWERAGE: other[SEWERAGE], TREATMENT: other[TREATMENT]}
    assert "La cuenta sólo descarga: 23 m³ de agua costarían" in said(bill)


def test_a_well_that_nobody_measures_pays_the_fixed_amount_of_the_law(
    law: object, at: datetime, clerk: User, approver: User
) -> None:
    account = an_account(has_water=False, has_sewerage=True, has_treatment=True)
    bill = billed(account, at=at, by=clerk, approved_by=approver)
    assert lines(bill) == {SEWERAGE: Decimal("53.25"), TREATMENT: Decimal("37.30")}
    assert "Alcantarillado de quien sólo descarga, sin aforo (clave 001): $53.25 al mes." in said(bill)


def test_a_school_pays_what_exceeds_its_allotment_by_pupil(
    law: object, at: datetime, clerk: User, approver: User
) -> None:
    school = an_account(m3=80, tariff_code_id="005", pupils=101)
    small = an_account(m3=30, tariff_code_id="005")
    bill = billed(school, at=at, by=clerk, approved_by=approver)
    assert lines(bill)[WATER] == lines(Bill.objects.get(account=small))[WATER]
    assert "de 80 m³ consumidos se cobran 30 m³" in said(bill)


def test_a_public_building_is_exempt_and_its_bill_says_by_what(
    law: object, at: datetime, clerk: User, approver: User
) -> None:
    account = an_account(m3=40, tariff_code_id="008", has_sewerage=True, exemption="DOMINIO_PUBLICO")
    an_account(m3=40)
    bill = billed(account, at=at, by=clerk, approved_by=approver)
    assert (bill.total, set(lines(bill).values())) == (Decimal("0.00"), {Decimal("0.00")})
    assert "Exención «Bien de dominio público», 100 % de agua" in said(bill)


def test_a_flat_fee_is_that_of_its_category(at: datetime, clerk: User, approver: User, tmp_path: Path) -> None:
    rows = flat_fee_csv("002", "003", "004", "005", "006", "008", "013").splitlines()
    table = [
        rows[0].replace("clave,", "clave,categoria,"),
        *(row.replace(",", ",,", 1) for row in rows[1:]),
        f"001,lote baldío,{months(lambda month: f'80.{month:02d}')}",
        f"001,residencial,{months(lambda month: f'410.{month:02d}')}",
    ]
    for name, text in law_files(cuota_fija_csv="\n".join(table)).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    load_law(directory=tmp_path, at=at, by=clerk, approved_by=approver)
    lot, home = an_account(category="lote baldío"), an_account(category="residencial")
    bill = billed(lot, at=at, by=clerk, approved_by=approver)
    assert lines(bill)[WATER] == Decimal("80.09")
    assert lines(Bill.objects.get(account=home))[WATER] == Decimal("410.09")
    assert "categoría lote baldío" in said(bill)


@pytest.fixture
def two_laws(law: object, at: datetime, clerk: User, approver: User, tmp_path: Path) -> None:
    """The laws of 2025 and of 2026; the first charges half of the sewerage."""
    edits = (
        ("year: 2026\n", "year: 2025\n"),
        ("Decreto 124", "Decreto 98"),
        ("valid_from: 2026-01-01", "valid_from: 2025-01-01"),
        ("valid_until: 2027-01-01", "valid_until: 2026-01-01"),
        ("alcantarillado_pct:\n    value: 20", "alcantarillado_pct:\n    value: 10"),
    )
    for name, text in law_files(*edits).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    load_law(directory=tmp_path, at=at, by=clerk, approved_by=approver)


def test_a_reading_that_crosses_the_new_year_is_shared_by_days_between_both_laws(
    two_laws: None, at: datetime, clerk: User, approver: User
) -> None:
    january = date(2026, 1, 1)
    account = an_account(m3=61, period=january, has_sewerage=True)
    Consumption.objects.filter(account=account).update(previous_on=date(2025, 11, 5), current_on=date(2026, 1, 5))
    bill = billed(account, at=at, by=clerk, approved_by=approver, period=january)
    text = said(bill)
    assert "Entre la lectura del 5 nov 2025 y la del 5 ene 2026 pasaron 61 días" in text
    assert "El mes de diciembre de 2025 se cobra con Decreto 98" in text
    assert bill.usage == {"m3": 61, "has_sewerage": True, "read_from": "2025-11-05", "read_until": "2026-01-05"}


def test_debt_of_earlier_years_is_apart_on_the_bill(law: object, at: datetime, clerk: User, approver: User) -> None:
    account = an_account(m3=10)
    write_debts(
        [
            a_debt(account, "AGUA", "200.00", date(2025, 11, 20)),
            a_debt(account, "AGUA", "150.00", date(2026, 7, 20)),
        ],
        at=at,
        by=clerk,
    )
    bill = billed(account, at=at, by=clerk, approved_by=approver)
    assert (bill.prior_year_debt, bill.arrears) == (Decimal("200.00"), Decimal("150.00"))
    sheet = bill_sheet(bill.pk)
    assert sheet.total == bill.amount_due
