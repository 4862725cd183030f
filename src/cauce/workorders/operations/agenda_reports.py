"""Capturing the act of an aforo: what was found in the house and how the meter answered."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import format_date, format_quantity
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.metering.queries import current_installation
from cauce.users.models import User
from cauce.workorders.events import INSPECTION_REPORTED
from cauce.workorders.models import HomeInspection, InspectionAct
from cauce.workorders.operations.agenda_refusals import InspectionElsewhere, InspectionReportRefused
from cauce.workorders.operations.agenda_steps import hold_inspection, refuse_unless_booked, tell_inspection
from cauce.workorders.operations.signatures import ask_head
from cauce.workorders.queries.agenda import act_of, basis_in_force, figures_of
from cauce.workorders.queries.readings import last_reading_of_meter
from cauce.workorders.rules.inspections import (
    MOST_OF_A_FIXTURE,
    MOST_PERSONS,
    Basis,
    InspectionReport,
)

ACT_SERIES = "ACT"
ActPaper = Callable[[InspectionAct], bytes]


@transaction.atomic
def report_inspection(
    *,
    inspection: HomeInspection,
    report: InspectionReport,
    paper: ActPaper | None = None,
    at: datetime,
    by: User,
) -> InspectionAct:
    """Write the act of an aforo, with its folio. Idempotent: the same act again is the one already written.

    ``paper`` prints the act as PDF once it has its folio, and its signature is asked of the head.

    :raises InspectionElsewhere: if it was missed or cancelled, or another act was written.
    :raises InspectionReportRefused: if the act lacks something or contradicts what is known: a reading below the
        meter's last, a day yet to come, half a test, a conclusion without what it rests on.
    :raises OwnAccount: if ``by`` is linked to the account.
    """
    held = hold_inspection(inspection, by=by)
    written = act_of(held)
    if written is not None:
        if _is_the_same(written, report):
            return written
        raise InspectionElsewhere(
            f"El aforo {held.document.folio} ya tiene su acta, la {written.document.folio}: ábrala; si algo cambió, "
            "agende otro aforo."
        )
    refuse_unless_booked(held, what="capturar su acta")
    basis = basis_in_force()
    _refuse_incomplete(report, figures_of(basis))
    _refuse_wrong_day(held, report, at)
    _refuse_reading(held, report)
    act = InspectionAct.objects.create(
        inspection=held,
        basis=basis,
        document=create_document(
            kind=Document.Kind.INSPECTION_ACT, series=ACT_SERIES, issued_on=local_day(at), at=at, by=by
        ),
        reported_at=at,
        reported_by=by,
        **_facts(report),
    )
    held.state = HomeInspection.State.DONE
    held.save(update_fields=["state"])
    facts = {"act": act.document.folio, "conclusion": act.get_conclusion_display()}
    tell_inspection(held, kind=INSPECTION_REPORTED, at=at, by=by, facts=facts)
    if paper is not None:
        ask_head(
            document=act.document,
            title=f"{act.document.folio}: aforo {held.document.folio}, {act.get_conclusion_display().lower()}",
            subject_kind="HomeInspection",
            subject_id=held.pk,
            account_id=held.account_id,
            content=paper(act),
            at=at,
            by=by,
        )
    return act


def _facts(report: InspectionReport) -> dict[str, object]:
    return {
        "received_by": report.received_by.strip()[:160],
        "conclusion": report.conclusion,
        "inspected_at": report.inspected_at,
        "reading": report.reading,
        "meter_serial": report.meter_serial.strip().upper()[:24],
        "persons": report.persons,
        "fixtures": {code: count for code, count in (report.fixtures or {}).items() if count},
        "leaks": report.leaks.strip(),
        "test_litres": report.test_litres,
        "registered_litres": report.registered_litres,
        "recommendations": report.recommendations.strip(),
        "was_signed": report.was_signed,
    }


def _is_the_same(act: InspectionAct, report: InspectionReport) -> bool:
    return all(getattr(act, name) == value for name, value in _facts(report).items())


def _refuse_incomplete(report: InspectionReport, basis: Basis) -> None:
    if not report.received_by.strip():
        raise InspectionReportRefused("Escriba quién atendió al técnico.")
    if report.conclusion not in InspectionAct.Conclusion.values:
        raise InspectionReportRefused("Elija la conclusión del aforo.")
    unknown = set(report.fixtures or {}) - set(basis.fixture_names)
    if unknown:
        raise InspectionReportRefused(f"No se conoce el mueble «{min(unknown)}»: use los de la lista.")
    if any(not 0 <= count <= MOST_OF_A_FIXTURE for count in (report.fixtures or {}).values()):
        raise InspectionReportRefused(f"De cada mueble se anotan de 0 a {MOST_OF_A_FIXTURE}.")
    if report.persons is not None and not 0 <= report.persons <= MOST_PERSONS:
        raise InspectionReportRefused(f"Las personas son de 0 a {MOST_PERSONS}.")
    _refuse_half_a_test(report, basis.smallest_test_litres)
    leak = InspectionAct.Conclusion(report.conclusion) in {
        InspectionAct.Conclusion.INNER_LEAK,
        InspectionAct.Conclusion.OUTER_LEAK,
    }
    if leak and not report.leaks.strip():
        raise InspectionReportRefused("Si hubo fuga, escriba dónde: excusado, toma, cisterna…")


def _refuse_half_a_test(report: InspectionReport, smallest: Decimal) -> None:
    if (report.test_litres is None) != (report.registered_litres is None):
        raise InspectionReportRefused("La prueba lleva los dos: los litros vaciados y los que registró el medidor.")
    if report.test_litres is not None and report.test_litres < smallest:
        raise InspectionReportRefused(
            f"Con menos de {format_quantity(smallest)} litros la prueba no dice nada: repítala o déjela en blanco."
        )
    if report.registered_litres is not None and report.registered_litres < 0:
        raise InspectionReportRefused("Los litros que registró el medidor son cero o más.")
    if report.conclusion == InspectionAct.Conclusion.METER_FAILS and report.test_litres is None:
        raise InspectionReportRefused("Para concluir que el medidor no registra bien, anote la prueba que lo muestra.")


def _refuse_wrong_day(held: HomeInspection, report: InspectionReport, at: datetime) -> None:
    if report.inspected_at > at:
        raise InspectionReportRefused(
            "La visita no puede ser de un momento que aún no llega: corrija el día y la hora."
        )
    # What is written by hand has no seconds: the minute of the booking is as early as a visit can be.
    if report.inspected_at < held.booked_at.replace(second=0, microsecond=0):
        raise InspectionReportRefused(
            f"La visita no puede ser anterior a cuando se agendó ({format_date(local_day(held.booked_at))}): corrija "
            "el día y la hora."
        )


def _refuse_reading(held: HomeInspection, report: InspectionReport) -> None:
    installation = current_installation(held.account_id)
    if report.reading is None or installation is None:
        return
    serial = report.meter_serial.strip().upper()
    # Another meter than the padrón's was seen: its figure says nothing of the one that is written down.
    if serial and serial != installation.meter.serial:
        return
    last = last_reading_of_meter(installation, before=local_day(report.inspected_at))
    if report.reading < last.value:
        when = f" del {format_date(last.on)}" if last.on is not None else ""
        raise InspectionReportRefused(
            f"La lectura {report.reading:,} es menor que la última del medidor {last.serial}: {last.value:,}{when}. "
            "Revise el acta; si el medidor visto es otro, escriba su número."
        )
