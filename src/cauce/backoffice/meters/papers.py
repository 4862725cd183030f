"""The papers of the park: the act of a bench test, and a proposal of replacement with its arithmetic."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from cauce.core.clock import local_day
from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_money,
    format_percent,
    format_quantity,
    format_volume,
)
from cauce.documents.printing import Paper, report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportColumn, ReportSheet, ReportTable, ReportText, Told
from cauce.metering.models import BenchTest, ReplacementProposal
from cauce.metering.queries.park_screens import Gain, total_gained
from cauce.metering.rules.park_file import park_rules
from cauce.ui.context import is_official_on

State = ReplacementProposal.State


def bench_test_paper(test: BenchTest, *, at: datetime) -> Paper:
    """The act of a test: what was tested, the litres at each flow, its error, its limit and the verdict."""
    standard = park_rules(test.table.rows).standards[test.standard]
    flows = list(test.flows.order_by("pk"))
    passed = test.verdict == BenchTest.Verdict.PASSED
    rows = [
        (
            flow.name,
            format_quantity(flow.litres_per_hour),
            format_quantity(flow.passed_litres),
            format_quantity(flow.registered_litres),
            format_percent(flow.error_percent),
            f"± {format_percent(flow.limit_percent)}",
            "Sí" if flow.passes else "No",
        )
        for flow in flows
    ]
    facts: list[Told] = [
        ("Medidor", test.meter.serial),
        ("Marca", test.meter.brand or "sin dato"),
        ("Diámetro", test.meter.diameter or "sin dato"),
        ("Clase", test.meter.accuracy_class or "sin dato"),
    ]
    if test.account is not None:
        facts += [("Cuenta", format_account(test.account.number)), ("Titular", test.account.holder.name)]
    facts += [
        ("Fecha de la prueba", format_date(test.tested_on)),
        ("Certificado", test.certificate),
        ("Banco", test.bench),
        ("Norma", standard.name),
    ]
    alerts = []
    if hasattr(test, "replaced_by"):
        alerts.append(f"Sin efecto: la corrige la prueba {test.replaced_by.document.folio}.")
    if test.replaces is not None:
        alerts.append(f"Corrige la prueba {test.replaces.document.folio}. {test.note}")
    told = [
        "El error de cada flujo es (litros registrados − litros que pasaron) ÷ litros que pasaron × 100. El medidor "
        "aprueba si en ningún flujo pasa del máximo de la norma.",
        f"El error usual pondera cada flujo por la parte del agua de una casa que va a él: {_shares(standard.flows)}.",
    ]
    if test.note and test.replaces is None:
        told.append(f"Observaciones: {test.note}")
    sheet = ReportSheet(
        title="Acta de prueba de medidor",
        folio=test.document.folio,
        subject=f"medidor {test.meter.serial}",
        printed_at=timezone.localtime(at),
        facts=facts,
        figures=(
            ("Resultado", test.get_verdict_display()),
            ("Error usual", format_percent(test.usual_error)),
            ("Flujos fuera de norma", f"{sum(not flow.passes for flow in flows)} de {len(flows)}"),
        ),
        alerts=alerts,
        parts=[
            ReportTable(
                title="Flujos probados",
                columns=(
                    ReportColumn("Flujo"),
                    ReportColumn("Litros por hora", 84, right=True),
                    ReportColumn("Pasaron, l", 72, right=True),
                    ReportColumn("Registró, l", 72, right=True),
                    ReportColumn("Error", 60, right=True),
                    ReportColumn("Máximo", 60, right=True),
                    ReportColumn("En norma", 60, right=True),
                ),
                rows=rows,
            ),
            ReportText("Cómo se decide", told),
            ReportText("Qué sigue", [_after(passed)]),
        ],
        signers=(
            ("Hizo la prueba", Person(name=test.tester)),
            ("Capturó", Person(name=str(test.recorded_by), position=test.recorded_by.position)),
            ("Usuario o representante", Person(name="")),
        ),
        notes=(f"Fundamento: {standard.legal_basis}.",),
        shows_barcode=True,
    )
    return report_paper(sheet, issuer(is_official=is_official_on(local_day(at))))


def proposal_paper(found: ReplacementProposal, gains: Sequence[Gain], *, at: datetime) -> Paper:
    """A proposal as it is filed: each meter with why, what is expected and what it costs, and how that is reckoned."""
    rules = park_rules(found.table.rows)
    rows = [
        (
            str(gain.line.place),
            gain.line.installation.meter.serial,
            format_account(gain.line.account.number),
            " ".join(reason["sentence"] for reason in gain.line.reasons[:1]) or "A criterio del Coordinador.",
            format_quantity(gain.line.before_m3),
            format_quantity(gain.line.expected_m3),
            format_money(gain.line.pesos_a_year),
            format_money(gain.line.cost),
            _months(gain.line.payback_months),
        )
        for gain in gains
    ]
    total = (
        "", "", "", "Total", "", format_quantity(found.expected_m3), format_money(found.pesos_a_year),
        format_money(found.cost), _months(found.payback_months),
    )  # fmt: skip
    sheet = ReportSheet(
        title="Propuesta de reemplazo de medidores",
        folio=found.document.folio,
        subject=count_of(found.meters, "medidor", "medidores"),
        printed_at=timezone.localtime(at),
        facts=[
            ("Estado", found.get_state_display()),
            ("Propuso", f"{found.proposed_by}, {format_date(local_day(found.proposed_at))}"),
            ("Resolvió", _decided(found)),
            ("Criterios", found.table.resolution),
        ],
        figures=(
            ("Costo", format_money(found.cost)),
            ("Se espera al mes", format_volume(found.expected_m3)),
            ("Se espera al año", format_money(found.pesos_a_year)),
            ("Se paga en", _months(found.payback_months)),
        ),
        alerts=() if found.state == State.APPROVED else (f"{found.get_state_display()}: no da órdenes.",),
        parts=[
            ReportText("Motivo", [found.reason, *([found.decision_note] if found.decision_note else [])]),
            ReportTable(
                title="Medidores",
                columns=(
                    ReportColumn("Núm.", 30, right=True),
                    ReportColumn("Serie", 76),
                    ReportColumn("Cuenta", 54),
                    ReportColumn("Por qué"),
                    ReportColumn("Cuenta, m³", 50, right=True),
                    ReportColumn("Faltan, m³", 50, right=True),
                    ReportColumn("Al año", 72, right=True),
                    ReportColumn("Costo", 72, right=True),
                    ReportColumn("Se paga en", 64, right=True),
                ),
                rows=rows,
                totals=(total,),
            ),
            *_gained(gains, rules.measured_cycles),
            ReportText("Cómo se calcula", _arithmetic(gains)),
        ],
        signers=(
            ("Propuso", Person(name=str(found.proposed_by), position=found.proposed_by.position)),
            ("Aprobó", _decider(found)),
        ),
        notes=(f"Fundamento: {found.table.legal_basis}.",),
        shows_barcode=True,
        is_landscape=True,
    )
    return report_paper(sheet, issuer(is_official=is_official_on(local_day(at))))


def _arithmetic(gains: Sequence[Gain]) -> list[str]:
    told = [
        "Los m³ que faltan al mes son los del motivo que más pesa, nunca la suma de varios. «Cuenta» es la mediana de "
        "los últimos meses leídos; lo que debería contar es la mediana de antes, descontada la baja de las cuentas de "
        "su uso y ruta.",
        "Los pesos al año son doce veces la diferencia entre el recibo de un mes con esos m³ y sin ellos, con IVA, por "
        "la ley vigente el día en que se calculó el parque.",
        "Se paga en: costo × 12 ÷ pesos al año, en meses enteros hacia arriba.",
    ]
    first = next((gain.line for gain in gains if gain.line.payback_months), None)
    if first is not None:
        told.append(
            f"Por ejemplo, el {first.installation.meter.serial}: cuenta {format_quantity(first.before_m3)} m³ y faltan "
            f"{format_quantity(first.expected_m3)}; {format_money(first.cost)} × 12 ÷ "
            f"{format_money(first.pesos_a_year)} da {_months(first.payback_months)}."
        )
    return told


def _gained(gains: Sequence[Gain], cycles: int) -> list[ReportTable]:
    changed = [gain for gain in gains if gain.changed_on is not None]
    if not changed:
        return []
    rows = [
        (
            gain.line.installation.meter.serial,
            gain.new_serial or "—",
            "—" if gain.changed_on is None else format_date(gain.changed_on),
            format_quantity(gain.line.expected_m3),
            f"{gain.cycles} de {cycles} ciclos" if gain.gained_m3 is None else format_quantity(gain.gained_m3),
        )
        for gain in changed
    ]
    measured = sum((gain.line.expected_m3 for gain in changed if gain.gained_m3 is not None), Decimal(0))
    return [
        ReportTable(
            title=f"Lo que ganó, medido tras {cycles} ciclos",
            columns=(
                ReportColumn("Retirado"),
                ReportColumn("Nuevo", 110),
                ReportColumn("Cambiado", 90),
                ReportColumn("Se esperaban, m³", 100, right=True),
                ReportColumn("Ganó al mes, m³", 100, right=True),
            ),
            rows=rows,
            totals=(("Medidos", "", "", format_quantity(measured), format_quantity(total_gained(gains))),),
        )
    ]


def _shares(flows: Sequence[object]) -> str:
    return ", ".join(f"{flow.name} {flow.weight} %" for flow in flows)  # type: ignore[attr-defined]


def _after(passed: bool) -> str:
    if passed:
        return (
            "El medidor mide dentro de la norma: su consumo queda como se leyó y el medidor puede volver a instalarse."
        )
    return (
        "El medidor no mide dentro de la norma: no se vuelve a instalar. Si registra de menos se propone su reemplazo; "
        "si registra de más se ajustan los recibos del periodo que diga la política de ajustes. Estando en garantía se "
        "reclama al proveedor con esta acta."
    )


def _decided(found: ReplacementProposal) -> str:
    if found.decided_by is None or found.decided_at is None:
        return "pendiente"
    return f"{found.decided_by}, {format_date(local_day(found.decided_at))}"


def _decider(found: ReplacementProposal) -> Person:
    if found.decided_by is None or found.state != State.APPROVED:
        return Person(name="")
    return Person(name=str(found.decided_by), position=found.decided_by.position)


def _months(months: int | None) -> str:
    return "no se paga" if months is None else count_of(months, "mes", "meses")
