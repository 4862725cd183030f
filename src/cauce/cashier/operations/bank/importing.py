"""Taking in the file of a bank or a store."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cauce.cashier.operations.bank.booking import Booking
from cauce.cashier.operations.bank.intake import Intake
from cauce.cashier.operations.sessions.opening import open_desk
from cauce.cashier.queries.bank_intake import bank_layouts
from cauce.cashier.rules.bank_layout import Layout, detect_layout
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import join_words
from cauce.imports.models import ImportKind
from cauce.imports.operations import RunningImport, UnexpectedHeader, importing
from cauce.imports.rules import ImportOutcome
from cauce.users.models import User

CHUNK_LINES: Final = 2_000


class UnknownBankFile(DomainError):
    """No layout tells what the file is, or the one asked for does not exist."""


def import_bank(*, path: Path, dry_run: bool, at: datetime, by: User, layout: str | None = None) -> ImportOutcome:
    """Take in the movements of a bank's or store's file: each one is applied to its account or says why it is not.

    The layout is told by the file's first line or name, or is the one of code ``layout``. Applied money settles what
    was owed on the movement's own date and gives a receipt of the channel's series; it enters the books of the first
    open day. Money of nobody known stays among the deposits not identified; what cannot be read, or undoes a payment,
    books nothing. Idempotent: a movement is told by the bank's own number, so the same file can be read again, whole or
    after being interrupted, and two equal payments with different numbers both count. ``extra`` tells ``applied_total``
    and ``unidentified_total`` (pesos as text) and the ``layout``.

    :raises UnknownBankFile: if no layout tells the file, or the one asked for does not exist.
    :raises LayoutsRejected: if the description of a layout has a fault.
    :raises UnexpectedHeader: if its first line names other columns than the layout's.
    :raises ImportAlreadyRunning: if another bank file is being taken in.
    :raises UnreadableFile: if the file is missing, empty or not text.
    :raises ImportCancelled: if somebody cancelled it; the chunks already taken stay.
    :raises NoLawInForce: if no law says how to collect.
    :raises DayBeingClosed: if the day's books are closed meanwhile.
    :raises AccountBusy: if another session does not let go of one of the accounts.
    """
    with importing(kind=ImportKind.BANK, path=path, dry_run=dry_run, at=at, by=by) as running:
        chosen = _layout_of(running, bank_layouts(), layout)
        intake = Intake(
            running=running,
            layout=chosen,
            booking=None if dry_run else _booking(running, chosen, at, by),
            last_day=chosen.day_of(running.batch.file_name) or local_day(at),
            at=at,
            by=by,
        )
        for lines in running.chunks(CHUNK_LINES):
            with running.chunk():
                intake.take(lines)
        with running.chunk():
            intake.finish()
    return running.outcome


def _booking(running: RunningImport, layout: Layout, at: datetime, by: User) -> Booking:
    channel = layout.channel
    desk = open_desk(code=channel.desk, name=channel.name, series=channel.series, is_attended=False)
    return Booking(batch=running.batch, layout=layout, desk=desk, at=at, by=by)


def _layout_of(running: RunningImport, known: Sequence[Layout], asked: str | None) -> Layout:
    name = running.batch.file_name
    codes = join_words([layout.code for layout in known], conjunction="o")
    first = next(running.peek_lines(), None)
    text = "" if first is None else first.text
    if asked is not None:
        found = next((layout for layout in known if layout.code == asked), None)
        if found is None:
            raise UnknownBankFile(f"No existe el formato «{asked}». Los que hay son: {codes}.")
    else:
        found = detect_layout(known, file_name=name, first_line=text)
        found = found or next((layout for layout in known if layout.is_almost_header(text)), None)
        if found is None:
            raise UnknownBankFile(
                f"Ningún formato reconoce «{name}» por su primer renglón ni por su nombre. Revise que sea el archivo"
                f" del banco, o diga de cuál es ({codes})."
            )
    if found.is_almost_header(text):
        raise UnexpectedHeader(
            f"El encabezado de «{name}» no es el de {found.name}. Debe ser: {found.header}. Revise que haya elegido el "
            "archivo correcto y que las columnas estén en ese orden."
        )
    return found
