"""``cauce demo``: the demonstration town, from the old system's export to two months of billing, and the open site."""

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import click
from django.conf import settings
from django.utils import timezone

from cauce.billing.models import Bill, BillingRun
from cauce.billing.operations import approve_run, open_run, plan_run, start_issuing, work_on_run
from cauce.cashier.models import CashSession, Desk, Payment
from cauce.cashier.operations import PaymentShare, close_session, open_desk, open_session, take_payment
from cauce.cashier.rules import Tendered
from cauce.cli.access import approval_user, capture_user
from cauce.cli.output import progress, table
from cauce.cli.server import bring_up_to_date, port_of_environment, run_site
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_long_period
from cauce.imports.rules import ImportOutcome
from cauce.ledger.operations import import_balances
from cauce.ledger.queries import balances
from cauce.metering.operations import import_consumption_history, import_previous_readings, import_readings
from cauce.metering.operations.padron import import_padron
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from cauce.users.operations import enrol_second_factor, open_staff_account

PASSWORD = "cauce-demostracion"  # noqa: S105
CYCLES = (1, 2, 3)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
# Whoever pays does so within these days of the bill, in the proportions below; the rest stay behind.
_DAYS_TO_PAY = 14
_KEY = "demo:"
_PAID_OF_TEN = {1: 6, 2: 6, 3: 7}


class StaffMember(NamedTuple):
    """A ready-made user of the demonstration: one for each role."""

    username: str
    full_name: str
    role: str


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
    people = {member.role: _open(member) for member in STAFF}
    progress("Cargando la ley de ingresos de demostración…")
    load_law(
        directory=settings.LAW_DIR / "cortazar" / "2026",
        at=_moment(date(2026, 1, 1)),
        by=capturer,
        approved_by=approver,
    )
    legacy = settings.DEMO_DIR / "legacy"
    start = _moment(date(2026, 8, 31))
    _import("Padrón", import_padron, legacy / "padron.csv", start, capturer)
    _import("Lecturas previas", import_previous_readings, legacy / "lecturas_previas.csv", start, capturer)
    _import("Consumos históricos", import_consumption_history, legacy / "consumos_historicos.csv", start, capturer)
    _import("Saldos", import_balances, legacy / "saldos.csv", start, capturer)
    window = _Window(people["cajero"])
    for period in (SEPTEMBER, OCTOBER):
        for cycle in CYCLES:
            file = legacy / f"lecturas_{period:%Y%m}_c{cycle}.txt"
            run = _bill(period, cycle, file, people["facturacion"], people["jefe"])
            window.collect(run, until=run.issue_on + timedelta(days=9))
    window.close()


def _open(member: StaffMember) -> User:
    user = open_staff_account(username=member.username, full_name=member.full_name, role=member.role, password=PASSWORD)
    enrol_second_factor(user)
    return user


def _import(name: str, operation: Callable[..., ImportOutcome], path: Path, at: datetime, by: User) -> ImportOutcome:
    outcome = operation(path=path, dry_run=False, at=at, by=by)
    progress(f"{name}: {outcome.taken:,} aceptados, {outcome.rejected:,} rechazados, {outcome.flagged:,} con aviso.")
    return outcome


def _bill(period: date, cycle: int, file: Path, clerk: User, head: User) -> BillingRun:
    """Take a cycle's readings and bill it as its people do, on the day the law says."""
    run = open_run(period=period, cycle=cycle, at=_moment(period), by=clerk)
    if run.state == BillingRun.State.ISSUED:
        return run
    at = _moment(run.issue_on)
    _import(f"Lecturas de {format_long_period(period)}, ciclo {cycle}", import_readings, file, at, clerk)
    if run.state in (BillingRun.State.DRAFT, BillingRun.State.COMPUTING, BillingRun.State.COMPUTED):
        plan_run(run, at=at, by=clerk)
        work_on_run(run, moment=lambda: at)
    approve_run(run, at=at, by=head)
    work_on_run(start_issuing(run, at=at, by=clerk), moment=lambda: at)
    progress(f"Ciclo {cycle}: {run.totals['counts']['BILLED']:,} recibos por ${Decimal(run.totals['total']):,.2f}.")
    return run


class _Window:
    """A window where people come and pay, a day after another."""

    def __init__(self, cashier: User) -> None:
        self.cashier = cashier
        self.desk: Desk = open_desk(code="C1", name="Caja 1", series="C1")
        self.session: CashSession | None = None

    def collect(self, run: BillingRun, *, until: date) -> None:
        """Take the payments of a run's bills: whole, in part, or more than is owed, before and after they are due."""
        by_day: dict[date, list[Bill]] = {}
        for bill, day in _who_pays(run, until):
            by_day.setdefault(day, []).append(bill)
        taken = 0
        for day in sorted(by_day):
            owed = balances(bill.account_id for bill in by_day[day])
            for place, bill in enumerate(by_day[day]):
                amount = _amount(bill, owed.get(bill.account_id, Decimal(0)))
                if amount > 0:
                    taken += 1
                    self._take(bill, amount, _moment(day, minutes=place % 420))
        progress(f"Ventanilla: {taken:,} pagos de los recibos del ciclo {run.cycle}.")

    def close(self) -> None:
        """Close the last session."""
        if self.session is not None:
            close_session(session=self.session, at=_moment(self.session.day, minutes=479), by=self.cashier)
            self.session = None

    def _take(self, bill: Bill, amount: Decimal, at: datetime) -> None:
        day = timezone.localdate(at)
        if self.session is None or self.session.day != day:
            self.close()
            self.session = open_session(desk=self.desk, cashier=self.cashier, opening_float=Decimal(500), at=at)
        method = "CARD" if bill.pk % 6 == 0 else "CASH"
        take_payment(
            shares=[PaymentShare(account=bill.account, amount=amount)],
            tenders=[Tendered(method, amount, f"{bill.pk:06d}" if method == "CARD" else "")],
            session=self.session,
            at=at,
            by=self.cashier,
            key=f"{_KEY}{bill.pk}",
        )


def _who_pays(run: BillingRun, until: date) -> Iterator[tuple[Bill, date]]:
    """Who of a run comes to pay and when; the same at every demonstration."""
    taken = set(Payment.objects.filter(key__startswith=_KEY).values_list("key", flat=True))
    for bill in Bill.objects.filter(run=run).select_related("account", "account__holder").order_by("position"):
        draw = bill.account_id * 7919 + run.period.month
        day = run.issue_on + timedelta(days=1 + draw % _DAYS_TO_PAY)
        # The window does not open on Saturday or Sunday.
        day += timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
        if draw % 10 < _PAID_OF_TEN[run.cycle] and day <= until and f"{_KEY}{bill.pk}" not in taken:
            yield bill, day


def _amount(bill: Bill, owed: Decimal) -> Decimal:
    """Most pay what they owe, some a part, a few leave something in their favour."""
    kind = bill.account_id % 20
    if kind == 7:
        return (owed / 2).quantize(Decimal(1))
    if kind == 11:
        return owed + 100
    return owed


def _moment(day: date, *, minutes: int = 0) -> datetime:
    """A moment of the utility's working day: eight in the morning and so many minutes."""
    return timezone.make_aware(datetime.combine(day, time(8))) + timedelta(minutes=minutes)


def _logins() -> str:
    rows = [[member.username, PASSWORD, member.full_name] for member in STAFF]
    return (
        "\nDEMOSTRACIÓN, NO OFICIAL. Entre con cualquiera de estos usuarios:\n\n"
        + table(["Usuario", "Contraseña", "Persona"], rows)
        + "\n\nLos códigos del segundo factor los da: cauce otp USUARIO\n"
    )
