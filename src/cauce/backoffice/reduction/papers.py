"""The papers of the reduction: the file of a debtor, the authorisation, the vale de agua and an act."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from cauce.backoffice.reduction.authorising import SEE, found_batch
from cauce.backoffice.reduction.files import found_file
from cauce.backoffice.reduction.infractions import SEE as SEE_INFRACTIONS
from cauce.backoffice.reduction.infractions import found_infraction
from cauce.collections.models import CollectionBatch, LadderAct, WaterVoucher
from cauce.collections.queries.files import DebtorFile
from cauce.collections.rules.ladder import names_of_uses
from cauce.core import clock
from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_datetime,
    format_money,
    format_period,
    format_quantity,
)
from cauce.core.money import ZERO
from cauce.documents.printing import report_paper, slip_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Issuer, Person
from cauce.documents.rules.report_sheets import (
    ReportBlanks,
    ReportColumn,
    ReportFacts,
    ReportSheet,
    ReportTable,
    ReportText,
)
from cauce.ui.access import screen
from cauce.ui.context import is_official_on
from cauce.ui.replies import pdf

DRAINAGE = "El drenaje no se cierra en ningún caso (Ley General de Aguas, artículo 9)."
_AUTHORISED = ("AUTHORISED", "ISSUED", "DONE", "NOT_DONE", "RECALLED")


@screen(SEE)
def file_pdf(request: HttpRequest, act_id: int) -> HttpResponse:
    """The file of a debtor on its page."""
    found = found_file(act_id)
    return pdf(file_paper(found, clock.now()), f"expediente-{found.account.number}.pdf")


@screen(SEE)
def authorisation_pdf(request: HttpRequest, relation_id: int) -> HttpResponse:
    """The authorisation of a relación, with the accounts it authorised."""
    batch = found_batch(relation_id)
    return pdf(authorisation_paper(batch, clock.now()), f"autorizacion-{batch.document.folio}.pdf")


@screen(SEE)
def voucher_pdf(request: HttpRequest, water_voucher_id: int) -> HttpResponse:
    """A vale de agua."""
    rows = WaterVoucher.objects.select_related(
        "document", "account__holder", "account__connection__premises", "act__order__document", "issued_by"
    )
    voucher = get_object_or_404(rows, pk=water_voucher_id)
    return pdf(voucher_paper(voucher, clock.now()), f"vale-{voucher.document.folio}.pdf")


@screen(SEE_INFRACTIONS)
def infraction_pdf(request: HttpRequest, infraction_id: int) -> HttpResponse:
    """The act of an illegal reconnection, or what was decided of it."""
    found = found_infraction(infraction_id)
    sheet = ReportSheet(
        title="Acta de reconexión no autorizada",
        folio=found.document.folio,
        subject=f"Cuenta {format_account(found.account.number)}",
        printed_at=timezone.localtime(clock.now()),
        facts=(
            ("Titular", found.account.holder.name),
            ("Domicilio", found.account.connection.premises.address),
            ("Vista el", format_date(found.found_on)),
            ("Estado", found.get_state_display()),
        ),
        parts=(
            ReportText("Qué se encontró", [found.told]),
            ReportFacts(
                "El procedimiento",
                [
                    ("Inspección", "" if found.inspection is None else found.inspection.document.folio),
                    ("Notificada", "" if found.notified_on is None else format_date(found.notified_on)),
                    ("Manifestar hasta", "" if found.hearing_until is None else format_date(found.hearing_until)),
                    ("Oída", "" if found.heard_on is None else format_date(found.heard_on)),
                ],
            ),
            ReportText("Qué manifestó el usuario", [found.defence or "Sin manifestación."]),
            ReportText(
                "Resolución",
                [
                    found.decision or "Sin resolver.",
                    *([] if found.amount is None else [f"Multa: {format_money(found.amount)}. {found.legal_basis}."]),
                ],
            ),
            ReportBlanks("Quienes intervinieron en la visita", ["Quien atendió", "Testigo", "Testigo", "Inspector"]),
        ),
        signers=(
            ("Registró", Person(name=str(found.found_by), position=found.found_by.position)),
            ("Resolvió", Person(name=str(found.decided_by or ""), position="")),
        ),
        notes=(DRAINAGE,),
        shows_barcode=True,
    )
    return pdf(report_paper(sheet, _issuer(clock.now())).pdf(), f"reconexion-{found.document.folio}.pdf")


def file_paper(found: DebtorFile, printed_at: datetime) -> bytes:
    """What who authorises must have before their eyes, on a page."""
    account, service = found.account, found.service
    sheet = ReportSheet(
        title="Expediente para autorizar la reducción",
        folio=None if found.act.batch is None else found.act.batch.document.folio,
        subject=f"Cuenta {format_account(account.number)} · {account.holder.name}",
        printed_at=timezone.localtime(printed_at),
        facts=(
            ("Domicilio", account.connection.premises.address),
            ("Uso", f"{names_of_uses([account.tariff_code.use_class])} {account.activity}".strip()),
            ("Estado", account.get_state_display()),
            ("Se puede", found.action),
        ),
        figures=(
            ("Adeudo vencido", format_money(service.overdue)),
            ("Meses", str(service.months)),
            ("Se pide desde", format_money(service.threshold)),
            ("Personas", _persons(found)),
        ),
        alerts=service.blocks if found.act.state == "SELECTED" else (),
        parts=(_debt_table(found), _notices_table(found), *_others(found)),
        notes=(
            DRAINAGE,
            "El adeudo vencido es el del libro: cuenta los recargos ya cargados, no los que se cargarán al pagar.",
        ),
    )
    return report_paper(sheet, _issuer(printed_at)).pdf()


def authorisation_paper(batch: CollectionBatch, printed_at: datetime) -> bytes:
    """The authorisation of a relación: who, when, by which law, and each account with what may be done."""
    acts = list(
        LadderAct.objects.filter(batch=batch, step=batch.step, state__in=_AUTHORISED, authorised_at__isnull=False)
        .select_related("account__holder", "account__connection__premises", "order__document", "authorised_by")
        .order_by("place", "pk")
    )
    by = sorted({str(act.authorised_by) for act in acts if act.authorised_by is not None})
    sheet = ReportSheet(
        title="Autorización de reducción y suspensión del servicio",
        folio=batch.document.folio,
        subject=count_of(len(acts), "cuenta autorizada", "cuentas autorizadas"),
        printed_at=timezone.localtime(printed_at),
        facts=(
            ("Cartera al", format_date(batch.day)),
            ("Preparó", str(batch.made_by)),
            ("Aprobó", str(batch.approved_by or "")),
            ("Autorizó", ", ".join(by)),
        ),
        figures=(("Adeudo vencido", format_money(sum((act.debt for act in acts), ZERO))),),
        parts=(
            ReportText("Fundamento", [batch.step.legal_basis or DRAINAGE, DRAINAGE]),
            ReportTable(
                title="Cuentas autorizadas, en el orden en que se recorren",
                columns=(
                    ReportColumn("N.º", 26, right=True),
                    ReportColumn("Cuenta", 52),
                    ReportColumn("Titular", 150),
                    ReportColumn("Domicilio"),
                    ReportColumn("Meses", 40, right=True),
                    ReportColumn("Adeudo vencido", 84, right=True),
                    ReportColumn("Orden", 62),
                    ReportColumn("Autorizada", 92),
                ),
                rows=[
                    (
                        str(number),
                        format_account(act.account.number),
                        act.account.holder.name,
                        act.account.connection.premises.address,
                        str(act.months),
                        format_money(act.debt),
                        "" if act.order is None else act.order.document.folio,
                        "" if act.authorised_at is None else format_datetime(timezone.localtime(act.authorised_at)),
                    )
                    for number, act in enumerate(acts, start=1)
                ],
                empty="Ninguna cuenta se ha autorizado en esta relación.",
            ),
        ),
        signers=(
            ("Autoriza", Person(name=", ".join(by), position="")),
            ("Recibe", Person(name="", position="Operación")),
        ),
        shows_barcode=True,
        is_landscape=True,
    )
    return report_paper(sheet, _issuer(printed_at)).pdf()


def voucher_paper(voucher: WaterVoucher, printed_at: datetime) -> bytes:
    """A vale de agua on half a sheet: for whom, how much and until when, and who receives it."""
    account, order = voucher.account, voucher.act.order
    sheet = ReportSheet(
        title="Vale de agua",
        folio=voucher.document.folio,
        subject=f"Cuenta {format_account(account.number)} · {account.holder.name}",
        printed_at=timezone.localtime(printed_at),
        facts=(
            ("Domicilio", account.connection.premises.address),
            ("Orden", "" if order is None else order.document.folio),
            ("Del", format_date(voucher.valid_from)),
            ("Al", format_date(voucher.valid_until - timedelta(days=1))),
        ),
        figures=(
            ("Personas", str(voucher.persons)),
            ("Litros al día", format_quantity(voucher.litres_a_day)),
            ("Litros en total", format_quantity(voucher.litres)),
        ),
        parts=(
            ReportText(
                "Para qué sirve",
                [
                    "En la toma no cabe un reductor. Con este vale se entrega en pipa o en garza el agua que la "
                    f"vivienda necesita: {voucher.litres_per_person_day} litros por persona al día. No tiene costo.",
                    DRAINAGE,
                ],
            ),
        ),
        signers=(
            ("Emite", Person(name=str(voucher.issued_by), position=voucher.issued_by.position)),
            ("Recibe", Person(name=voucher.received_by, position="Nombre y firma")),
        ),
        shows_barcode=True,
    )
    return slip_paper(sheet, _issuer(printed_at)).pdf()


def _debt_table(found: DebtorFile) -> ReportTable:
    periods = found.debt.periods
    return ReportTable(
        title="Adeudo por periodo",
        columns=(
            ReportColumn("Periodo"),
            ReportColumn("Venció", 80),
            ReportColumn("Servicios", 90, right=True),
            ReportColumn("Recargos", 90, right=True),
            ReportColumn("Otros", 90, right=True),
            ReportColumn("Total", 90, right=True),
        ),
        rows=[
            (
                format_period(period.period),
                format_date(period.due_on),
                format_money(period.services),
                format_money(period.late),
                format_money(period.others),
                format_money(period.total),
            )
            for period in periods
        ],
        totals=[("Total a hoy", "con sus recargos", "", "", "", format_money(found.debt.total))],
        empty="No debe nada.",
    )


def _notices_table(found: DebtorFile) -> ReportTable:
    return ReportTable(
        title="Lo que se le ha hecho saber",
        columns=(
            ReportColumn("Acción"),
            ReportColumn("Folio", 80),
            ReportColumn("Emitida", 80),
            ReportColumn("Entregada o hecha", 100),
            ReportColumn("Resultado", 130),
        ),
        rows=[
            (
                str(act.step),
                _folio(act),
                "" if act.issued_on is None else format_date(act.issued_on),
                "" if act.ended_on is None else format_date(act.ended_on),
                act.get_outcome_display() or act.get_state_display(),
            )
            for act in found.acts
        ],
        empty="No se le ha hecho saber nada.",
    )


def _others(found: DebtorFile) -> list[ReportTable | ReportText]:
    holds = [f"{hold.get_kind_display()}: {hold.reason}" for hold in found.holds] or ["Ninguna."]
    agreements = [
        f"{one.document.folio}, {one.get_state_display().lower()}: {format_money(one.debt)} en "
        f"{count_of(one.instalment_count, 'parcialidad', 'parcialidades')}, pedido el "
        f"{format_date(timezone.localtime(one.asked_at).date())}"
        for one in found.agreements
    ] or ["No se le ha dado ninguno."]
    people = [f"{role.get_role_display()}: {role.customer.name}" for role in found.roles] or [
        f"Titular: {found.account.holder.name}"
    ]
    return [
        ReportText("Retenciones vigentes", holds),
        ReportText("Convenios", agreements),
        ReportText("Personas de la cuenta", people),
    ]


def _persons(found: DebtorFile) -> str:
    if found.counted is None:
        return "sin contar"
    return f"{found.counted.persons} ({format_date(timezone.localtime(found.counted.inspected_at).date())})"


def _folio(act: LadderAct) -> str:
    if act.document is not None:
        return act.document.folio
    return "" if act.order is None else act.order.document.folio


def _issuer(printed_at: datetime) -> Issuer:
    return issuer(is_official=is_official_on(timezone.localtime(printed_at).date()))
