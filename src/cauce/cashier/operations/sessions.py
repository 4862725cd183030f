"""Desks and their sessions."""

from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction

from cauce.cashier.events import SESSION_CLOSED, SESSION_OPENED
from cauce.cashier.models import CashSession, Desk
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.core.money import ZERO
from cauce.events.operations import publish
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
def open_session(*, desk: Desk, cashier: User, opening_float: Decimal = ZERO, at: datetime) -> CashSession:
    """Open the day's session of ``cashier`` at ``desk``.

    Idempotent: the one they have open there today is returned as it is.

    :raises DeskTaken: if another cashier has the desk open.
    :raises CashierElsewhere: if the cashier has a session open at another desk.
    :raises SessionLeftOpen: if the open one is of an earlier day.
    """
    day = booking_day(at)
    # Two windows that open at once: the desk's row decides which is first.
    Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    is_open = CashSession.objects.filter(closed_at__isnull=True).select_related("desk", "cashier")
    at_desk = is_open.filter(desk=desk).first()
    if at_desk is not None:
        if at_desk.cashier_id != cashier.pk:
            raise DeskTaken(at_desk)
        if at_desk.day != day:
            raise SessionLeftOpen(at_desk)
        return at_desk
    elsewhere = is_open.filter(cashier=cashier).first()
    if elsewhere is not None:
        raise CashierElsewhere(elsewhere)
    session = CashSession.objects.create(desk=desk, cashier=cashier, day=day, opened_at=at, opening_float=opening_float)
    publish(
        SESSION_OPENED,
        subject_kind="CashSession",
        subject_id=session.pk,
        facts={"cashier": str(cashier), "desk": desk.name},
        at=at,
        by=cashier,
    )
    return session


@transaction.atomic
def open_channel_session(*, desk: Desk, cashier: User, at: datetime) -> CashSession:
    """Have today's session of a desk that nobody attends (the command line): one left open from before is closed.

    Idempotent: today's open one is returned as it is.

    :raises DeskTaken: if another user has the desk open today.
    :raises CashierElsewhere: if the user has a session open at another desk.
    """
    Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    left = CashSession.objects.filter(desk=desk, closed_at__isnull=True, day__lt=booking_day(at)).first()
    if left is not None:
        close_session(session=left, at=at, by=cashier)
    return open_session(desk=desk, cashier=cashier, at=at)


@transaction.atomic
def close_session(*, session: CashSession, at: datetime, by: User) -> CashSession:
    """End a session: nothing more is received in it. Idempotent: a closed one stays as it was."""
    locked = CashSession.objects.select_for_update(no_key=True, of=("self",)).select_related("desk", "cashier")
    found = locked.get(pk=session.pk)
    if found.closed_at is None:
        found.closed_at = at
        found.save(update_fields=["closed_at"])
        publish(
            SESSION_CLOSED,
            subject_kind="CashSession",
            subject_id=found.pk,
            facts={"cashier": str(found.cashier), "desk": found.desk.name},
            at=at,
            by=by,
        )
    return found


def hold_open(session: CashSession) -> None:
    """Keep ``session`` from being closed until the transaction ends, without making its other payments wait.

    :raises SessionClosed: if it was closed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT closed_at FROM cashier_cashsession WHERE id = %s FOR SHARE", [session.pk])
        (closed_at,) = cursor.fetchone()
    if closed_at is not None:
        raise SessionClosed
