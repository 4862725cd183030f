"""The blocks that `blocks.typ` draws, and the two pages that carry them: half a letter sheet and letter pages.

Every word that enters a block can be broken if it is too long for its column, so that no paper overflows.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from cauce.core.es_mx import amount_in_words, format_datetime, format_money
from cauce.core.money import ZERO
from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.fitting import breakable, fit_size, shorten
from cauce.documents.layout.letterhead import issuer_values, letter_values
from cauce.documents.rules import Issuer, Pieces, Reprint

Values = dict[str, Any]
Block = dict[str, Any]
Pair = tuple[str, str]
Signer = tuple[str, str, str]

DASH: Final = "—"
_AMOUNT_SIZES: Final = (24, 20, 17, 14)
_AMOUNT_WIDTH: Final = 184.0


def reprint_mark(reprint: Reprint | None) -> str | None:
    """The words of a reprint's mark, none for the first printing."""
    if reprint is None:
        return None
    by = f", {reprint.by}" if reprint.by else ""
    return f"REIMPRESIÓN {reprint.number} · {format_datetime(reprint.at)}{by}"


def half_sheet(
    issuer: Issuer,
    *,
    title: str,
    folio: str,
    dated: str,
    blocks: Sequence[Block],
    reprint: Reprint | None = None,
    stamp: Pair | None = None,
) -> Values:
    """What `half.typ` draws; `stamp` is a word and a sentence printed across the sheet."""
    return {
        "doc": {
            "issuer": issuer_values(issuer),
            "title": title,
            "folio": folio,
            "dated": shorten(dated, 232, 7.4),
            "footer": f"{title} {folio}",
            "reprint": reprint_mark(reprint),
            "stamp": None if stamp is None else {"word": stamp[0], "sentence": stamp[1]},
        },
        "blocks": list(blocks),
    }


def letter_sheet(
    issuer: Issuer,
    *,
    title: str,
    folio: str | None,
    printed_on: date,
    subject: str,
    blocks: Sequence[Block],
    reprint: Reprint | None = None,
    flipped: bool = False,
) -> Values:
    """What `letter.typ` draws, as many pages as it takes, landscape when `flipped`."""
    doc = letter_values(issuer, title=title, folio=folio, printed_on=printed_on, subject=subject)
    doc |= {"footer": shorten(doc["footer"], 430, 7), "reprint": reprint_mark(reprint)}
    return {"doc": doc, "flipped": flipped, "blocks": list(blocks)}


def facts(*pairs: Pair, columns: int = 4) -> Block:
    """Labels over values, `columns` side by side; a fact without value is left out."""
    told = [(label, breakable(value)) for label, value in pairs if value]
    return {"kind": "facts", "columns": columns, "pairs": told}


def band(*pairs: Pair) -> Block:
    """The figures that matter most, on a pale band."""
    return {"kind": "band", "pairs": list(pairs)}


def alert(words: str) -> Block:
    """A sentence that must not be missed."""
    return {"kind": "alert", "words": breakable(words)}


def paragraph(words: str, *, justify: bool = True) -> Block:
    """Running text."""
    return {"kind": "paragraph", "words": breakable(words), "justify": justify}


def notes(sentences: Iterable[str]) -> Block:
    """Small print, a sentence a line."""
    return {"kind": "notes", "notes": [breakable(sentence) for sentence in sentences]}


def title(words: str) -> Block:
    """What the blocks below it are about."""
    return {"kind": "title", "words": breakable(words)}


def blanks(words: str, labels: Iterable[str], *, columns: int = 2) -> Block:
    """Labels with a line each to write on by hand."""
    return {"kind": "blanks", "title": words, "columns": columns, "labels": [breakable(label) for label in labels]}


def column(head: str, width: float | None = None, *, right: bool = False) -> Values:
    """A column of a table: `width` in points, none to take what is left; figures go to the right."""
    return {"head": head, "width": width, "right": right}


def money_column(head: str, width: float) -> Values:
    """A column of amounts."""
    return column(head, width, right=True)


def table(
    title: str,
    columns: Sequence[Values],
    rows: Iterable[Sequence[str]],
    *,
    total: Sequence[str] | None = None,
    sums: Iterable[Sequence[str]] = (),
    empty: str = "",
    pitch: float = 3.2,
) -> Block:
    """A table whose head repeats on every page, with its `sums` and its `total` below; `empty` is said without rows."""
    return {
        "kind": "table",
        "title": title,
        "columns": list(columns),
        "rows": [[breakable(cell) for cell in row] for row in rows],
        "totals": [list(row) for row in (*sums, *(() if total is None else (total,)))],
        "empty": empty,
        "pitch": pitch,
    }


def amount_box(label: str, amount: Decimal) -> Block:
    """The amount of the paper, large, and in words."""
    figure = format_money(amount)
    size = fit_size(figure, _AMOUNT_WIDTH, _AMOUNT_SIZES, bold=True)
    return {"kind": "amount", "label": label, "amount": figure, "size": size, "words": amount_in_words(amount)}


def folio_codes(codes: CodeBlock, folio: str, qr: str | None) -> Block:
    """The folio as a barcode, and a QR code: the paper's verification address, or the folio when it has none."""
    return {
        "kind": "codes",
        "folio": folio,
        "barcode": codes.add_code128(folio),
        "qr": codes.add_qr(folio if qr is None else qr),
    }


def beside_code(block: Block, codes: CodeBlock, qr: str | None) -> Block:
    """A block with the verification QR code of the paper at its right, alone when the paper has none."""
    if qr is None:
        return block
    return side((428, 58), [block], [{"kind": "qr", "qr": codes.add_qr(qr)}])


def side(shares: Sequence[float], *parts: Sequence[Block]) -> Block:
    """Blocks side by side, in proportion to `shares`."""
    return {"kind": "side", "shares": list(shares), "parts": [list(part) for part in parts]}


def whole(blocks: Sequence[Block]) -> Block:
    """Blocks that stay together on one page."""
    return {"kind": "whole", "blocks": list(blocks)}


def signatures(*signers: Signer, columns: int | None = None, room: float = 34) -> Block:
    """Lines to sign on, each a role, a name and a position; `room` points are left above them."""
    return {
        "kind": "signatures",
        "columns": columns or max(min(len(signers), 3), 1),
        "room": room,
        "signers": [
            {"role": role, "name": breakable(name), "position": breakable(position)} for role, name, position in signers
        ],
    }


def denominations(title: str, pieces: Iterable[Pieces], *, pitch: float = 2.9) -> Block:
    """Bills and coins, the largest first; those that are none are left out."""
    held = sorted((piece for piece in pieces if piece.count), key=lambda piece: -piece.value)
    return table(
        title,
        (column("Denominación"), column("Piezas", 46, right=True), money_column("Importe", 76)),
        [(format_money(piece.value), f"{piece.count:,}", format_money(piece.amount)) for piece in held],
        total=("Efectivo", "", format_money(sum((piece.amount for piece in held), ZERO))),
        empty="Sin efectivo.",
        pitch=pitch,
    )


def moment(at: datetime | None) -> str:
    """A moment as papers write it, a dash when there is none."""
    return DASH if at is None else format_datetime(at)
