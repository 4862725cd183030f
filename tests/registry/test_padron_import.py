"""The padrón taken in whole: what is stored, what is not, and what a second time changes."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.events.models import Event
from cauce.imports.models import ImportBatch, ImportFinding, TakenRow
from cauce.imports.operations import UnexpectedHeader
from cauce.imports.rules import ImportOutcome
from cauce.metering.models import Meter, MeterInstallation
from cauce.metering.operations import import_padron
from cauce.registry.models import Account, AccountRole, Colony, Customer, PadronFlag, Premises, Route
from cauce.registry.operations import resolve_flag
from cauce.users.models import User
from tests.registry.conftest import NOW
from tests.registry.padron_rows import DEMO, row_text, write_padron

Import = Callable[..., ImportOutcome]

PADRON = DEMO / "legacy" / "padron.csv"
EXPECTED = json.loads((DEMO / "legacy" / "esperado.json").read_text())["padron"]
STORED = (Account, Customer, Premises, AccountRole, Meter, MeterInstallation, PadronFlag, TakenRow, Route, Colony)


def stored() -> list[int]:
    return [model.objects.count() for model in STORED]


def test_the_export_of_the_town_enters_with_the_counts_of_its_answer_sheet(clerk: User) -> None:
    outcome = import_padron(path=PADRON, dry_run=False, at=NOW, by=clerk)

    assert (outcome.rows, outcome.taken, outcome.new, outcome.rejected, outcome.flagged) == (
        EXPECTED["filas"],
        EXPECTED["aceptadas"],
        EXPECTED["aceptadas"],
        EXPECTED["rechazadas"],
        EXPECTED["con_aviso"],
    )
    assert outcome.by_code == EXPECTED["rechazos_por_motivo"] | EXPECTED["avisos_por_motivo"]
    assert Account.objects.count() == AccountRole.objects.count() == EXPECTED["aceptadas"]
    assert MeterInstallation.objects.count() == EXPECTED["aceptadas"] - EXPECTED["sin_medidor"]
    assert Counter(Account.objects.values_list("tariff_code_id", flat=True)) == EXPECTED["por_tarifa"]
    states = Counter(state[0] for state in Account.objects.values_list("state", flat=True))
    assert states == {"A": 2554, "C": 212, "R": 142, "V": 60}
    flags = Counter(PadronFlag.objects.values_list("code", flat=True))
    assert flags == EXPECTED["avisos_por_motivo"]
    assert Route.objects.count() == 18
    assert Event.objects.filter(kind="IMPORT_FINISHED").count() == 1


def test_the_same_file_twice_changes_nothing_and_counts_the_same(clerk: User) -> None:
    first = import_padron(path=PADRON, dry_run=False, at=NOW, by=clerk)
    before = stored()

    second = import_padron(path=PADRON, dry_run=False, at=NOW, by=clerk)

    assert stored() == before
    assert second.new == 0
    assert second.as_json() == first.as_json() | {"new": 0}


def test_a_trial_counts_the_same_and_stores_nothing_but_its_findings(clerk: User) -> None:
    trial = import_padron(path=PADRON, dry_run=True, at=NOW, by=clerk)

    assert stored() == [0] * len(STORED)
    assert not Event.objects.exists()
    assert ImportFinding.objects.filter(batch_id=trial.batch_id).count() == sum(trial.by_code.values())
    assert import_padron(path=PADRON, dry_run=False, at=NOW, by=clerk).as_json() == trial.as_json()


def test_everything_the_row_says_is_stored(import_rows: Import) -> None:
    import_rows(row_text())

    account = Account.objects.select_related("holder", "connection__premises", "route").get()
    holder, premises = account.holder, account.connection.premises
    assert (account.number, account.delivery_code, account.tariff_code_id, account.cycle) == (
        "000114",
        "0017001180",
        "001",
        2,
    )
    assert (account.route.number, account.route.cycle, account.route_order) == ("07", 2, 630)
    assert (account.has_water, account.has_sewerage, account.has_treatment) == (True, True, True)
    assert (account.state, account.opened_on, account.notes) == ("ACTIVE", date(2005, 9, 1), 'TOMA DE 3/4"')
    assert (holder.name, holder.name_key) == ("ELENA SILVIA ZÚÑIGA ORDAZ", "ELENA SILVIA ZUNIGA ORDAZ")
    assert (holder.rfc, holder.curp, holder.email) == ("ZUOE560111842", "BOXW310820HNERXN09", "elena@example.com")
    assert (holder.phone, holder.phone_digits, holder.kind) == ("(411) 555-7066", "4115557066", "PERSON")
    assert premises.address == "JILGUERO 721 int. A, CORTAZAR CENTRO, 38300"
    assert (premises.latitude, premises.longitude) == (Decimal("20.472389"), Decimal("-100.943390"))
    assert (account.connection.dwellings, account.connection.diameter) == (1, "1/2")
    installation = MeterInstallation.objects.select_related("meter").get()
    assert (installation.account_id, installation.initial_value) == (account.pk, 3)
    assert (installation.installed_on, installation.meter.serial) == (date(2023, 10, 5), "Z13786331")
    role = account.roles.get()
    assert (role.role, role.customer_id, role.valid_from) == ("HOLDER", holder.pk, date(2005, 9, 1))


def test_hostile_text_is_stored_as_text(import_rows: Import) -> None:
    hostile = {
        "NOMBRE": "'; DROP TABLE registry_account; --",
        "CALLE": "<script>alert(1)</script>",
        "GIRO": '=HYPERLINK("http://x";"y")',
        "OBSERVACIONES": "{{ settings.SECRET_KEY }} \\N \\. %s",
    }

    outcome = import_rows(row_text(**hostile))

    account = Account.objects.select_related("holder", "connection__premises").get()
    assert account.holder.name == hostile["NOMBRE"]
    assert account.connection.premises.street == hostile["CALLE"]
    assert (account.activity, account.notes) == (hostile["GIRO"], hostile["OBSERVACIONES"])
    assert outcome.by_code == {"TEXTO_HOSTIL": 1}


def test_an_account_without_meter_has_none_and_one_without_route_waits_for_its_own(import_rows: Import) -> None:
    import_rows(row_text(MEDIDOR="", RUTA="", SECUENCIA=""))

    account = Account.objects.select_related("route").get()
    assert (account.route.number, account.route_order) == ("S/R2", 0)
    assert not MeterInstallation.objects.exists()


def test_treatment_without_sewerage_is_not_charged(import_rows: Import) -> None:
    import_rows(row_text(DRENAJE="N"))

    account = Account.objects.get()
    assert (account.has_sewerage, account.has_treatment) == (False, False)
    assert PadronFlag.objects.get().code == "TRATAMIENTO_SIN_DRENAJE"


def test_a_value_wider_than_its_column_is_cut_and_told(import_rows: Import) -> None:
    import_rows(row_text(NOMBRE="Ñ" * 300, EMAIL="a" * 200 + "@b.co", OBSERVACIONES="z" * 9000))

    account = Account.objects.select_related("holder").get()
    assert (len(account.holder.name), len(account.holder.email), len(account.notes)) == (200, 160, 9000)
    assert PadronFlag.objects.filter(code="DATO_LARGO").count() == 2


def test_the_widest_of_rows_enters(import_rows: Import) -> None:
    words = " ".join(f"PALABRA{number}" for number in range(20_000))

    outcome = import_rows(row_text(NOMBRE=words, CALLE=words, COLONIA=words, GIRO=words, LAT="999.9999999", LON="1E5"))

    assert (outcome.new, outcome.by_code["DATO_LARGO"], outcome.by_code["COORDENADAS"]) == (1, 4, 1)


def test_a_row_that_changed_since_it_entered_is_told_and_what_is_stored_stays(import_rows: Import) -> None:
    import_rows(row_text())

    outcome = import_rows(row_text(CALLE="FRESNO"))

    assert (outcome.taken, outcome.new, outcome.by_code) == (1, 0, {"CUENTA_EXISTENTE": 1})
    assert Premises.objects.get().street == "JILGUERO"


def test_an_account_opened_at_the_window_is_not_overwritten_by_a_file(account: Account, import_rows: Import) -> None:
    outcome = import_rows(row_text(NOMBRE="OTRA PERSONA"))

    assert (outcome.new, outcome.by_code) == (0, {"CUENTA_EXISTENTE": 1})
    assert Customer.objects.get().name == "ELENA SILVIA ZÚÑIGA ORDAZ"


def test_a_file_that_grew_brings_only_what_is_new(import_rows: Import) -> None:
    first = row_text()
    import_rows(first)

    outcome = import_rows(first, row_text(CUENTA="000115", NOMBRE="EVA", MEDIDOR="B1"))

    assert (outcome.taken, outcome.new, outcome.flagged) == (2, 1, 0)
    assert Account.objects.count() == 2


def test_a_new_account_with_the_meter_of_a_stored_one_flags_both(import_rows: Import) -> None:
    import_rows(row_text())

    outcome = import_rows(row_text(CUENTA="000115", NOMBRE="EVA"))

    assert outcome.by_code == {"MEDIDOR_REPETIDO": 1}
    flags = dict(PadronFlag.objects.values_list("account__number", "message"))
    assert "la cuenta 000115" in flags["000114"]
    assert "la cuenta 000114" in flags["000115"]


def test_a_stored_account_of_the_file_is_flagged_when_a_new_row_coincides_with_it(import_rows: Import) -> None:
    import_rows(row_text())

    import_rows(row_text(), row_text(CUENTA="000115"))

    assert Counter(PadronFlag.objects.values_list("account__number", "code")) == {
        (number, code): 1 for number in ("000114", "000115") for code in ("MEDIDOR_REPETIDO", "POSIBLE_DUPLICADO")
    }


def test_a_doubt_that_was_attended_is_not_raised_again(import_rows: Import, clerk: User) -> None:
    rows = (row_text(), row_text(CUENTA="000115", NOMBRE="EVA"))
    import_rows(*rows)
    for flag in PadronFlag.objects.all():
        resolve_flag(flag=flag, resolution="Comparten medidor por convenio.", at=NOW, by=clerk)

    import_rows(*rows)

    assert PadronFlag.objects.count() == 2
    assert not PadronFlag.objects.pending().exists()


def test_a_file_without_header_loses_no_row(import_rows: Import) -> None:
    assert import_rows(row_text(), header=None).new == 1


def test_a_file_with_its_columns_in_another_order_is_refused_whole(import_rows: Import) -> None:
    with pytest.raises(UnexpectedHeader):
        import_rows(row_text(), header="CUENTA|NOMBRE|REPARTO")

    assert not Account.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_of_the_file_does_not_matter(import_rows: Import, encoding: str) -> None:
    import_rows(row_text(), encoding=encoding)

    assert Customer.objects.get().name == "ELENA SILVIA ZÚÑIGA ORDAZ"


def test_a_dirty_file_gives_its_good_rows_and_a_reason_for_each_other_line(tmp_path: Path, clerk: User) -> None:
    path = tmp_path / "sucio.csv"
    good = [row_text(CUENTA=f"{number}", MEDIDOR=f"M{number}", NUM_EXT=f"{number}") for number in range(100001, 100005)]
    path.write_bytes(
        b"\n".join(
            [
                good[0].encode("cp1252") + b"\r",
                b"",
                f"{good[1]}|".encode("cp1252"),
                b"x" * 1_000_000,
                good[2].encode("cp1252").replace(b"JILGUERO", b"JIL\x00GUERO"),
                b"\xff\xfe\x00\x81",
                good[3].encode("cp1252").replace(b"TOMA", b'"TOMA\r\t\x0c') + b"\r",
                b"|" * 28,
                b"'" + good[0].encode("cp1252"),
            ]
        )
    )

    outcome = import_padron(path=path, dry_run=False, at=NOW, by=clerk)

    assert (outcome.rows, outcome.taken, outcome.rejected) == (9, 3, 6)
    assert outcome.by_code == {"COLUMNAS": 4, "CUENTA_INVALIDA": 2, "CARACTER_ILEGIBLE": 2}
    assert Premises.objects.filter(street="JIL\ufffdGUERO").count() == 1
    assert max(map(len, ImportFinding.objects.values_list("text", flat=True))) <= 500


def test_a_chunk_costs_the_same_queries_whatever_its_rows(tmp_path: Path, clerk: User) -> None:
    def queries_of(first: int, count: int) -> int:
        rows = [
            row_text(CUENTA=f"{number:06d}", MEDIDOR=f"M{number}", NUM_EXT=f"{number}", RFC="X")
            for number in range(first, first + count)
        ]
        path = write_padron(tmp_path / f"{count}.csv", *rows)
        with CaptureQueriesContext(connection) as queries:
            import_padron(path=path, dry_run=False, at=NOW, by=clerk)
        return len(queries)

    queries_of(1, 1)  # the colonias and the route, once
    assert queries_of(100, 5) == queries_of(1000, 1500) <= 60


@pytest.mark.commits
def test_an_import_killed_in_the_middle_is_finished_by_running_it_again(
    tmp_path: Path, committed_database: str
) -> None:
    clerk = User.objects.get(username="cli-captura")
    rows = [
        row_text(CUENTA=f"{number:06d}", MEDIDOR=f"M{number}", NUM_EXT=f"{number}", EMAIL="NO TIENE")
        for number in range(1, 6001)
    ]
    path = write_padron(tmp_path / "padron.csv", *rows)
    script = textwrap.dedent(f"""
        import django; django.setup()
        from datetime import UTC, datetime
        from pathlib import Path
        from cauce.metering.operations import padron
        from cauce.users.models import User
        padron.CHUNK_ROWS = 200
        padron.import_padron(
            path=Path({str(path)!r}), dry_run=False, at=datetime(2026, 9, 1, tzinfo=UTC),
            by=User.objects.get(username="cli-captura"))
    """)
    environment = os.environ | {"DATABASE_URL": committed_database, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    victim = subprocess.Popen([sys.executable, "-c", script], env=environment)
    deadline = time.monotonic() + 60
    while Account.objects.count() < 400 and time.monotonic() < deadline and victim.poll() is None:
        time.sleep(0.02)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()

    half = Account.objects.count()
    assert 400 <= half < 6000
    assert AccountRole.objects.count() == MeterInstallation.objects.count() == PadronFlag.objects.count() == half
    outcome = import_padron(path=path, dry_run=False, at=NOW, by=clerk)

    assert (outcome.taken, outcome.new) == (6000, 6000 - half)
    assert Account.objects.count() == AccountRole.objects.count() == Meter.objects.count() == 6000
    assert PadronFlag.objects.count() == TakenRow.objects.count() == 6000
    assert list(ImportBatch.objects.order_by("pk").values_list("state", flat=True)) == ["FAILED", "DONE"]
