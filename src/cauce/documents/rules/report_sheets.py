"""A paper made of parts: reports, lists, letters and forms that need no layout of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cauce.documents.rules.parts import Person, Reprint

Told = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a table: its head, its width in points (none takes what is left), and whether it holds figures."""

    head: str
    width: float | None = None
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """Rows already written as they are read, with their totals below; ``empty`` is said when there are none.

    :raises ValueError: a row has not as many cells as columns.
    """

    title: str
    columns: Sequence[ReportColumn]
    rows: Sequence[Sequence[str]]
    totals: Sequence[Sequence[str]] = ()
    empty: str = "Sin renglones."
    # Points between lines: more where something is to be written by hand.
    pitch: float = 3.2

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in (*self.rows, *self.totals)):
            raise ValueError(f"the rows of «{self.title}» have not {len(self.columns)} cells")


@dataclass(frozen=True, slots=True)
class ReportText:
    """Running text under an optional title, a paragraph each."""

    title: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Labels over their values, so many side by side."""

    title: str
    pairs: Sequence[Told]
    columns: int = 4


@dataclass(frozen=True, slots=True)
class ReportBlanks:
    """What is to be filled in by hand: labels with a line after each, so many side by side."""

    title: str
    labels: Sequence[str]
    columns: int = 2


@dataclass(frozen=True, slots=True)
class ReportWhole:
    """Parts that are read together: they stay on one page, so they are few."""

    parts: Sequence[ReportTable | ReportText | ReportFacts | ReportBlanks]


ReportPart = ReportTable | ReportText | ReportFacts | ReportBlanks | ReportWhole


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSheet:
    """A paper: what it is, its folio, its leading facts and figures, its parts in order, and who signs it.

    ``printed_at`` is in the utility's time zone. ``shows_barcode`` prints the folio as a barcode with a QR code.
    """

    title: str
    folio: str | None = None
    subject: str
    printed_at: datetime
    facts: Sequence[Told] = ()
    figures: Sequence[Told] = ()
    alerts: Sequence[str] = ()
    parts: Sequence[ReportPart] = ()
    signers: Sequence[tuple[str, Person]] = ()
    notes: Sequence[str] = ()
    qr: str | None = None
    shows_barcode: bool = False
    is_landscape: bool = False
    reprint: Reprint | None = None
