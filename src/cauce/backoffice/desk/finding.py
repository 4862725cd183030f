"""What somebody scans or types at the desk: an account, or a paper with a folio that leads elsewhere."""

import re
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from cauce.agreements.models import PromissoryNote
from cauce.agreements.rules import OUTSTANDING_NOTES
from cauce.billing.models import Bill
from cauce.cashier.models import Receipt
from cauce.collections.models import LadderAct
from cauce.core import es_mx
from cauce.core.text import digits_of
from cauce.documents.models import Document
from cauce.documents.rules.references import InvalidReferenceError, parse_reference
from cauce.metering.queries import account_ids_by_serial
from cauce.registry.queries import AccountHit, account_hits, search_accounts, stored_account_ids

LIMIT = 10
FOLIO = re.compile(r"\s*([A-Za-z][A-Za-z0-9]{0,15})\s*[-' ]\s*(\d{1,9})\s*")
_SERIAL = re.compile(r"(?=.*\d)[A-Za-z0-9-]{4,24}")
_REFERENCE_DIGITS = range(11, 16)


@dataclass(frozen=True, slots=True)
class Found:
    """What answers to a text: accounts to choose from, one thing it names for sure, or why it is of no use.

    ``account_id`` or ``order_id`` go into the payment, ``note_id`` with the account that owes that pagaré; ``url`` is
    the page of a paper that is not collected here; ``said`` is what the cashier should know of the paper that was read.
    """

    hits: tuple[AccountHit, ...] = ()
    account_id: int | None = None
    order_id: int | None = None
    note_id: int | None = None
    url: str = ""
    said: str = ""
    refusal: str = ""


def find(text: str) -> Found:
    """What ``text`` names: a folio, the reference of a bill, a number of account, a meter, or words."""
    wanted = text.strip()
    if len(wanted) < 2:
        return Found()
    folio = FOLIO.fullmatch(wanted)
    if folio is not None:
        document = Document.objects.filter(series=folio[1].upper(), number=int(folio[2])).first()
        if document is not None:
            return _of_document(document)
    if digits_of(wanted) == wanted and len(wanted) in _REFERENCE_DIGITS:
        return _of_reference(wanted)
    hits = search_accounts(wanted, LIMIT)
    if not hits and _SERIAL.fullmatch(wanted) is not None:
        hits = account_hits(account_ids_by_serial(wanted, LIMIT))
    exact = [hit for hit in hits if hit.number == wanted or hit.number.lstrip("0") == wanted.lstrip("0") != ""]
    if exact or len(hits) == 1:
        return Found(tuple(hits), account_id=(exact or hits)[0].id)
    return Found(tuple(hits))


def account_of_reference(text: str) -> int | None:
    """The account of a bill's reference that was read where an amount was expected; None if it is not one."""
    if len(text) not in _REFERENCE_DIGITS or digits_of(text) != text:
        return None
    try:
        number = parse_reference(text).account
    except InvalidReferenceError:
        return None
    return stored_account_ids([number]).get(number)


def _of_reference(text: str) -> Found:
    try:
        number = parse_reference(text).account
    except InvalidReferenceError:
        return Found(refusal=f"{text} no es la referencia de un recibo; lea el código otra vez o busque por la cuenta.")
    account_id = stored_account_ids([number]).get(number)
    if account_id is None:
        return Found(refusal=f"La referencia es de la cuenta {number}, que no está en el padrón.")
    return Found(tuple(account_hits([account_id])), account_id=account_id)


def _of_document(document: Document) -> Found:
    match document.kind:
        case Document.Kind.BILL:
            account_id = Bill.objects.values_list("account_id", flat=True).get(pk=document.pk)
            return Found(tuple(account_hits([account_id])), account_id=account_id)
        case Document.Kind.PAYMENT_ORDER:
            return Found(order_id=document.pk)
        case Document.Kind.PROMISSORY_NOTE:
            return _of_note(document)
        case Document.Kind.NOTICE:
            return _of_notice(document)
        case Document.Kind.PAYMENT:
            payment_id = Receipt.objects.values_list("payment_id", flat=True).get(pk=document.pk)
            return Found(url=reverse("desk:receipt", args=[payment_id]))
        case Document.Kind.VOUCHER:
            return Found(url=_page("claims:voucher", document.pk))
        case _:
            return Found(refusal=f"{document.folio} es «{document.get_kind_display()}»: no es algo que se cobre.")


def _of_note(document: Document) -> Found:
    note = PromissoryNote.objects.select_related("agreement").get(pk=document.pk)
    if note.state not in OUTSTANDING_NOTES:
        state = note.get_state_display().lower()
        return Found(refusal=f"El pagaré {document.folio} está en «{state}»: no tiene nada por cobrar.")
    account_id = note.agreement.account_id
    return Found(tuple(account_hits([account_id])), account_id=account_id, note_id=note.pk)


def _of_notice(document: Document) -> Found:
    account_id = LadderAct.objects.values_list("account_id", flat=True).get(document=document)
    said = (
        f"Se leyó el aviso {document.folio}, del {es_mx.format_date(document.issued_on)}. Se cobra lo que se debe hoy, "
        "que puede no ser lo que dice el papel."
    )
    return Found(tuple(account_hits([account_id])), account_id=account_id, said=said)


def _page(name: str, pk: int) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""
