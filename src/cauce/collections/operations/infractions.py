"""The illegal reconnection: found, inspected, told to the person, heard, and fined or dismissed by another hand."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from cauce.collections.events import (
    INFRACTION_DISMISSED,
    INFRACTION_FINED,
    INFRACTION_FOUND,
    INFRACTION_HEARD,
    INFRACTION_NOTIFIED,
)
from cauce.collections.models import Infraction, InfractionStep
from cauce.collections.operations.law_charges import charge_once, law_price
from cauce.collections.rules.infractions import OPEN_INFRACTIONS, hearing_ends_on, may_be_fined
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.documents.models import Document, StoredFile
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.models import Reason
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.users.queries import office_calendar
from cauce.workorders.models import Origin, WorkOrder, WorkOrderType
from cauce.workorders.operations import issue_work_order

SERIES = "RNA"
FINE_SERVICE = "M01"
CONCEPT = "MULTA"
INSPECTION_TYPE = "VERIFICA-REDUCCION"
FINE_BUSINESS_DAYS = 15


class InfractionRefused(DomainError):
    """The procedure is not where the act needs it, or lacks what the law asks of it."""


@transaction.atomic
def record_infraction(
    *,
    account: Account,
    found_on: date,
    told: str,
    found_in: WorkOrder | None = None,
    evidence: StoredFile | None = None,
    at: datetime,
    by: User,
    key: str,
) -> Infraction:
    """Open the procedure of an illegal reconnection, and order the inspection that will prove it unless one found it.

    Idempotent by key.

    :raises InfractionRefused: if it does not say what was seen, the day is yet to come, the service was not limited, or
        a procedure is open already.
    :raises OwnAccount: if who records it is linked to the account.
    """
    lock_accounts([account.pk])
    first = Infraction.objects.select_related("document").filter(key=key).first()
    if first is not None:
        return first
    if not told.strip():
        raise InfractionRefused("Escriba qué se encontró: sello roto, derivación, reductor retirado…")
    if found_on > local_day(at):
        raise InfractionRefused(f"El {format_date(found_on)} aún no llega: corrija el día.")
    if found_in is not None and found_in.account_id != account.pk:
        raise InfractionRefused(f"La orden {found_in.document.folio} es de otra cuenta.")
    refuse_own_account(by=by, account_ids=[account.pk])
    account = Account.objects.select_related("holder").get(pk=account.pk)
    _refuse_unless_limited(account)
    document = create_document(kind=Document.Kind.LEGAL_RECORD, series=SERIES, issued_on=local_day(at), at=at, by=by)
    inspection = found_in or issue_work_order(
        type=WorkOrderType.objects.select_related("area").get(code=INSPECTION_TYPE),
        account=account,
        party=account.holder,
        matter=f"Inspeccionar reconexión no autorizada {document.folio}",
        detail=f"{told.strip()} Fotografíe, tome lectura y anote el sello; no discuta ni cierre el drenaje.",
        origin_kind=Origin.COLLECTIONS,
        at=at,
        by=by,
        key=f"infraction:{key}"[:120],
    )
    infraction = Infraction.objects.create(
        document=document,
        key=key,
        account=account,
        found_in=found_in,
        inspection=inspection,
        found_on=found_on,
        told=told.strip(),
        evidence=evidence,
        found_at=at,
        found_by=by,
    )
    _step(infraction, "", told.strip(), at, by)
    _tell(INFRACTION_FOUND, infraction, {"told": infraction.told}, at, by)
    return infraction


@transaction.atomic
def notify_infraction(*, infraction: Infraction, notified_on: date, to: str, at: datetime, by: User) -> Infraction:
    """Write that the person was told, and until when they may say what they have to. Idempotent.

    :raises InfractionRefused: if its inspection has no result, it does not say to whom, or the day is not possible.
    """
    infraction = _hold(infraction)
    if infraction.state == Infraction.State.NOTIFIED:
        return infraction
    _refuse_unless(infraction, {"FOUND"}, "notificar")
    if not to.strip():
        raise InfractionRefused("Escriba a quién se entregó la notificación y con qué se identificó.")
    if not infraction.found_on <= notified_on <= local_day(at):
        raise InfractionRefused("La notificación es posterior al hallazgo y no de un día que aún no llega.")
    inspection = infraction.inspection
    if inspection is not None and not inspection.results.filter(is_done=True).exists():
        raise InfractionRefused(
            f"La inspección {inspection.document.folio} aún no tiene su resultado: captúrelo antes de notificar."
        )
    infraction.notified_on, infraction.notified_to = notified_on, to.strip()[:160]
    infraction.hearing_until = hearing_ends_on(notified_on, office_calendar())
    fields = ("notified_on", "notified_to", "hearing_until")
    _move(infraction, Infraction.State.NOTIFIED, fields, infraction.notified_to, at, by)
    facts = {"to": infraction.notified_to, "until": format_date(infraction.hearing_until)}
    _tell(INFRACTION_NOTIFIED, infraction, facts, at, by)
    return infraction


@transaction.atomic
def hear_infraction(*, infraction: Infraction, heard_on: date, defence: str, at: datetime, by: User) -> Infraction:
    """Write what the person said in their defence. Idempotent.

    :raises InfractionRefused: if it does not say what, or the day is before the notification or yet to come.
    """
    infraction = _hold(infraction)
    if infraction.state == Infraction.State.HEARD:
        return infraction
    _refuse_unless(infraction, {"NOTIFIED"}, "oír al usuario")
    if not defence.strip():
        raise InfractionRefused("Escriba qué manifestó el usuario y qué pruebas dejó.")
    if infraction.notified_on is None or not infraction.notified_on <= heard_on <= local_day(at):
        raise InfractionRefused("Se le oye después de notificarlo y no en un día que aún no llega: corrija la fecha.")
    infraction.heard_on, infraction.defence = heard_on, defence.strip()
    _move(infraction, Infraction.State.HEARD, ("heard_on", "defence"), infraction.defence, at, by)
    _tell(INFRACTION_HEARD, infraction, {"defence": infraction.defence}, at, by)
    return infraction


@transaction.atomic
def fine_infraction(*, infraction: Infraction, decision: str, at: datetime, by: User) -> Infraction:
    """Fine it with the amount of the law in force, charged once to the account. Idempotent.

    :raises InfractionRefused: if it does not say why, who fines found it, or the person still has time to be heard.
    :raises ServiceNotInLaw: if the law in force has no fine for it.
    :raises OwnAccount: if who fines is linked to the account.
    """
    infraction = _hold(infraction)
    if infraction.state == Infraction.State.FINED:
        return infraction
    _refuse_decision(infraction, decision, by)
    today = local_day(at)
    if not may_be_fined(infraction.state, hearing_until=infraction.hearing_until, today=today):
        until = infraction.hearing_until
        raise InfractionRefused(
            f"El usuario puede manifestar hasta el {format_date(until)}: óigalo o espere a que termine su plazo."
            if until is not None
            else "Antes de multar hay que notificar al usuario y oírlo."
        )
    price = law_price(FINE_SERVICE, on=today)
    infraction.posting = charge_once(
        account=infraction.account,
        price=price,
        concept=CONCEPT,
        reason=Reason.COLLECTION_COST,
        document=infraction.document,
        due_on=office_calendar().after(today, FINE_BUSINESS_DAYS),
        operation="fine_infraction",
        at=at,
        by=by,
        key=f"infraction:{infraction.pk}",
    )
    infraction.amount, infraction.legal_basis = price.total, price.legal_basis[:240]
    _decide(infraction, Infraction.State.FINED, decision, ("amount", "legal_basis", "posting"), at, by)
    facts = {"amount": format_money(price.total), "decision": infraction.decision}
    _tell(INFRACTION_FINED, infraction, facts, at, by)
    return infraction


@transaction.atomic
def dismiss_infraction(*, infraction: Infraction, decision: str, at: datetime, by: User) -> Infraction:
    """End it without a fine, saying why. Idempotent.

    :raises InfractionRefused: if it does not say why, it was decided, or who decides found it.
    :raises OwnAccount: if who decides is linked to the account.
    """
    infraction = _hold(infraction)
    if infraction.state == Infraction.State.DISMISSED:
        return infraction
    _refuse_decision(infraction, decision, by)
    _decide(infraction, Infraction.State.DISMISSED, decision, (), at, by)
    _tell(INFRACTION_DISMISSED, infraction, {"decision": infraction.decision}, at, by)
    return infraction


def _hold(infraction: Infraction) -> Infraction:
    lock_accounts([infraction.account_id])
    Infraction.objects.select_for_update(no_key=True).get(pk=infraction.pk)
    rows = Infraction.objects.select_related("document", "account__holder", "inspection__document")
    return rows.get(pk=infraction.pk)


def _refuse_unless_limited(account: Account) -> None:
    if account.state != Account.State.REDUCED:
        raise InfractionRefused(
            f"La cuenta {account.number} está en «{account.get_state_display().lower()}»: sólo hay reconexión no "
            "autorizada de un servicio limitado. Si es una toma sin contrato, emita una orden de toma no registrada."
        )
    if Infraction.objects.filter(account=account, state__in=OPEN_INFRACTIONS).exists():
        raise InfractionRefused("La cuenta ya tiene un procedimiento abierto por reconexión no autorizada: ábralo.")


def _refuse_unless(infraction: Infraction, states: set[str], what: str) -> None:
    if infraction.state not in states:
        raise InfractionRefused(
            f"El procedimiento {infraction.document.folio} está «{infraction.get_state_display().lower()}» y no se "
            f"puede {what}: actualice la página."
        )


def _refuse_decision(infraction: Infraction, decision: str, by: User) -> None:
    _refuse_unless(infraction, set(OPEN_INFRACTIONS), "resolver")
    if not decision.strip():
        raise InfractionRefused("Escriba por qué: es lo que se notifica al usuario.")
    if by.pk == infraction.found_by_id:
        raise InfractionRefused("Usted registró la reconexión no autorizada: la resuelve otra persona.")
    refuse_own_account(by=by, account_ids=[infraction.account_id])


def _decide(
    infraction: Infraction, state: Infraction.State, decision: str, fields: tuple[str, ...], at: datetime, by: User
) -> None:
    infraction.decided_at, infraction.decided_by, infraction.decision = at, by, decision.strip()
    _move(infraction, state, ("decided_at", "decided_by", "decision", *fields), infraction.decision, at, by)


def _move(
    infraction: Infraction, state: Infraction.State, fields: tuple[str, ...], note: str, at: datetime, by: User
) -> None:
    before = infraction.state
    infraction.state = state
    infraction.save(update_fields=["state", *fields])
    _step(infraction, before, note, at, by)


def _step(infraction: Infraction, before: str, note: str, at: datetime, by: User) -> None:
    InfractionStep.objects.create(
        infraction=infraction, from_state=before, to_state=infraction.state, note=note, at=at, by=by
    )


def _tell(kind: EventKind, infraction: Infraction, facts: Mapping[str, object], at: datetime, by: User) -> None:
    publish(
        kind,
        subject_kind="Infraction",
        subject_id=infraction.pk,
        account_id=infraction.account_id,
        facts={"folio": infraction.document.folio, **facts},
        at=at,
        by=by,
    )
