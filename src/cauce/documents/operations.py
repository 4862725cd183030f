"""Folios, document records and stored files."""

import os
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from django.db import connection, transaction

from cauce.core.bulk import copy_rows, take_ids
from cauce.core.errors import DomainError
from cauce.documents.models import Document, StoredFile
from cauce.documents.queries import stored_path
from cauce.documents.rules import content_type_of
from cauce.users.models import User

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


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.{token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
