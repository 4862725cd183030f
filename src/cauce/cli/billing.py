"""``cauce bill``: a cycle's run from draft to issue, and its bills on screen and on paper."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import click

from cauce.billing.models import Bill, BillingRun, BillLine
from cauce.billing.operations import (
    acknowledge_changes,
    approve_run,
    open_run,
    plan_run,
    sign_guard,
    start_issuing,
)
from cauce.billing.queries import live_bill, live_bills, run_of, sheets_of_run
from cauce.billing.queries.guard import missing_of_run, unsigned
from cauce.billing.rules import reading_note_words
from cauce.cli import processes
from cauce.cli.access import acting_options, approval_user, capture_user
from cauce.cli.output import emit, json_option, progress
from cauce.cli.periods import PeriodParameter
from cauce.core.alone import alone
from cauce.core.clock import now
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_long_period
from cauce.documents.printing import print_bill_run
from cauce.documents.queries import issuer
from cauce.registry.models import Account
from cauce.registry.rules import account_number
from cauce.tariffs.rules import explain
from cauce.users.models import User

_FROM_THE_COMMAND = "Corrida hecha con la orden «cauce bill run»"


class NothingBilled(DomainError):
    """There is no such bill or run."""


month_option: Callable[..., Callable[..., object]] = click.option(
    "--month", "period", type=PeriodParameter(), required=True, help="Mes facturado: 2026-09."
)
cycle_option: Callable[..., Callable[..., object]] = click.option(
    "--cycle", type=click.IntRange(1, 3), required=True, help="Ciclo: 1, 2 o 3."
)


@click.group()
def bill() -> None:
    """Factura un ciclo, muestra e imprime recibos."""


@bill.command("run")
@month_option
@cycle_option
@click.option("--approve", is_flag=True, help="Aprueba la prefactura (otra persona).")
@click.option("--issue", is_flag=True, help="Emite los recibos de una corrida aprobada.")
@json_option
@acting_options
def run_command(
    period: date, cycle: int, approve: bool, issue: bool, as_json: bool, by: str | None, approved_by: str | None
) -> None:
    """Calcula la corrida de un ciclo; con --approve la aprueba y con --issue la emite."""
    capturer = capture_user(by)
    # Two commands for one cycle: the second waits and finds the run where the first left it.
    with alone(f"bill run {period} {cycle}"):
        run = open_run(period=period, cycle=cycle, at=now(), by=capturer)
        hands = processes.processes_for(Account.objects.filter(cycle=cycle).count())
        if run.state in (BillingRun.State.DRAFT, BillingRun.State.COMPUTING, BillingRun.State.COMPUTED):
            progress(f"Calculando {format_long_period(period)}, ciclo {cycle}…")
            acknowledge_changes(run, at=now(), by=capturer)
            plan_run(run, at=now(), by=capturer)
            processes.work_on_run(run.pk, processes=hands)
            run.refresh_from_db()
        if approve and run.state == BillingRun.State.COMPUTED:
            approver = approval_user(approved_by, captured_by=capturer)
            run = approve_run(run, note=_FROM_THE_COMMAND, at=now(), by=approver)
        if issue and run.state != BillingRun.State.ISSUED:
            progress("Emitiendo recibos…")
            _sign_missing(run, approval_user(approved_by, captured_by=capturer))
            run = start_issuing(run, at=now(), by=capturer)
            processes.work_on_run(run.pk, processes=hands)
            run.refresh_from_db()
    counts = run.totals["counts"]
    emit(
        {
            "accounts": sum(counts.values()),
            "billed": counts["BILLED"],
            "parked": counts["PARKED"],
            "held": counts["HELD"],
            "exempt": counts["EXEMPT"],
            "total": run.totals["total"],
            "state": run.state,
            "by_rule": run.totals["by_rule"],
        },
        as_json=as_json,
    )


@bill.command("show")
@click.argument("number", metavar="CUENTA")
@month_option
@json_option
def show(number: str, period: date, as_json: bool) -> None:
    """Muestra un recibo con la prueba de cada importe."""
    account = Account.objects.filter(number=account_number(number)).first()
    found = None if account is None else live_bill(account_id=account.pk, period=period)
    if found is None:
        raise NothingBilled(f"La cuenta {number} no tiene recibo de {format_long_period(period)}.")
    lines = [
        {
            "concept": line.concept,
            "amount": line.amount,
            "vat_percent": _percent(line.vat_percent),
            "vat": line.vat,
        }
        for line in found.lines.order_by("position")
    ]
    document = {
        "account": found.account.number,
        "folio": found.document.folio,
        "issued_on": found.issued_on,
        "due_on": found.due_on,
        "consumption": found.volume_m3,
        "reading_note": found.reading_note,
        "lines": lines,
        "total": found.total,
        "amount_due": found.amount_due,
        "proof": found.proof,
    }
    told = reading_note_words(found.reading_note)
    notes = [f"{told[0].upper()}{told[1:]}."] if told else []
    emit(document, as_json=as_json, text="\n".join([*notes, *explain(found.proof)]))


@bill.command("export")
@month_option
@json_option
def export(period: date, as_json: bool) -> None:
    """Entrega los recibos vigentes de un mes."""
    del as_json
    lines: dict[int, list[dict[str, object]]] = {}
    rows = (
        BillLine.objects.filter(bill__period=period, bill__replaced_by__isnull=True)
        .order_by("bill_id", "position")
        .values_list("bill_id", "concept", "amount", "vat_percent", "vat")
    )
    for bill_id, concept, amount, percent, vat in rows.iterator(5000):
        lines.setdefault(bill_id, []).append(
            {"concept": concept, "amount": amount, "vat_percent": _percent(percent), "vat": vat}
        )
    exported = [
        {"account": number, "consumption": volume_m3, "lines": lines.get(bill_id, []), "total": total}
        for bill_id, number, volume_m3, total in live_bills(period)
        .order_by("account__number")
        .values_list("pk", "account__number", "volume_m3", "total")
    ]
    emit(exported, as_json=True)


@bill.command("pdf")
@month_option
@cycle_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Archivo PDF.")
@json_option
def pdf(period: date, cycle: int, out: Path, as_json: bool) -> None:
    """Imprime los recibos de una corrida, dos por hoja y en orden de reparto."""
    run = run_of(period=period, cycle=cycle)
    if run is None or not Bill.objects.filter(run=run).exists():
        raise NothingBilled(f"El ciclo {cycle} de {format_long_period(period)} no tiene recibos emitidos.")
    printed = print_bill_run(
        sheets_of_run(run),
        issuer(is_official=run.schedule.official),
        out,
        progress=lambda bills: progress(f"{bills} recibos…"),
    )
    emit({"pages": printed.pages, "bills": printed.sheets}, as_json=as_json)


def _sign_missing(run: BillingRun, approver: User) -> None:
    """The second person signs who is left out, if anybody is, so that the command ends alone."""
    missing = unsigned(run) if run.state == BillingRun.State.APPROVED else []
    if missing:
        progress(f"Faltan {len(missing):,} cuentas; {approver} firma que quedan sin recibo.")
        every = [account.id for account in missing_of_run(run)]
        sign_guard(run, reason=_FROM_THE_COMMAND, accounts=every, at=now(), by=approver)


def _percent(percent: Decimal) -> str:
    """A rate as the law writes it: 16, or 8.5 where it has decimals."""
    return f"{percent.normalize():f}"
