"""``cauce daybook``: the libro de registros of a day."""

from datetime import datetime

import click

from cauce.books.queries import day_book
from cauce.cli.output import emit, json_option, table
from cauce.core.es_mx import format_date, format_time


@click.command("daybook")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-DD")
@json_option
def daybook(day: datetime, as_json: bool) -> None:
    """Da el libro de registros de un día: asientos, sello y el que continúa; los mismos bytes si está cerrado."""
    book = day_book(day.date())
    document = {
        "day": book.day,
        "number": book.closed.number if book.closed else None,
        "closed": book.is_closed,
        "entries": book.entries,
        "counts": book.counts,
        "hash": book.hash,
        "previous_hash": book.previous_hash,
        # What the seal is of, as it was sealed: sha256(previous_hash + "\n" + content).
        "content": book.closed.content if book.closed else None,
    }
    told = ("heading", "folio", "what", "who")
    rows = [
        [format_time(datetime.fromisoformat(entry["at"])), *(entry[name] for name in told)] for entry in book.entries
    ]
    rows += [["", count["heading"], "", f"{count['count']} {count['what']}", ""] for count in book.counts]
    state = f"libro {book.closed.number}, cerrado" if book.closed else "abierto"
    emit(
        document,
        as_json=as_json,
        text=lambda: (
            f"{format_date(book.day)}, {state}\n"
            + table(["Hora", "Rubro", "Folio", "Qué se atendió", "Quién"], rows)
            + f"\nSello: {book.hash or 'sin cerrar'}"
            + f"\nContinúa: {book.previous_hash or 'ninguno'}"
        ),
    )
