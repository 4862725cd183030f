"""What every command prints: one JSON document or lines for a person; how it is going, to standard error."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Imprime un solo documento JSON y nada más.")


def emit(document: object, *, as_json: bool, text: str | Callable[[], str] | None = None) -> None:
    """Print the command's result: ``document`` as JSON, or ``text`` for a person (by default, its keys and values)."""
    if as_json:
        click.echo(as_json_text(document))
    elif text is None:
        click.echo(_lines_of(document))
    else:
        click.echo(text() if callable(text) else text)


def progress(message: str) -> None:
    """Tell the person at the terminal how it is going, on standard error."""
    click.echo(message, err=True)


def as_json_text(document: object) -> str:
    """Write a document with money as strings of two decimals and dates in ISO format."""
    return json.dumps(document, default=_plain, ensure_ascii=False, indent=2)


def table(headings: list[str], rows: list[list[str]]) -> str:
    """Lay out rows of text for a terminal; columns whose every cell ends in a digit are set to the right."""
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in headings]
    widths = [max(len(cell) for cell in (heading, *cells)) for heading, cells in zip(headings, columns, strict=True)]
    to_the_right = [bool(cells) and all(cell[-1:].isdigit() or not cell for cell in cells) for cells in columns]
    lines = []
    for row in [headings, ["─" * width for width in widths], *rows]:
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, to_the_right, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def decimal_text(amount: Decimal) -> str:
    """Write an amount with two decimals, or with all it has if they are more (unit prices have four)."""
    exponent = amount.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    return f"{amount:.{max(2, decimals)}f}"


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _lines_of(document: object) -> str:
    if not isinstance(document, dict):
        return as_json_text(document)
    width = max((len(str(key)) for key in document), default=0)
    lines = []
    for key, value in document.items():
        plain = value if isinstance(value, str | int) else json.loads(as_json_text(value))
        if isinstance(plain, dict | list):
            plain = json.dumps(plain, ensure_ascii=False)
        lines.append(f"{key!s:<{width}}  {plain}")
    return "\n".join(lines)
