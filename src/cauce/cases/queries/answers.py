"""What a template of answers is filled with."""

from collections.abc import Mapping
from datetime import date

from cauce.cases.models import Case
from cauce.cases.rules.templates import TO_BE_WRITTEN
from cauce.core.clock import local_day
from cauce.core.es_mx import count_of, format_account, format_long_date


def addressee_of(case: Case) -> str:
    """To whom a case is answered: who reported it, its person, or the holder of its account."""
    if case.reporter_name:
        return case.reporter_name
    if case.party is not None:
        return case.party.name
    return "A quien corresponda" if case.account is None else case.account.holder.name


def answer_facts(case: Case, *, addressee: str, on: date, phone: str) -> Mapping[str, str]:
    """The facts of a case by the placeholder that asks for each."""
    account = case.account
    return {
        "folio": case.document.folio,
        "fecha": format_long_date(on),
        "nombre": addressee,
        "cuenta": "sin número" if account is None else format_account(account.number),
        "domicilio": case.place or "no indicado",
        "tipo": f"{case.type.get_kind_display().lower()} por {case.type.name[:1].lower()}{case.type.name[1:]}",
        "asunto": case.matter,
        "recibido": format_long_date(local_day(case.received_at)),
        "plazo": count_of(case.type.term_days, "día hábil", "días hábiles"),
        "vence": format_long_date(case.due_on),
        "fundamento": case.type.legal_basis or "el reglamento del servicio",
        "sentido": case.get_outcome_display().lower() or "en estudio",
        "respuesta": case.resolution or f"{TO_BE_WRITTEN} la respuesta)",
        "area": str(case.area),
        "telefono": phone,
    }
