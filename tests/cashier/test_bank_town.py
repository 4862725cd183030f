"""The demonstration town's bank file: every count of the format is met by code, with October billed and without it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from cauce.cashier.models import BankMovement, CashMovement, Receipt
from cauce.cashier.operations import import_bank
from cauce.imports.rules import ImportOutcome
from cauce.ledger.operations import import_balances
from cauce.metering.operations import (
    import_consumption_history,
    import_padron,
    import_previous_readings,
    import_readings,
)
from cauce.users.models import User
from tests.billing.cycles import OCTOBER, SEPTEMBER, issued, load_the_law
from tests.cashier.bank_files import assert_whole
from tests.metering.town import LEGACY

pytestmark = pytest.mark.django_db
FILE = LEGACY / "banco_20261015.csv"
EXPECTED = json.loads((LEGACY / "esperado.json").read_text("utf-8"))["banco"]
AFTER = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
PAID_ON = date(2026, 10, 15)
APPLIED_TOTAL = "276577.12"


def take_in(operation: Callable[..., ImportOutcome], name: str, by: User) -> ImportOutcome:
    return operation(path=LEGACY / name, dry_run=False, at=AFTER, by=by)


def assert_as_expected(outcome: ImportOutcome) -> None:
    classes = EXPECTED["por_clase"]
    assert outcome.by_code == EXPECTED["por_motivo"]
    assert (outcome.rows, outcome.rejected) == (EXPECTED["filas"], classes["rechazada"])
    assert outcome.taken == classes["aplicada"] + classes["revision"]
    assert outcome.flagged == classes["revision"] + EXPECTED["por_motivo"]["ANTICIPO"]
    assert outcome.extra["applied_total"] == APPLIED_TOTAL


def test_every_count_of_the_bank_is_met_by_code_whether_or_not_october_was_billed(clerk: User) -> None:
    load_the_law(AFTER)
    approver = User.objects.get(username="cli-autoriza")
    take_in(import_padron, "padron.csv", clerk)
    take_in(import_previous_readings, "lecturas_previas.csv", clerk)
    take_in(import_consumption_history, "consumos_historicos.csv", clerk)
    take_in(import_balances, "saldos.csv", clerk)
    for period in (SEPTEMBER, OCTOBER):
        for cycle in (1, 2, 3):
            take_in(import_readings, f"lecturas_{period:%Y%m}_c{cycle}.txt", clerk)
            issued(at=AFTER, by=clerk, approved_by=approver, period=period, cycle=cycle)
        if period == SEPTEMBER:
            assert_as_expected(import_bank(path=FILE, dry_run=True, at=AFTER, by=clerk))
            assert not BankMovement.objects.exists()
    first = take_in(import_bank, FILE.name, clerk)
    assert_as_expected(first)
    assert (first.new, BankMovement.objects.count()) == (first.taken, EXPECTED["filas"])
    paid = Receipt.objects.filter(effective_on=PAID_ON)
    assert paid.values("account").distinct().count() == EXPECTED["cuentas_con_pago_aplicado"]
    assert sum(paid.values_list("amount", flat=True)) == Decimal(APPLIED_TOTAL)
    assert sum(CashMovement.objects.values_list("amount", flat=True)) == Decimal(APPLIED_TOTAL)
    again = take_in(import_bank, FILE.name, clerk)
    assert_as_expected(again)
    assert again.new == 0
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert_whole()
