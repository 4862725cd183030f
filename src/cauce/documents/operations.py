"""Folios, document records, stored files, and the papers that wait for a signature."""

import os
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from django.db import connection, transaction

from cauce.core.bulk import copy_rows, take_ids
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.yaml_files import kept, read_yaml
from cauce.documents.events import (
    DOCUMENT_RETURNED,
    DOCUMENT_SIGNED,
    NORM_TEXT_KEPT,
    SIGNATURE_REQUESTED,
    SIGNATURE_WITHDRAWN,
)
from cauce.documents.models import AuthorisedTable, Document, Norm, SignatureRequest, StoredFile
from cauce.documents.queries import file_content, stored_path
from cauce.documents.rules import content_type_of
from cauce.documents.rules.authorised import authorised_header
from cauce.documents.rules.norms import NORM_FIELDS, NormFacts, NormFault, norms_of
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.users.models import User
from cauce.users.queries import posts_of
from cauce.users.roles import role_label

LARGEST_FILE: Final = 15 * 1024 * 1024
_COLUMNS: Final = ("id", "kind", "series", "number", "issued_on", "created_at", "by_id")

_RESERVE: Final = """
INSERT INTO documents_folioseries AS series (code, name, next_number) VALUES (%(code)s, %(name)s, %(count)s + 1)
ON CONFLICT (code) DO UPDATE SET next_number = series.next_number + %(count)s
RETURNING next_number - %(count)s
"""
_RECORD: Final = f"""
WITH folio (number) AS ({_RESERVE})
INSERT INTO documents_document (kind, series, number, issued_on, created_at, by_id)
SELECT %(kind)s, %(code)s, number, %(issued_on)s, %(at)s, %(by)s FROM folio
RETURNING id, number
"""  # noqa: S608


class UnknownFileType(DomainError):
    """The file is none of the kinds that are kept."""


class FileTooLarge(DomainError):
    """The file is empty or goes over the limit."""


class NormsRejected(DomainError):
    """The file of the laws and regulations cannot be used."""


class SignatureRefused(DomainError):
    """A paper cannot be asked to be signed, signed, returned or withdrawn."""


@transaction.atomic
def reserve_folios(*, series: str, count: int, name: str = "") -> int:
    """Take a block of consecutive folios of a series and return the first; a series is opened by its first block.

    The series stays locked until the caller's transaction ends, and a rolled back one gives its folios back: that
    is what keeps the series without gaps. ``name`` is what people call a series that is being opened (its code by
    default). Not idempotent: each call takes another block.

    :raises ValueError: if ``count`` is not positive.
    """
    if count < 1:
        raise ValueError(f"a block has at least one folio, not {count}")
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, {"code": series, "name": name or series, "count": count})
        row = cursor.fetchone()
    return int(row[0])


def create_document(*, kind: Document.Kind, series: str, issued_on: date, at: datetime, by: User) -> Document:
    """Record a document with the next folio of its series, in one statement: both are kept or none is.

    Not idempotent, and publishes nothing: it is a part of the operation that issues the paper, which has the key.
    """
    facts: dict[str, Any] = {
        "code": series,
        "name": series,
        "count": 1,
        "kind": kind,
        "issued_on": issued_on,
        "at": at,
        "by": by.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, facts)
        document_id, number = cursor.fetchone()
    document = Document(
        pk=document_id, kind=kind, series=series, number=number, issued_on=issued_on, created_at=at, by=by
    )
    document._state.adding = False
    return document


@transaction.atomic
def create_documents_in_bulk(
    *,
    kind: Document.Kind,
    series: str,
    issued_on: Sequence[date],
    first_number: int | None = None,
    at: datetime,
    by: User,
) -> list[int]:
    """Record documents with consecutive folios, one for each day of ``issued_on``; return their ids in that order.

    ``first_number`` is the first of a block that was reserved before; without it the block is reserved here. Written
    by COPY with ids taken from the sequence: three statements, whatever their number. Not idempotent, and publishes
    nothing: it is a part of the operation that issues the papers, which has the key.
    """
    if not issued_on:
        return []
    first = reserve_folios(series=series, count=len(issued_on)) if first_number is None else first_number
    ids = take_ids(Document, len(issued_on))
    rows = (
        (document_id, kind.value, series, first + position, day, at, by.pk)
        for position, (document_id, day) in enumerate(zip(ids, issued_on, strict=True))
    )
    copy_rows(Document._meta.db_table, _COLUMNS, rows)
    return ids


@transaction.atomic
def store_file(*, name: str, content: bytes, at: datetime, by: User) -> StoredFile:
    """Keep a file under the folder of the product, once: the same content again is the file already kept.

    Its type is told by its content. The bytes reach the disk before the row that names them is committed, so a row
    never points to nothing. Idempotent by content. Publishes nothing: it is a part of the operation that the file
    belongs to.

    :raises UnknownFileType: if it is not a PDF, a PNG or a JPEG.
    :raises FileTooLarge: if it is empty or goes over the limit.
    """
    if not content or len(content) > LARGEST_FILE:
        megabytes = LARGEST_FILE // (1024 * 1024)
        raise FileTooLarge(f"«{name}» está vacío o pasa de {megabytes} MB; reduzca su tamaño y vuelva a subirlo.")
    content_type = content_type_of(content)
    if content_type is None:
        raise UnknownFileType(f"«{name}» no es un PDF ni una imagen JPG o PNG; guárdelo en uno de esos formatos.")
    digest = sha256(content).hexdigest()
    stored, is_new = StoredFile.objects.get_or_create(
        sha256=digest,
        defaults={
            "name": name[:200],
            "content_type": content_type,
            "size_bytes": len(content),
            "stored_at": at,
            "by": by,
        },
    )
    if is_new or not stored_path(stored).exists():
        _write_whole(stored_path(stored), content)
    return stored


@transaction.atomic
def request_signature(
    *,
    kind: str,
    title: str,
    subject_kind: str,
    subject_id: int,
    account_id: int | None = None,
    document: Document | None = None,
    file: StoredFile,
    role: str,
    at: datetime,
    by: User,
    key: str,
) -> SignatureRequest:
    """Put a paper in the tray «Para firma» of a post: ``role`` is its code in the page of roles.

    ``kind`` is what the paper is, in Spanish («Respuesta por escrito»); what is signed is ``file``, by its SHA-256.
    Idempotent by ``key``.

    :raises SignatureRefused: if the key was used for another file.
    """
    request, is_new = SignatureRequest.objects.get_or_create(
        key=key,
        defaults={
            "document": document,
            "kind": kind[:48],
            "title": title[:200],
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "account_id": account_id,
            "file": file,
            "role": role,
            "asked_at": at,
            "asked_by": by,
        },
    )
    if request.file_id != file.pk:
        raise SignatureRefused(
            f"«{request.title}» ya se pidió firmar con otro archivo; vuelva a abrir la página y pídalo otra vez."
        )
    if is_new:
        _publish_signature(SIGNATURE_REQUESTED, request, at=at, by=by)
    return request


@transaction.atomic
def sign_documents(*, requests: Sequence[SignatureRequest], at: datetime, by: User) -> list[SignatureRequest]:
    """Sign papers, all of them or none: each by the SHA-256 of the file that is kept, proved to be the one asked for.

    The screen asks for the password first. Idempotent: what ``by`` already signed stays as it was.

    :raises SignatureRefused: if there are none, one does not wait any more, is of another post or was asked by ``by``.
    """
    if not requests:
        raise SignatureRefused("Marque por lo menos un documento para firmarlo.")
    posts = posts_of(by, local_day(at))
    signed = []
    for request in _held({request.pk for request in requests}):
        if request.state == SignatureRequest.State.SIGNED and request.decided_by_id == by.pk:
            signed.append(request)
            continue
        why_not = _why_not_decide(request, posts, by)
        if why_not:
            raise SignatureRefused(why_not)
        file_content(request.file)
        _decide_signature(request, SignatureRequest.State.SIGNED, note="", at=at, by=by)
        _publish_signature(DOCUMENT_SIGNED, request, at=at, by=by)
        signed.append(request)
    return signed


@transaction.atomic
def return_document(*, request: SignatureRequest, note: str, at: datetime, by: User) -> SignatureRequest:
    """Give a paper back unsigned, with what is wrong. Idempotent for the person who returned it.

    :raises SignatureRefused: if there is no note, it does not wait any more, is of another post or was asked by ``by``.
    """
    note = note.strip()
    if not note:
        raise SignatureRefused("Escriba por qué se devuelve: quien lo pidió tiene que saber qué corregir.")
    request = _held([request.pk])[0]
    if request.state == SignatureRequest.State.RETURNED and request.decided_by_id == by.pk:
        return request
    why_not = _why_not_decide(request, posts_of(by, local_day(at)), by)
    if why_not:
        raise SignatureRefused(why_not)
    _decide_signature(request, SignatureRequest.State.RETURNED, note=note[:200], at=at, by=by)
    _publish_signature(DOCUMENT_RETURNED, request, at=at, by=by, note=request.note)
    return request


@transaction.atomic
def withdraw_signature_request(*, request: SignatureRequest, at: datetime, by: User) -> SignatureRequest:
    """Take a paper out of the tray before it is signed. Idempotent.

    :raises SignatureRefused: if it was already signed or returned.
    """
    request = _held([request.pk])[0]
    if request.state == SignatureRequest.State.WITHDRAWN:
        return request
    if request.state != SignatureRequest.State.WAITING:
        raise SignatureRefused(f"«{request.title}» ya no espera firma: está {request.get_state_display().lower()}.")
    _decide_signature(request, SignatureRequest.State.WITHDRAWN, note="", at=at, by=by)
    _publish_signature(SIGNATURE_WITHDRAWN, request, at=at, by=by)
    return request


def _held(ids: Collection[int]) -> list[SignatureRequest]:
    """These requests, kept from any other session until the transaction ends."""
    rows = SignatureRequest.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    held = [request.pk for request in rows]
    # Read once held: what is joined to a row that was waited for is as it was before the wait.
    related = ("file", "document", "asked_by", "decided_by")
    return list(SignatureRequest.objects.filter(pk__in=held).select_related(*related).order_by("pk"))


def _why_not_decide(request: SignatureRequest, posts: set[str], by: User) -> str:
    if request.state != SignatureRequest.State.WAITING:
        who = f" por {request.decided_by}" if request.decided_by else ""
        return f"«{request.title}» ya está {request.get_state_display().lower()}{who}; quítelo de la selección."
    if request.role not in posts:
        return f"«{request.title}» lo firma el puesto de {role_label(request.role)}."
    if request.asked_by_id == by.pk:
        return f"Usted pidió la firma de «{request.title}» y nadie firma lo que pidió; que lo firme otra persona."
    return ""


def _decide_signature(
    request: SignatureRequest, state: SignatureRequest.State, *, note: str, at: datetime, by: User
) -> None:
    request.state = state
    request.note = note
    request.decided_at = at
    request.decided_by = by
    request.save(update_fields=["state", "note", "decided_at", "decided_by"])


def _publish_signature(kind: EventKind, request: SignatureRequest, *, at: datetime, by: User, note: str = "") -> None:
    publish(
        kind,
        subject_kind=request.subject_kind,
        subject_id=request.subject_id,
        account_id=request.account_id,
        facts={
            "title": request.title,
            "role": role_label(request.role),
            "note": note,
            "folio": request.document.folio if request.document else "",
            "request": request.pk,
            "sha256": request.file.sha256,
        },
        at=at,
        by=by,
    )


@transaction.atomic
def load_norms(*, path: Path) -> int:
    """Take the list of laws and regulations from a YAML file. Idempotent: the same file again changes nothing.

    The text that the office keeps of one is not touched; one that the file no longer names stays.

    :returns: how many were added or changed.
    :raises NormsRejected: naming the file and what is wrong in it.
    """
    changed = 0
    for facts in _norms_in(path):
        wanted = {name: getattr(facts, name) for name in NORM_FIELDS}
        norm, is_new = Norm.objects.get_or_create(code=facts.code, defaults=wanted)
        differs = [name for name, value in wanted.items() if getattr(norm, name) != value]
        if differs:
            for name in differs:
                setattr(norm, name, wanted[name])
            norm.save(update_fields=differs)
        changed += bool(is_new or differs)
    return changed


@transaction.atomic
def keep_norm_text(norm: Norm, *, name: str, content: bytes, at: datetime, by: User) -> Norm:
    """Keep the published text of a law or regulation; a newer one takes the place of the former, which is kept too.

    :raises UnknownFileType: if it is not a PDF, a PNG or a JPEG.
    :raises FileTooLarge: if it is empty or goes over the limit.
    """
    norm = Norm.objects.select_for_update(no_key=True).get(pk=norm.pk)
    norm.file = store_file(name=name, content=content, at=at, by=by)
    norm.save(update_fields=["file"])
    publish(
        NORM_TEXT_KEPT,
        subject_kind="Norm",
        subject_id=norm.file.pk,
        facts={"norm": norm.name, "file": norm.file.name, "sha256": norm.file.sha256},
        at=at,
        by=by,
    )
    return norm


def _norms_in(path: Path) -> list[NormFacts]:
    """Read the file of the laws and regulations.

    :raises NormsRejected: naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=NormsRejected)
    try:
        return norms_of(content)
    except NormFault as error:
        raise NormsRejected(f"«{path.name}»: {error}.") from error


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.{token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def take_authorised_table(
    *,
    path: Path,
    table: type[AuthorisedTable],
    what: str,
    check: Callable[[dict[str, Any]], object],
    fault: type[Exception],
    refusal: type[DomainError],
    event: EventKind,
    at: datetime,
    by: User,
    content_field: str = "rows",
) -> int:
    """Take a version of a table from a YAML file, in the caller's transaction. Idempotent: equal content is the same.

    ``what`` is what the file must hold, in Spanish, and ``check`` raises a ``fault`` when its content cannot be used. A
    version that ruled is never changed: another file with another day begins another one.

    :returns: how many versions were added: one or none.
    :raises DomainError: the ``refusal``, naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=refusal)
    if not isinstance(content, dict):
        raise refusal(f"«{path.name}» debe llevar {what}.")
    try:
        check(content)
        header = authorised_header(content, fault=fault)
    except fault as error:
        raise refusal(f"«{path.name}»: {error}.") from error
    plain, digest = kept(content)
    version, is_new = table._default_manager.get_or_create(
        sha256=digest, defaults={**header._asdict(), content_field: plain, "loaded_at": at, "loaded_by": by}
    )
    if is_new:
        publish(
            event,
            subject_kind=table.__name__,
            subject_id=version.pk,
            facts={"resolution": version.resolution},
            at=at,
            by=by,
        )
    return int(is_new)
