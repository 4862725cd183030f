"""The paper of a lineamiento: its clauses with what they rest on, its checklist, who signs it and who read it."""

from datetime import datetime

from django.utils import timezone

from cauce.core.clock import local_day
from cauce.core.es_mx import format_date, format_datetime, join_words
from cauce.documents.printing import Paper, report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportColumn, ReportPart, ReportSheet, ReportTable, ReportText, Told
from cauce.guidelines.models import GuidelineVersion
from cauce.guidelines.queries import readers_of
from cauce.ui.context import is_official_on
from cauce.users.models import User
from cauce.users.roles import role_label

State = GuidelineVersion.State
_NOT_RULING = {
    State.DRAFT: "Borrador: no se ha autorizado y no obliga a nadie.",
    State.REVIEW: "En revisión: no se ha autorizado y no obliga a nadie.",
    State.REPLACED: "Sustituido por otra versión: se conserva como rigió.",
    State.WITHDRAWN: "Retirado: ya no rige.",
}


def guideline_paper(found: GuidelineVersion, *, at: datetime) -> Paper:
    """The lineamiento as it is filed and signed, with who read it."""
    alert = _NOT_RULING.get(State(found.state))
    sheet = ReportSheet(
        title="Lineamiento",
        folio=found.folio,
        subject=found.title,
        printed_at=timezone.localtime(at),
        facts=_facts(found),
        alerts=(alert,) if alert else (),
        parts=_parts(found),
        signers=(("Escribió", _signer(found.written_by)), ("Autorizó", _signer(found.authorised_by))),
        notes=(f"Huella del texto autorizado (SHA-256): {found.sha256}",) if found.sha256 else (),
    )
    return report_paper(sheet, issuer(is_official=is_official_on(local_day(at))))


def _facts(found: GuidelineVersion) -> list[Told]:
    until = f" al {format_date(found.valid_until)}" if found.valid_until else ""
    facts: list[Told] = [
        ("Clase", found.guideline.get_kind_display()),
        ("Versión", str(found.number)),
        ("Estado", found.get_state_display()),
        ("Rige", f"desde el {format_date(found.valid_from)}{until}"),
    ]
    if found.authorised_at:
        facts.append(("Autorizado", format_date(local_day(found.authorised_at))))
    if found.resolution:
        facts.append(("Oficio o acuerdo", found.resolution))
    return facts


def _parts(found: GuidelineVersion) -> list[ReportPart]:
    posts = join_words([role_label(code) for code in found.roles])
    parts: list[ReportPart] = [ReportText("Para qué es", [found.purpose, f"Lo leen y se obligan: {posts}."])]
    if found.changes:
        parts.append(ReportText("Qué cambia respecto de la versión anterior", [found.changes]))
    parts += [
        ReportTable(
            title="Cláusulas",
            columns=(ReportColumn("Núm.", 28, right=True), ReportColumn("Cláusula"), ReportColumn("Fundamento", 150)),
            rows=[(str(each.number), each.text, each.legal_basis) for each in found.clauses.order_by("number")],
        ),
        ReportTable(
            title="Lista de verificación del mes",
            columns=(
                ReportColumn("Núm.", 28, right=True),
                ReportColumn("Qué se revisa"),
                ReportColumn("Cómo", 170),
                ReportColumn("Meta", 120),
            ),
            rows=[(str(each.number), each.what, each.how, each.target) for each in found.checks.order_by("number")],
        ),
    ]
    if found.sha256:
        parts.append(
            ReportTable(
                title="Acuses: leí y me obligo",
                columns=(
                    ReportColumn("Persona"),
                    ReportColumn("Puesto", 170),
                    ReportColumn("Leído y aceptado", 120),
                ),
                rows=[
                    (str(each.person), each.post, format_datetime(timezone.localtime(each.at)) if each.at else "Falta")
                    for each in readers_of(found)
                ],
                empty="Nadie de los puestos que nombra está dado de alta.",
            )
        )
    return parts


def _signer(user: User | None) -> Person:
    return Person(name=str(user), position=user.position) if user else Person(name="")
