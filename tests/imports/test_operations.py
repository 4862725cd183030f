"""An import as a whole: its batch, its findings, what a refusal or a cancellation leaves."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from cauce.core.errors import DomainError
from cauce.events.models import Event
from cauce.imports.models import ImportBatch, ImportFinding, ImportKind, TakenRow
from cauce.imports.operations import (
    FileTooLarge,
    ImportAlreadyRunning,
    ImportCancelled,
    RunningImport,
    UnexpectedHeader,
    UnreadableFile,
    cancel_import,
    importing,
    receive_file,
    record_taken_rows,
    write_report,
)
from cauce.imports.queries import earlier_import, stored_path
from cauce.imports.rules import ImportOutcome
from cauce.users.models import User
from tests.imports.conftest import NOW

HEADER = "CUENTA|IMPORTE"


def take(running: RunningImport, size: int = 2) -> None:
    """An importer as small as can be: rows of two columns, an amount that is digits and a point."""
    for lines in running.chunks(size, HEADER):
        with running.chunk():
            running.count(rows=len(lines))
            for line in lines:
                fields = line.text.split("|")
                if len(fields) != 2:
                    running.reject(line, "COLUMNAS", "", f"El renglón trae {len(fields)} columnas y deben ser 2.")
                    continue
                running.count(taken=1, new=1)
                if not fields[1].replace(".", "").isdigit():
                    running.flag(line, "IMPORTE_DUDOSO", "IMPORTE", "El importe no es un número.")


def import_rows(path: Path, by: User, *, dry_run: bool = False) -> ImportOutcome:
    with importing(kind=ImportKind.BALANCES, path=path, dry_run=dry_run, at=NOW, by=by) as running:
        take(running)
    return running.outcome


def test_an_import_leaves_its_counts_and_its_findings(three_rows: Path, clerk: User) -> None:
    outcome = import_rows(three_rows, clerk)

    batch = ImportBatch.objects.get()
    assert (batch.state, batch.rows, batch.taken, batch.new, batch.rejected, batch.flagged) == ("DONE", 3, 2, 2, 1, 1)
    assert outcome.by_code == batch.by_code == {"COLUMNAS": 1, "CARACTER_ILEGIBLE": 1, "IMPORTE_DUDOSO": 1}
    assert (batch.bytes_done, batch.percent_done) == (batch.size_bytes, 100)
    assert list(ImportFinding.objects.in_file_order().values_list("line", "severity", "code")) == [
        (3, "ERROR", "COLUMNAS"),
        (4, "WARNING", "CARACTER_ILEGIBLE"),
        (4, "WARNING", "IMPORTE_DUDOSO"),
    ]
    assert ImportFinding.objects.get(line=3).text == "000115|=1+1|sobra"


def test_an_import_is_one_event_and_a_trial_is_none(three_rows: Path, clerk: User) -> None:
    import_rows(three_rows, clerk, dry_run=True)
    assert not Event.objects.exists()

    import_rows(three_rows, clerk)

    assert Event.objects.get().sentence == (
        "Se importó «saldos.csv» (Saldos): 3 renglones, 2 aceptados, 2 nuevos, 1 rechazados, 1 con aviso."
    )


def test_the_report_has_one_row_per_reason_in_the_order_of_the_file(
    three_rows: Path, clerk: User, tmp_path: Path
) -> None:
    outcome = import_rows(three_rows, clerk)

    written = write_report(batch_id=outcome.batch_id, path=tmp_path / "informe.csv")

    with (tmp_path / "informe.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert written == 3
    assert rows[0] == ["line", "severity", "code", "field", "message"]
    assert rows[1] == ["3", "error", "COLUMNAS", "", "El renglón trae 3 columnas y deben ser 2."]
    assert [row[:3] for row in rows[2:]] == [
        ["4", "warning", "CARACTER_ILEGIBLE"],
        ["4", "warning", "IMPORTE_DUDOSO"],
    ]


def test_the_number_of_queries_of_a_chunk_does_not_depend_on_its_rows(tmp_path: Path, clerk: User) -> None:
    counts = []
    for rows in (10, 1000):
        path = tmp_path / f"{rows}.csv"
        path.write_text("".join(f"{number:06d}|x\r\n" for number in range(rows)))
        with (
            CaptureQueriesContext(connection) as queries,
            importing(kind=ImportKind.BALANCES, path=path, dry_run=False, at=NOW, by=clerk) as running,
        ):
            take(running, size=10_000)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_error_leaves_the_chunks_that_were_committed_and_a_failed_batch(three_rows: Path, clerk: User) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        importing(kind=ImportKind.BALANCES, path=three_rows, dry_run=False, at=NOW, by=clerk) as running,
    ):
        for number, lines in enumerate(running.chunks(1, HEADER)):
            with running.chunk():
                running.count(rows=len(lines), taken=len(lines))
                _ = 1 // (1 - number)

    batch = ImportBatch.objects.get()
    assert (batch.state, batch.rows, batch.error) == ("FAILED", 1, "Error interno (ZeroDivisionError).")


def test_a_refusal_is_kept_in_the_batch_in_its_own_words(three_rows: Path, clerk: User) -> None:
    with (
        pytest.raises(DomainError),
        importing(kind=ImportKind.BALANCES, path=three_rows, dry_run=False, at=NOW, by=clerk),
    ):
        raise DomainError("Falta la ley de 2026. Cárguela y repita.")

    assert ImportBatch.objects.get().error == "Falta la ley de 2026. Cárguela y repita."


def test_an_import_that_a_dead_process_left_running_is_closed_by_the_next_one(three_rows: Path, clerk: User) -> None:
    dead = ImportBatch.objects.create(
        kind="BALANCES", file_name="x", sha256="0" * 64, size_bytes=1, state="RUNNING", created_at=NOW, by=clerk
    )

    import_rows(three_rows, clerk)

    dead.refresh_from_db()
    assert (dead.state, dead.finished_at) == ("FAILED", NOW)
    assert "impórtelo de nuevo" in dead.error


@pytest.mark.commits
def test_two_files_of_a_kind_are_not_taken_in_at_once(tmp_path: Path) -> None:
    clerk = User.objects.get(username="cli-captura")
    path = tmp_path / "saldos.csv"
    path.write_text("000114|10.00\r\n")
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('cauce'), hashtext('import BALANCES'))")
    try:
        with pytest.raises(ImportAlreadyRunning, match="saldos"):
            import_rows(path, clerk)
    finally:
        other.close()

    assert import_rows(path, clerk).taken == 1


def test_a_cancelled_import_stops_at_its_next_chunk_and_undoes_it(three_rows: Path, clerk: User) -> None:
    with (
        pytest.raises(ImportCancelled, match="seguirá donde iba"),
        importing(kind=ImportKind.BALANCES, path=three_rows, dry_run=False, at=NOW, by=clerk) as running,
    ):
        for lines in running.chunks(1, HEADER):
            with running.chunk():
                running.count(rows=len(lines))
                running.flag(lines[0], "DUDA", "", "Duda.")
                if lines[0].number == 3:
                    cancel_import(batch_id=running.batch.pk, at=NOW, by=clerk)

    assert ImportFinding.objects.count() == 1


def test_cancelling_twice_is_cancelling_once_and_a_finished_one_is_not_cancelled(three_rows: Path, clerk: User) -> None:
    batch = receive_file(kind=ImportKind.BALANCES, file_name="a.csv", blocks=[b"1|2"], dry_run=False, at=NOW, by=clerk)
    cancel_import(batch_id=batch.pk, at=NOW, by=clerk)
    assert cancel_import(batch_id=batch.pk, at=NOW + timedelta(days=1), by=clerk).finished_at == NOW

    done = import_rows(three_rows, clerk)
    with pytest.raises(DomainError, match="ya había terminado"):
        cancel_import(batch_id=done.batch_id, at=NOW, by=clerk)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "vacío"), (b"PK\x03\x04\x14\x00", "Excel"), (b"\x7fELF\x02\x01", "programa")],
)
def test_a_file_that_is_not_text_is_refused_and_the_batch_says_why(
    tmp_path: Path, clerk: User, content: bytes, words: str
) -> None:
    path = tmp_path / "saldos.csv"
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match=words):
        import_rows(path, clerk)

    assert words in ImportBatch.objects.get(state="FAILED").error


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, clerk: User) -> None:
    with pytest.raises(UnreadableFile, match="No existe"):
        import_rows(tmp_path / "nada.csv", clerk)


def test_a_header_with_other_columns_is_refused(tmp_path: Path, clerk: User) -> None:
    path = tmp_path / "saldos.csv"
    path.write_text("CUENTA|PERIODO\r\n000114|202609\r\n")

    with pytest.raises(UnexpectedHeader, match=r"CUENTA\|IMPORTE"):
        import_rows(path, clerk)


def test_a_file_with_only_its_header_has_no_rows(tmp_path: Path, clerk: User) -> None:
    path = tmp_path / "saldos.csv"
    path.write_text("CUENTA|IMPORTE\r\n")

    assert import_rows(path, clerk).rows == 0


def test_a_received_file_waits_under_a_name_of_our_own_and_is_imported_in_its_own_batch(
    tmp_path: Path, clerk: User
) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        batch = receive_file(
            kind=ImportKind.BALANCES,
            file_name="C:\\datos\\..\\saldos.csv",
            blocks=[b"000114|1", b"0.00\r\n"],
            dry_run=False,
            at=NOW,
            by=clerk,
        )
        assert (batch.state, batch.file_name, batch.size_bytes) == ("PENDING", "saldos.csv", 14)
        assert "saldos" not in batch.stored_as

        outcome = import_rows(stored_path(batch), clerk)

    assert (outcome.batch_id, outcome.taken, ImportBatch.objects.count()) == (batch.pk, 1, 1)


def test_an_upload_over_the_limit_leaves_nothing(tmp_path: Path, clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cauce.imports.operations.LARGEST_UPLOAD", 10)
    with override_settings(MEDIA_ROOT=tmp_path), pytest.raises(FileTooLarge):
        receive_file(
            kind=ImportKind.BALANCES, file_name="a", blocks=[b"x" * 6, b"x" * 6], dry_run=False, at=NOW, by=clerk
        )

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not ImportBatch.objects.exists()


def test_a_file_that_was_imported_before_is_recognised(three_rows: Path, clerk: User) -> None:
    first = import_rows(three_rows, clerk)
    import_rows(three_rows, clerk, dry_run=True)
    second = import_rows(three_rows, clerk)

    earlier = earlier_import(ImportBatch.objects.get(pk=second.batch_id))

    assert earlier is not None
    assert earlier.pk == first.batch_id


def test_a_row_that_created_something_remembers_its_file_and_line(three_rows: Path, clerk: User) -> None:
    with importing(kind=ImportKind.BALANCES, path=three_rows, dry_run=False, at=NOW, by=clerk) as running:
        take(running)
        record_taken_rows(batch=running.batch, rows=[("000114", b"0123456789abcdef", 2)])

    row = TakenRow.objects.get()
    assert str(row) == "000114: Saldos: saldos.csv, renglón 2"
    assert bytes(row.fingerprint) == b"0123456789abcdef"
