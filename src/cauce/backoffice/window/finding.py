"""Finding accounts by whatever the person at the window has: number, name, address, telephone, meter or folio."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Model

from cauce.agreements.models import PaymentAgreement, PromissoryNote
from cauce.billing.models import Bill
from cauce.collections.models import LadderAct, LegalRecord
from cauce.core.money import ZERO
from cauce.core.text import digits_of
from cauce.documents.models import Document
from cauce.ledger.queries import balances
from cauce.metering.queries import account_ids_by_serial
from cauce.registry.queries import AccountHit, account_hits, search_accounts

LIMIT = 12
_FOLIO = re.compile(r"\s*([A-Za-z][A-Za-z0-9]{0,7})\s*[- ]\s*(\d{1,9})\s*")
_SERIAL = re.compile(r"(?=.*\d)[A-Za-z0-9-]{4,24}")
# Account, year and month and a check digit: what the bill's barcode gives.
_REFERENCE_DIGITS = range(11, 16)
# What names one account by its folio: which row has the folio, and how it leads to the account.
_ACCOUNT_OF: Final[Mapping[Document.Kind, tuple[type[Model], str]]] = {
    Document.Kind.BILL: (Bill, "account"),
    Document.Kind.NOTICE: (LadderAct, "account"),
    Document.Kind.LEGAL_RECORD: (LegalRecord, "account"),
    Document.Kind.AGREEMENT: (PaymentAgreement, "account"),
    Document.Kind.PROMISSORY_NOTE: (PromissoryNote, "agreement__account"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """An account found, and why (``by``, empty when it is plain to see).

    ``balance`` is what it owes with the surcharges posted, in pesos; None for who may not see it.
    """

    hit: AccountHit
    by: str
    balance: Decimal | None


def find_accounts(text: str, *, sees_debts: bool, limit: int = LIMIT) -> list[Found]:
    """The accounts that answer to ``text``, the surest first; nothing for less than two letters or digits."""
    wanted = text.strip()
    if len(wanted) < 2:
        return []
    reasons: dict[int, str] = {}
    found: list[AccountHit] = []
    for by, hits in (
        ("por folio", _by_folio(wanted)),
        ("por referencia", _by_reference(wanted)),
        ("", search_accounts(wanted, limit)),
        ("por medidor", _by_serial(wanted, limit)),
    ):
        for hit in hits:
            if hit.id not in reasons:
                reasons[hit.id] = by
                found.append(hit)
    found = found[:limit]
    owed = balances([hit.id for hit in found]) if found and sees_debts else {}
    return [Found(hit, reasons[hit.id], owed.get(hit.id, ZERO) if sees_debts else None) for hit in found]


def _by_folio(text: str) -> list[AccountHit]:
    folio = _FOLIO.fullmatch(text)
    if folio is None:
        return []
    series, number = folio[1].upper(), int(folio[2])
    document = Document.objects.filter(series=series, number=number).first()
    if document is None or document.kind not in _ACCOUNT_OF:
        return []
    model, field = _ACCOUNT_OF[Document.Kind(document.kind)]
    return account_hits(
        list(
            model._default_manager.filter(document=document, **{f"{field}__isnull": False}).values_list(
                field, flat=True
            )
        )
    )


def _by_reference(text: str) -> list[AccountHit]:
    digits = digits_of(text)
    if digits != text or len(digits) not in _REFERENCE_DIGITS:
        return []
    return search_accounts(digits[:-5], 1)


def _by_serial(text: str, limit: int) -> list[AccountHit]:
    if _SERIAL.fullmatch(text) is None:
        return []
    return account_hits(account_ids_by_serial(text, limit))
