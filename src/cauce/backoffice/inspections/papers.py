"""The papers of the agenda: the appointment, the act, and a technician's day."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from cauce.core.es_mx import (
    format_account,
    format_datetime,
    format_long_date,
    format_percent,
    format_phone,
    format_quantity,
    format_time,
    format_weekday_date,
)
from cauce.documents.printing import report_paper, slip_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Issuer, Person
from cauce.documents.rules.report_sheets import (
    ReportBlanks,
    ReportColumn,
    ReportFacts,
    ReportPart,
    ReportSheet,
    ReportTable,
    ReportText,
)
from cauce.metering.queries import current_installation
from cauce.ui.context import is_official_on
from cauce.users.queries import office_hours
from cauce.workorders.models import AgendaSlot, HomeInspection, InspectionAct, Technician
from cauce.workorders.queries import last_reading_of_meter
from cauce.workorders.queries.agenda import basis_in_force, fee_of, figures_of
from cauce.workorders.rules.inspections import (
    Basis,
    expected_by_fixtures,
    expected_by_persons,
    hours_of,
    meter_test,
)

_FOR_THE_VISIT = (
    "Tenga a la mano su último recibo y libre el paso al medidor.",
    "Debe recibir una persona mayor de edad; el técnico se identifica con su gafete.",
    "Si no podrá recibir, avise un día antes para cambiar la cita.",
)


def slip_of(inspection: HomeInspection, printed_at: datetime) -> bytes:
    """The appointment, for who will receive the technician."""
    sheet = ReportSheet(
        title="Cita para aforo",
        folio=inspection.document.folio,
        subject=format_weekday_date(inspection.slot.day).capitalize(),
        printed_at=timezone.localtime(printed_at),
        facts=(
            ("Entre", _hours(inspection.slot)),
            ("Técnico", str(inspection.slot.technician)),
            ("Cuenta", format_account(inspection.account.number)),
        ),
        parts=(
            ReportFacts(
                "La visita",
                (
                    ("Domicilio", inspection.account.connection.premises.address),
                    ("Titular", inspection.account.holder.name),
                    ("Recibe", inspection.contact_name),
                    ("Motivo", inspection.matter),
                    ("Costo", _cost(inspection)),
                ),
                columns=2,
            ),
            ReportText("Para la visita", _FOR_THE_VISIT),
        ),
        shows_barcode=True,
    )
    return slip_paper(sheet, _issuer(printed_at)).pdf()


def act_paper(inspection: HomeInspection, act: InspectionAct | None, printed_at: datetime) -> bytes:
    """The act of an aforo: with what was captured or, before, with lines to be filled in by hand."""
    sheet = ReportSheet(
        title="Acta de aforo",
        folio=inspection.document.folio if act is None else act.document.folio,
        subject=f"Aforo {inspection.document.folio} · cuenta {format_account(inspection.account.number)}",
        printed_at=timezone.localtime(printed_at),
        facts=(
            ("Titular", inspection.account.holder.name),
            ("Agendado", format_long_date(inspection.slot.day)),
            ("Entre", _hours(inspection.slot)),
            ("Técnico", str(inspection.slot.technician)),
        ),
        parts=[*_house(inspection), *(_blank(figures_of(basis_in_force())) if act is None else _captured(act))],
        signers=(
            ("Practicó", Person(name=str(inspection.slot.technician), position="Técnico en medición")),
            ("Atendió", _who_received(act)),
            *((("Vo. Bo.", Person(name="", position="Jefe de Comercialización")),) if act is not None else ()),
        ),
        notes=("El acta dice lo que se vio; el ajuste, si procede, lo resuelve Facturación.",),
        shows_barcode=True,
    )
    return report_paper(sheet, _issuer(printed_at)).pdf()


def day_paper(technician: Technician, day: date, inspections: Sequence[HomeInspection], printed_at: datetime) -> bytes:
    """A technician's day, half by half, as it is walked."""
    sheet = ReportSheet(
        title="Aforos del día",
        subject=f"{technician} · {format_weekday_date(day)}",
        printed_at=timezone.localtime(printed_at),
        facts=(("Aforos", str(len(inspections))),),
        parts=[_half_table(half, label, inspections) for half, label in AgendaSlot.Half.choices],
        signers=(("Salió con ellos", Person(name=str(technician), position="Técnico en medición")),),
        notes=("De cada casa se trae su acta llena y firmada, también si no se encontró a nadie.",),
        is_landscape=True,
    )
    return report_paper(sheet, _issuer(printed_at)).pdf()


def _half_table(half: str, label: str, inspections: Sequence[HomeInspection]) -> ReportTable:
    rows = [
        (
            str(number),
            one.document.folio,
            format_account(one.account.number),
            one.account.connection.premises.address,
            f"{one.contact_name} {format_phone(one.contact_phone)}".strip(),
            one.matter,
            "",
        )
        for number, one in enumerate((one for one in inspections if one.slot.half == half), start=1)
    ]
    return ReportTable(
        title=f"{label}, entre {_hours_of(half)}",
        columns=(
            ReportColumn("N.º", 24, right=True),
            ReportColumn("Folio", 60),
            ReportColumn("Cuenta", 50),
            ReportColumn("Domicilio"),
            ReportColumn("Quién recibe", 150),
            ReportColumn("Motivo", 130),
            ReportColumn("Hora", 44),
        ),
        rows=rows,
        empty="Sin aforos.",
        pitch=6,
    )


def _house(inspection: HomeInspection) -> list[ReportPart]:
    account = inspection.account
    pairs = [
        ("Domicilio", account.connection.premises.address),
        ("Recibe", f"{inspection.contact_name} {format_phone(inspection.contact_phone)}".strip()),
        ("Motivo", inspection.matter),
        ("Sector y ruta", f"{account.route.sector or '—'} · {account.route.number}"),
    ]
    installation = current_installation(account.pk)
    if installation is not None:
        last = last_reading_of_meter(installation, before=inspection.slot.day)
        pairs += [
            ("Medidor en el padrón", f"{installation.meter.serial} {installation.meter.brand}".strip()),
            ("Última lectura", format_quantity(last.value)),
        ]
    return [ReportFacts("Dónde", pairs, columns=2)]


def _blank(basis: Basis) -> list[ReportPart]:
    marks = [f"(   ) {label}" for label in InspectionAct.Conclusion.labels]
    return [
        ReportBlanks(
            "La visita y la prueba del medidor",
            ["Día y hora", "Quién atendió", "Medidor visto", "Lectura", "Litros vaciados", "Litros que registró"],
            columns=3,
        ),
        ReportBlanks("Quiénes y qué usa agua", ["Personas", *(fixture.name for fixture in basis.fixtures)], columns=6),
        ReportBlanks("Fugas encontradas", [" ", " "], columns=1),
        ReportText("Conclusión (marque una)", ["      ".join(marks[:3]), "      ".join(marks[3:])]),
        ReportBlanks("Recomendaciones", [" "], columns=1),
    ]


def _captured(act: InspectionAct) -> list[ReportPart]:
    basis = figures_of(act.basis)
    counts = {fixture.code: act.fixtures.get(fixture.code, 0) for fixture in basis.fixtures}
    visit = [
        ("Cuándo fue", format_datetime(timezone.localtime(act.inspected_at))),
        ("Quién atendió", act.received_by),
        ("Medidor visto", act.meter_serial or "—"),
        ("Lectura", "—" if act.reading is None else format_quantity(act.reading)),
        ("Personas", "—" if act.persons is None else str(act.persons)),
        ("Firmó quien atendió", "Sí" if act.was_signed else "No"),
    ]
    fixtures = [(fixture.name, str(counts[fixture.code])) for fixture in basis.fixtures if counts[fixture.code]]
    parts: list[ReportPart] = [ReportFacts("La visita", visit, columns=3)]
    if fixtures:
        parts.append(ReportFacts("Muebles y salidas de agua", fixtures, columns=6))
    parts.append(ReportText("Fugas encontradas", [act.leaks or "Ninguna."]))
    parts += _test_part(act, basis) + _expected_part(act, basis)
    parts.append(ReportText("Conclusión", [act.get_conclusion_display()]))
    if act.recommendations:
        parts.append(ReportText("Recomendaciones", [act.recommendations]))
    return parts


def _test_part(act: InspectionAct, basis: Basis) -> list[ReportPart]:
    test = meter_test(act.test_litres, act.registered_litres, basis)
    if test is None or act.test_litres is None or act.registered_litres is None:
        return []
    pairs = [
        ("Litros vaciados", format_quantity(act.test_litres)),
        ("Litros que registró", format_quantity(act.registered_litres)),
        ("Error", f"{'+' if test.error_percent > 0 else ''}{format_percent(test.error_percent)}"),
        ("Resultado", f"{test.verdict} (tolerancia {format_percent(basis.tolerance_percent)})"),
    ]
    return [ReportFacts("Prueba del medidor", pairs, columns=4), ReportText("", [f"{basis.test_source}."])]


def _expected_part(act: InspectionAct, basis: Basis) -> list[ReportPart]:
    steps = [
        f"{'; '.join(expected.steps)}. ({expected.source}.)"
        for expected in (expected_by_persons(act.persons, basis), expected_by_fixtures(act.fixtures, basis))
        if expected is not None
    ]
    return [ReportText("Consumo que se espera", steps)] if steps else []


def _who_received(act: InspectionAct | None) -> Person:
    return Person(name="" if act is None else act.received_by, position="Usuario")


def _cost(inspection: HomeInspection) -> str:
    order = fee_of(inspection)
    return "Sin costo" if order is None else f"Se paga con la orden {order.document.folio}"


def _hours(slot: AgendaSlot) -> str:
    return _hours_of(slot.half)


def _hours_of(half: str) -> str:
    begins, ends = (datetime.combine(date.min, moment) for moment in hours_of(half, office_hours()))
    return f"{format_time(begins)} y {format_time(ends)}"


def _issuer(printed_at: datetime) -> Issuer:
    return issuer(is_official=is_official_on(timezone.localtime(printed_at).date()))
