"""Taking a file in: one import of a kind at a time, chunk by chunk, with all that was found in it."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import DatabaseError, transaction

from cauce.core.alone import Occupied, alone
from cauce.core.bulk import copy_rows
from cauce.core.errors import DomainError
from cauce.core.memory import seldom_collected
from cauce.events.operations import publish
from cauce.imports.events import IMPORT_CANCELLED, IMPORT_FINISHED
from cauce.imports.models import ImportBatch, ImportFinding, ImportKind, TakenRow
from cauce.imports.queries import FOLDER, file_facts, read_blocks
from cauce.imports.rules import (
    Finding,
    HeaderKind,
    ImportOutcome,
    Line,
    Severity,
    Tally,
    binary_kind,
    header_kind,
    neutralise_formula,
    quote,
    split_lines,
)
from cauce.users.models import User

LARGEST_UPLOAD: Final = 512 * 1024 * 1024
REPORT_COLUMNS: Final = ("line", "severity", "code", "field", "message")


class ImportAlreadyRunning(DomainError):
    """Another file of the same kind is being taken in."""


class UnreadableFile(DomainError):
    """The file is not there, is empty or is not text."""


class UnexpectedHeader(DomainError):
    """The first line names other columns than the ones of this kind of file."""


class ImportCancelled(DomainError):
    """Somebody cancelled the import while it was going."""


class FileTooLarge(DomainError):
    """An upload went over the limit."""


class RunningImport:
    """An import as it goes: lends the lines, and keeps findings and counts with the chunk they belong to."""

    def __init__(self, *, batch: ImportBatch, path: Path) -> None:
        self.batch = batch
        self.dry_run = batch.dry_run
        self.extra: dict[str, object] = {}
        self._path = path
        self._bytes_read = 0
        self._tally = Tally()
        self._findings: list[Finding] = []

    def peek_lines(self, skip_header: str | None = None) -> Iterator[Line]:
        """Every line of the file, for a first pass that only looks. As many times as needed.

        :raises UnexpectedHeader: if the first line is the header of another layout.
        """
        return self._lines(skip_header)

    def chunks(self, size: int, skip_header: str | None = None) -> Iterator[list[Line]]:
        """The lines again, ``size`` at a time, for the pass that takes them. A damaged line is flagged here.

        :raises UnexpectedHeader: if the first line is the header of another layout.
        """
        self._bytes_read = 0
        chunk: list[Line] = []
        for line in self._lines(skip_header):
            chunk.append(line)
            if len(chunk) == size:
                yield self._checked(chunk)
                chunk = []
        if chunk:
            yield self._checked(chunk)

    def count(self, *, rows: int = 0, taken: int = 0, new: int = 0) -> None:
        """Add to the counts: lines read, accepted, and what was created (in a trial: what would be)."""
        self._tally.count(rows=rows, taken=taken, new=new)

    def note(self, finding: Finding) -> None:
        """Keep a finding that a pure rule built."""
        self._tally.note(finding)
        self._findings.append(finding)

    def reject(self, line: Line, code: str, field: str, message: str) -> None:
        """Say why a line did not enter."""
        self.note(Finding(line.number, Severity.ERROR, code, field, message, quote(line.text)))

    def flag(self, line: Line, code: str, field: str, message: str) -> None:
        """Say what is doubtful in a line that entered."""
        self.note(Finding(line.number, Severity.WARNING, code, field, message, quote(line.text)))

    @contextmanager
    def chunk(self) -> Iterator[None]:
        """One transaction: what the block writes, its findings, the counts and how far the file has been read.

        :raises ImportCancelled: if somebody cancelled the import; the block's work is undone.
        """
        with transaction.atomic():
            yield
            self._save_progress()

    @property
    def outcome(self) -> ImportOutcome:
        """What has been done so far; after the ``with``, what the import did."""
        tally = self._tally
        return ImportOutcome(
            rows=tally.rows,
            taken=tally.taken,
            new=tally.new,
            rejected=tally.rejected,
            flagged=tally.flagged,
            by_code=dict(tally.by_code),
            extra=dict(self.extra),
            batch_id=self.batch.pk,
        )

    def _lines(self, skip_header: str | None) -> Iterator[Line]:
        lines = split_lines(self._blocks(), self.batch.encoding)
        first = next(lines, None)
        if first is None:
            return
        kind = header_kind(first.text, skip_header)
        if kind is HeaderKind.OTHER:
            raise UnexpectedHeader(
                f"El encabezado de «{self.batch.file_name}» no es el de este tipo de archivo. Debe ser: {skip_header}. "
                "Revise que haya elegido el archivo correcto y que las columnas estén en ese orden."
            )
        if kind is HeaderKind.NONE:
            yield first
        yield from lines

    def _blocks(self) -> Iterator[bytes]:
        for block in read_blocks(self._path):
            self._bytes_read += len(block)
            yield block

    def _checked(self, chunk: list[Line]) -> list[Line]:
        for line in chunk:
            if line.damaged:
                self.flag(
                    line,
                    "CARACTER_ILEGIBLE",
                    "",
                    "El renglón trae caracteres que no se pueden guardar (quedaron como «\N{REPLACEMENT CHARACTER}») "
                    "o es demasiado largo y se recortó: compare con el original.",
                )
        return chunk

    def _save_progress(self) -> None:
        copy_rows(
            ImportFinding._meta.db_table,
            ("batch_id", "line", "severity", "code", "field", "message", "text"),
            (
                (self.batch.pk, found.line, found.severity.value, found.code, found.field, found.message, found.text)
                for found in self._findings
            ),
        )
        self._findings.clear()
        tally = self._tally
        updated = ImportBatch.objects.filter(pk=self.batch.pk, state=ImportBatch.State.RUNNING).update(
            rows=tally.rows,
            taken=tally.taken,
            new=tally.new,
            rejected=tally.rejected,
            flagged=tally.flagged,
            by_code=dict(tally.by_code),
            extra=self.extra,
            bytes_done=min(self._bytes_read, self.batch.size_bytes),
        )
        if not updated:
            raise ImportCancelled(
                f"La importación de «{self.batch.file_name}» se canceló. Lo que ya había entrado se conserva; "
                "puede importarla de nuevo y seguirá donde iba."
            )


@contextmanager
def importing(
    *, kind: str, path: Path, dry_run: bool, at: datetime, by: User, file_name: str | None = None
) -> Iterator[RunningImport]:
    """Open the import of a file: record it, lend its lines, and close it as done or failed.

    A received file (see :func:`receive_file`) continues in its own pending batch. What each chunk wrote stays
    whatever happens later; an import of this kind that a dead process left running is closed as failed. Not
    idempotent by itself: the caller writes only what is not stored yet, so that the same file can be read again.

    :raises ImportAlreadyRunning: if another process is taking in a file of this kind.
    :raises UnreadableFile: if the file is missing, empty or not text.
    """
    started = monotonic()
    if not path.is_file():
        raise UnreadableFile(f"No existe el archivo «{path}». Revise la ruta y vuelva a intentar.")
    with _alone(kind), seldom_collected():
        batch = _open_batch(kind=kind, path=path, dry_run=dry_run, at=at, by=by, file_name=file_name)
        running = RunningImport(batch=batch, path=path)
        try:
            _refuse_unreadable(batch, path)
            yield running
            with running.chunk():
                pass
        except BaseException as error:
            # The connection may be what failed; the first error is the one to tell.
            with suppress(DatabaseError):
                _close_failed(batch, error, at + timedelta(seconds=monotonic() - started))
            raise
        _close_done(batch, running.outcome, at + timedelta(seconds=monotonic() - started), by)


def receive_file(
    *, kind: ImportKind, file_name: str, blocks: Iterable[bytes], dry_run: bool, at: datetime, by: User
) -> ImportBatch:
    """Keep an uploaded file under the data folder, by a name of our own, and open its pending batch.

    Nothing of its content is looked at or executed here. Not idempotent: each upload is a batch.

    :raises FileTooLarge: over 512 MB; nothing is kept.
    """
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{token_hex(16)}.txt"
    target = folder / name
    size = 0
    try:
        with target.open("xb") as file:
            for block in blocks:
                size += len(block)
                if size > LARGEST_UPLOAD:
                    raise FileTooLarge(
                        "El archivo pesa más de 512 MB y no se recibió. Divídalo en partes y súbalas una por una."
                    )
                file.write(block)
        facts = file_facts(target)
        return ImportBatch.objects.create(
            kind=kind,
            file_name=Path(file_name.replace("\\", "/")).name[:255] or "sin nombre",
            stored_as=f"{FOLDER}/{name}",
            sha256=facts.sha256,
            size_bytes=facts.size_bytes,
            encoding=facts.encoding,
            dry_run=dry_run,
            created_at=at,
            by=by,
        )
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@transaction.atomic
def cancel_import(*, batch_id: int, at: datetime, by: User) -> ImportBatch:
    """Cancel an import that waits or is going: its next chunk is undone and it stops. What entered stays.

    Idempotent: a cancelled one stays as it is.

    :raises DomainError: if it had already ended.
    """
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.state == ImportBatch.State.CANCELLED:
        return batch
    if batch.state not in {ImportBatch.State.PENDING, ImportBatch.State.RUNNING}:
        raise DomainError("La importación ya había terminado y no se puede cancelar. Revise su resultado.")
    batch.state = ImportBatch.State.CANCELLED
    batch.finished_at = at
    batch.save(update_fields=["state", "finished_at"])
    publish(
        IMPORT_CANCELLED,
        subject_kind="ImportBatch",
        subject_id=batch.pk,
        facts={"file_name": batch.file_name, "kind": batch.get_kind_display()},
        at=at,
        by=by,
    )
    return batch


def write_report(*, batch_id: int, path: Path) -> int:
    """Write the complete report of a batch as CSV (UTF-8, commas): one row per reason, in the order of the file.

    Cells that a spreadsheet would take for formulas carry an apostrophe before.

    :returns: how many rows it has, header aside.
    """
    findings = ImportFinding.objects.filter(batch_id=batch_id).in_file_order().values_list(*REPORT_COLUMNS)
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(REPORT_COLUMNS)
        for line, severity, code, field, message in findings.iterator(chunk_size=5000):
            writer.writerow((line, severity.lower(), code, field, neutralise_formula(message)))
            written += 1
    return written


def record_taken_rows(*, batch: ImportBatch, rows: Iterable[tuple[str, bytes, int]]) -> None:
    """Remember (key, fingerprint, line) of rows that created something, in the caller's transaction.

    Not idempotent: a key that is already known is refused by the database.
    """
    copy_rows(
        TakenRow._meta.db_table,
        ("kind", "key", "fingerprint", "batch_id", "line"),
        ((batch.kind, key, fingerprint, batch.pk, line) for key, fingerprint, line in rows),
    )


@contextmanager
def _alone(kind: str) -> Iterator[None]:
    """Hold the kind's lock for the session: it goes with the process, however it ends.

    It waits a little, because the server takes a moment to see that a process was killed.
    """
    try:
        with alone(f"import {kind}", at_most="3s"):
            yield
    except Occupied as error:
        raise ImportAlreadyRunning(
            f"Ya se está importando otro archivo de {ImportKind(kind).label.lower()}. Espere a que termine y repita."
        ) from error


@transaction.atomic
def _open_batch(*, kind: str, path: Path, dry_run: bool, at: datetime, by: User, file_name: str | None) -> ImportBatch:
    ImportBatch.objects.running().filter(kind=kind).update(
        state=ImportBatch.State.FAILED,
        finished_at=at,
        error="Se interrumpió antes de terminar. Lo que ya había entrado se conserva; impórtelo de nuevo.",
    )
    batch = _pending_batch_of(kind, path, dry_run)
    if batch is None:
        facts = file_facts(path)
        batch = ImportBatch(
            kind=kind,
            file_name=(file_name or path.name)[:255],
            sha256=facts.sha256,
            size_bytes=facts.size_bytes,
            encoding=facts.encoding,
            dry_run=dry_run,
            created_at=at,
            by=by,
        )
    batch.state = ImportBatch.State.RUNNING
    batch.started_at = at
    batch.save()
    return batch


def _pending_batch_of(kind: str, path: Path, dry_run: bool) -> ImportBatch | None:
    media = Path(settings.MEDIA_ROOT).resolve()
    if not path.resolve().is_relative_to(media):
        return None
    return (
        ImportBatch.objects.select_for_update(no_key=True)
        .filter(
            kind=kind,
            stored_as=path.resolve().relative_to(media).as_posix(),
            dry_run=dry_run,
            state=ImportBatch.State.PENDING,
        )
        .first()
    )


def _refuse_unreadable(batch: ImportBatch, path: Path) -> None:
    if batch.size_bytes == 0:
        raise UnreadableFile(f"«{batch.file_name}» está vacío. Vuelva a exportarlo del sistema anterior.")
    with path.open("rb") as file:
        head = file.read(64)
    if kind := binary_kind(head):
        raise UnreadableFile(
            f"«{batch.file_name}» es {kind}, no un archivo de texto. Expórtelo como texto con sus columnas separadas."
        )


@transaction.atomic
def _close_done(batch: ImportBatch, outcome: ImportOutcome, at: datetime, by: User) -> None:
    batch.state = ImportBatch.State.DONE
    batch.finished_at = at
    batch.save(update_fields=["state", "finished_at"])
    if batch.dry_run:
        return
    publish(
        IMPORT_FINISHED,
        subject_kind="ImportBatch",
        subject_id=batch.pk,
        facts={
            "file_name": batch.file_name,
            "kind": batch.get_kind_display(),
            "rows": outcome.rows,
            "taken": outcome.taken,
            "new": outcome.new,
            "rejected": outcome.rejected,
            "flagged": outcome.flagged,
        },
        at=at,
        by=by,
    )


def _close_failed(batch: ImportBatch, error: BaseException, at: datetime) -> None:
    if isinstance(error, ImportCancelled):
        return
    reason = error.message if isinstance(error, DomainError) else f"Error interno ({type(error).__name__})."
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.FAILED, finished_at=at, error=reason)
