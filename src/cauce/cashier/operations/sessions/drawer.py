"""What happens to the drawer before the close: bags that leave it and surprise counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from cauce.cashier.events import CASH_WITHDRAWN, DRAWER_COUNTED
from cauce.cashier.models import CashCount, CashSession, CashWithdrawal
from cauce.cashier.operations.bars import refuse_same_person
from cauce.cashier.operations.sessions.opening import hold_alone, read_count
from cauce.cashier.queries.sessions import CASH, expected_in
from cauce.cashier.rules import denominations_total, outcome_of
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.operations import KeyReused
from cauce.users.models import User

WITHDRAWALS: Final = "RT"
ACTS: Final = "AC"


class NothingCounted(DomainError):
    """A bag without money, or without its number."""

    def __init__(self) -> None:
        super().__init__("Escriba el número de la bolsa y cuente lo que lleva: no puede salir vacía.")


class NotYourSession(DomainError):
    """The cash of a drawer is handed over by its cashier."""

    def __init__(self, session: CashSession) -> None:
        super().__init__(f"El turno de {session.desk} es de {session.cashier}; sólo esa persona entrega su efectivo.")


@transaction.atomic
def withdraw_cash(
    *,
    session: CashSession,
    bag: str,
    denominations: Mapping[str, int | str],
    received_by: User,
    at: datetime,
    by: User,
    key: str,
) -> CashWithdrawal:
    """Take cash out of the drawer in a bag before the close: the cashier hands it over and somebody else receives it.

    The money stays in the cash book until the close sends it to the bank with the rest. It is not compared with what
    the drawer should hold: the close is blind, and this must not tell. Idempotent by key.

    :raises NotYourSession: if who hands it over is not the session's cashier.
    :raises SamePerson: if the same person hands it over and receives it.
    :raises NothingCounted: if it holds nothing or its number is missing.
    :raises CountUnreadable: if the count cannot be.
    :raises SessionClosed: if the session was closed.
    :raises KeyReused: if the key was used with other data; nothing is written.
    """
    counted = read_count(denominations=denominations)
    amount = denominations_total(counted)
    done = CashWithdrawal.objects.filter(key=key).select_related("document", "session__desk").first()
    if done is not None:
        if (done.session_id, done.bag, done.denominations, done.received_by_id) != (
            session.pk,
            bag.strip(),
            counted,
            received_by.pk,
        ):
            raise KeyReused
        return done
    refuse_same_person(first=received_by, by=by, message="Quien recibe el retiro es otra persona que quien lo entrega.")
    if amount <= 0 or not bag.strip():
        raise NothingCounted
    found = hold_alone(session)
    if found.cashier_id != by.pk:
        raise NotYourSession(found)
    document = create_document(
        kind=Document.Kind.WITHDRAWAL,
        series=f"{WITHDRAWALS}-{found.desk.code}",
        issued_on=local_day(at),
        at=at,
        by=by,
    )
    withdrawal = CashWithdrawal.objects.create(
        document=document,
        session=found,
        key=key,
        bag=bag.strip(),
        denominations=counted,
        amount=amount,
        withdrawn_at=at,
        by=by,
        received_by=received_by,
    )
    publish(
        CASH_WITHDRAWN,
        subject_kind="CashSession",
        subject_id=found.pk,
        facts={
            "amount": format_money(amount),
            "bag": withdrawal.bag,
            "cashier": str(by),
            "desk": found.desk.name,
            "folio": document.folio,
            "taker": str(received_by),
        },
        at=at,
        by=by,
    )
    return withdrawal


@transaction.atomic
def count_drawer(
    *, session: CashSession, denominations: Mapping[str, int | str], note: str = "", at: datetime, by: User, key: str
) -> CashCount:
    """Count a drawer by surprise (arqueo), compare it with what it should hold at that moment and give its act.

    It moves no money: a difference is settled by the close. Nobody collects in the session meanwhile. Idempotent by
    key.

    :raises SamePerson: if who counts is the session's cashier.
    :raises CountUnreadable: if the count cannot be.
    :raises SessionClosed: if the session was closed.
    :raises KeyReused: if the key was used with other data; nothing is written.
    """
    counted = read_count(denominations=denominations)
    done = CashCount.objects.filter(key=key).select_related("document", "session__desk").first()
    if done is not None:
        if (done.session_id, done.kind, done.denominations) != (session.pk, CashCount.Kind.SURPRISE, counted):
            raise KeyReused
        return done
    refuse_same_person(
        first=session.cashier_id, by=by, message="El arqueo de una caja lo hace otra persona que su cajero."
    )
    found = hold_alone(session)
    expected = expected_in(found)[CASH]
    document = create_document(
        kind=Document.Kind.CASH_RECORD, series=f"{ACTS}-{found.desk.code}", issued_on=local_day(at), at=at, by=by
    )
    count = CashCount.objects.create(
        session=found,
        key=key,
        kind=CashCount.Kind.SURPRISE,
        denominations=counted,
        total=denominations_total(counted),
        expected=expected,
        document=document,
        note=note.strip(),
        counted_at=at,
        counted_by=by,
    )
    difference = count.total - expected
    publish(
        DRAWER_COUNTED,
        subject_kind="CashSession",
        subject_id=found.pk,
        facts={
            "counter": str(by),
            "desk": found.desk.name,
            "folio": document.folio,
            "outcome": outcome_of(difference),
        },
        at=at,
        by=by,
    )
    return count
