import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cauce.imports.models import ImportFinding
from cauce.ledger.models import Book, Transfer
from cauce.ledger.operations import import_balances, opening, write_transfers
from cauce.ledger.queries import balance, balances, statement_movements, surcharges_due
from cauce.ledger.rules.opening import HEADER, OpeningDebt, Refusal, cut_date, read_opening_debt
from cauce.registry.models import Account
from tests.ledger.debts import make_account

LEGACY = Path(__file__).parents[2] / "demo" / "legacy"
Writer = Callable[..., Path]


@pytest.fixture
def write_balances(tmp_path: Path) -> Writer:
    def write(*lines: str, name: str = "saldos.csv") -> Path:
        path = tmp_path / name
        path.write_bytes("".join(f"{line}\r\n" for line in (HEADER, *lines)).encode())
        return path

    return write


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("000123|AGUA|202606|10/07/2026", "COLUMNAS"),
        ("000123|AGUA|202606|10/07/2026|1.00|", "COLUMNAS"),
        ("", "COLUMNAS"),
        ("000124|AGUA|202606|10/07/2026|1.00", "CUENTA_DESCONOCIDA"),
        ("|AGUA|202606|10/07/2026|1.00", "CUENTA_DESCONOCIDA"),
        ("000123|LUZ|202606|10/07/2026|1.00", "CONCEPTO_DESCONOCIDO"),
        ("000123|agua|202606|10/07/2026|1.00", "CONCEPTO_DESCONOCIDO"),
        ("000123|AGUA|202613|10/07/2026|1.00", "PERIODO_INVALIDO"),
        ("000123|AGUA|2026-06|10/07/2026|1.00", "PERIODO_INVALIDO"),
        ("000123|AGUA|202606|31/02/2026|1.00", "FECHA_INVALIDA"),
        ("000123|AGUA|202606|2026-07-10|1.00", "FECHA_INVALIDA"),
        ("000123|AGUA|202606|10/07/2026|45O.00", "IMPORTE_INVALIDO"),
        ("000123|AGUA|202606|10/07/2026|", "IMPORTE_INVALIDO"),
        ("000123|AGUA|202606|10/07/2026|0.00", "IMPORTE_INVALIDO"),
        ("000123|AGUA|202606|10/07/2026|-5.00", "IMPORTE_INVALIDO"),
        ("000123|AGUA|202606|10/07/2026|1,234.50", "IMPORTE_INVALIDO"),
        ("000123|AGUA|202606|10/07/2026|1.005", "IMPORTE_INVALIDO"),
        ("000123|AGUA|202606|10/07/2026|1e3", "IMPORTE_INVALIDO"),
        ("000123|AGUA|202606|10/07/2026|٣.00", "IMPORTE_INVALIDO"),
        ("000123|AGUA|202606|10/07/2026|1234567890123.00", "IMPORTE_INVALIDO"),
    ],
)
def test_a_dirty_line_is_refused_under_its_code(line: str, code: str):
    refusal = read_opening_debt(line.split("|"), {"000123"})
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert refusal.message.endswith(".")


def test_a_clean_line_is_read_with_its_spaces_and_zeros_forgiven():
    debt = read_opening_debt([" 123 ", "AGUA", "202606\t", "10/07/2026", "1036.5"], {"000123"})
    assert debt == OpeningDebt("000123", "AGUA", date(2026, 6, 1), date(2026, 7, 10), Decimal("1036.50"))


def test_balances_speak_of_the_end_of_the_latest_period_with_water():
    rows = [
        ["1", "AGUA", "202607", "", ""],
        ["1", "AGUA", "202608", "", ""],
        ["1", "CONVENIO", "202701", "", ""],
        ["1", "AGUA", "209900", "", ""],
        ["short"],
    ]
    assert cut_date(rows) == date(2026, 8, 31)
    assert cut_date([]) is None


@pytest.mark.django_db
def test_opening_debts_enter_with_their_reason_books_and_one_document(write_balances: Writer, at, clerk):
    account = make_account("000123")
    path = write_balances(
        "000123|AGUA|202606|10/07/2026|100.00",
        "000123|IVA|202606|10/07/2026|16.00",
        "000123|RECARGO|202606|10/07/2026|6.00",
        "000123|CONVENIO|202610|10/10/2026|383.00",
    )
    outcome = import_balances(path=path, dry_run=False, at=at, by=clerk)
    assert (outcome.rows, outcome.taken, outcome.new, outcome.rejected) == (4, 4, 4, 0)
    rows = Transfer.objects.filter(account=account).order_by("id")
    assert [(row.debit_book, row.credit_book) for row in rows] == [
        (Book.RECEIVABLE, Book.OPENING),
        (Book.RECEIVABLE, Book.VAT_PENDING),
        (Book.RECEIVABLE, Book.OPENING),
        (Book.FORMER_AGREEMENTS, Book.OPENING),
    ]
    assert {(row.reason, row.party_id, row.effective_on) for row in rows} == {
        ("OPENING", account.holder_id, date(2026, 6, 30))
    }
    (movement,) = statement_movements(account.pk)
    assert (movement.kind, movement.on, movement.amount) == ("OPENING", date(2026, 6, 30), Decimal("505.00"))
    assert movement.folio.startswith("SI-")


@pytest.mark.django_db
def test_an_opening_surcharge_is_not_charged_again(write_balances: Writer, law, at, clerk):
    account = make_account("000123")
    path = write_balances("000123|AGUA|202606|10/07/2026|100.00", "000123|RECARGO|202606|10/07/2026|6.00")
    import_balances(path=path, dry_run=False, at=at, by=clerk, as_of=date(2026, 8, 31))
    assert surcharges_due([account.pk], date(2026, 8, 31), law.surcharges) == []
    (due,) = surcharges_due([account.pk], date(2026, 9, 20), law.surcharges)
    assert due.amount == Decimal("3.00")


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(write_balances: Writer, at, clerk):
    make_account("000123")
    path = write_balances("000123|AGUA|202606|10/07/2026|100.00", "000123|AGUA|202607|09/08/2026|50.00")
    import_balances(path=path, dry_run=False, at=at, by=clerk)
    again = import_balances(path=path, dry_run=False, at=at, by=clerk)
    assert (again.taken, again.new, again.rejected) == (2, 0, 0)
    assert Transfer.objects.count() == 2


@pytest.mark.django_db
def test_a_corrected_file_adds_what_was_missing_under_the_same_document(write_balances: Writer, at, clerk):
    account = make_account("000123")
    import_balances(
        path=write_balances("000123|AGUA|202606|10/07/2026|100.00", "000123|AGUA|202607|09/08/2026|5O.00"),
        dry_run=False,
        at=at,
        by=clerk,
    )
    fixed = import_balances(
        path=write_balances(
            "000123|AGUA|202606|10/07/2026|100.00", "000123|AGUA|202607|09/08/2026|50.00", name="corregido.csv"
        ),
        dry_run=False,
        at=at,
        by=clerk,
    )
    assert (fixed.taken, fixed.new) == (2, 1)
    assert len({row.document_id for row in Transfer.objects.filter(account=account)}) == 1
    assert balance(account.pk) == Decimal("150.00")


@pytest.mark.django_db
def test_a_repeated_line_enters_once_and_a_contradiction_keeps_the_first(write_balances: Writer, at, clerk):
    account = make_account("000123")
    path = write_balances(
        "000123|AGUA|202606|10/07/2026|100.00",
        "000123|AGUA|202606|10/07/2026|100.00",
        "000123|AGUA|202606|10/07/2026|99.00",
        "000123|VARIO|202606|10/07/2026|10.00",
        "000123|VARIO|202606|10/07/2026|20.00",
    )
    for new in (3, 0):
        outcome = import_balances(path=path, dry_run=False, at=at, by=clerk)
        assert (outcome.taken, outcome.new, outcome.rejected) == (3, new, 2)
        assert outcome.by_code == {"LINEA_DUPLICADA": 1, "IMPORTES_DISTINTOS": 1}
    assert balance(account.pk) == Decimal("130.00")
    assert list(ImportFinding.objects.filter(batch=outcome.batch_id).order_by("line").values_list("line", "code")) == [
        (3, "LINEA_DUPLICADA"),
        (4, "IMPORTES_DISTINTOS"),
    ]


@pytest.mark.django_db
def test_an_interrupted_file_is_read_again_and_ends_whole(write_balances: Writer, at, clerk, monkeypatch):
    accounts = [make_account(f"00012{digit}") for digit in range(4)]
    path = write_balances(*(f"{account.number}|AGUA|202606|10/07/2026|100.00" for account in accounts))
    monkeypatch.setattr(opening, "LINES_A_CHUNK", 2)

    def fall(*args: object, **given: object) -> None:
        if Transfer.objects.exists():
            raise ConnectionError
        return write_transfers(*args, **given)

    with monkeypatch.context() as patch, pytest.raises(ConnectionError):
        patch.setattr(opening, "write_transfers", fall)
        import_balances(path=path, dry_run=False, at=at, by=clerk)
    assert Transfer.objects.count() == 2
    again = import_balances(path=path, dry_run=False, at=at, by=clerk)
    assert (again.taken, again.new) == (4, 2)
    assert sum(balances([account.pk for account in accounts]).values()) == Decimal("400.00")


@pytest.mark.django_db
def test_a_trial_counts_and_writes_nothing(write_balances: Writer, at, clerk):
    make_account("000123")
    path = write_balances("000123|AGUA|202606|10/07/2026|100.00", "999999|AGUA|202606|10/07/2026|100.00")
    outcome = import_balances(path=path, dry_run=True, at=at, by=clerk)
    assert (outcome.taken, outcome.new, outcome.rejected) == (1, 1, 1)
    assert not Transfer.objects.exists()


@pytest.mark.django_db
def test_the_old_systems_balances_enter_whole_and_owe_no_further_surcharge_that_day(law, at, clerk):
    path = LEGACY / "saldos.csv"
    with path.open(encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="|"))
    holder = make_account().holder
    numbers = sorted({row["CUENTA"] for row in rows})
    template = Account.objects.get(holder=holder)
    Account.objects.bulk_create(
        Account(
            number=number,
            connection_id=template.connection_id,
            holder=holder,
            tariff_code_id="001",
            route_id=template.route_id,
            route_order=1,
            cycle=1,
            opened_on=template.opened_on,
            search_text=number,
        )
        for number in numbers
        if number != template.number
    )
    outcome = import_balances(path=path, dry_run=False, at=at, by=clerk)
    assert (outcome.rows, outcome.taken, outcome.new, outcome.rejected) == (len(rows), len(rows), len(rows), 0)
    owed: Counter[str] = Counter()
    for row in rows:
        owed[row["CUENTA"]] += Decimal(row["IMPORTE"])
    ids = dict(Account.objects.filter(number__in=numbers).values_list("number", "id"))
    assert all(balance(ids[number]) == owed[number] for number in numbers[::40])
    assert surcharges_due(ids.values(), date(2026, 8, 31), law.surcharges) == []
