"""Desks and their sessions: who is collecting where, from which float."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from cauce.cashier.events import SESSION_OPENED
from cauce.cashier.models import CashCount, CashSession, Desk
from cauce.cashier.rules import BadCount, count_of, denominations_total
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.ledger.operations import keep_day_open
from cauce.ledger.queries import booking_day
from cauce.users.models import User


class DeskTaken(DomainError):
    """Somebody else has the desk open."""

    def __init__(self, session: CashSession) -> None:
        super().__init__(
            f"{session.desk} la tiene abierta {session.cashier}; elija otra caja o pida que cierre su turno."
        )


class CashierElsewhere(DomainError):
    """The cashier has another desk open."""

    def __init__(self, session: CashSession) -> None:
        super().__init__(f"Usted ya tiene un turno abierto en {session.desk}; ciérrelo antes de abrir otro.")


class SessionLeftOpen(DomainError):
    """The session is of an earlier day."""

    def __init__(self, session: CashSession) -> None:
        super().__init__(
            f"El turno de {session.desk} del {format_date(session.day)} sigue abierto; haga su corte de caja y abra el "
            "de hoy."
        )


class SessionClosed(DomainError):
    """Nothing is received in a closed session."""

    def __init__(self) -> None:
        super().__init__("Ese turno de caja ya se cerró; abra uno nuevo para seguir cobrando.")


class CountUnreadable(DomainError):
    """A count names a bill or coin that does not exist, or a number of them that cannot be."""

    def __init__(self) -> None:
        super().__init__(
            "Revise el conteo: en cada billete y moneda escriba cuántas piezas hay, con un número entero; deje en "
            "blanco las que no hay."
        )


@transaction.atomic
def open_desk(*, code: str, name: str, series: str, is_attended: bool = True) -> Desk:
    """Have a desk, or a channel without cashier, with its own series of receipts.

    Idempotent by ``code``: an existing one stays as it is.
    """
    desk, _ = Desk.objects.get_or_create(
        code=code, defaults={"name": name, "series": series, "is_attended": is_attended}
    )
    return desk


@transaction.atomic
def open_session(
    *, desk: Desk, cashier: User, denominations: Mapping[str, int | str] | None = None, at: datetime
) -> CashSession:
    """Open the day's session of ``cashier`` at ``desk``, with the float counted by bills and coins.

    Idempotent: the one they have open there today is returned as it is, with the float it was opened with.

    :raises DeskTaken: if another cashier has the desk open.
    :raises CashierElsewhere: if the cashier has a session open at another desk.
    :raises SessionLeftOpen: if the open one is of an earlier day: it is closed first, and never opened again.
    :raises CountUnreadable: if the count of the float cannot be.
    """
    counted = read_count(denominations=denominations or {})
    # Two windows that open at once: the desk's row decides which is first.
    Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    is_open = CashSession.objects.filter(closed_at__isnull=True).select_related("desk", "cashier")
    day = booking_day(at)
    at_desk = is_open.filter(desk=desk).first()
    if at_desk is not None:
        if at_desk.cashier_id != cashier.pk:
            raise DeskTaken(at_desk)
        if at_desk.day != day:
            raise SessionLeftOpen(at_desk)
        return at_desk
    elsewhere = is_open.filter(cashier=cashier).first()
    if elsewhere is not None:
        raise SessionLeftOpen(elsewhere) if elsewhere.day < local_day(at) else CashierElsewhere(elsewhere)
    keep_day_open(day)
    session = CashSession.objects.create(
        desk=desk,
        cashier=cashier,
        day=booking_day(at),
        opened_at=at,
        opening_float=denominations_total(counted),
    )
    if counted:
        CashCount.objects.create(
            session=session,
            key=f"fondo-{session.pk}",
            kind=CashCount.Kind.OPENING,
            denominations=counted,
            total=session.opening_float,
            counted_at=at,
            counted_by=cashier,
        )
    publish(
        SESSION_OPENED,
        subject_kind="CashSession",
        subject_id=session.pk,
        facts={"cashier": str(cashier), "desk": desk.name},
        at=at,
        by=cashier,
    )
    return session


def read_count(*, denominations: Mapping[str, int | str]) -> dict[str, int]:
    """How many of each bill and coin there are, those that are none left out.

    :raises CountUnreadable: if one does not exist, or its number cannot be.
    """
    try:
        return count_of(denominations)
    except BadCount as error:
        raise CountUnreadable from error


def hold_open(session: CashSession) -> None:
    """Keep ``session`` from being closed until the transaction ends, without making its other payments wait.

    :raises SessionClosed: if it was closed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT closed_at FROM cashier_cashsession WHERE id = %s FOR SHARE", [session.pk])
        (closed_at,) = cursor.fetchone()
    if closed_at is not None:
        raise SessionClosed


def hold_alone(session: CashSession) -> CashSession:
    """Lock ``session`` for an act on its drawer: it waits for the payments under way and makes the others wait.

    :raises SessionClosed: if it was closed.
    """
    found = CashSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    if found.closed_at is not None:
        raise SessionClosed
    return found
