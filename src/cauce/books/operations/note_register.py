"""Closing the auxiliar de pagarés."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction

from cauce.books.events import NOTE_REGISTER_CLOSED
from cauce.books.models import NoteRegister
from cauce.books.operations.sealing import BookRefused, Chain, Contents, refuse_to_come, seal_next
from cauce.books.queries import is_day_closed, last_register, register_content, registers_to_close
from cauce.core.es_mx import count_of, format_date, format_money
from cauce.events.operations import publish
from cauce.ledger.operations import keep_day_still
from cauce.users.models import User

_CHAIN = Chain(NoteRegister, "auxiliar", "Los auxiliares", registers_to_close)
_HOLD_REGISTERS = "SELECT pg_advisory_xact_lock(hashtext('cauce.note_register'))"


@transaction.atomic
def close_note_register(*, day: date, at: datetime, by: User) -> NoteRegister:
    """Close the auxiliar de pagarés of ``day``: number it, seal it after the one before, and never change it again.

    Its closing balance is, to the centavo, what the ledger holds in its book of agreements. The day's money is closed
    first: what is done later counts in the next day that is open. Days are closed in order, and those in which no note
    moved need none; nothing counts any more in the ones that are left behind. Idempotent for the person who closed it.

    :raises BookRefused: if the day is to come, its money is not closed, another person has closed it, a later one is
        closed, an earlier one in which notes moved is not, or it does not tie with the ledger.
    """
    refuse_to_come(_CHAIN, day=day, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_REGISTERS)
    _keep_still(day)
    register, is_new = seal_next(
        _CHAIN, day=day, contents=lambda previous: _contents(day), refuse=lambda: _refuse_open(day), at=at, by=by
    )
    if is_new:
        publish(
            NOTE_REGISTER_CLOSED,
            subject_kind="NoteRegister",
            subject_id=register.number,
            facts={
                "number": register.number,
                "day": format_date(day),
                "notes": count_of(register.outstanding, "pagaré por cobrar", "pagarés por cobrar"),
                "balance": format_money(register.balance),
            },
            at=at,
            by=by,
        )
    return register


def _keep_still(day: date) -> None:
    """Wait for whoever is booking into the days that this one leaves behind."""
    previous = last_register()
    first = day if previous is None else previous.day + timedelta(days=1)
    while first <= day:
        keep_day_still(first)
        first += timedelta(days=1)


def _refuse_open(day: date) -> None:
    if not is_day_closed(day):
        raise BookRefused(
            f"Las cajas del {format_date(day)} siguen abiertas y todavía puede entrar un pago de pagarés; pida al "
            "Supervisor de cajas que cierre el día y vuelva a cerrar el auxiliar."
        )


def _contents(day: date) -> Contents:
    told = register_content(day)
    closing, ledger = told["figures"]["closing"], Decimal(told["ledger"])
    balance = Decimal(closing["amount"])
    if balance != ledger:
        raise BookRefused(
            f"El auxiliar del {format_date(day)} suma {format_money(balance)} y el libro de convenios tiene "
            f"{format_money(ledger)}: no se cierra con diferencia. Avise a Informática."
        )
    return Contents(told, {"outstanding": closing["count"], "balance": balance})
