"""The turns of the window: taken at the door, called, attended, or left. They publish nothing: their list is theirs."""

from datetime import date, datetime

from django.db import transaction

from cauce.cases.models import WindowTicket
from cauce.cases.operations.refusals import TicketRefused
from cauce.core.clock import local_day
from cauce.documents.operations import reserve_folios
from cauce.registry.models import Account
from cauce.users.models import User


@transaction.atomic
def take_ticket(
    *, matter: str, is_preferential: bool = False, account: Account | None = None, at: datetime
) -> WindowTicket:
    """Give the next turn of the day. Not idempotent: each one is another turn.

    :raises TicketRefused: if it does not say what the person comes for.
    """
    if not matter.strip():
        raise TicketRefused("Elija a qué viene: con eso se sabe quién lo atiende.")
    day = local_day(at)
    number = reserve_folios(series=f"TURNO-{day:%Y%m%d}", count=1, name=f"Turnos del {day:%d/%m/%Y}")
    return WindowTicket.objects.create(
        day=day,
        number=number,
        matter=matter.strip()[:80],
        is_preferential=is_preferential,
        account=account,
        taken_at=at,
    )


@transaction.atomic
def call_next_ticket(*, at: datetime, by: User) -> WindowTicket:
    """Call the turn that follows, preferential ones first; the one that ``by`` was attending is taken as attended.

    Two people who call at once have two different turns.

    :raises TicketRefused: if nobody waits.
    """
    day = local_day(at)
    _finish_those_of(by, day, at)
    waiting = WindowTicket.objects.select_for_update(no_key=True, skip_locked=True).filter(
        day=day, called_at__isnull=True, left_at__isnull=True
    )
    ticket = waiting.order_by("-is_preferential", "number").first()
    if ticket is None:
        raise TicketRefused("Nadie espera turno.")
    ticket.called_at, ticket.called_by = at, by
    ticket.save(update_fields=["called_at", "called_by"])
    return ticket


@transaction.atomic
def finish_ticket(*, ticket: WindowTicket, at: datetime, by: User) -> WindowTicket:
    """Say that whoever had a turn was attended. Idempotent.

    :raises TicketRefused: if it was not called, or they had gone.
    """
    ticket = _held(ticket)
    if ticket.finished_at is not None:
        return ticket
    if ticket.called_at is None or ticket.left_at is not None:
        raise TicketRefused(f"El turno {ticket.number} no está en ventanilla: actualice la página.")
    ticket.finished_at = at
    ticket.save(update_fields=["finished_at"])
    return ticket


@transaction.atomic
def leave_ticket(*, ticket: WindowTicket, at: datetime, by: User) -> WindowTicket:
    """Say that whoever had a turn did not come when called, or went. Idempotent.

    :raises TicketRefused: if they were attended before.
    """
    ticket = _held(ticket)
    if ticket.left_at is not None:
        return ticket
    if ticket.finished_at is not None:
        raise TicketRefused(f"El turno {ticket.number} ya se atendió.")
    ticket.left_at = at
    ticket.save(update_fields=["left_at"])
    return ticket


def _held(ticket: WindowTicket) -> WindowTicket:
    return WindowTicket.objects.select_for_update(no_key=True).get(pk=ticket.pk)


def _finish_those_of(user: User, day: date, at: datetime) -> None:
    mine = WindowTicket.objects.filter(day=day, called_by=user, finished_at__isnull=True, left_at__isnull=True)
    mine.update(finished_at=at)
