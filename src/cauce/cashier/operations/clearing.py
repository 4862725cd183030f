"""Money in transit that reached the bank: it leaves its clearing book, with what the bank kept and what is missing."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from cauce.cashier.events import CLEARING_MATCHED, CLEARING_REVERSED
from cauce.cashier.models import (
    BankDeposit,
    ClearingMatch,
    ClearingMatchItem,
    ClearingMatchReversal,
    Dishonour,
    Tender,
)
from cauce.cashier.operations.bars import ReasonMissing, refuse_over_limit
from cauce.cashier.queries.clearing import BOOK_OF_KIND, TransitItem, in_transit
from cauce.cashier.rules.clearing import is_reasonable_fee
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money, format_percent
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.models import Book, Reason
from cauce.ledger.operations import begin_posting, no_waiting_in_silence, reverse_posting, write_transfers
from cauce.ledger.queries import booking_day, collection_law
from cauce.ledger.rules import DEPOSIT, Entry
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

SERIES = "CON"


class NotInTransit(DomainError):
    """Something to be matched is not on its way to the bank."""

    def __init__(self) -> None:
        super().__init__(
            "Alguna de esas partidas ya no está en tránsito: se concilió, se canceló o cambió de forma de pago. "
            "Actualice la página y elija otra vez."
        )


class MatchAddsUpToNothing(DomainError):
    """A match without things."""

    def __init__(self) -> None:
        super().__init__("Elija al menos una ficha o una forma de pago de las que están en tránsito.")


class BankDayImpossible(DomainError):
    """The bank's day is after today or before the money was there."""


class FeeTooLarge(DomainError):
    """What the bank kept is more than a fee."""

    def __init__(self, most_percent: Decimal) -> None:
        super().__init__(
            f"Una comisión no es negativa ni pasa del {format_percent(most_percent)} de lo que venía en "
            "tránsito; lo que exceda captúrelo como diferencia, con su motivo."
        )


class DifferenceUnexplained(DomainError):
    """The bank's money differs and nobody says why."""

    def __init__(self, difference: Decimal) -> None:
        super().__init__(
            f"Lo abonado difiere en {format_money(difference)} de lo que venía en tránsito; revise el importe y la "
            "comisión, o escriba por qué difiere."
        )


class MatchAlreadyReversed(DomainError):
    """A match is undone once."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"La conciliación {folio} ya se había deshecho; actualice la página.")


class MatchLeanedOn(DomainError):
    """Something later stands on what is to be undone: another match, or a cheque that came back."""

    def __init__(self, folio: str) -> None:
        super().__init__(
            f"{folio} se apoya en esta conciliación: el banco ya se llevó lo que había abonado. Déjela como está."
        )


@transaction.atomic
def match_clearing(
    *,
    kind: ClearingMatch.Kind,
    deposits: Sequence[int] = (),
    tenders: Sequence[int] = (),
    bank_on: date,
    received: Decimal,
    fee: Decimal = ZERO,
    reason: str = "",
    reference: str = "",
    at: datetime,
    by: User,
    key: str,
) -> ClearingMatch:
    """Say that things in transit of one kind reached the bank on ``bank_on``: their money passes to the bank's book.

    ``deposits`` are the documents of slips and ``tenders`` ids of ways of paying, each one whole. ``received`` is what
    the bank credited (negative when it took back money of payments undone), ``fee`` what it kept; what is missing or
    left over goes to the book of differences with its ``reason``, within the limit of the person's post. Idempotent by
    key.

    :raises MatchAddsUpToNothing: if there is nothing to match.
    :raises NotInTransit: if one of the things is not in transit by that kind.
    :raises BankDayImpossible: if the bank's day is after today or before the money was received.
    :raises FeeTooLarge: if the fee is negative or more than a bank keeps.
    :raises DifferenceUnexplained: if there is a difference and no reason.
    :raises OverLimit: if the difference goes over what the person's post may authorise.
    :raises OwnAccount: if who matches is linked to one of the accounts that paid.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises AccountBusy: if another session is matching the same things.
    """
    ids = sorted(set(deposits if kind == ClearingMatch.Kind.DEPOSITS else tenders))
    body = {
        "kind": str(kind),
        "ids": ids,
        "on": bank_on,
        "received": f"{received:.2f}",
        "fee": f"{fee:.2f}",
        "reference": reference,
    }
    posting, is_new = begin_posting(operation="match_clearing", key=key, body=body, at=at, by=by)
    if not is_new:
        return ClearingMatch.objects.get(posting=posting)
    _hold_things(kind, ids)
    items = _things(kind, ids)
    _refuse_impossible_day(bank_on, items, local_day(at))
    expected = sum((item.amount for item in items), ZERO)
    most_percent = collection_law(local_day(at)).desk.card_fee_percent
    if not is_reasonable_fee(fee, expected, most_percent):
        raise FeeTooLarge(most_percent)
    difference = expected - received - fee
    if difference:
        if not reason.strip():
            raise DifferenceUnexplained(difference)
        refuse_over_limit(act="diferencia_de_conciliacion", amount=abs(difference), on=local_day(at), by=by)
    refuse_own_account(
        by=by,
        account_ids=[account_id for item in items for account_id in item.account_ids],
        party_ids=[party_id for item in items for party_id in item.party_ids],
    )
    booked_on = booking_day(at)
    document = create_document(kind=Document.Kind.CLEARING_MATCH, series=SERIES, issued_on=booked_on, at=at, by=by)
    match = ClearingMatch.objects.create(
        document=document,
        kind=kind,
        posting=posting,
        bank_on=bank_on,
        reference=reference.strip(),
        expected=expected,
        received=received,
        fee=fee,
        difference=difference,
        reason=reason.strip(),
        matched_at=at,
        matched_by=by,
    )
    ClearingMatchItem.objects.bulk_create(
        ClearingMatchItem(
            match=match,
            deposit_id=item.id if kind == ClearingMatch.Kind.DEPOSITS else None,
            tender_id=None if kind == ClearingMatch.Kind.DEPOSITS else item.id,
            amount=item.amount,
        )
        for item in items
    )
    book = BOOK_OF_KIND[kind]
    write_transfers(
        posting=posting,
        entries=[
            _entry(debit, book, amount, bank_on, document.pk)
            for debit, amount in ((Book.BANK, received), (Book.BANK_FEES, fee), (Book.OVER_SHORT, difference))
            if amount
        ],
        booked_on=booked_on,
    )
    publish(
        CLEARING_MATCHED,
        subject_kind="ClearingMatch",
        subject_id=document.pk,
        facts={
            "folio": document.folio,
            "kind": match.get_kind_display().lower(),
            "received": format_money(received),
            "on": format_date(bank_on),
        },
        at=at,
        by=by,
    )
    return match


@transaction.atomic
def reverse_match(*, match: ClearingMatch, reason: str, at: datetime, by: User, key: str) -> ClearingMatchReversal:
    """Undo a match: what it matched is in transit again, with today's date in the books. Idempotent by key.

    :raises ReasonMissing: without reason.
    :raises MatchLeanedOn: if the bank took back since what this one had brought.
    :raises MatchAlreadyReversed: if it was undone before, with another key.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on the match.
    """
    if not reason.strip():
        raise ReasonMissing("se deshace la conciliación")
    with no_waiting_in_silence():
        match = ClearingMatch.objects.select_for_update(no_key=True).get(pk=match.pk)
    done = ClearingMatchReversal.objects.filter(match=match).select_related("posting").first()
    if done is not None:
        if done.posting.key == key:
            return done
        raise MatchAlreadyReversed(match.document.folio)
    _hold_things(match.kind, [item.deposit_id or item.tender_id or 0 for item in match.items.all()])
    _refuse_leaned_on(match)
    posting = reverse_posting(
        posting=match.posting,
        document_id=match.document_id,
        order=collection_law(local_day(at)).order,
        key=key,
        at=at,
        by=by,
    )
    reversal = ClearingMatchReversal.objects.create(
        match=match, posting=posting, reason=reason.strip(), reversed_at=at, reversed_by=by
    )
    publish(
        CLEARING_REVERSED,
        subject_kind="ClearingMatch",
        subject_id=match.pk,
        facts={
            "folio": match.document.folio,
            "received": format_money(match.received),
            "reason": reversal.reason,
        },
        at=at,
        by=by,
    )
    return reversal


def _hold_things(kind: str, ids: Sequence[int]) -> None:
    """Keep others from matching the same things until the transaction ends, always in the order of their ids.

    :raises AccountBusy: if another session holds one of them.
    """
    with no_waiting_in_silence():
        if kind == ClearingMatch.Kind.DEPOSITS:
            deposits = BankDeposit.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
            list(deposits.values_list("pk", flat=True))
        else:
            tenders = Tender.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
            list(tenders.values_list("pk", flat=True))


def _things(kind: str, ids: Sequence[int]) -> list[TransitItem]:
    if not ids:
        raise MatchAddsUpToNothing
    items = in_transit(kind, ids)
    if len(items) != len(ids):
        raise NotInTransit
    return items


def _refuse_impossible_day(bank_on: date, items: Sequence[TransitItem], today: date) -> None:
    first = min(item.day for item in items)
    if bank_on > today:
        raise BankDayImpossible("La fecha del banco es posterior a hoy; corríjala con la del estado de cuenta.")
    if bank_on < first:
        raise BankDayImpossible(
            f"El banco no pudo abonarlo antes del {format_date(first)}, que es cuando se recibió; corrija la fecha o "
            "quite esa partida."
        )


def _refuse_leaned_on(match: ClearingMatch) -> None:
    """Refuse to undo what brought money that the bank took back since: by another match, or with what came back."""
    things = list(match.items.values_list("deposit", "tender"))
    later = (
        ClearingMatchItem.objects.filter(
            Q(deposit__in=[deposit for deposit, _ in things if deposit is not None])
            | Q(tender__in=[tender for _, tender in things if tender is not None]),
            match__kind=match.kind,
            match__reversal__isnull=True,
            match__pk__gt=match.pk,
        )
        .select_related("match__document")
        .first()
    )
    if later is not None:
        raise MatchLeanedOn(later.match.document.folio)
    came_back = Dishonour.objects.filter(tender__in=[tender for _, tender in things if tender is not None])
    dishonour = came_back.select_related("document").first()
    if dishonour is not None:
        raise MatchLeanedOn(dishonour.document.folio)


def _entry(debit: Book, credit: Book, amount: Decimal, on: date, document_id: int) -> Entry:
    """Pesos from the clearing book to another; the other way round when they are negative."""
    return Entry(
        debit_book=debit if amount > 0 else credit,
        credit_book=credit if amount > 0 else debit,
        concept=DEPOSIT,
        amount=abs(amount),
        effective_on=on,
        reason=Reason.DEPOSIT,
        document_id=document_id,
    )
