"""``cauce notes``: the auxiliar de pagarés of a day."""

from datetime import datetime
from decimal import Decimal

import click

from cauce.books.papers.note_register import BESIDES, FIGURES
from cauce.books.queries import note_register
from cauce.cli.output import emit, json_option, table
from cauce.core.es_mx import format_date, format_money


@click.command("notes")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-DD")
@json_option
def notes(day: datetime, as_json: bool) -> None:
    """Da el auxiliar de pagarés de un día: saldos, lo que se movió y lo que tiene el libro de convenios."""
    register = note_register(day.date())
    document = {
        "day": register.day,
        "number": register.closed.number if register.closed else None,
        "closed": register.closed is not None,
        **register.figures,
        "ledger": f"{register.ledger:.2f}",
        "notes": register.notes,
        "acts": register.acts,
        "hash": register.hash,
        "previous_hash": register.previous_hash,
        # What the seal is of, as it was sealed: sha256(previous_hash + "\n" + content).
        "content": register.closed.content if register.closed else None,
    }
    rows = [
        [label, str(register.figures[name]["count"]), format_money(Decimal(register.figures[name]["amount"]))]
        for name, label in (FIGURES | BESIDES).items()
    ]
    state = f"auxiliar {register.closed.number}, cerrado" if register.closed else "abierto"
    emit(
        document,
        as_json=as_json,
        text=lambda: (
            f"{format_date(register.day)}, {state}\n"
            + table(["Auxiliar de pagarés", "Pagarés", "Importe"], rows)
            + f"\nLibro de convenios: {format_money(register.ledger)}"
            + f"\nSello: {register.hash or 'sin cerrar'}"
        ),
    )
