"""The papers of an adjustment: its sheet, with the figures and who signs it, and the letter to the customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from cauce.billing.models import Adjustment
from cauce.core.clock import local_day
from cauce.core.es_mx import format_account, format_date, format_long_period, format_money, format_volume, join_words
from cauce.core.money import ZERO
from cauce.documents.printing import Paper, report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportColumn, ReportPart, ReportSheet, ReportTable, ReportText, Told
from cauce.ui.context import is_official_on
from cauce.users.models import User
from cauce.users.roles import role_label

if TYPE_CHECKING:
    from cauce.backoffice.adjustments.showing import BillChange

State = Adjustment.State


def adjustment_sheet(found: Adjustment, rows: Sequence[BillChange], *, at: datetime) -> Paper:
    """The adjustment as it is filed: what it changes, by bill and concept, its criteria, its proof and its signers."""
    facts: list[Told] = [
        ("Cuenta", format_account(found.account.number)),
        ("Titular", found.account.holder.name),
        ("Clase", _kind(found)),
        ("Estado", found.get_state_display()),
        ("Propuso", f"{found.proposed_by}, {format_date(local_day(found.proposed_at))}"),
        ("Decide", role_label(found.authoriser)),
        ("Política", f"{found.policy.resolution} del {_day(found.policy.resolved_on)}"),
    ]
    if found.resolution:
        facts.append(("Acuerdo del Consejo", f"{found.resolution} del {_day(found.resolved_on)}"))
    parts: list[ReportPart] = [ReportText("Motivo", [found.reason])]
    parts += [_table(row) for row in rows]
    if found.findings:
        told = [f"{'Sí' if each['met'] else 'No'}: {each['sentence']}" for each in found.findings]
        parts.append(ReportText("Cómo queda frente a la política", told))
    parts += [
        ReportTable(
            title=f"Prueba del precio, {format_long_period(row.bill.period)}",
            columns=(ReportColumn("Paso"),),
            rows=[(step,) for step in row.proof],
        )
        for row in rows
        if found.undoes_id is None
    ]
    sheet = ReportSheet(
        title="Ajuste a la facturación",
        folio=found.document.folio,
        subject=f"cuenta {format_account(found.account.number)}",
        printed_at=timezone.localtime(at),
        facts=facts,
        figures=(
            ("Decían", format_money(sum((row.before for row in rows), ZERO))),
            ("Dicen", format_money(sum((row.after for row in rows), ZERO))),
            ("Cambio", format_money(found.difference)),
        ),
        alerts=() if found.state == State.APPLIED else (f"{found.get_state_display()}: no se ha aplicado.",),
        parts=parts,
        signers=(
            ("Propuso", Person(name=str(found.proposed_by), position=found.proposed_by.position)),
            ("Autorizó", _decider(found)),
        ),
        shows_barcode=True,
    )
    return report_paper(sheet, issuer(is_official=is_official_on(local_day(at))))


def customer_letter(found: Adjustment, rows: Sequence[BillChange], *, by: User, at: datetime) -> Paper:
    """What the customer is told: what was asked, what was decided and why, and what each bill comes to."""
    facts: list[Told] = [
        ("Titular", found.account.holder.name),
        ("Cuenta", format_account(found.account.number)),
        ("Domicilio", found.account.connection.premises.address),
        ("Clase", _kind(found)),
        ("Solicitado", format_date(local_day(found.proposed_at))),
    ]
    is_told = found.state in (State.APPLIED, State.REFUSED)
    sheet = ReportSheet(
        title="Respuesta a su solicitud de ajuste" if is_told else "Borrador de respuesta",
        folio=found.document.folio,
        subject=found.account.holder.name,
        printed_at=timezone.localtime(at),
        facts=facts,
        alerts=() if is_told else ("Borrador: el ajuste todavía no se resuelve ni se aplica.",),
        parts=[ReportText("", _said(found, rows)), *([] if found.state == State.REFUSED else [_summary(rows)])],
        signers=(("Atentamente", Person(name=str(by), position=by.position)), ("Recibí", Person(name=""))),
        notes=("Si no está de acuerdo puede presentar una inconformidad en ventanilla; conserve este folio.",),
    )
    return report_paper(sheet, issuer(is_official=is_official_on(local_day(at))))


def _said(found: Adjustment, rows: Sequence[BillChange]) -> list[str]:
    bills = join_words([f"{row.bill.document.folio} de {format_long_period(row.bill.period)}" for row in rows])
    several = len(rows) > 1
    opening = (
        f"Se revisó la facturación de {'los recibos' if several else 'el recibo'} {bills}. {_sentence(found.reason)}"
    )
    if found.state == State.REFUSED:
        return [opening, f"El ajuste no procede. {_sentence(found.decision_note)}"]
    told = [opening, f"Conforme a la política «{found.policy.name}»: {_sentence(found.policy.rules['texto'])}"]
    if found.resolution:
        told.append(
            f"Lo resolvió el Consejo Directivo con el acuerdo {found.resolution} del {_day(found.resolved_on)}."
        )
    if found.state != State.APPLIED:
        return told
    new = join_words([row.new_bill.document.folio for row in rows if row.new_bill is not None])
    change = found.difference
    told.append(
        f"{'Los recibos se sustituyen' if several else 'El recibo se sustituye'} por {new}: "
        f"{'disminuye' if change < 0 else 'aumenta'} {format_money(abs(change))}."
    )
    if found.left_in_favour:
        told.append(
            f"Como ya se había pagado, quedan {format_money(found.left_in_favour)} a favor de su cuenta: se aplican a "
            "lo que deba o a sus próximos recibos, o puede pedir su devolución."
        )
    return told


def _summary(rows: Sequence[BillChange]) -> ReportTable:
    columns = (
        ReportColumn("Recibo", 74),
        ReportColumn("Periodo", 104),
        ReportColumn("Consumo", 84, right=True),
        ReportColumn("Decía", right=True),
        ReportColumn("Dice", right=True),
        ReportColumn("Cambio", right=True),
        ReportColumn("Lo sustituye", 66),
    )
    cells = [
        (
            row.bill.document.folio,
            format_long_period(row.bill.period),
            _volumes(row),
            format_money(row.before),
            format_money(row.after),
            format_money(row.difference),
            "" if row.new_bill is None else row.new_bill.document.folio,
        )
        for row in rows
    ]
    totals = [("Total", "", "", *_sums(rows), "")] if len(rows) > 1 else []
    return ReportTable(title="Cómo quedan", columns=columns, rows=cells, totals=totals)


def _table(row: BillChange) -> ReportTable:
    replaced = "" if row.new_bill is None else f", lo sustituye el {row.new_bill.document.folio}"
    return ReportTable(
        title=f"{format_long_period(row.bill.period).capitalize()}, recibo {row.bill.document.folio}{replaced}",
        columns=(
            ReportColumn("Concepto"),
            ReportColumn("Decía", 90, right=True),
            ReportColumn("Dice", 90, right=True),
            ReportColumn("Cambio", 90, right=True),
        ),
        rows=[
            (
                name,
                format_money(change.before),
                format_money(change.after),
                format_money(change.difference),
            )
            for name, change in row.changes
        ],
        totals=[(f"Total ({_volumes(row)})", *_sums([row]))],
    )


def _sums(rows: Sequence[BillChange]) -> tuple[str, str, str]:
    before, after = sum((row.before for row in rows), ZERO), sum((row.after for row in rows), ZERO)
    return format_money(before), format_money(after), format_money(after - before)


def _volumes(row: BillChange) -> str:
    before, after = row.bill.volume_m3, row.corrected.m3
    if before is None and after is None:
        return "cuota fija"
    if before == after:
        return format_volume(Decimal(after or 0))
    if before is None or after is None:
        return "cuota fija" if after is None else format_volume(after)
    return f"de {before} a {after} m³"


def _kind(found: Adjustment) -> str:
    return found.policy.name if found.undoes is None else f"Deshace el {found.undoes.document.folio}"


def _decider(found: Adjustment) -> Person:
    if found.decided_by is None or found.state == State.REFUSED:
        return Person(name="", position=role_label(found.authoriser))
    return Person(name=str(found.decided_by), position=found.decided_by.position or role_label(found.authoriser))


def _day(day: object) -> str:
    return "—" if day is None else format_date(day)  # type: ignore[arg-type]


def _sentence(text: str) -> str:
    said = text.strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."
