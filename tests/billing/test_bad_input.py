"""Bad input: what is wrong is said in words, naming what and where, and no table is touched by halves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from cauce.billing.models import Bill
from cauce.billing.operations import AdjustmentRefused, RunNotReady, approve_run, cancel_run, plan_run, start_issuing
from cauce.core.errors import DomainError
from cauce.imports.models import ImportFinding
from cauce.ledger.queries import CollectionLaw, advance_balances
from cauce.metering.operations import (
    MeterChangeWithoutClosing,
    ReadingsOfAnotherMonth,
    accept_reading,
    import_readings,
)
from cauce.tariffs.operations import load_law
from cauce.tariffs.rules import LawRejected
from cauce.users.models import User
from tests.agreements.conftest import coordinator, head
from tests.billing.adjustments.correcting import (
    LEAK,
    READING,
    applied,
    evidence_of,
    live_bill_of,
    load_policies,
    nothing_is_broken,
    pay,
    proposed,
)
from tests.billing.cycles import SEPTEMBER, an_account, issued
from tests.billing.test_prepayments import begin, offered
from tests.billing.test_prepayments import house as house
from tests.billing.test_prepayments import september as september
from tests.metering.accounts import add_opening, make_account
from tests.metering.reviewing import AT, a_person, a_reading
from tests.metering.town import reading_line
from tests.tariffs.laws import law_files
from tests.tariffs.test_law_reading import TARIFF, with_cell, without_column

__all__ = ["coordinator", "head", "house", "offered", "september"]
pytestmark = pytest.mark.django_db
NAME = "lecturas_202609_c1.txt"


def rows_by_table() -> dict[str, int]:
    """How many rows each table has; what a file was and what was found in it is always kept."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if not name.startswith("imports_")]
        counts: dict[str, int] = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
            counts[name] = cursor.fetchone()[0]
    return counts


@contextmanager
def refused(error: type[DomainError], sentence: str) -> Iterator[None]:
    """It is refused with exactly this sentence, and every table has the rows that it had."""
    before = rows_by_table()
    with pytest.raises(error) as told:
        yield
    assert str(told.value) == sentence
    assert rows_by_table() == before


@pytest.fixture
def bill(law: CollectionLaw, clerk: User, approver: User, at: datetime) -> Bill:
    """September of an account that used 60 m³."""
    load_policies(at=at, by=clerk)
    account = an_account(m3=60, has_sewerage=True)
    issued(at=at, by=clerk, approved_by=approver)
    return live_bill_of(account, SEPTEMBER)


def a_file(folder: Path, *lines: str) -> Path:
    path = folder / NAME
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("ascii"))
    return path


@pytest.mark.usefixtures("law")
def test_a_file_of_another_month_is_refused_whole(tmp_path: Path, clerk: User, at: datetime) -> None:
    add_opening(make_account(), 100)
    path = a_file(tmp_path, *(reading_line(f"{number:06d}", on="20260802") for number in range(100, 160)))
    with refused(
        ReadingsOfAnotherMonth,
        "El archivo «lecturas_202609_c1.txt» dice por su nombre que es de septiembre de 2026, y 60 de sus 60 lecturas "
        "tienen fecha de otro mes: no se tomó ninguna. Revise que no sea el de otro mes y corrija el nombre, o el reloj"
        " de la terminal, antes de importarlo.",
    ):
        import_readings(path=path, dry_run=False, at=at, by=clerk)


@pytest.mark.usefixtures("law")
def test_a_route_that_is_read_twice_keeps_the_first_walk(tmp_path: Path, clerk: User, at: datetime) -> None:
    for number in ("000123", "000124"):
        add_opening(make_account(number, serial=f"S{number}"), 100)
    first = [reading_line(number, serial=f"S{number}", value=120) for number in ("000123", "000124")]
    import_readings(path=a_file(tmp_path, *first), dry_run=False, at=at, by=clerk)
    before = rows_by_table()
    again = [reading_line(number, serial=f"S{number}", value=126) for number in ("000123", "000124")]
    outcome = import_readings(path=a_file(tmp_path, *again), dry_run=False, at=at, by=clerk)

    assert (outcome.rejected, outcome.new, dict(outcome.by_code)) == (2, 0, {"LECTURA_YA_REGISTRADA": 2})
    assert set(ImportFinding.objects.values_list("message", flat=True)) == {
        "La cuenta ya tiene en esta ronda la lectura 120 y esta línea trae la lectura 126: no se cambia sola; "
        "corríjala en la revisión de lecturas."
    }
    # Only that a file came is told.
    assert rows_by_table() == before | {"events_event": before["events_event"] + 1}


@pytest.mark.usefixtures("law")
def test_a_meter_change_without_its_closing_reading_is_not_accepted() -> None:
    account = make_account()
    add_opening(account, 100)
    reading = a_reading(account, 8, "MEDIDOR_NO_COINCIDE", serial="NUEVO1")
    reviewer = a_person("revisora", "facturacion")
    with refused(
        MeterChangeWithoutClosing,
        "En la cuenta 000123 se leyó el medidor «NUEVO1» y el padrón tiene «A12345678». Si se cambió, capture primero "
        "el cambio con la lectura final del retirado; si no, corrija la lectura con la del medidor de la cuenta.",
    ):
        accept_reading(reading=reading, reason="Es el nuevo", at=AT, by=reviewer)


def test_a_run_that_was_issued_is_neither_computed_nor_discarded_nor_issued_again(
    bill: Bill, clerk: User, approver: User, at: datetime
) -> None:
    run = bill.run
    assert run is not None
    run.refresh_from_db()
    with refused(RunNotReady, "La corrida de septiembre de 2026, ciclo 1, está «Emitida» y ya no se calcula de nuevo."):
        plan_run(run, at=at, by=clerk)
    with refused(RunNotReady, "La corrida de septiembre de 2026, ciclo 1, está «Emitida» y ya no se descarta."):
        cancel_run(run, reason="Salió mal", at=at, by=clerk)
    before = rows_by_table()
    assert start_issuing(approve_run(run, at=at, by=approver), at=at, by=clerk).state == "ISSUED"
    assert rows_by_table() == before


def test_an_adjustment_larger_than_the_bill_is_refused_with_both_figures(
    bill: Bill, coordinator: User, at: datetime
) -> None:
    # The file that proves it is kept before it is asked.
    evidence_of(LEAK, at=at, by=coordinator)
    with refused(
        AdjustmentRefused,
        f"Un descuento de 150 % es mayor que el recibo (${bill.total:,.2f}): a lo más se descuenta el 100 %.",
    ):
        proposed(bill, LEAK, at=at, by=coordinator, percent=Decimal(150))


def test_an_adjustment_of_a_paid_bill_leaves_the_difference_as_an_advance(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    pay(bill.account, bill.total, at=at, by=clerk, key="a")
    made = applied(proposed(bill, READING, at=at, by=coordinator, m3=20), at=at, by=clerk, head=head)

    in_favour = sum(advance_balances([bill.account_id])[bill.account_id].values(), Decimal(0))
    assert in_favour == made.left_in_favour == bill.total - live_bill_of(bill.account, SEPTEMBER).total > 0
    nothing_is_broken()


@pytest.mark.usefixtures("law")
def test_a_bill_that_was_paid_ahead_with_its_discount_says_what_to_do(
    offered: object, coordinator: User, clerk: User, approver: User, september: datetime
) -> None:
    load_policies(at=september, by=clerk)
    prepayment = begin(offered, at=september, by=clerk)  # type: ignore[arg-type]
    issued(at=september, by=clerk, approved_by=approver)
    bill = live_bill_of(prepayment.account, SEPTEMBER)
    evidence_of(LEAK, at=september, by=coordinator)
    with refused(
        AdjustmentRefused,
        f"El recibo {bill.document.folio} es un mes del pago anticipado {prepayment.document.folio} y se pagó con su "
        f"descuento de ${bill.discount:,.2f}, que no se calcula de nuevo: no se ajusta. Lo que se haya cobrado de más "
        "se pide como devolución.",
    ):
        proposed(bill, LEAK, at=september + timedelta(days=1), by=coordinator, percent=Decimal(10))


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (without_column(TARIFF, "sep"), "tarifa.csv, renglón 1, columna sep: falta la columna."),
        (
            with_cell(TARIFF, 25, "sep", "150.00"),
            "tarifa.csv, renglón 25, columna sep: 23 m³ cuestan menos que 22 (150.00 contra 155.98).",
        ),
    ],
)
def test_a_law_with_a_missing_month_or_a_falling_amount_is_not_loaded(
    tmp_path: Path, clerk: User, approver: User, table: str, fault: str
) -> None:
    for name, text in law_files(tarifa_csv=table).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    before = rows_by_table()
    with pytest.raises(LawRejected) as told:
        load_law(directory=tmp_path, at=AT, by=clerk, approved_by=approver)
    assert [str(defect) for defect in told.value.defects] == [fault]
    assert rows_by_table() == before
