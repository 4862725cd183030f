"""The papers of a case: its acknowledgement, the letter that answers it and the slip of a turn."""

from datetime import datetime

from django.utils import timezone

from cauce.cases.models import Case, WindowTicket, WrittenAnswer
from cauce.cases.rules.templates import paragraphs
from cauce.core.clock import local_day
from cauce.core.es_mx import count_of, format_account, format_date, format_datetime, format_long_date
from cauce.documents.printing import Paper, report_paper, slip_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportFacts, ReportSheet, ReportText, Told
from cauce.ui.context import is_official_on
from cauce.users.models import User


def case_acknowledgement(case: Case) -> Paper:
    """What the customer takes with them: the folio, the term and what to bring."""
    received = timezone.localtime(case.received_at)
    told: list[Told] = [
        ("Recibido", format_datetime(received)),
        ("Se contesta a más tardar", format_date(case.due_on)),
        ("Lo atiende", str(case.area)),
        ("Por", case.get_channel_display()),
    ]
    whose: list[Told] = [("Asunto", case.matter), ("Dónde", case.place or "—")]
    if case.account is not None:
        whose = [("Cuenta", format_account(case.account.number)), ("Titular", case.account.holder.name), *whose]
    if case.reporter_name:
        whose.append(("Lo presenta", case.reporter_name))
    parts: list[ReportText | ReportFacts] = [
        ReportFacts(f"{case.type.get_kind_display()}: {case.type.name}", whose, columns=2),
        ReportText("Lo que dijo", [case.told if len(case.told) <= 420 else f"{case.told[:420]}…"]),
    ]
    if case.type.required_documents:
        parts.append(ReportText("Para resolverlo traiga", [f"· {name}" for name in case.type.required_documents]))
    term = count_of(case.type.term_days, "día hábil", "días hábiles")
    sheet = ReportSheet(
        title="Acuse de recibo",
        folio=case.document.folio,
        subject=format_long_date(received.date()),
        printed_at=received,
        facts=told,
        parts=parts,
        notes=(f"El plazo es de {term}; se detiene mientras se espera algo de usted. Conserve este folio.",),
        shows_barcode=True,
    )
    return slip_paper(sheet, issuer(is_official=is_official_on(received.date())))


def answer_paper(answer: WrittenAnswer, case: Case) -> Paper:
    """The letter with its folio: made of what was written then, so that it is always the same."""
    return _letter(
        case,
        folio=answer.document.folio,
        addressee=answer.addressee,
        body=answer.body,
        by=answer.written_by,
        at=answer.written_at,
    )


def draft_paper(case: Case, *, addressee: str, body: str, by: User, at: datetime) -> Paper:
    """The letter as it will look, without folio."""
    return _letter(case, folio=None, addressee=addressee, body=body, by=by, at=at)


def _letter(case: Case, *, folio: str | None, addressee: str, body: str, by: User, at: datetime) -> Paper:
    whose: list[Told] = [("Caso", case.document.folio), ("Recibido", format_date(local_day(case.received_at)))]
    if case.account is not None:
        whose.append(("Cuenta", format_account(case.account.number)))
    whose.append(("Asunto", case.matter))
    sheet = ReportSheet(
        title="Respuesta por escrito" if folio else "Borrador de respuesta",
        folio=folio,
        subject=addressee or "(sin destinatario)",
        printed_at=timezone.localtime(at),
        facts=whose,
        alerts=() if folio else ("Borrador: todavía no se emite ni tiene folio.",),
        parts=(ReportText("", paragraphs(body) or ["(sin texto)"]),),
        signers=(("Atentamente", Person(name=str(by), position=by.position)), ("Recibí", Person(name=""))),
    )
    return report_paper(sheet, issuer(is_official=is_official_on(local_day(at))))


def ticket_paper(ticket: WindowTicket) -> Paper:
    """The slip that whoever waits takes with them."""
    taken = timezone.localtime(ticket.taken_at)
    sheet = ReportSheet(
        title=f"Turno {ticket.number}",
        subject=format_datetime(taken),
        printed_at=taken,
        figures=(("Su turno", str(ticket.number)),),
        facts=(("A qué viene", ticket.matter), ("Atención preferente", "Sí" if ticket.is_preferential else "No")),
        notes=("Se le llama por este número. Si necesita sentarse o va con prisa, avise en la entrada.",),
    )
    return slip_paper(sheet, issuer(is_official=is_official_on(taken.date())))
