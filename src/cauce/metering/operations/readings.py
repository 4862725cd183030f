"""Taking in a reading file: each line gets its class, the right ones become consumption, the doubtful ones wait."""

from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from cauce.core.bulk import copy_rows, flush_later, take_ids
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_long_period
from cauce.core.periods import format_period
from cauce.events.operations import publish
from cauce.imports.models import ImportKind
from cauce.imports.operations import RunningImport, importing
from cauce.imports.rules import ImportOutcome, Line
from cauce.metering import rules
from cauce.metering.events import READINGS_TAKEN
from cauce.metering.models import Consumption, Reading, ReadingRound
from cauce.metering.queries import (
    AccountMeter,
    StoredReading,
    account_meters,
    completeness_with,
    reading_parameters,
    stored_readings,
)
from cauce.metering.rules import LineClass, ReadingFileName, ReadingLine, ReadingParameters, Verdict
from cauce.users.models import User

CHUNK_LINES = 5_000
# A file is of another month when nearly all its lines are; a few with a wrong clock are judged one by one.
ENOUGH_LINES = 50
NEARLY_ALL = 0.9

_READING_COLUMNS = (
    "id",
    "round_id",
    "account_id",
    "line",
    "meter_serial",
    "value",
    "taken_on",
    "taken_time",
    "incident",
    "reader_code",
    "latitude",
    "longitude",
    "status",
    "reason",
    "previous_value",
    "previous_on",
    "proposed_m3",
    "captured_by_id",
)
_CONSUMPTION_COLUMNS = (
    "account_id",
    "period",
    "volume_m3",
    "source",
    "reading_id",
    "meter_serial",
    "previous_value",
    "current_value",
    "previous_on",
    "current_on",
    "billed_from",
    "measured_m3",
    "settled_m3",
    "ahead_m3",
)


class UnknownReadingFile(DomainError):
    """The name of the file does not say which period and cycle was read."""


class ReadingsOfAnotherMonth(DomainError):
    """Nearly all the lines of the file are of another month than its name says."""


class _Taken(NamedTuple):
    """An accepted line on its way to the database."""

    line_number: int
    line: ReadingLine
    account: AccountMeter
    verdict: Verdict


def import_readings(*, path: Path, dry_run: bool, at: datetime, by: User) -> ImportOutcome:
    """Take the readings of a cycle and period, both named by the file (``lecturas_AAAAMM_cC.txt``).

    Right lines become readings and their consumption; doubtful ones become readings in review, without consumption;
    the rest are only findings. Idempotent, and a corrected file adds what was missing: a line whose reading is stored
    creates nothing, and one that contradicts it is refused and the stored one stays. Writes nothing but its findings
    in a dry run. ``extra`` tells how complete the round is: accounts ``expected``, ``without_line`` and
    ``without_useful_reading``.

    :raises UnknownReadingFile: if the name is not of that form or the law has no such cycle.
    :raises ReadingsOfAnotherMonth: if nearly all its lines are of another month; nothing is taken.
    :raises ImportAlreadyRunning: if another reading file is being taken in.
    :raises UnreadableFile: if the file is empty or not text.
    """
    with importing(kind=ImportKind.READINGS, path=path, dry_run=dry_run, at=at, by=by) as running:
        file_name = rules.read_file_name(running.batch.file_name)
        parameters = None if file_name is None else reading_parameters(file_name.period)
        last_day = (
            None if file_name is None or parameters is None else parameters.last_day(file_name.period, file_name.cycle)
        )
        if file_name is None or parameters is None or last_day is None:
            raise UnknownReadingFile(
                f"El nombre «{running.batch.file_name}» no dice qué se leyó. Debe ser lecturas_AAAAMM_cC.txt, por "
                "ejemplo lecturas_202609_c1.txt, con un mes y un ciclo que existan: renómbrelo y vuelva a importarlo."
            )
        intake = _RoundIntake(running, file_name, parameters, last_day, by)
        for lines in running.chunks(CHUNK_LINES):
            with running.chunk():
                intake.take_lines(lines)
                flush_later()
        with running.chunk():
            intake.tell_completeness(at=at, by=by)
    return running.outcome


class _RoundIntake:
    """The lines of one file as they are taken: what the whole file says of each account, and the round they enter."""

    def __init__(
        self,
        running: RunningImport,
        file_name: ReadingFileName,
        parameters: ReadingParameters,
        last_day: date,
        by: User,
    ) -> None:
        self._running = running
        self._file_name = file_name
        self._period_text = file_name.period.isoformat()
        self._parameters = parameters
        self._last_day = last_day
        self._captured_by_id = by.pk
        self._round = ReadingRound.objects.filter(period=file_name.period, cycle=file_name.cycle).first()
        self._different = self._accounts_with_different_readings()
        self._seen: dict[str, tuple[int | None, ...]] = {}
        self._named_ids: set[int] = set()
        self._read_ids: set[int] = set()
        self._new_readings = 0

    def take_lines(self, lines: list[Line]) -> None:
        """Judge a chunk of lines and write what it brings, in the caller's transaction."""
        numbers = [rules.account_number_at_start(line.text) for line in lines]
        accounts = account_meters(
            {number for number in numbers if number is not None}, self._file_name.period, self._parameters
        )
        stored = (
            {}
            if self._round is None
            else stored_readings(self._round.pk, [account.account_id for account in accounts.values()])
        )
        taken: list[_Taken] = []
        accepted = 0
        for line in lines:
            parsed = rules.parse_line(line.text)
            account = None if parsed is None else accounts.get(parsed.account_number)
            verdict = rules.classify_shape(
                line.text, parsed, is_known_account=account is not None, last_reading_day=self._last_day
            )
            if verdict is None and parsed is not None and account is not None:
                verdict, is_new = self._judge(parsed, account, stored.get(account.account_id, ()))
                if is_new:
                    taken.append(_Taken(line.number, parsed, account, verdict))
            if verdict is None:
                continue
            if verdict.line_class is LineClass.REJECTED:
                self._running.reject(line, verdict.code, verdict.field, verdict.sentence)
                continue
            accepted += 1
            if account is not None:
                self._read_ids.add(account.account_id)
            if verdict.line_class is LineClass.REVIEW:
                self._running.flag(line, verdict.code, verdict.field, verdict.sentence)
        self._running.count(rows=len(lines), taken=accepted, new=len(taken))
        self._new_readings += len(taken)
        named = {accounts[number].account_id for number in numbers if number in accounts}
        self._named_ids |= named
        if not self._running.dry_run:
            read = {item.account.account_id for item in taken}.union(stored)
            self._write(named - read, taken)

    def tell_completeness(self, *, at: datetime, by: User) -> None:
        """Put in the result how complete the round is, and in the history that it was taken."""
        completeness = completeness_with(
            cycle=self._file_name.cycle,
            reading_round=self._round,
            named_account_ids=self._named_ids,
            read_account_ids=self._read_ids,
        )
        self._running.extra.update(
            expected=completeness.expected,
            without_line=completeness.without_line,
            without_useful_reading=completeness.without_useful_reading,
        )
        if self._round is not None and self._new_readings and not self._running.dry_run:
            publish(
                READINGS_TAKEN,
                subject_kind="ReadingRound",
                subject_id=self._round.pk,
                facts={
                    "period": format_period(self._file_name.period),
                    "cycle": self._file_name.cycle,
                    "new": self._new_readings,
                    "expected": completeness.expected,
                    "without_line": completeness.without_line,
                    "without_useful_reading": completeness.without_useful_reading,
                },
                at=at,
                by=by,
            )

    def _accounts_with_different_readings(self) -> dict[str, set[int | None]]:
        """First pass over the whole file: the accounts whose valid lines do not agree, with all their readings."""
        first: dict[str, int | None] = {}
        different: dict[str, set[int | None]] = {}
        month = f"{self._file_name.period:%Y%m}"
        dated = others = 0
        for line in self._running.peek_lines():
            is_other = rules.is_of_another_month(line.text, month)
            if is_other is not None:
                dated += 1
                others += is_other
            valid = rules.parse_valid_reading(line.text, last_reading_day=self._last_day)
            if valid is None:
                continue
            account_number, value = valid
            first_value = first.setdefault(account_number, value)
            if value != first_value:
                different.setdefault(account_number, {first_value}).add(value)
        if dated >= ENOUGH_LINES and others > NEARLY_ALL * dated:
            raise ReadingsOfAnotherMonth(
                f"El archivo «{self._running.batch.file_name}» dice por su nombre que es de "
                f"{format_long_period(self._file_name.period)}, y {others:,} de sus {dated:,} lecturas tienen fecha de "
                "otro mes: no se tomó ninguna. Revise que no sea el de otro mes y corrija el nombre, o el reloj de la "
                "terminal, antes de importarlo."
            )
        return different

    def _judge(
        self, line: ReadingLine, account: AccountMeter, stored: tuple[StoredReading, ...]
    ) -> tuple[Verdict, bool]:
        """The verdict of a valid line of a known account, and whether its reading is new to the round."""
        seen = self._seen.get(line.account_number, ())
        different = self._different.get(line.account_number)
        repetition = rules.choose_repetition(line.value, seen, has_different=different is not None)
        self._seen[line.account_number] = (*seen, line.value)
        verdict = rules.classify_repetition(repetition)
        if verdict is None:
            verdict = rules.classify_reading(line, account.facts, self._parameters)
        if verdict.line_class is LineClass.REJECTED:
            return verdict, False
        same = next((reading for reading in stored if reading.value == line.value), None)
        if same is not None:
            return rules.keep_verdict(verdict, same.reason), False
        if stored and not self._continues(stored, different):
            return rules.contradict_stored(line.value, stored[0].value), False
        if not stored and account.consumption_source is not None:
            return rules.contradict_consumption(Consumption.Source(account.consumption_source).label), False
        if self._round is not None and self._round.closed_at is not None:
            return rules.contradict_closed_round(self._round.cycle, format_long_period(self._round.period)), False
        return verdict, True

    def _continues(self, stored: tuple[StoredReading, ...], different: set[int | None] | None) -> bool:
        """Whether what is stored is the half of this file's different readings that came in earlier."""
        return different is not None and all(
            reading.reason == rules.DIFFERENT_READINGS and reading.value in different for reading in stored
        )

    def _write(self, unread_account_ids: set[int], taken: list[_Taken]) -> None:
        reading_round = self._open_round()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO metering_roundline (round_id, account_id) SELECT %s, unnest(%s::bigint[]) "
                "ON CONFLICT DO NOTHING",
                [reading_round.pk, sorted(unread_account_ids)],
            )
        ids = take_ids(Reading, len(taken))
        copy_rows(
            Reading._meta.db_table,
            _READING_COLUMNS,
            (
                self._reading_row(reading_id, reading_round.pk, item)
                for reading_id, item in zip(ids, taken, strict=True)
            ),
        )
        copy_rows(
            Consumption._meta.db_table,
            _CONSUMPTION_COLUMNS,
            (
                self._consumption_row(reading_id, item)
                for reading_id, item in zip(ids, taken, strict=True)
                if item.verdict.line_class is LineClass.OK
            ),
        )

    def _open_round(self) -> ReadingRound:
        if self._round is None:
            self._round, _ = ReadingRound.objects.get_or_create(
                period=self._file_name.period,
                cycle=self._file_name.cycle,
                defaults={"file_name": self._running.batch.file_name[:120], "last_day": self._last_day},
            )
        if not self._round.file_name:
            # It was opened for the telephones before any file came.
            self._round.file_name = self._running.batch.file_name[:120]
            self._round.save(update_fields=["file_name"])
        return self._round

    def _reading_row(self, reading_id: int, round_id: int, taken: _Taken) -> tuple[object, ...]:
        """Days and degrees go as the text that COPY wants: psycopg takes longer to write them than rules to judge."""
        line, facts, verdict = taken.line, taken.account.facts, taken.verdict
        return (
            reading_id,
            round_id,
            taken.account.account_id,
            taken.line_number,
            line.serial,
            line.value,
            _as_text(line.read_on),
            line.read_time,
            line.incident,
            line.reader_code,
            None if line.latitude is None else line.latitude_text,
            None if line.longitude is None else line.longitude_text,
            verdict.line_class.value,
            verdict.code,
            facts.previous_value,
            _as_text(facts.previous_on),
            verdict.volume_m3,
            self._captured_by_id,
        )

    def _consumption_row(self, reading_id: int, taken: _Taken) -> tuple[object, ...]:
        line, facts = taken.line, taken.account.facts
        assert line.value is not None and facts.previous_value is not None, "a right line counts from another"
        settled = rules.settle(line.value - facts.previous_value + facts.carried_m3, facts.ahead_m3)
        return (
            taken.account.account_id,
            self._period_text,
            settled.volume_m3,
            Consumption.Source.MEASURED.value,
            reading_id,
            line.serial,
            facts.previous_value,
            line.value,
            _as_text(facts.previous_on),
            _as_text(line.read_on),
            _as_text(facts.billed_from),
            settled.measured_m3,
            settled.settled_m3,
            settled.ahead_m3,
        )


def _as_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
