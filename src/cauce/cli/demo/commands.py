"""``cauce demo``: the demonstration town, from the old system's export to three months of work, and the open site."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import click
from django.conf import settings

from cauce.billing.models import BillingRun
from cauce.billing.operations import (
    acknowledge_changes,
    approve_run,
    generate_calendar,
    open_run,
    plan_run,
    sign_guard,
    start_issuing,
    work_on_run,
)
from cauce.billing.queries.guard import missing_of_run, unsigned
from cauce.books.models import DayBook
from cauce.cashier.models import CashSession
from cauce.cli.access import approval_user, capture_user
from cauce.cli.demo.adjusting import adjust_bills
from cauce.cli.demo.affairs import LEAVE
from cauce.cli.demo.agreements import agree
from cauce.cli.demo.collecting import collect_debts
from cauce.cli.demo.days import LAST_DAY, LAST_WINDOW_DAY, PERIODS, Town, live_days, moment
from cauce.cli.demo.desk_days import FIRST_OFFICE_DAY, live_office_day
from cauce.cli.demo.drafting import look_at_draft
from cauce.cli.demo.guiding import guide
from cauce.cli.demo.limiting import limit_services
from cauce.cli.demo.losing import lose_meters
from cauce.cli.demo.metering_park import keep_park
from cauce.cli.demo.november import read_november
from cauce.cli.demo.office import Office
from cauce.cli.demo.prepaying import pay_ahead
from cauce.cli.demo.reading import open_readers, share_november, walk_again
from cauce.cli.demo.reviewing import review_cycle
from cauce.cli.demo.serving import serve_papers
from cauce.cli.demo.stories import Scene, tell
from cauce.cli.demo.watching import propose_law, watch_day
from cauce.cli.office import load_folder
from cauce.cli.output import progress, table
from cauce.cli.server import bring_up_to_date, port_of_environment, run_site
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_long_period
from cauce.imports.rules import ImportOutcome
from cauce.ledger.operations import import_balances
from cauce.metering.models import ReadingRound
from cauce.metering.operations import (
    import_consumption_history,
    import_padron,
    import_previous_readings,
    import_readings,
)
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from cauce.users.operations import enrol_second_factor, open_staff_account

PASSWORD = "cauce-demostracion"  # noqa: S105
CYCLES = (1, 2, 3)


class StaffMember(NamedTuple):
    """A ready-made user of the demonstration."""

    username: str
    full_name: str
    role: str


# One for each role.
STAFF = (
    StaffMember("coordinador", "Laura Elena Rangel Vera", "coordinador"),
    StaffMember("jefe", "Héctor Manuel Soto Lira", "jefe"),
    StaffMember("cajero", "Daniela Ríos Montoya", "cajero"),
    StaffMember("supervisor-cajas", "Ernesto Villagómez Paz", "supervisor-cajas"),
    StaffMember("tecnico", "Raúl Almanza Cruz", "tecnico"),
    StaffMember("facturacion", "Patricia Núñez Ojeda", "facturacion"),
    StaffMember("operacion", "Jorge Luis Tapia Rico", "operacion"),
    StaffMember("cuadrilla", "Cuadrilla 1 (Martín Ayala)", "cuadrilla"),
    StaffMember("contabilidad", "Sofía Cárdenas Mota", "contabilidad"),
    StaffMember("comunicacion", "Iván Peña Zavala", "comunicacion"),
    StaffMember("informatica", "Mónica Uribe Salas", "informatica"),
    StaffMember("director", "Ing. Alberto Guzmán Ferro", "director"),
    StaffMember("consejo", "Consejo Directivo", "consejo"),
    StaffMember("auditor", "Contraloría Municipal", "auditor"),
)
# Who collects at the other windows.
OTHER_CASHIERS = (
    StaffMember("cajero2", "Óscar Iván Mireles Tovar", "cajero"),
    StaffMember("cajero3", "Rosa Isela Camarena Díaz", "cajero"),
)
# Who goes to the street beside the first of each.
OTHERS_IN_THE_STREET = (
    StaffMember("cuadrilla2", "Cuadrilla 2 (Jesús Arroyo)", "cuadrilla"),
    StaffMember("tecnico2", "Norma Leticia Prieto Sáenz", "tecnico"),
)
# From here on what is done to a meter changes no bill of these months.
METERS_FROM = date(2026, 10, 20)
# Whose routes November has is told some days before, and until this day bills are delivered and tariffs watched.
SHARED_ON = date(2026, 10, 29)
NOVEMBER_WATCHED = date(2026, 11, 5)


class NotInProduction(DomainError):
    """The demonstration's people and figures never enter a real utility."""


@click.command()
def demo() -> None:
    """Prepara la ciudad de demostración y abre el sitio en http://127.0.0.1:8000 (CAUCE_PORT lo cambia)."""
    if settings.ENVIRONMENT == "prod":
        raise NotInProduction("La demostración no se carga en producción: su gente y sus cifras son inventadas.")
    begun = perf_counter()
    bring_up_to_date()
    _load_town()
    progress(f"La ciudad está lista en {perf_counter() - begun:.0f} segundos.")
    click.echo(_logins())
    if os.environ.get("CAUCE_DEMO_SERVE") != "0":
        run_site(port=port_of_environment())


def _load_town() -> None:
    """Load everything, a step at a time; each one is idempotent: a killed demonstration is asked for again."""
    capturer, approver = capture_user(), approval_user()
    progress("Abriendo las cuentas del personal…")
    people = {member.username: _open(member) for member in (*STAFF, *OTHER_CASHIERS, *OTHERS_IN_THE_STREET)}
    progress("Cargando la ley de ingresos de demostración…")
    load_law(
        directory=settings.LAW_DIR / "cortazar" / "2026",
        at=moment(date(2026, 1, 1)),
        by=capturer,
        approved_by=approver,
    )
    legacy = settings.DEMO_DIR / "legacy"
    # The first book is closed when all of it was taken in: asked for again, the files have nothing to add.
    if not DayBook.objects.exists():
        _import_legacy(legacy, capturer)
    progress("Cargando los datos de la oficina…")
    load_folder(settings.OFFICE_DIR / "cortazar", at=moment(FIRST_OFFICE_DAY), by=capturer)
    generate_calendar(first=PERIODS[0], at=moment(FIRST_OFFICE_DAY), by=people["facturacion"])
    office = Office(people, FIRST_OFFICE_DAY, LAST_WINDOW_DAY, leave=LEAVE, meters_from=METERS_FROM)
    office.open_crews()
    town = Town(people, legacy / "banco_20261015.csv")
    open_readers(town, at=moment(FIRST_OFFICE_DAY))
    live_days(
        town,
        first_day=FIRST_OFFICE_DAY,
        bill=lambda day: _bill_on(day, legacy, town),
        tell=_tell,
        attend=lambda day: _attend(town, office, day),
    )
    _leave_november_open(town)


def _attend(town: Town, office: Office, day: date) -> None:
    watch_day(town, day)
    guide(office.people, day)
    live_office_day(office, day)


def _leave_november_open(town: Town) -> None:
    """The month that is being read, as the staff would find it, and the law that waits for the next year."""
    progress("Leyendo noviembre…")
    for number in range((NOVEMBER_WATCHED - LAST_DAY).days):
        watch_day(town, LAST_DAY + timedelta(days=number + 1))
    share_november(town, at=moment(SHARED_ON))
    lose_meters(town)
    propose_law(town)
    read_november(town)


def _tell(town: Town, day: date, sessions: dict[str, CashSession]) -> None:
    tell(town, day, sessions)
    if sessions:
        scene = Scene(town, day, sessions)
        for happens in (pay_ahead, agree, adjust_bills, collect_debts, serve_papers, limit_services, keep_park):
            happens(scene)


def _import_legacy(legacy: Path, by: User) -> None:
    """Take in what the old system exported."""
    start = moment(date(2026, 8, 31))
    _import("Padrón", import_padron, legacy / "padron.csv", start, by)
    _import("Lecturas previas", import_previous_readings, legacy / "lecturas_previas.csv", start, by)
    _import("Consumos históricos", import_consumption_history, legacy / "consumos_historicos.csv", start, by)
    _import("Saldos", import_balances, legacy / "saldos.csv", start, by)


def _open(member: StaffMember) -> User:
    user = open_staff_account(username=member.username, full_name=member.full_name, role=member.role, password=PASSWORD)
    enrol_second_factor(user)
    return user


def _import(name: str, operation: Callable[..., ImportOutcome], path: Path, at: datetime, by: User) -> ImportOutcome:
    outcome = operation(path=path, dry_run=False, at=at, by=by)
    progress(f"{name}: {outcome.taken:,} aceptados, {outcome.rejected:,} rechazados, {outcome.flagged:,} con aviso.")
    return outcome


def _bill_on(day: date, legacy: Path, town: Town) -> list[BillingRun]:
    """The runs that the law has billed by the end of ``day`` since the one before: at most one a day."""
    runs = []
    for period in PERIODS:
        for cycle in CYCLES:
            if period <= day:
                run = open_run(period=period, cycle=cycle, at=moment(period), by=town.people["facturacion"])
                if run.issue_on == day:
                    file = legacy / f"lecturas_{period:%Y%m}_c{cycle}.txt"
                    runs.append(_bill(run, file, town))
    return runs


def _bill(run: BillingRun, file: Path, town: Town) -> BillingRun:
    """Take a cycle's readings, review them and bill them as its people do, on the day the law says."""
    if run.state == BillingRun.State.ISSUED:
        return run
    clerk, head, at = town.people["facturacion"], town.people["jefe"], moment(run.issue_on)
    name = f"Lecturas de {format_long_period(run.period)}, ciclo {run.cycle}"
    # Who takes the file in may not decide its readings.
    early = moment(run.issue_on, minutes=-60)
    _import(name, import_readings, file, early, town.people["informatica"])
    if run.state in (BillingRun.State.DRAFT, BillingRun.State.COMPUTING, BillingRun.State.COMPUTED):
        reading_round = ReadingRound.objects.get(period=run.period, cycle=run.cycle)
        review_cycle(town, reading_round, at=early + timedelta(minutes=5))
        acknowledge_changes(run, at=at, by=clerk)
        plan_run(run, at=at, by=clerk)
        work_on_run(run, moment=lambda: at)
        look_at_draft(town, run, unusual=1, sampled=6, wrong=None, at=at)
    run = approve_run(run, note="Demostración: la muestra se revisó en papel", at=at, by=head)
    if unsigned(run):
        missing = [account.id for account in missing_of_run(run)]
        sign_guard(run, reason="Se facturan el mes que entra, con su alta completa.", accounts=missing, at=at, by=head)
    work_on_run(start_issuing(run, at=at, by=clerk), moment=lambda: at)
    if (run.period, run.cycle) == (PERIODS[-1], 1):
        walk_again(town, reading_round=ReadingRound.objects.get(period=run.period, cycle=1), at=at + timedelta(hours=2))
    progress(f"Ciclo {run.cycle}: {run.totals['counts']['BILLED']:,} recibos por ${Decimal(run.totals['total']):,.2f}.")
    return run


def _logins() -> str:
    rows = [[member.username, PASSWORD, member.full_name] for member in STAFF]
    others = " y ".join(member.username for member in OTHER_CASHIERS)
    street = " y ".join(member.username for member in OTHERS_IN_THE_STREET)
    return (
        "\nDEMOSTRACIÓN, NO OFICIAL. Entre con cualquiera de estos usuarios:\n\n"
        + table(["Usuario", "Contraseña", "Persona"], rows)
        + f"\n\nEn las otras cajas cobran {others}, y a campo salen también {street}, con la misma contraseña."
        + "\nLos códigos del segundo factor los da: cauce otp USUARIO\n"
    )
