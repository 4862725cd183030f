"""Taking in what the old system knew: its last readings and a year of consumption."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from cauce.core.bulk import copy_rows, flush_later
from cauce.core.periods import format_period, period_of
from cauce.imports.models import ImportKind
from cauce.imports.operations import RunningImport, importing
from cauce.imports.rules import ImportOutcome, Line, split_fields
from cauce.metering.models import Consumption, OpeningReading
from cauce.metering.queries import stored_consumption, stored_openings
from cauce.metering.rules import (
    CONSUMPTION_COLUMNS,
    PREVIOUS_READING_COLUMNS,
    ConsumptionRow,
    PreviousReadingRow,
    RowFault,
    parse_consumption,
    parse_previous_reading,
    unknown_account,
)
from cauce.registry.queries import accounts_by_number
from cauce.users.models import User

SEPARATOR = "|"
PREVIOUS_READING_HEADER = SEPARATOR.join(PREVIOUS_READING_COLUMNS)
CONSUMPTION_HEADER = SEPARATOR.join(CONSUMPTION_COLUMNS)
CHUNK_ROWS = 5_000


class _Key(NamedTuple):
    """An account's month."""

    account_number: str
    period: date


def import_previous_readings(*, path: Path, dry_run: bool, at: datetime, by: User) -> ImportOutcome:
    """Take the old system's last readings (``CUENTA|FECHA|LECTURA``): what the first round is subtracted from.

    An account with two different readings in one month gets neither, so that its first round waits for a person.
    Idempotent: a reading that is stored with the same value is accepted and creates nothing; with another value it is
    refused and the stored one stays. Writes nothing but its findings in a dry run.

    :raises ImportAlreadyRunning: if another file of this kind is being taken in.
    :raises UnreadableFile: if the file is empty or not text.
    :raises UnexpectedHeader: if its first line is another header.
    """
    with importing(kind=ImportKind.PREVIOUS_READINGS, path=path, dry_run=dry_run, at=at, by=by) as running:
        values = _values_by_month(running)
        seen: set[_Key] = set()
        for lines in running.chunks(CHUNK_ROWS, skip_header=PREVIOUS_READING_HEADER):
            with running.chunk():
                _take_previous_readings(running, lines, values, seen)
                flush_later()
    return running.outcome


def import_consumption_history(*, path: Path, dry_run: bool, at: datetime, by: User) -> ImportOutcome:
    """Take the old system's monthly consumption (``CUENTA|PERIODO|CONSUMO``): averages and charts begin with it.

    The first row of an account's month counts; a repeated or different one is refused. Idempotent: a month stored with
    the same volume is accepted and creates nothing; with another volume it is refused and the stored one stays.
    Writes nothing but its findings in a dry run.

    :raises ImportAlreadyRunning: if another file of this kind is being taken in.
    :raises UnreadableFile: if the file is empty or not text.
    :raises UnexpectedHeader: if its first line is another header.
    """
    with importing(kind=ImportKind.CONSUMPTION, path=path, dry_run=dry_run, at=at, by=by) as running:
        seen: dict[str, tuple[tuple[date, int], ...]] = {}
        for lines in running.chunks(CHUNK_ROWS, skip_header=CONSUMPTION_HEADER):
            with running.chunk():
                _take_consumption(running, lines, seen)
                flush_later()
    return running.outcome


def _values_by_month(running: RunningImport) -> dict[_Key, int | None]:
    """The reading of each account's month in the whole file; None where the file has more than one."""
    values: dict[_Key, int | None] = {}
    for line in running.peek_lines(skip_header=PREVIOUS_READING_HEADER):
        row = parse_previous_reading(split_fields(line.text, SEPARATOR))
        if isinstance(row, PreviousReadingRow):
            key = _Key(row.account_number, period_of(row.read_on))
            values[key] = row.value if values.setdefault(key, row.value) == row.value else None
    return values


def _take_previous_readings(
    running: RunningImport, lines: list[Line], values: dict[_Key, int | None], seen: set[_Key]
) -> None:
    parsed = [(line, parse_previous_reading(split_fields(line.text, SEPARATOR))) for line in lines]
    accounts = accounts_by_number({row.account_number for _, row in parsed if isinstance(row, PreviousReadingRow)})
    stored = stored_openings([account.id for account in accounts.values()])
    created: list[tuple[int, date, date, int]] = []
    taken = 0
    for line, row in parsed:
        fault = row if isinstance(row, RowFault) else None
        if isinstance(row, PreviousReadingRow):
            account = accounts.get(row.account_number)
            key = _Key(row.account_number, period_of(row.read_on))
            if account is None:
                fault = unknown_account(row.account_number)
            else:
                fault = _repeated_reading(row, key, values, seen)
                seen.add(key)
            if account is not None and fault is None:
                value = stored.get((account.id, key.period))
                if value is None:
                    created.append((account.id, key.period, row.read_on, row.value))
                elif value != row.value:
                    fault = RowFault(
                        "LECTURA_YA_REGISTRADA",
                        "LECTURA",
                        f"La cuenta ya tiene {value:,} como lectura de {format_period(key.period)} y el renglón trae "
                        f"{row.value:,}: no se cambia; si la registrada está mal, corríjala en la cuenta.",
                    )
        if fault is None:
            taken += 1
        else:
            running.reject(line, fault.code, fault.field, fault.sentence)
    running.count(rows=len(lines), taken=taken, new=len(created))
    if not running.dry_run:
        copy_rows(OpeningReading._meta.db_table, ("account_id", "period", "taken_on", "value"), created)


def _repeated_reading(
    row: PreviousReadingRow, key: _Key, values: dict[_Key, int | None], seen: set[_Key]
) -> RowFault | None:
    if values[key] is None:
        return RowFault(
            "LECTURAS_DISTINTAS",
            "LECTURA",
            f"La cuenta trae lecturas distintas de {format_period(key.period)} en este archivo y no se tomó ninguna: "
            "deje la correcta y vuelva a importarlo.",
        )
    if key in seen:
        return RowFault(
            "DUPLICADA",
            "CUENTA",
            f"La lectura de {format_period(key.period)} de esta cuenta ya venía en el archivo: vale la primera.",
        )
    return None


def _take_consumption(running: RunningImport, lines: list[Line], seen: dict[str, tuple[tuple[date, int], ...]]) -> None:
    parsed = [(line, parse_consumption(split_fields(line.text, SEPARATOR))) for line in lines]
    accounts = accounts_by_number({row.account_number for _, row in parsed if isinstance(row, ConsumptionRow)})
    stored = stored_consumption([account.id for account in accounts.values()])
    created: list[tuple[int, date, int]] = []
    taken = 0
    for line, row in parsed:
        fault = row if isinstance(row, RowFault) else None
        if isinstance(row, ConsumptionRow):
            account = accounts.get(row.account_number)
            if account is None:
                fault = unknown_account(row.account_number)
            else:
                months = seen.get(row.account_number, ())
                fault = _repeated_consumption(row, months)
                if fault is None:
                    seen[row.account_number] = (*months, (row.period, row.volume_m3))
            if account is not None and fault is None:
                known = stored.get((account.id, row.period))
                if known is None:
                    created.append((account.id, row.period, row.volume_m3))
                elif known != (row.volume_m3, Consumption.Source.HISTORY):
                    fault = RowFault(
                        "CONSUMO_YA_REGISTRADO",
                        "CONSUMO",
                        f"La cuenta ya tiene {known.volume_m3:,} m³ en {format_period(row.period)} y el renglón trae "
                        f"{row.volume_m3:,} m³: no se cambia lo registrado.",
                    )
        if fault is None:
            taken += 1
        else:
            running.reject(line, fault.code, fault.field, fault.sentence)
    running.count(rows=len(lines), taken=taken, new=len(created))
    if not running.dry_run:
        _copy_history(created)


def _repeated_consumption(row: ConsumptionRow, months: Iterable[tuple[date, int]]) -> RowFault | None:
    for period, volume_m3 in months:
        if period != row.period:
            continue
        if volume_m3 == row.volume_m3:
            return RowFault(
                "DUPLICADA",
                "CUENTA",
                f"El consumo de {format_period(period)} de esta cuenta ya venía en el archivo: vale el primero.",
            )
        return RowFault(
            "CONSUMOS_DISTINTOS",
            "CONSUMO",
            f"La cuenta trae dos consumos de {format_period(period)} en este archivo: se tomó el primero "
            f"({volume_m3:,} m³); si no es el correcto, corríjalo.",
        )
    return None


def _copy_history(created: list[tuple[int, date, int]]) -> None:
    history = Consumption.Source.HISTORY.value
    copy_rows(
        Consumption._meta.db_table,
        ("account_id", "period", "volume_m3", "source", "meter_serial"),
        ((account_id, period, volume_m3, history, "") for account_id, period, volume_m3 in created),
    )
