"""The paper of the months paid ahead."""

from collections.abc import Sequence

from django.utils import timezone

from cauce.agreements.models import PrepaidMonth, Prepayment
from cauce.core import clock
from cauce.core.clock import local_day
from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_long_date,
    format_long_period,
    format_money,
    format_percent,
)
from cauce.core.money import ZERO
from cauce.documents.printing import Paper, report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportColumn, ReportSheet, ReportTable, ReportText
from cauce.ui.context import is_official_on

State = Prepayment.State
ALERTS = {
    State.OFFERED: "OFERTA: todavía no se paga. No hace constar ningún pago.",
    State.EXPIRED: "SIN EFECTO: no se pagó en su plazo.",
    State.CANCELLED: "CANCELADO: deja de descontar.",
}


def certificate(found: Prepayment, months: Sequence[PrepaidMonth], *, basis: str) -> Paper:
    """What was offered or paid, what each month costs and is let go, and what its holder must know."""
    account, state = found.account, State(found.state)
    percent = format_percent(found.percent.normalize())
    sheet = ReportSheet(
        title="Oferta de pago anticipado" if state == State.OFFERED else "Constancia de pago anticipado",
        folio=found.document.folio,
        subject=f"Cuenta {format_account(account.number)}",
        printed_at=timezone.localtime(clock.now()),
        facts=(
            ("Titular", found.party.name),
            ("Domicilio de la toma", account.connection.premises.address),
            ("Tarifa", found.tariff_code),
            ("Estado", found.get_state_display()),
        ),
        figures=(
            ("Costo esperado", format_money(found.gross)),
            (f"Descuento, {percent}", format_money(found.discount)),
            ("Se paga", format_money(found.net)),
        ),
        alerts=(ALERTS[state],) if state in ALERTS else (),
        parts=(_month_table(months), ReportText("Qué debe saber", _words(found, months))),
        notes=(basis,) if basis else (),
        signers=(("Ofreció", Person(name=str(found.offered_by), position="")),),
        shows_barcode=True,
    )
    return report_paper(sheet, issuer(is_official=is_official_on(local_day(found.offered_at))))


def _month_table(months: Sequence[PrepaidMonth]) -> ReportTable:
    rows = [
        (
            format_long_period(month.period).capitalize(),
            format_money(month.gross),
            format_money(month.discount),
            format_money(month.gross - month.discount),
            "—" if month.bill is None else f"{month.bill.folio}, {format_money(month.billed or ZERO)}",
        )
        for month in months
    ]
    gross, discount = sum((month.gross for month in months), ZERO), sum((month.discount for month in months), ZERO)
    return ReportTable(
        title="Mes por mes",
        columns=(
            ReportColumn("Mes"),
            ReportColumn("Costo esperado", 95, right=True),
            ReportColumn("Descuento", 85, right=True),
            ReportColumn("Se paga", 85, right=True),
            ReportColumn("Recibo y lo facturado", 140, right=True),
        ),
        rows=rows,
        totals=(("Total", format_money(gross), format_money(discount), format_money(gross - discount), ""),),
    )


def _words(found: Prepayment, months: Sequence[PrepaidMonth]) -> tuple[str, ...]:
    paid = (
        f"Se paga en caja a más tardar el {format_long_date(found.pay_until)}; después hay que pedirlo otra vez."
        if found.begun_at is None
        else f"Se pagó el {format_date(local_day(found.begun_at))} y cubre {count_of(len(months), 'mes', 'meses')}."
    )
    expected = (
        "Cada mes se calculó con su cuota fija."
        if found.monthly_m3 is None
        else f"Cada mes se calculó con {found.monthly_m3} m³, el promedio de sus últimos doce."
    )
    return (
        paid,
        f"{expected} El recibo de cada mes se emite con lo que de verdad se consumió y se paga con este dinero: lo que "
        "pase del costo esperado se paga aparte y sin descuento; lo que falte queda a favor de la cuenta.",
    )
