"""Credentials of notifiers, and the papers of legal acts: issued with their folio, filled in, or without effect."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from cauce.collections.events import (
    CREDENTIAL_ISSUED,
    CREDENTIAL_REVOKED,
    LEGAL_RECORD_FILLED,
    LEGAL_RECORD_ISSUED,
    LEGAL_RECORD_VOIDED,
)
from cauce.collections.models import LadderAct, LegalRecord, NotifierCredential
from cauce.collections.operations.refusals import RecordRefused
from cauce.collections.rules.legal import fault_in_fields, fault_in_moment, fault_in_order, serves_on
from cauce.core.clock import local_day
from cauce.core.es_mx import format_date, format_datetime
from cauce.documents.models import Document, StoredFile
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

CREDENTIAL_SERIES: Final = "CN"
SERIES: Final[Mapping[str, str]] = {
    LegalRecord.Kind.SUMMONS: "CIT",
    LegalRecord.Kind.SERVICE: "CED",
    LegalRecord.Kind.RETURN: "RAZ",
    LegalRecord.Kind.VISIT_ORDER: "OV",
    LegalRecord.Kind.VISIT_ACT: "ACC",
}


@transaction.atomic
def issue_credential(
    *,
    user: User,
    position: str,
    authority: str,
    legal_basis: str,
    valid_from: date,
    valid_until: date,
    at: datetime,
    by: User,
) -> NotifierCredential:
    """Name somebody as notifier or inspector between two days. Not idempotent: each call is another credential.

    :raises RecordRefused: if a datum is missing, its dates are not in order or have passed, it is for who issues it, or
        another one of the same person is in force in those days.
    """
    told = [position.strip(), authority.strip(), legal_basis.strip()]
    if not all(told):
        raise RecordRefused("Escriba el cargo, quién expide la constancia y su fundamento.")
    if valid_until < valid_from:
        raise RecordRefused("La vigencia termina el mismo día en que empieza o después.")
    if valid_until < local_day(at):
        raise RecordRefused("La vigencia que escribió ya pasó; la constancia no serviría.")
    if user.pk == by.pk:
        raise RecordRefused("Nadie expide su propia constancia: la captura otra persona.")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    other = (
        NotifierCredential.objects.filter(
            user=user, valid_from__lte=valid_until, valid_until__gte=valid_from, revoked_on__isnull=True
        )
        .select_related("document")
        .first()
    )
    if other is not None:
        raise RecordRefused(
            f"{user} ya tiene la constancia {other.document.folio}, hasta el {format_date(other.valid_until)}; "
            "retírela antes de expedir otra."
        )
    credential = NotifierCredential(
        document=create_document(
            kind=Document.Kind.LEGAL_RECORD, series=CREDENTIAL_SERIES, issued_on=local_day(at), at=at, by=by
        ),
        user=user,
        position=told[0],
        authority=told[1],
        legal_basis=told[2],
        valid_from=valid_from,
        valid_until=valid_until,
        issued_at=at,
        issued_by=by,
    )
    credential.save(force_insert=True)
    publish(
        CREDENTIAL_ISSUED,
        subject_kind="NotifierCredential",
        subject_id=credential.pk,
        facts={
            "folio": credential.document.folio,
            "user": str(user),
            "position": credential.position,
            "until": format_date(valid_until),
        },
        at=at,
        by=by,
    )
    return credential


@transaction.atomic
def revoke_credential(*, credential: NotifierCredential, reason: str, at: datetime, by: User) -> NotifierCredential:
    """Withdraw a credential from today on; what was served by it stands. Idempotent.

    :raises RecordRefused: if it does not say why.
    """
    reason = reason.strip()
    if not reason:
        raise RecordRefused("Escriba por qué se retira la constancia.")
    NotifierCredential.objects.select_for_update(no_key=True).get(pk=credential.pk)
    credential = NotifierCredential.objects.select_related("document", "user").get(pk=credential.pk)
    if credential.revoked_on is not None:
        return credential
    credential.revoked_on, credential.revoked_reason = local_day(at), reason[:240]
    credential.save(update_fields=["revoked_on", "revoked_reason"])
    publish(
        CREDENTIAL_REVOKED,
        subject_kind="NotifierCredential",
        subject_id=credential.pk,
        facts={"folio": credential.document.folio, "user": str(credential.user), "reason": credential.revoked_reason},
        at=at,
        by=by,
    )
    return credential


@transaction.atomic
def issue_legal_record(
    *,
    kind: str,
    credential: NotifierCredential,
    account: Account | None = None,
    act: LadderAct | None = None,
    follows: LegalRecord | None = None,
    place: str = "",
    addressee: str = "",
    matter: str = "",
    legal_basis: str = "",
    at: datetime,
    by: User,
    key: str,
) -> LegalRecord:
    """Issue a paper of a legal act with its folio, to be printed and filled in by hand. Idempotent by key.

    It is of an account, or of a place without one. What is not told is taken from the paper it follows, or from the
    account: its address and its holder. Served by who has a credential in force.

    :raises RecordRefused: if it does not follow what it must, the credential is not in force, or where, to whom, what
        about or its legal basis is missing.
    :raises OwnAccount: if who issues it or who serves it is linked to the account.
    """
    if follows is not None:
        account = follows.account
        act = act or follows.act
    if act is not None and account is None:
        account = act.account
    if account is not None:
        lock_accounts([account.pk])
    first = LegalRecord.objects.select_related("document").filter(key=key).first()
    if first is not None:
        return first
    fault = fault_in_order(kind, None if follows is None else follows.kind)
    if fault:
        raise RecordRefused(f"{fault[0].upper()}{fault[1:]}.")
    follows = None if follows is None else _held(follows.pk)
    _refuse_before(follows)
    _refuse_credential(credential, local_day(at))
    if account is not None:
        for each in {by, credential.user}:
            refuse_own_account(by=each, account_ids=[account.pk])
    told = _told(account, follows, place=place, addressee=addressee, matter=matter, legal_basis=legal_basis)
    record = LegalRecord(
        key=key, kind=LegalRecord.Kind(kind), credential=credential, account=account, act=act, follows=follows,
        issued_at=at, issued_by=by, **told,
    )  # fmt: skip
    try:
        with transaction.atomic():
            record.document = create_document(
                kind=Document.Kind.LEGAL_RECORD, series=SERIES[kind], issued_on=local_day(at), at=at, by=by
            )
            record.save(force_insert=True)
    except IntegrityError as error:
        first = LegalRecord.objects.select_related("document").filter(key=key).first()
        if first is not None:
            return first
        raise RecordRefused("Esa actuación ya tiene la que le sigue; ábrala en lugar de repetirla.") from error
    _tell(
        LEGAL_RECORD_ISSUED, record, at=at, by=by, kind=record.get_kind_display(), addressee=record.addressee,
        matter=record.matter,
    )  # fmt: skip
    return record


@transaction.atomic
def fill_legal_record(
    *,
    record: LegalRecord,
    happened_at: datetime,
    fields: Mapping[str, str],
    file: StoredFile | None = None,
    at: datetime,
    by: User,
) -> LegalRecord:
    """Take down what was written on a paper when it was served; from then on it does not change. Idempotent.

    :raises RecordRefused: if a datum that it needs is missing, its moment has not come or is before it was issued, the
        credential was not in force then, or the paper was already taken down with other data or has no effect.
    """
    record = _held(record.pk)
    kept = {label: value.strip() for label, value in fields.items() if value.strip()}
    if record.state == LegalRecord.State.FILLED and (record.fields, record.happened_at) == (kept, happened_at):
        return record
    if record.state != LegalRecord.State.ISSUED:
        raise RecordRefused(
            f"{record.document.folio} está {record.get_state_display().lower()}: lo asentado no se cambia; si está "
            "mal, levante otra actuación."
        )
    local = timezone.localtime(happened_at)
    fault = fault_in_fields(record.kind, kept) or fault_in_moment(
        local, issued_at=timezone.localtime(record.issued_at), at=at
    )
    if fault:
        raise RecordRefused(f"{fault[0].upper()}{fault[1:]}.")
    _refuse_credential(record.credential, local.date())
    record.state = LegalRecord.State.FILLED
    record.happened_at, record.fields, record.file = happened_at, kept, file
    record.ended_at, record.ended_by = at, by
    record.save(update_fields=["state", "happened_at", "fields", "file", "ended_at", "ended_by"])
    _tell(LEGAL_RECORD_FILLED, record, at=at, by=by, kind=_named(record), when=format_datetime(local))
    return record


@transaction.atomic
def void_legal_record(*, record: LegalRecord, reason: str, at: datetime, by: User) -> LegalRecord:
    """Leave without effect a paper that was not served; its folio stays. Idempotent.

    :raises RecordRefused: if it does not say why, or the paper was already taken down.
    """
    reason = reason.strip()
    if not reason:
        raise RecordRefused("Escriba por qué queda sin efecto.")
    record = _held(record.pk)
    if record.state == LegalRecord.State.VOID:
        return record
    if record.state != LegalRecord.State.ISSUED:
        raise RecordRefused(f"{record.document.folio} ya está asentada: lo que se practicó no se deja sin efecto.")
    record.state = LegalRecord.State.VOID
    record.note, record.ended_at, record.ended_by = reason[:240], at, by
    record.save(update_fields=["state", "note", "ended_at", "ended_by"])
    _tell(LEGAL_RECORD_VOIDED, record, at=at, by=by, kind=_named(record), reason=record.note)
    return record


def _refuse_before(follows: LegalRecord | None) -> None:
    """:raises RecordRefused: if the paper that is to be followed was not served."""
    if follows is not None and follows.state != LegalRecord.State.FILLED:
        raise RecordRefused(
            f"{follows.document.folio} está {follows.get_state_display().lower()}: asiéntela antes de levantar la que "
            "le sigue."
        )


def _refuse_credential(credential: NotifierCredential, day: date) -> None:
    """:raises RecordRefused: if the credential does not serve that day."""
    if not serves_on(
        day,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        revoked_on=credential.revoked_on,
    ):
        raise RecordRefused(
            f"La constancia {credential.document.folio} de {credential.user} no estaba vigente el {format_date(day)}; "
            "elija a un notificador con constancia vigente."
        )


def _told(
    account: Account | None,
    follows: LegalRecord | None,
    *,
    place: str,
    addressee: str,
    matter: str,
    legal_basis: str,
) -> dict[str, str]:
    """Where, to whom, what about and by which law, completed from what is known.

    :raises RecordRefused: if something is missing.
    """
    told = {
        "place": place.strip() or ("" if follows is None else follows.place),
        "addressee": addressee.strip() or ("" if follows is None else follows.addressee),
        "matter": matter.strip() or ("" if follows is None else follows.matter),
        "legal_basis": legal_basis.strip(),
    }
    if account is not None:
        told["place"] = told["place"] or account.connection.premises.address
        told["addressee"] = told["addressee"] or account.holder.name
    asked = {
        "place": "el domicilio",
        "addressee": "a quién se dirige (si no se sabe, «Propietario, poseedor u ocupante»)",
        "matter": "el asunto",
        "legal_basis": "el fundamento",
    }
    missing = [words for name, words in asked.items() if not told[name]]
    if missing:
        raise RecordRefused(f"Escriba {missing[0]}.")
    return told


def _held(record_id: int) -> LegalRecord:
    LegalRecord.objects.select_for_update(no_key=True).filter(pk=record_id).values_list("pk").first()
    related = ("document", "credential__document", "credential__user", "account")
    return LegalRecord.objects.select_related(*related).get(pk=record_id)


def _named(record: LegalRecord) -> str:
    article = "el" if record.kind == LegalRecord.Kind.SUMMONS else "la"
    if record.kind == LegalRecord.Kind.VISIT_ACT:
        article = "el"
    return f"{article} {record.get_kind_display().lower()}"


def _tell(event: EventKind, record: LegalRecord, *, at: datetime, by: User, **facts: object) -> None:
    publish(
        event,
        subject_kind="LegalRecord",
        subject_id=record.pk,
        account_id=record.account_id,
        facts={"folio": record.document.folio, **facts},
        at=at,
        by=by,
    )
