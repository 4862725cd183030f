"""The papers of legal acts and the credential of a notifier."""

from datetime import datetime
from typing import Final

from django.utils import timezone

from cauce.collections.models import LegalRecord, NotifierCredential
from cauce.collections.queries.notices import issuer_on
from cauce.collections.rules.legal import FIELDS
from cauce.core.es_mx import format_account, format_date, format_datetime, format_long_date
from cauce.documents.printing import report_paper
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportBlanks, ReportFacts, ReportPart, ReportSheet, ReportText

_SAYS: Final = {
    LegalRecord.Kind.SUMMONS: (
        "No habiendo encontrado a la persona a quien se dirige, se deja el presente citatorio para que espere al "
        "notificador el día y a la hora que se indican, apercibida de que, de no hacerlo, la diligencia se entenderá "
        "con quien se encuentre en el domicilio o, en su defecto, con un vecino."
    ),
    LegalRecord.Kind.SERVICE: (
        "Constituido en el domicilio indicado, cerciorado de que es el correcto y previa identificación ante quien "
        "atiende, se notifica y se entrega copia íntegra del documento que abajo se describe."
    ),
    LegalRecord.Kind.RETURN: (
        "El notificador que suscribe hace constar lo sucedido en la diligencia de notificación, para que surta los "
        "efectos legales que correspondan."
    ),
    LegalRecord.Kind.VISIT_ORDER: (
        "Se ordena practicar visita de inspección en el domicilio indicado, por el personal que se nombra, quien "
        "deberá identificarse con su constancia vigente y levantar acta circunstanciada ante dos testigos. El visitado "
        "puede estar presente, designar a los testigos y manifestar lo que a su derecho convenga."
    ),
    LegalRecord.Kind.VISIT_ACT: (
        "Constituido en el domicilio indicado, en cumplimiento de la orden de visita, previa identificación y "
        "entrega de la orden, se hacen constar los hechos siguientes ante los testigos que se nombran."
    ),
}


def record_paper(record: LegalRecord, printed_at: datetime) -> bytes:
    """A paper of a legal act: to be filled in by hand, or as it was taken down."""
    sheet = ReportSheet(
        title=record.get_kind_display(),
        folio=record.document.folio,
        subject=format_long_date(record.document.issued_on),
        printed_at=timezone.localtime(printed_at),
        facts=_facts(record),
        alerts=("SIN EFECTO",) if record.state == LegalRecord.State.VOID else (),
        parts=_parts(record),
        signers=_signers(record),
        notes=(f"Fundamento: {record.legal_basis}.",),
        shows_barcode=True,
    )
    return report_paper(sheet, issuer_on(printed_at)).pdf()


def credential_paper(credential: NotifierCredential, printed_at: datetime) -> bytes:
    """The constancia that a notifier shows."""
    name = str(credential.user)
    withdrawn = () if credential.revoked_on is None else (f"RETIRADA el {format_date(credential.revoked_on)}",)
    sheet = ReportSheet(
        title="Constancia de notificador",
        folio=credential.document.folio,
        subject=f"vigente del {format_long_date(credential.valid_from)} al {format_long_date(credential.valid_until)}",
        printed_at=timezone.localtime(printed_at),
        facts=(
            ("Nombre", name),
            ("Cargo", credential.position),
            ("Vigente desde", format_date(credential.valid_from)),
            ("Vigente hasta", format_date(credential.valid_until)),
        ),
        alerts=withdrawn,
        parts=(
            ReportText(
                "",
                [
                    f"Se hace constar que {name} está facultado como {credential.position.lower()} para practicar "
                    "notificaciones, citatorios, visitas de inspección y levantar las actas que correspondan, dentro "
                    "de la vigencia que se indica. Debe mostrar esta constancia al inicio de cada diligencia.",
                    "Esta constancia no autoriza a recibir pagos. Los pagos se hacen en cajas, bancos y tiendas.",
                ],
            ),
            ReportBlanks(
                "Media filiación y fotografía", ["Fotografía, sellada en una esquina", "Firma del notificador"]
            ),
        ),
        signers=(("Expide", Person(name="", position=credential.authority)),),
        notes=(f"Fundamento: {credential.legal_basis}.",),
        shows_barcode=True,
    )
    return report_paper(sheet, issuer_on(printed_at)).pdf()


def _facts(record: LegalRecord) -> tuple[tuple[str, str], ...]:
    credential = record.credential
    before = "—" if record.follows is None else f"{record.follows.get_kind_display()} {record.follows.document.folio}"
    happened = "—" if record.happened_at is None else format_datetime(timezone.localtime(record.happened_at))
    return (
        ("A quién se dirige", record.addressee),
        ("Domicilio", record.place),
        ("Cuenta", "Sin cuenta" if record.account is None else format_account(record.account.number)),
        ("Asunto", record.matter),
        ("Quién la practica", f"{credential.user}, {credential.position}"),
        ("Constancia", f"{credential.document.folio}, hasta el {format_date(credential.valid_until)}"),
        ("Sigue a", before),
        ("Se practicó", happened),
    )


def _parts(record: LegalRecord) -> list[ReportPart]:
    parts: list[ReportPart] = [ReportText("", [_SAYS[LegalRecord.Kind(record.kind)]])]
    labels = FIELDS[record.kind]
    if record.state == LegalRecord.State.FILLED:
        short = [(label, record.fields[label]) for label in labels if 0 < len(record.fields.get(label, "")) <= 60]
        long = [(label, record.fields[label]) for label in labels if len(record.fields.get(label, "")) > 60]
        if short:
            parts.append(ReportFacts("Lo que se asentó", short, columns=2))
        parts += [ReportText(label, value.splitlines()) for label, value in long]
        return parts
    day_and_hour = [] if record.kind == LegalRecord.Kind.VISIT_ORDER else ["Día y hora de la diligencia"]
    brief = [label for label in (*day_and_hour, *labels) if label not in _AT_LENGTH]
    parts.append(ReportBlanks("Se llena al practicarla", brief, columns=2))
    for label in labels:
        if label in _AT_LENGTH:
            parts.append(ReportBlanks(label, [" "] * 3, columns=1))
    return parts


_AT_LENGTH: Final = frozenset(
    {"Qué sucedió", "Hechos que se observaron", "Manifestaciones del visitado", "Objeto de la visita"}
)


def _signers(record: LegalRecord) -> tuple[tuple[str, Person], ...]:
    notifier = ("Notificador", Person(name=str(record.credential.user), position=record.credential.position))
    attended = ("Quien atendió", Person(name="", position="Nombre y firma"))
    if record.kind == LegalRecord.Kind.VISIT_ORDER:
        return (("Ordena", Person(name="", position=record.credential.authority)), attended)
    if record.kind == LegalRecord.Kind.VISIT_ACT:
        witness = Person(name="", position="Nombre y firma")
        return (notifier, attended, ("Primer testigo", witness), ("Segundo testigo", witness))
    if record.kind == LegalRecord.Kind.RETURN:
        return (notifier,)
    return (notifier, attended)
