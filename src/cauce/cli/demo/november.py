"""November in the demonstration, as the staff finds it: a cycle read and drafted, another one in the street."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from cauce.billing.models import BillingRun
from cauce.billing.operations import (
    acknowledge_changes,
    open_run,
    plan_run,
    work_on_run,
)
from cauce.cli.demo.days import KEY, Town, moment
from cauce.cli.demo.drafting import look_at_draft
from cauce.cli.demo.office import draws_of
from cauce.cli.demo.papers import photograph
from cauce.cli.demo.reading import AT_WORK, NOVEMBER
from cauce.documents.operations import store_file
from cauce.metering.models import MeterLoss, Reader, Reading, ReadingDecision, ReadingRound, RouteAssignment
from cauce.metering.operations import (
    CaptureRefused,
    Choice,
    capture_reading,
    decide_together,
    find_anomalies,
    import_readings,
    request_second_visit,
)
from cauce.metering.queries import Standing, expected_accounts, review_list, standings
from cauce.metering.rules import Bills, ReadingLine
from cauce.metering.rules.handheld import LineDoesNotFit, format_line, handheld_file_name
from cauce.registry.models import Account, Premises

_DAYS: Final = {1: (2, 3, 4, 5), 2: (11, 12, 13)}
# Who reads with a telephone.
_HERS: Final = "108"
_BY_TELEPHONE: Final = 36
_OF_MORNING: Final = 26
_BOUNCE: Final = Decimal("0.00012")


class Walked(NamedTuple):
    """Where a reader stands in a day of walking: the day and the minutes since midnight."""

    day: date
    minute: int


def read_november(town: Town) -> None:
    """Read the first cycle whole and draft it; leave the second half way, with a telephone in it. Idempotent."""
    first = _take_file(town, 1, moment(date(2026, 11, 5), minutes=600))
    _decide_some(town, first, moment(date(2026, 11, 5), minutes=620))
    _draft(town, moment(date(2026, 11, 5), minutes=680))
    second = _take_file(town, 2, moment(date(2026, 11, 13), minutes=420))
    _by_telephone(town, second)
    find_anomalies(reading_round=second, at=moment(date(2026, 11, 13), minutes=440), by=town.people["facturacion"])


def _take_file(town: Town, cycle: int, at: datetime) -> ReadingRound:
    """What the terminals brought, taken in by Informática."""
    found = ReadingRound.objects.filter(period=NOVEMBER, cycle=cycle).exclude(file_name="").first()
    if found is not None:
        return found
    lines = list(_lines(cycle))
    with TemporaryDirectory() as folder:
        path = Path(folder) / handheld_file_name(f"{NOVEMBER:%Y%m}", cycle)
        path.write_text("".join(f"{line}\r\n" for line in lines), encoding="ascii", newline="")
        import_readings(path=path, dry_run=False, at=at, by=town.people["informatica"])
    return ReadingRound.objects.get(period=NOVEMBER, cycle=cycle)


def _lines(cycle: int) -> Iterator[str]:
    """A line for each meter of the routes that were walked, as its reader wrote it."""
    walked = _walked(cycle)
    for code in AT_WORK[cycle]:
        accounts = [account for account in _accounts_of(cycle, code) if account.route.number in walked]
        stand = standings([account.pk for account in accounts], NOVEMBER)
        days = _DAYS[cycle]
        a_day = -(-len(accounts) // len(days)) or 1
        for place, account in enumerate(accounts):
            draws = draws_of(f"lectura:{NOVEMBER:%Y%m}:{account.number}")
            at = Walked(NOVEMBER.replace(day=days[place // a_day]), _minute(place % a_day, a_day, draws))
            line = _line(account, stand[account.pk], code, at, draws)
            if line is None:
                continue
            try:
                yield format_line(line)
            except LineDoesNotFit:
                continue


def _accounts_of(cycle: int, reader: str) -> list[Account]:
    """The accounts with a meter of the routes of a reader, as they are walked."""
    routes = RouteAssignment.objects.filter(period=NOVEMBER, reader__code=reader).values("route")
    lost = MeterLoss.objects.filter(state=MeterLoss.State.OPEN).values("account")
    found = expected_accounts(cycle).filter(route__in=routes).exclude(pk__in=lost)
    found = found.select_related("route", "connection__premises")
    return list(found.order_by("route__number", "route_order", "pk"))


def _walked(cycle: int) -> set[str]:
    """The routes of a cycle that its terminals already brought: of the second, not yet hers nor the last one."""
    assigned = RouteAssignment.objects.filter(period=NOVEMBER, route__cycle=cycle).order_by("route__number")
    if cycle == 1:
        return set(assigned.values_list("route__number", flat=True))
    return set(assigned.exclude(reader__code=_HERS).values_list("route__number", flat=True)[:3])


def _minute(place: int, a_day: int, draws: Random) -> int:
    """From half past seven to the afternoon, with a rest half way."""
    pace = min(7.0, 400 / a_day)
    return 450 + int(place * pace) + (25 if place > a_day // 2 else 0) + draws.randint(0, 1)


def _line(account: Account, stand: Standing, reader: str, at: Walked, draws: Random) -> ReadingLine | None:
    """What was read of a meter: nearly always its figure; now and then an incident, a slip or nothing."""
    fate = draws.random()
    incident, value = _incident(fate), _figure(stand, fate, draws)
    if 0.975 <= fate < 0.982:
        return None
    if incident in ("02", "07", "09"):
        value = None
    latitude, longitude = _place(account.connection.premises, fate, draws)
    serial = f"X{draws.randint(10_000_000, 99_999_999)}" if 0.982 <= fate < 0.987 else stand.serial
    return ReadingLine(
        account.number,
        serial,
        "" if value is None else str(value),
        value,
        at.day,
        f"{at.minute // 60:02d}{at.minute % 60:02d}",
        incident,
        reader,
        latitude,
        longitude,
    )


def _incident(fate: float) -> str:
    for until, code in ((0.012, "02"), (0.02, "09"), (0.025, "03"), (0.03, "06"), (0.034, "01"), (0.037, "07")):
        if fate < until:
            return code
    return "00"


def _figure(stand: Standing, fate: float, draws: Random) -> int | None:
    if stand.previous_value is None:
        return draws.randint(40, 900)
    average = 14.0 if stand.average is None else stand.average.total_m3 / stand.average.months
    volume = round(average * draws.uniform(0.75, 1.3))
    if 0.04 <= fate < 0.05:
        volume = round(average * 4) + 45
    elif 0.05 <= fate < 0.058:
        volume = -4
    elif 0.02 <= fate < 0.025 or 0.058 <= fate < 0.066:
        volume = 0
    return int((stand.previous_value + stand.ahead_m3 + max(volume, -stand.previous_value)) % 10**stand.digits)


def _place(premises: Premises, fate: float, draws: Random) -> tuple[str, str]:
    if premises.latitude is None or premises.longitude is None or draws.random() < 0.25:
        return "", ""
    away = Decimal("0.004") if 0.987 <= fate < 0.991 else _BOUNCE * Decimal(str(round(draws.uniform(-1, 1), 3)))
    return f"{premises.latitude + away:.6f}", f"{premises.longitude + away:.6f}"


def _decide_some(town: Town, reading_round: ReadingRound, at: datetime) -> None:
    """What the clerk got through of the first cycle; the rest is the list that waits."""
    clerk = town.people["facturacion"]
    if ReadingDecision.objects.filter(round=reading_round).exists():
        return
    find_anomalies(reading_round=reading_round, at=at, by=clerk)
    waiting = [item for item in review_list([reading_round], limit=None) if item.kind == "READING"]
    of = {reason: [item for item in waiting if item.reason == reason] for reason in {item.reason for item in waiting}}
    for reason, kind, rule, count, why in (
        ("SIN_LECTURA_ANTERIOR", ReadingDecision.Kind.ACCEPTED, None, 95, "Cuenta desde su última lectura real."),
        ("INCIDENTE_02", ReadingDecision.Kind.ESTIMATED, Bills.AVERAGE_6, 3, "Candado en la reja; se estima."),
        ("INCIDENTE_09", ReadingDecision.Kind.ESTIMATED, Bills.AVERAGE_6, 2, "Perro suelto; se estima."),
        ("CONSUMO_CERO", ReadingDecision.Kind.ACCEPTED, None, 2, "Casa desocupada."),
    ):
        choices = [Choice(item.account_id, item.item_id) for item in of.get(reason, ())[:count]]
        if choices:
            decide_together(
                reading_round=reading_round, choices=choices, kind=kind, rule=rule, reason=why, at=at, by=clerk
            )
    doubtful = [*of.get("CONSUMO_ALTO", ()), *of.get("LECTURA_RETROCEDE", ()), *of.get("MEDIDOR_NO_COINCIDE", ())]
    for place, item in enumerate(doubtful[:6]):
        request_second_visit(
            account=Account.objects.get(pk=item.account_id),
            reading_round=reading_round,
            reading=Reading.objects.get(pk=item.item_id),
            reason="Vuelvan a leerlo con el usuario y traigan foto.",
            at=at + timedelta(minutes=2 + place),
            by=clerk,
        )


def _draft(town: Town, at: datetime) -> None:
    """The draft of the first cycle: compared, half looked at, and waiting for who approves it."""
    clerk = town.people["facturacion"]
    run = open_run(period=NOVEMBER, cycle=1, at=at, by=clerk)
    if run.state in (BillingRun.State.DRAFT, BillingRun.State.COMPUTING):
        acknowledge_changes(run, at=at, by=clerk)
        plan_run(run, at=at, by=clerk)
        work_on_run(run, moment=lambda: at)
        run.refresh_from_db()
    if run.state == BillingRun.State.COMPUTED:
        look_at_draft(town, run, unusual=0.6, sampled=14, wrong=3, at=at + timedelta(minutes=10))


def _by_telephone(town: Town, reading_round: ReadingRound) -> None:
    """Who reads with a telephone captures at the door the route that no terminal brought yet."""
    reader = Reader.objects.select_related("user").get(code=_HERS)
    assert reader.user is not None
    accounts = _accounts_of(reading_round.cycle, _HERS)
    accounts = accounts[:_BY_TELEPHONE]
    stand = standings([account.pk for account in accounts], NOVEMBER)
    for place, account in enumerate(accounts):
        key = f"{KEY}telefono:{NOVEMBER:%Y%m}:{account.number}"
        draws = draws_of(key)
        minutes = (10 if place < _OF_MORNING else 210) + 4 * place
        at = moment(date(2026, 11, 13), minutes=minutes)
        place_read = _place(account.connection.premises, 0.5, draws)
        photo = (
            store_file(name="lectura.png", content=photograph(account.pk % 89), at=at, by=reader.user)
            if place % 12 == 0
            else None
        )
        value = _figure(stand[account.pk], 0.045 if place == 17 else 0.5, draws)
        try:
            capture_reading(
                account,
                reading_round=reading_round,
                meter_serial=stand[account.pk].serial,
                value=None if place == 9 else value,
                incident="02" if place == 9 else "00",
                taken_at=at,
                latitude=Decimal(place_read[0]) if place_read[0] else None,
                longitude=Decimal(place_read[1]) if place_read[1] else None,
                photo=photo,
                reader=reader,
                at=at + timedelta(seconds=20),
                by=reader.user,
                key=key,
            )
        except CaptureRefused:
            continue
