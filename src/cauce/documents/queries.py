"""Where stored files are, the tokens that prove a printed document, and who issues it."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from cauce.core.errors import DomainError
from cauce.documents.models import Document, SignatureRequest, StoredFile
from cauce.documents.rules import Issuer
from cauce.users.models import User
from cauce.users.queries import posts_of

FOLDER: Final = "documents"
_TOKEN_SALT: Final = "cauce.documents.verification"  # noqa: S105


class DamagedFile(DomainError):
    """A stored file is missing or is no longer what was stored."""


def stored_path(file: StoredFile) -> Path:
    """Where the bytes of a stored file are: under two letters of its fingerprint, with no name of anybody's."""
    return Path(settings.MEDIA_ROOT) / FOLDER / file.sha256[:2] / file.sha256


def file_content(file: StoredFile) -> bytes:
    """The bytes of a stored file, once they are proved to be the ones that were stored.

    :raises DamagedFile: if they are missing or differ.
    """
    path = stored_path(file)
    content = path.read_bytes() if path.exists() else b""
    if sha256(content).hexdigest() != file.sha256:
        raise DamagedFile(f"«{file.name}» falta o está dañado; avise a Informática para recuperarlo del respaldo.")
    return content


def waiting_for_signature(user: User, on: date) -> QuerySet[SignatureRequest]:
    """What waits for a person's signature by the posts they hold on a day, less what they asked for themselves."""
    posts = posts_of(user, on)
    waiting = SignatureRequest.objects.filter(state=SignatureRequest.State.WAITING, role__in=posts)
    return waiting.exclude(asked_by=user).select_related("file", "document", "asked_by")


def signature_requests_of(subject_kind: str, subject_id: int) -> QuerySet[SignatureRequest]:
    """The signatures that were asked for something, the last first."""
    found = SignatureRequest.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return found.select_related("file", "document", "asked_by", "decided_by").order_by("-pk")


def verification_token(*, series: str, number: int, issued_on: date) -> str:
    """The token of a document's QR code: 256 bits as 64 hexadecimal digits, the same at each printing.

    It is computed with the deployment's secret, so nothing is stored and nobody can make one.
    """
    return _token(series, number, issued_on, settings.SECRET_KEY)


def is_verification_token(token: str, *, document: Document) -> bool:
    """Whether a token is a document's own, also when it was printed under a secret since retired."""
    secrets: list[str | bytes] = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    expected = [_token(document.series, document.number, document.issued_on, secret) for secret in secrets]
    return any(constant_time_compare(token, one) for one in expected)


def _token(series: str, number: int, issued_on: date, secret: str | bytes) -> str:
    value = f"{series}|{number}|{issued_on.isoformat()}"
    return salted_hmac(_TOKEN_SALT, value, secret=secret, algorithm="sha256").hexdigest()


def issuer(*, is_official: bool) -> Issuer:
    """Who issues the papers of this deployment; under figures that are not official they carry the mark saying so."""
    utility: Mapping[str, Any] = settings.UTILITY
    return Issuer(
        name=utility["name"],
        legal_name=utility["legal_name"],
        address=utility["address"],
        place=utility["place"],
        official=is_official,
    )
