"""The papers of a batch as they are printed, one by one or all in walking order, and the texts that are sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.rules.notices import NoticeWords, text_of
from cauce.core.clock import local_day
from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_long_date,
    format_money,
)
from cauce.core.money import ZERO
from cauce.documents.printing import print_report_run, print_slip_run
from cauce.documents.queries import issuer
from cauce.documents.rules import Issuer, Person
from cauce.documents.rules.report_sheets import (
    ReportBlanks,
    ReportColumn,
    ReportPart,
    ReportSheet,
    ReportTable,
    ReportText,
)
from cauce.ledger.queries import collection_law
from cauce.tariffs.rules import NoLawInForce

ISSUED: Final = (
    LadderAct.State.ISSUED,
    LadderAct.State.DELIVERED,
    LadderAct.State.NOT_DELIVERED,
    LadderAct.State.DONE,
    LadderAct.State.NOT_DONE,
    LadderAct.State.RECALLED,
)
ON_PAPER: Final = frozenset({LadderStep.Channel.LETTER, LadderStep.Channel.DOOR_HANGER, LadderStep.Channel.VISIT})
_RELATED: Final = (
    "step",
    "document",
    "batch__document",
    "account__holder",
    "account__connection__premises",
    "account__route",
)
_CHUNK: Final = 500
_PAY: Final = "Pague en cajas del organismo, bancos o tiendas con su número de cuenta. Exija su comprobante."


def notices_of(batch: CollectionBatch) -> QuerySet[LadderAct]:
    """The papers of a batch that were issued and stand, in walking order."""
    return (
        LadderAct.objects.filter(batch=batch, document__isnull=False, state__in=ISSUED)
        .exclude(state=LadderAct.State.RECALLED)
        .select_related(*_RELATED)
        .order_by("place")
    )


def notice_by_number(series: str, number: int) -> LadderAct | None:
    """The act whose paper has a folio; None if there is none."""
    return LadderAct.objects.filter(document__series=series, document__number=number).select_related(*_RELATED).first()


def text_of_act(act: LadderAct) -> str:
    """What the paper or message of an issued act says; as of the day it was issued."""
    assert act.issued_on is not None
    premises = act.account.connection.premises
    return text_of(
        act.step.template,
        NoticeWords(
            holder=act.account.holder.name,
            account=act.account.number,
            place=premises.address,
            debt=act.debt,
            months=act.months,
            to_pay=act.debt if act.to_pay is None else act.to_pay,
            charged=act.charged,
            on=act.issued_on,
            folio="" if act.document is None else act.document.folio,
            utility=str(settings.UTILITY["name"]),
        ),
    )


def notice_sheet(act: LadderAct, printed_at: datetime) -> ReportSheet:
    """The paper of an issued act: amounts as of the day it was issued, whenever it is printed."""
    assert act.document is not None and act.issued_on is not None and act.to_pay is not None
    is_short = act.step.channel == LadderStep.Channel.DOOR_HANGER
    late = act.to_pay - act.debt - act.charged
    figures = [("Adeudo vencido", format_money(act.debt)), ("Meses", str(act.months))]
    if late > ZERO:
        figures.append(("Recargos al día", format_money(late)))
    if act.charged > ZERO:
        figures.append(("Gastos", format_money(act.charged)))
    figures.append((f"Total a pagar al {format_date(act.issued_on)}", format_money(act.to_pay)))
    return ReportSheet(
        title=act.step.name,
        folio=act.document.folio,
        subject=format_long_date(act.issued_on),
        printed_at=timezone.localtime(printed_at),
        facts=_facts(act),
        figures=figures,
        parts=_parts(act, is_short=is_short),
        notes=_notes(act),
        signers=() if is_short else _signers(act),
        shows_barcode=True,
    )


def notice_sheets(batch: CollectionBatch, printed_at: datetime) -> Iterator[ReportSheet]:
    """The papers of a batch in walking order, read a few at a time."""
    for act in notices_of(batch).iterator(chunk_size=_CHUNK):
        yield notice_sheet(act, printed_at)


def route_sheet(batch: CollectionBatch, acts: Sequence[LadderAct], printed_at: datetime) -> ReportSheet:
    """The list by which who delivers walks a part of a batch, with room for what came of each."""
    days = sorted({act.day_number for act in acts})
    which = "" if not days else f" · día {days[0]}" if len(days) == 1 else f" · días {days[0]} a {days[-1]}"
    return ReportSheet(
        title="Relación de cobranza",
        folio=batch.document.folio,
        subject=f"{batch.step.name}{which}",
        printed_at=timezone.localtime(printed_at),
        facts=(
            ("Acción", batch.step.name),
            ("Cartera al", format_date(batch.day)),
            ("Cuentas", str(len(acts))),
            ("Adeudo vencido", format_money(sum((act.debt for act in acts), ZERO))),
        ),
        parts=(
            ReportTable(
                title="En el orden en que se recorren",
                columns=(
                    ReportColumn("N.º", 30, right=True),
                    ReportColumn("Folio", 58),
                    ReportColumn("Cuenta", 52),
                    ReportColumn("Reparto", 62),
                    ReportColumn("Titular", 150),
                    ReportColumn("Domicilio"),
                    ReportColumn("Adeudo", 66, right=True),
                    ReportColumn("Resultado y firma", 110),
                ),
                rows=[
                    (
                        str(act.place),
                        "—" if act.document is None else act.document.folio,
                        format_account(act.account.number),
                        act.account.delivery_code or "—",
                        act.account.holder.name,
                        act.account.connection.premises.address,
                        format_money(act.debt),
                        "",
                    )
                    for act in acts
                ],
                empty="La relación no tiene cuentas.",
                pitch=6,
            ),
        ),
        signers=(
            ("Prepara", Person(name=str(batch.made_by), position=batch.made_by.position)),
            (
                "Autoriza",
                Person(name="", position="")
                if batch.approved_by is None
                else Person(name=str(batch.approved_by), position=batch.approved_by.position),
            ),
            ("Entrega los papeles", Person(name="", position="Notificador")),
        ),
        notes=("Resultados: entregado, se negó a recibir, casa sola, devuelto. Captúrelos el mismo día.",),
        shows_barcode=True,
        is_landscape=True,
    )


def issuer_on(at: datetime) -> Issuer:
    """Who issues the papers, marked when the figures of that day are not official."""
    try:
        is_official = collection_law(local_day(at)).is_official
    except NoLawInForce:
        is_official = False
    return issuer(is_official=is_official)


def batch_pdf_path(batch: CollectionBatch) -> Path:
    """Where the papers of an issued batch are kept once printed; the file is whole or is not there."""
    return Path(settings.MEDIA_ROOT) / "cobranza" / f"avisos-{batch.document.folio}.pdf"


def print_notices(batch: CollectionBatch, printed_at: datetime) -> Path | None:
    """Print the papers of an issued batch into one PDF, where ``batch_pdf_path`` says; None when it has no papers."""
    if batch.step.channel not in ON_PAPER or not notices_of(batch).exists():
        return None
    path = batch_pdf_path(batch)
    path.parent.mkdir(parents=True, exist_ok=True)
    is_short = batch.step.channel == LadderStep.Channel.DOOR_HANGER
    print_run = print_slip_run if is_short else print_report_run
    print_run(notice_sheets(batch, printed_at), issuer_on(printed_at), path)
    return path


def _facts(act: LadderAct) -> tuple[tuple[str, str], ...]:
    account = act.account
    return (
        ("Titular", account.holder.name),
        ("Domicilio", account.connection.premises.address),
        ("Cuenta", format_account(account.number)),
        ("Ruta y reparto", f"{account.route.number} · {account.delivery_code or '—'}"),
    )


def _parts(act: LadderAct, *, is_short: bool) -> list[ReportPart]:
    parts: list[ReportPart] = [ReportText("", [text_of_act(act)])]
    if not is_short:
        parts.append(ReportText("", [_PAY]))
        blanks = ["Nombre de quien recibe", "Relación con el titular", "Se identificó con", "Día y hora"]
        parts.append(ReportBlanks("Acuse de recibo", blanks, columns=2))
    return parts


def _notes(act: LadderAct) -> tuple[str, ...]:
    basis = (f"Fundamento: {act.step.legal_basis}.",) if act.step.legal_basis else ()
    assert act.issued_on is not None
    says = f"Adeudo de {count_of(act.months, 'mes', 'meses')} calculado al {format_date(act.issued_on)}; "
    return (f"{says}los recargos siguen corriendo hasta el día del pago.", *basis)


def _signers(act: LadderAct) -> tuple[tuple[str, Person], ...]:
    approver = None if act.batch is None else act.batch.approved_by
    head = Person(name="", position="Jefe de Comercialización")
    if approver is not None:
        head = Person(name=str(approver), position=approver.position)
    return (("Atentamente", head), ("Recibió", Person(name="", position="Nombre y firma")))
