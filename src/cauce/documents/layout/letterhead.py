"""The head that all documents share."""

from datetime import date
from typing import Any

from cauce.core.es_mx import format_long_date
from cauce.documents.rules import Issuer

Values = dict[str, Any]


def issuer_values(issuer: Issuer) -> Values:
    """Who issues the paper, and the mark it carries while its figures are not official."""
    return {"name": issuer.name, "legal_name": issuer.legal_name, "address": issuer.address, "mark": issuer.mark}


def letter_values(issuer: Issuer, *, title: str, folio: str | None, printed_on: date, subject: str) -> Values:
    """The head and foot of a letter: `subject` is what its footer repeats on every page."""
    return {
        "issuer": issuer_values(issuer),
        "title": title,
        "folio": folio,
        "dated": f"{issuer.place}, {format_long_date(printed_on)}",
        "footer": f"{title} · {subject}",
    }
