"""Receiving a case, and what is added to it: notes, contacts and papers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from cauce.cases.events import CASE_FILE_ADDED, CASE_NOTED, CASE_OPENED, CASE_REPEATED
from cauce.cases.models import Case, CaseFile, CaseKind, CaseStep, CaseType, Channel, WindowTicket
from cauce.cases.operations.holding import hold_account_for
from cauce.cases.operations.refusals import AttachmentRefused, CaseElsewhere, CaseRefused
from cauce.cases.operations.routing import route_case, take_case
from cauce.cases.operations.steps import held_case, needed, tell_case, write_step
from cauce.cases.rules.attachments import is_named_as, plain_name
from cauce.cases.rules.terms import due_day
from cauce.core.clock import local_day
from cauce.core.text import fold
from cauce.documents.models import Document
from cauce.documents.operations import create_document, store_file
from cauce.documents.rules import content_type_of
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account, Customer
from cauce.registry.operations import refuse_own_account
from cauce.users.models import Area, User
from cauce.users.queries import office_calendar

SERIES: Final[Mapping[str, str]] = {
    CaseKind.REQUEST: "SOL",
    CaseKind.COMPLAINT: "INC",
    CaseKind.REPORT: "REP",
    CaseKind.CLARIFICATION: "ACL",
}
_A_KIND: Final[Mapping[str, str]] = {
    CaseKind.REQUEST: "la solicitud",
    CaseKind.COMPLAINT: "la inconformidad",
    CaseKind.REPORT: "el reporte",
    CaseKind.CLARIFICATION: "la aclaración",
}


@transaction.atomic
def open_case(
    *,
    type: CaseType,
    channel: str,
    account: Account | None = None,
    party: Customer | None = None,
    reporter_name: str = "",
    reporter_phone: str = "",
    reporter_email: str = "",
    place: str = "",
    matter: str = "",
    told: str,
    priority: int | None = None,
    ticket: WindowTicket | None = None,
    at: datetime,
    by: User,
    key: str,
) -> Case:
    """Receive a case, with its folio and its legal term. Idempotent by key: the same key gives the first case.

    It stays in the area of who receives it, to be taken, routed or resolved there. Without ``place`` it is the
    account's; a type that never has an account leaves it aside. Papers that the type asks for are told, not demanded.
    A type that holds the account puts its hold at once.

    :raises CaseRefused: if the type is not in use, asks for an account, or it is not said what or where.
    :raises OwnAccount: if it holds an account that who receives it is linked to.
    """
    first = _with_key(key)
    if first is not None:
        return first
    if not type.is_active:
        raise CaseRefused(f"El tipo de caso «{type}» ya no se usa; elija otro.")
    if type.needs_account == CaseType.NeedsAccount.NO:
        account = None
    if account is None and type.needs_account == CaseType.NeedsAccount.YES:
        raise CaseRefused(f"«{type}» es de una cuenta: búsquela antes de guardar el caso.")
    received_on = local_day(at)
    case = Case(
        key=key,
        type=type,
        channel=Channel(channel),
        priority=Case.Priority(priority or type.priority),
        account=account,
        party=party,
        reporter_name=reporter_name.strip(),
        reporter_phone=reporter_phone.strip(),
        reporter_email=reporter_email.strip(),
        matter=(matter.strip() or type.name)[:160],
        told=needed(told, question="Escriba qué dice el usuario, con sus palabras."),
        area=by.area or type.area,
        ticket=ticket,
        received_at=at,
        received_by=by,
        due_on=due_day(received_on, type.term_days, office_calendar()),
    )
    _put_in_its_place(case, place)
    if account is not None and type.hold_kind:
        refuse_own_account(by=by, account_ids=[account.pk], party_ids=[] if party is None else [party.pk])
        lock_accounts([account.pk])
    try:
        with transaction.atomic():
            case.document = create_document(
                kind=Document.Kind.CASE, series=SERIES[type.kind], issued_on=received_on, at=at, by=by
            )
            case.search_text = searched_text(case)
            case.save(force_insert=True)
    except IntegrityError:
        # Another session with the same key got here first; its folio is the one that stands.
        stands = _with_key(key)
        if stands is None:
            raise
        return stands
    write_step(case, kind=CaseStep.Kind.RECEIVED, to_area=case.area, channel=case.channel, at=at, by=by)
    hold_account_for(case, at=at, by=by)
    tell_case(case, kind=CASE_OPENED, at=at, by=by, facts={"kind": _A_KIND[type.kind], "type": str(type)})
    return case


@transaction.atomic
def receive_case(
    *,
    facts: Mapping[str, Any],
    takes_it: bool = False,
    area: Area | None = None,
    note: str = "",
    at: datetime,
    by: User,
    key: str,
) -> Case:
    """Open a case and, in the same act, keep it or send it to an area. ``facts`` are those of :func:`open_case`.

    Idempotent by key: what was already taken or sent stays as it is.

    :raises CaseRefused: as :func:`open_case`, or if it is sent without a note.
    :raises IdleArea: if nobody of the area could see it.
    """
    case = open_case(**facts, at=at, by=by, key=key)
    if case.state != Case.State.RECEIVED or case.holder_id is not None:
        return case
    if area is not None and area.pk != case.area_id:
        return route_case(case=case, area=area, note=note or case.told, at=at, by=by)
    return take_case(case=case, at=at, by=by) if takes_it else case


@transaction.atomic
def note_case(*, case: Case, note: str, at: datetime, by: User) -> Case:
    """Add a note to a case, wherever it is. Not idempotent: each note is kept.

    :raises CaseRefused: if it says nothing.
    """
    note = needed(note, question="Escriba la nota.")
    case = held_case(case)
    write_step(case, kind=CaseStep.Kind.NOTED, note=note, at=at, by=by)
    tell_case(case, kind=CASE_NOTED, at=at, by=by, facts={"note": note})
    return case


@transaction.atomic
def add_case_contact(*, case: Case, channel: str, note: str = "", at: datetime, by: User) -> Case:
    """Write that somebody asked again for a case; of a duplicate, it is written on its original, which is returned.

    Not idempotent: each contact is one more.

    :raises CaseElsewhere: if the case had been withdrawn.
    """
    case = held_case(original_of(case))
    if case.state == Case.State.WITHDRAWN:
        raise CaseElsewhere(f"El usuario desistió del caso {case.document.folio}: si vuelve a pedirlo, abra otro.")
    case.times_repeated += 1
    case.save(update_fields=["times_repeated"])
    write_step(case, kind=CaseStep.Kind.REPEATED, note=note, channel=Channel(channel), at=at, by=by)
    facts = {"channel": Channel(channel).label.lower(), "note": note.strip()}
    tell_case(case, kind=CASE_REPEATED, at=at, by=by, facts=facts)
    return case


@transaction.atomic
def attach_to_case(*, case: Case, name: str, content: bytes, document_name: str, at: datetime, by: User) -> CaseFile:
    """Keep a paper or a photograph with its case. Idempotent by content.

    :raises CaseRefused: if it is not said what it is.
    :raises AttachmentRefused: if its name says that it is something else.
    """
    document_name = needed(document_name, question="Diga qué documento es: identificación, recibo, fotografía…")[:120]
    name = plain_name(name)
    content_type = content_type_of(content)
    if content_type is not None and not is_named_as(name, content_type):
        kind = {"application/pdf": "un PDF", "image/png": "una imagen PNG", "image/jpeg": "una imagen JPG"}[
            content_type
        ]
        raise AttachmentRefused(
            f"«{name}» no es lo que dice su nombre: por dentro es {kind}. Guárdelo con su terminación y súbalo."
        )
    case = held_case(case)
    stored = store_file(name=name, content=content, at=at, by=by)
    known = case.files.filter(file=stored).first()
    if known is not None:
        return known
    added = CaseFile.objects.create(case=case, file=stored, document_name=document_name, at=at, by=by)
    tell_case(case, kind=CASE_FILE_ADDED, at=at, by=by, facts={"document": document_name})
    return added


def original_of(case: Case) -> Case:
    """The case, as it is stored, that a duplicate stands for; itself when it is none."""
    found = Case.objects.select_related("document").get(pk=case.pk)
    return found if found.duplicate_of is None else original_of(found.duplicate_of)


def searched_text(case: Case) -> str:
    """What a case is looked for by: its folio, its matter, who told it, its account and where."""
    account = case.account
    parts = [
        case.document.folio,
        str(case.document.number),
        case.type.name,
        case.matter,
        case.told,
        case.reporter_name,
        case.place,
        *(() if account is None else (account.number, account.holder.name)),
    ]
    return fold(" ".join(parts))[:8000]


def _with_key(key: str) -> Case | None:
    return Case.objects.select_related("document", "type", "area", "holder", "account").filter(key=key).first()


def _put_in_its_place(case: Case, place: str) -> None:
    case.place = place.strip()
    if case.account is not None:
        account = Account.objects.select_related("route", "connection__premises").get(pk=case.account.pk)
        case.place = case.place or account.connection.premises.address
        case.sector_id = account.route.sector_id
    elif case.type.needs_account != CaseType.NeedsAccount.NO:
        needed(case.place, question="Escriba dónde es, o busque la cuenta; si la calle no tiene número, ponga «S/N».")
    case.place = case.place[:240]
