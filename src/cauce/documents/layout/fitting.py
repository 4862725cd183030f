"""Fitting text in the room it has: measured with the font's own widths, wrapped, shrunk or cut with an ellipsis."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cauce.documents.layout.widths import BOLD, REGULAR, UNKNOWN

ELLIPSIS: Final = "…"
_LONGEST_WORD: Final = 26
_BREAK: Final = "\u200b"


@lru_cache(maxsize=8192)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The width in points of `text` set at `size` points; kerning may only make it narrower on paper."""
    widths = BOLD if bold else REGULAR
    return sum(widths.get(character, UNKNOWN) for character in text) * size / 1000


def fit_size(text: str, width: float, sizes: Sequence[float], *, lines: int = 1, bold: bool = False) -> float:
    """The first of `sizes` (largest first) at which `text` takes at most `lines` of `width` points, else the last."""
    for size in sizes:
        if lines == 1:
            if width_of(text, size, bold=bold) <= width:
                return size
        elif len(wrap(text, width, size, bold=bold)) <= lines:
            return size
    return sizes[-1]


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break `text` at its spaces into lines of at most `width` points; a word longer than a line is broken too."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold=bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width_of(line, size, bold=bold) > width and len(line) > 1:
            kept = _head_that_fits(line, width, size, bold=bold)
            lines.append(line[:kept])
            line = line[kept:]
    if line:
        lines.append(line)
    return lines


def shorten(text: str, width: float, size: float, *, lines: int = 1, bold: bool = False) -> str:
    """Cut `text` with an ellipsis so that it takes at most `lines` of `width` points."""
    wrapped = wrap(text, width, size, bold=bold)
    if len(wrapped) <= lines:
        return text
    last = wrapped[lines - 1] + ELLIPSIS
    while width_of(last, size, bold=bold) > width:
        last = last[:-2].rstrip() + ELLIPSIS
    return " ".join([*wrapped[: lines - 1], last])


def breakable(text: str) -> str:
    """Let a word that is too long for any column (a hostile or pasted one) break, without showing a hyphen."""
    if len(text) <= _LONGEST_WORD or max(map(len, text.split(" "))) <= _LONGEST_WORD:
        return text
    return " ".join(
        _BREAK.join(word[start : start + 12] for start in range(0, len(word), 12))
        if len(word) > _LONGEST_WORD
        else word
        for word in text.split(" ")
    )


def _head_that_fits(word: str, width: float, size: float, *, bold: bool) -> int:
    kept = len(word)
    while kept > 1 and width_of(word[:kept], size, bold=bold) > width:
        kept -= 1
    return kept
