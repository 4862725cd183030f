"""Lines, encodings and findings of a file: pure functions over blocks of bytes."""

import codecs
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

NUL: Final = "\x00"
REPLACEMENT: Final = "\ufffd"
DOS_END_OF_FILE: Final = "\x1a"

LONGEST_LINE: Final = 1 << 20
"""Characters of one line that are kept; the rest of a longer line is dropped and the line says so."""

LONGEST_QUOTE: Final = 500
"""Characters of the original text that a finding keeps."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_BINARY_SIGNATURES: Final = {
    b"PK\x03\x04": "un libro de Excel o un archivo comprimido",
    b"\xd0\xcf\x11\xe0": "un documento de Office",
    b"%PDF-": "un PDF",
    b"\x89PNG": "una imagen",
    b"\xff\xd8\xff": "una imagen",
    b"\x7fELF": "un programa",
    b"\x1f\x8b": "un archivo comprimido",
    b"Rar!": "un archivo comprimido",
    b"7z\xbc\xaf": "un archivo comprimido",
}


class Severity(StrEnum):
    """ERROR: the line did not enter. WARNING: it entered and waits for somebody to look at it."""

    ERROR = "ERROR"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason about one line. ``line`` is the physical line from 1; ``text`` is what the file said."""

    line: int
    severity: Severity
    code: str
    field: str
    message: str
    text: str = ""


class Line(NamedTuple):
    """A physical line without its end; ``damaged`` when a character could not be kept and is now U+FFFD."""

    number: int
    text: str
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did. ``taken`` counts accepted rows and is the same at each run; ``new`` what was created."""

    rows: int
    taken: int
    new: int
    rejected: int
    flagged: int
    by_code: Mapping[str, int]
    batch_id: int
    extra: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The document that the command prints: the fixed keys, then what the kind of file adds."""
        return {
            "rows": self.rows,
            "taken": self.taken,
            "new": self.new,
            "rejected": self.rejected,
            "flagged": self.flagged,
            "by_code": dict(sorted(self.by_code.items())),
            **self.extra,
        }


class Tally:
    """Counts of an import as it goes: each line counts once as rejected or flagged, however many findings it has."""

    def __init__(self) -> None:
        self.rows = 0
        self.taken = 0
        self.new = 0
        self.by_code: Counter[str] = Counter()
        self._rejected: set[int] = set()
        self._flagged: set[int] = set()

    @property
    def rejected(self) -> int:
        return len(self._rejected)

    @property
    def flagged(self) -> int:
        return len(self._flagged)

    def count(self, *, rows: int = 0, taken: int = 0, new: int = 0) -> None:
        self.rows += rows
        self.taken += taken
        self.new += new

    def note(self, finding: Finding) -> None:
        self.by_code[finding.code] += 1
        (self._rejected if finding.severity is Severity.ERROR else self._flagged).add(finding.line)


def binary_kind(head: bytes) -> str | None:
    """What a file that is not text looks like, in words for a person, or None when it may be text."""
    for signature, name in _BINARY_SIGNATURES.items():
        if head.startswith(signature):
            return name
    return None


def detect_encoding(blocks: Iterable[bytes]) -> str:
    """The encoding of a text: its byte order mark, else UTF-16 by its zeros, else UTF-8 if all of it is, else cp1252.

    Reads every block: a single byte of Windows-1252 at the end of the file decides it. Old exports in Latin-1 are read
    as Windows-1252, which has the same letters.
    """
    decoder: codecs.IncrementalDecoder | None = None
    for block in blocks:
        if decoder is None:
            for bom, name in _BOMS:
                if block.startswith(bom):
                    return name
            if wide := _wide_encoding(block[:4096]):
                return wide
            decoder = codecs.getincrementaldecoder("utf-8")("strict")
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            return "cp1252"
    if decoder is not None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _wide_encoding(head: bytes) -> str | None:
    half = len(head) // 2
    if half < 4:
        return None
    if head[1::2].count(0) > half * 0.7 and head[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.7 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def split_lines(blocks: Iterable[bytes], encoding: str) -> Iterator[Line]:
    """Physical lines from 1, cut at CRLF or LF; any other control character stays inside its line.

    PostgreSQL cannot store NUL and an undecodable byte has no character: both become U+FFFD and their line is
    ``damaged``. So is a line cut at :data:`LONGEST_LINE`. The last line may lack its end; an empty rest is not a line,
    nor is the lone Ctrl-Z with which DOS closed its files.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    number = 0
    rest = ""
    overflow = False
    first = True
    for block in blocks:
        text = decoder.decode(block)
        if first and text:
            text = text.removeprefix("\ufeff")
            first = False
        pieces = text.split("\n")
        pieces[0] = rest if overflow else rest + pieces[0]
        rest = pieces.pop()
        if pieces:
            number += 1
            yield _line(number, pieces[0], overflow)
            overflow = False
        # What a block does not have, none of its whole lines has: only the first one began in another block.
        if NUL in text or REPLACEMENT in text or len(text) > LONGEST_LINE:
            for piece in pieces[1:]:
                number += 1
                yield _line(number, piece, overflow=False)
        else:
            for piece in pieces[1:]:
                number += 1
                yield Line(number, piece[:-1] if piece[-1:] == "\r" else piece)
        # A line without end must neither fill the memory nor be copied again with each block.
        if len(rest) > LONGEST_LINE + 1:
            rest, overflow = rest[:LONGEST_LINE], True
    if not overflow:
        rest += decoder.decode(b"", final=True)
    if rest and rest != DOS_END_OF_FILE:
        yield _line(number + 1, rest, overflow)


def _line(number: int, text: str, overflow: bool) -> Line:
    if text.endswith("\r"):
        text = text[:-1]
    if len(text) > LONGEST_LINE:
        text, overflow = text[:LONGEST_LINE], True
    if NUL in text:
        text = text.replace(NUL, REPLACEMENT)
    return Line(number, text, overflow or REPLACEMENT in text)


def split_fields(text: str, separator: str) -> list[str]:
    """The fields of a row that uses no quotes: a quote is one more character."""
    return text.split(separator)


class HeaderKind(StrEnum):
    """What a file's first line is to the layout that its reader expects."""

    EXPECTED = "EXPECTED"
    OTHER = "OTHER"
    NONE = "NONE"


def header_kind(text: str, header: str | None) -> HeaderKind:
    """Whether a first line is the expected header, that of another layout, or a row already.

    It is another layout's when it starts with the same column and then differs; spaces around the names and case do
    not count.
    """
    if header is None:
        return HeaderKind.NONE
    separator = next(mark for mark in header if not (mark.isalnum() or mark == "_"))
    expected = [name.upper() for name in header.split(separator)]
    found = [name.strip().upper() for name in text.split(separator)]
    if found == expected:
        return HeaderKind.EXPECTED
    return HeaderKind.OTHER if found[0] == expected[0] else HeaderKind.NONE


def quote(text: str) -> str:
    """The part of a line that a finding keeps."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def neutralise_formula(text: str) -> str:
    """Text that a spreadsheet will not run: what starts like a formula gets an apostrophe before it."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
