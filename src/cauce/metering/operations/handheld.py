"""Readings that a telephone captures at the door, by the same rules as those of the file."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from cauce.core.errors import DomainError
from cauce.core.es_mx import format_long_period
from cauce.documents.models import StoredFile
from cauce.events.operations import publish
from cauce.metering import rules
from cauce.metering.events import READING_CAPTURED, ROUND_OPENED
from cauce.metering.models import Consumption, Reader, Reading, ReadingCapture, ReadingDecision, ReadingRound
from cauce.metering.queries import AccountMeter, account_meters, reading_parameters
from cauce.metering.rules import LineClass, ReadingLine, Verdict
from cauce.metering.rules.handheld import LineDoesNotFit, format_line
from cauce.registry.models import Account
from cauce.users.models import User

_HOLD_ROUND = "SELECT closed_at FROM metering_readinground WHERE id = %s FOR SHARE"


class CaptureRefused(DomainError):
    """A reading cannot be captured so."""


class UnknownCycle(DomainError):
    """The law says no days of reading for that cycle."""


@transaction.atomic
def open_round(*, period: date, cycle: int, at: datetime, by: User) -> ReadingRound:
    """Let a cycle's month be read by telephone before any file came. Idempotent.

    :raises UnknownCycle: if the law has no such cycle.
    """
    last_day = reading_parameters(period).last_day(period, cycle)
    if last_day is None:
        raise UnknownCycle(f"La ley no da días de lectura al ciclo {cycle}: revise el ciclo.")
    reading_round, is_new = ReadingRound.objects.get_or_create(
        period=period, cycle=cycle, defaults={"last_day": last_day}
    )
    if is_new:
        facts = {"period": format_long_period(period), "cycle": cycle}
        publish(ROUND_OPENED, subject_kind="ReadingRound", subject_id=reading_round.pk, facts=facts, at=at, by=by)
    return reading_round


@transaction.atomic
def capture_reading(
    account: Account,
    *,
    reading_round: ReadingRound,
    meter_serial: str,
    value: int | None,
    incident: str,
    taken_at: datetime,
    latitude: Decimal | None,
    longitude: Decimal | None,
    photo: StoredFile | None,
    reader: Reader,
    at: datetime,
    by: User,
    key: str,
) -> Reading:
    """Take a reading at the door and give it the class that the file's rules give it. Idempotent by ``key``.

    Who captured it is the reader's user, who may not decide it. The same figure again gives back the one that stands.
    An account that waits for a second visit takes one reading more, which waits for who asked for it.

    :raises CaptureRefused: naming the account and why.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    sent = ReadingCapture.objects.filter(key=key).select_related("reading").first()
    if sent is not None:
        if sent.reading.account_id != account.pk:
            raise CaptureRefused(f"Esa llave ya es de otra lectura: vuelva a capturar la cuenta {account.number}.")
        return sent.reading
    line = _line(account, meter_serial, value, incident, taken_at, latitude, longitude, reader)
    _refuse(account, reading_round, line, taken_at, reader, at)
    meter = account_meters({account.number}, reading_round.period, reading_parameters(reading_round.period))[
        account.number
    ]
    stored = list(Reading.objects.filter(round=reading_round, account=account).order_by("line"))
    revisit = ReadingDecision.objects.filter(
        round=reading_round, account=account, replaced_by__isnull=True, kind=ReadingDecision.Kind.REVISIT
    ).exists()
    if stored and not revisit:
        return _same_as_stored(stored, value)
    if not stored and meter.consumption_source is not None:
        raise CaptureRefused(rules.contradict_consumption(Consumption.Source(meter.consumption_source).label).sentence)
    verdict = rules.classify_reading(line, meter.facts, reading_parameters(reading_round.period))
    waits = revisit or verdict.line_class is LineClass.REVIEW
    reading = _reading(account, reading_round, line, meter, verdict, waits=waits, captured_by=reader.user or by)
    reading.line = 1 + max((each.line for each in stored), default=0)
    reading.save()
    if not waits:
        _consumption(reading, meter).save()
    ReadingCapture.objects.create(key=key, reading=reading, taken_at=taken_at, received_at=at, photo=photo)
    publish(
        READING_CAPTURED,
        subject_kind="Reading",
        subject_id=reading.pk,
        account_id=account.pk,
        facts={
            "period": format_long_period(reading_round.period),
            "reader": str(reader),
            "value": "sin cifra" if value is None else f"{value:,}",
            "told": verdict.sentence or "Correcta.",
        },
        at=at,
        by=by,
    )
    return reading


def _line(
    account: Account,
    meter_serial: str,
    value: int | None,
    incident: str,
    taken_at: datetime,
    latitude: Decimal | None,
    longitude: Decimal | None,
    reader: Reader,
) -> ReadingLine:
    local = timezone.localtime(taken_at)
    has_place = latitude is not None and longitude is not None
    line = ReadingLine(
        account.number,
        meter_serial.strip(),
        "" if value is None else str(value),
        value,
        local.date(),
        f"{local:%H%M}",
        incident.strip() or rules.NORMAL_INCIDENT,
        reader.code,
        f"{latitude:.6f}" if has_place else "",
        f"{longitude:.6f}" if has_place else "",
    )
    try:
        format_line(line)
    except LineDoesNotFit as error:
        raise CaptureRefused(str(error)) from error
    return line


def _refuse(
    account: Account, reading_round: ReadingRound, line: ReadingLine, taken_at: datetime, reader: Reader, at: datetime
) -> None:
    month = format_long_period(reading_round.period)
    if account.cycle != reading_round.cycle:
        raise CaptureRefused(f"La cuenta {account.number} es del ciclo {account.cycle}: captúrela en su ronda.")
    if not reader.is_active:
        raise CaptureRefused(f"{reader} ya no lee: pida que lo activen antes de capturar.")
    if taken_at > at:
        raise CaptureRefused("La lectura dice una hora que aún no llega: corrija el reloj del teléfono.")
    if line.value is not None and line.value < 0:
        raise CaptureRefused(f"La lectura de la cuenta {account.number} no puede ser menor que cero.")
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_ROUND, [reading_round.pk])
        (closed_at,) = cursor.fetchone()
    if closed_at is not None:
        raise CaptureRefused(rules.contradict_closed_round(reading_round.cycle, month).sentence)
    verdict = rules.classify_shape(
        format_line(line), line, is_known_account=True, last_reading_day=reading_round.last_day
    )
    if verdict is not None:
        raise CaptureRefused(verdict.sentence)


def _same_as_stored(stored: Sequence[Reading], value: int | None) -> Reading:
    same = next((each for each in stored if each.value == value), None)
    if same is None:
        raise CaptureRefused(rules.contradict_stored(value, stored[0].value).sentence)
    return same


def _reading(
    account: Account,
    reading_round: ReadingRound,
    line: ReadingLine,
    meter: AccountMeter,
    verdict: Verdict,
    *,
    waits: bool,
    captured_by: User,
) -> Reading:
    return Reading(
        round=reading_round,
        account=account,
        meter_serial=line.serial,
        value=line.value,
        taken_on=line.read_on,
        taken_time=line.read_time,
        incident=line.incident,
        reader_code=line.reader_code,
        latitude=line.latitude,
        longitude=line.longitude,
        status=Reading.Status.REVIEW if waits else Reading.Status.OK,
        reason=(verdict.code or rules.REVIEWED) if waits else "",
        previous_value=meter.facts.previous_value,
        previous_on=meter.facts.previous_on,
        proposed_m3=verdict.volume_m3,
        captured_by=captured_by,
    )


def _consumption(reading: Reading, meter: AccountMeter) -> Consumption:
    facts = meter.facts
    assert reading.value is not None and facts.previous_value is not None, "a right reading counts from another"
    settled = rules.settle(reading.value - facts.previous_value + facts.carried_m3, facts.ahead_m3)
    return Consumption(
        account_id=reading.account_id,
        period=reading.round.period,
        volume_m3=settled.volume_m3,
        source=Consumption.Source.MEASURED,
        reading=reading,
        meter_serial=reading.meter_serial,
        previous_value=facts.previous_value,
        current_value=reading.value,
        previous_on=facts.previous_on,
        current_on=reading.taken_on,
        billed_from=facts.billed_from,
        measured_m3=settled.measured_m3,
        settled_m3=settled.settled_m3,
        ahead_m3=settled.ahead_m3,
    )
