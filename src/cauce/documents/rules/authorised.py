"""Who authorised a table of the office's data: what heads each of its files."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

AUTHORISED_KEYS: Final = ("desde", "autoriza", "acuerdo", "fundamento")


class AuthorisedHeader(NamedTuple):
    """Since when a version rules, who authorised it, by which act and on what basis."""

    valid_from: date
    authorised_by: str
    resolution: str
    legal_basis: str


def authorised_header(content: Mapping[str, Any], *, fault: type[Exception]) -> AuthorisedHeader:
    """Read who authorised a table.

    :raises Exception: the ``fault``, in Spanish, if something is missing or its day is not one.
    """
    for key in AUTHORISED_KEYS:
        if not str(content.get(key) or "").strip():
            raise fault(f"falta «{key}»")
    if not isinstance(content["desde"], date):
        raise fault("«desde» es una fecha, como 2026-01-01")
    return AuthorisedHeader(content["desde"], *(str(content[key]).strip() for key in AUTHORISED_KEYS[1:]))
