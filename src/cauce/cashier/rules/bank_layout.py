"""What the file of a bank or a store looks like: read from ``banks/*.yaml``, where staff can add another."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of
from cauce.tariffs.rules.defects import Defects
from cauce.tariffs.rules.yaml_reading import Section, compose

_CODE = re.compile(r"[a-z][a-z0-9_]{0,23}")
_DESK = re.compile(r"[A-Z][A-Z0-9]{0,15}")
_SERIES = re.compile(r"[A-Z][A-Z0-9]{0,11}")
_DAY_IN_NAME: Final = "AAAAMMDD"
_SHOWN: Final = 20

DATE_FORMATS: Final = ("DD/MM/AAAA", "AAAA-MM-DD", "AAAAMMDD", "DDMMAAAA")
TIME_FORMATS: Final = ("HH:MM", "HH:MM:SS", "HHMM", "HHMMSS")
FIELDS: Final = ("date", "time", "branch", "reference", "description", "amount", "authorization")
_REQUIRED: Final = ("date", "reference", "amount", "authorization")
_SEPARATORS: Final = {";": ";", ",": ",", "|": "|", "tab": "\t"}


class Shape(StrEnum):
    """How a row is cut into columns."""

    DELIMITED = "delimited"
    FIXED = "fixed"


class Decimals(StrEnum):
    """How an amount writes its centavos: after a point, after a comma, or as its last two digits."""

    POINT = "point"
    COMMA = "comma"
    IMPLIED = "implied"


class Thousands(StrEnum):
    """What an amount may carry between its thousands."""

    NONE = "none"
    COMMA = "comma"
    POINT = "point"


class LayoutsRejected(DomainError):
    """The descriptions of the banks' files are not fit to be used; the message lists every fault found."""

    def __init__(self, faults: Sequence[str]) -> None:
        shown = list(faults[:_SHOWN])
        if len(faults) > _SHOWN:
            shown.append(f"… y {count_of(len(faults) - _SHOWN, 'defecto', 'defectos')} más.")
        super().__init__(
            "\n".join(
                [
                    f"Los formatos de banco tienen {count_of(len(faults), 'defecto', 'defectos')} y no se pueden usar. "
                    "Corríjalos y vuelva a intentar.",
                    *shown,
                ]
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The desk that nobody attends where this money comes in, and its series of receipts."""

    desk: str
    name: str
    series: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A file of a bank or a store.

    ``positions`` gives the place of each field among the columns; ``widths`` is empty in a delimited file.
    ``reversal_position`` is the column that says what undoes a payment, None when the sign of the amount says it.
    """

    code: str
    name: str
    official: bool
    channel: Channel
    file_names: tuple[str, ...]
    first_line: str
    shape: Shape
    separator: str
    quotes: bool
    has_header: bool
    ignored: tuple[str, ...]
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    positions: dict[str, int]
    date_format: str
    time_format: str
    decimals: Decimals
    thousands: Thousands
    identity: tuple[str, ...]
    least_digits: int
    most_digits: int
    reversal_position: int | None
    reversal_values: tuple[str, ...]

    @property
    def width(self) -> int:
        """Characters of a row of a fixed-width file."""
        return sum(self.widths)

    @property
    def header(self) -> str:
        """The first line of a delimited file that has one, as people compare it."""
        return self.separator.join(self.columns) if self.has_header else ""

    def column_of(self, field: str) -> str:
        """How the file calls a field; empty when it does not carry it."""
        position = self.positions.get(field)
        return "" if position is None else self.columns[position]

    def is_header(self, text: str) -> bool:
        """Whether a first line is this layout's header; spaces around the names and case do not count."""
        return self.has_header and _names(text, self.separator) == _names(self.header, self.separator)

    def is_almost_header(self, text: str) -> bool:
        """Whether a first line names other columns: it starts with the same one and then differs."""
        if not self.has_header or self.is_header(text):
            return False
        return _names(text, self.separator)[0] == self.columns[0].upper()

    def starts(self, text: str) -> bool:
        """Whether a file that starts with this line is one of these."""
        return self.is_header(text) or (bool(self.first_line) and text.startswith(self.first_line))

    def is_named(self, file_name: str) -> bool:
        """Whether a file so called is one of these."""
        return any(pattern.fullmatch(file_name) for pattern in map(_pattern_of, self.file_names))

    def day_of(self, file_name: str) -> date | None:
        """The day that the name of the file gives; None when it gives none or it does not exist."""
        for pattern in map(_pattern_of, self.file_names):
            found = pattern.fullmatch(file_name)
            if found is not None and "year" in found.groupdict():
                try:
                    return date(int(found["year"]), int(found["month"]), int(found["day"]))
                except ValueError:
                    return None
        return None


def read_layouts(files: Iterable[tuple[str, str]]) -> tuple[Layout, ...]:
    """Read every description, (file name, text), in the order of its code.

    :raises LayoutsRejected: with each fault by file, line and key.
    """
    defects = _LayoutDefects()
    layouts: dict[str, Layout] = {}
    desks: dict[str, Channel] = {}
    for file_name, text in files:
        layout = _read_layout(file_name, text, defects)
        if layout.code in layouts:
            defects.add(file_name, f"la clave «{layout.code}» ya la usa otro archivo.", column="code")
        known = desks.setdefault(layout.channel.desk, layout.channel)
        if known != layout.channel:
            defects.add(
                file_name, f"la caja «{known.desk}» tiene otro nombre o serie en otro archivo.", column="channel"
            )
        layouts[layout.code] = layout
    defects.refuse_layouts_if_any()
    return tuple(layouts[code] for code in sorted(layouts))


def detect_layout(layouts: Iterable[Layout], *, file_name: str, first_line: str) -> Layout | None:
    """The layout of a file: the one that its first line tells, else the one of its name; None when neither does."""
    known = list(layouts)
    by_line = [layout for layout in known if layout.starts(first_line)]
    by_name = [layout for layout in known if layout.is_named(file_name)]
    for found in ([layout for layout in by_line if layout in by_name], by_line, by_name):
        if len(found) == 1:
            return found[0]
    return None


class _LayoutDefects(Defects):
    def refuse_layouts_if_any(self) -> None:
        if self._found:
            faults = [str(defect).replace(", columna ", ", clave ", 1) for defect in self._found]
            raise LayoutsRejected(list(dict.fromkeys(faults)))


def _names(text: str, separator: str) -> list[str]:
    return [name.strip().strip('"').upper() for name in text.split(separator)]


def _pattern_of(name: str) -> re.Pattern[str]:
    escaped = re.escape(name).replace(_DAY_IN_NAME, r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", 1)
    return re.compile(escaped.replace(r"\*", ".*"), re.IGNORECASE)


def _read_layout(file_name: str, text: str, defects: Defects) -> Layout:
    top = compose(file_name, text, defects)
    code = _matching(top, "code", _CODE, "minúsculas, números y guion bajo")
    name = top.text("name")
    official = top.flag("official")
    channel = _read_channel(top.section("channel"))
    file = top.section("file")
    shape = file.choice("shape", tuple(Shape))
    is_fixed = shape == Shape.FIXED
    columns, widths = _read_columns(file, is_fixed=is_fixed)
    names = file.texts("names") if file.has("names") else ()
    first_line = file.text("first_line") if file.has("first_line") else ""
    has_header = not is_fixed and file.flag("header")
    if not (names or first_line or has_header):
        file.note("no dice cómo se reconoce: ponga names, first_line o header.")
    separator = "" if is_fixed else _SEPARATORS.get(file.choice("separator", tuple(_SEPARATORS)), ";")
    quotes = not is_fixed and file.has("quotes") and file.flag("quotes")
    ignored = file.texts("ignored") if file.has("ignored") else ()
    file.close()
    fields = top.section("fields")
    positions = _read_positions(fields, columns)
    date_format = _format_of(fields, "date", DATE_FORMATS)
    time_format = _format_of(fields, "time", TIME_FORMATS) if fields.has("time") else ""
    decimals, thousands = _read_amount(fields)
    _close_fields(fields)
    identity = _read_identity(top, positions)
    least, most = _read_reference(top.section("reference"))
    reversal_position, reversal_values = _read_reversals(top.section("reversals"), columns)
    top.close()
    return Layout(
        code=code,
        name=name,
        official=official,
        channel=channel,
        file_names=names,
        first_line=first_line,
        shape=Shape.FIXED if is_fixed else Shape.DELIMITED,
        separator=separator,
        quotes=quotes,
        has_header=has_header,
        ignored=ignored,
        columns=columns,
        widths=widths,
        positions=positions,
        date_format=date_format,
        time_format=time_format,
        decimals=decimals,
        thousands=thousands,
        identity=identity,
        least_digits=least,
        most_digits=most,
        reversal_position=reversal_position,
        reversal_values=reversal_values,
    )


def _matching(section: Section, name: str, pattern: re.Pattern[str], what: str) -> str:
    value = section.text(name)
    if value and not pattern.fullmatch(value):
        section.note(f"«{value}» no sirve; use {what}.", name)
    return value


def _read_channel(section: Section) -> Channel:
    channel = Channel(
        desk=_matching(section, "desk", _DESK, "mayúsculas y números"),
        name=section.text("name"),
        series=_matching(section, "series", _SERIES, "mayúsculas y números"),
    )
    section.close()
    return channel


def _read_columns(file: Section, *, is_fixed: bool) -> tuple[tuple[str, ...], tuple[int, ...]]:
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    if not is_fixed:
        columns = file.texts("columns")
    else:
        for section in file.sections("columns"):
            columns += (section.text("name"),)
            widths += (section.whole("width", least=1, most=500),)
            section.close()
    repeated = {name for name in columns if columns.count(name) > 1}
    if repeated:
        file.note(f"hay columnas con el mismo nombre: {', '.join(sorted(repeated))}.", "columns")
    return columns, widths


def _read_positions(fields: Section, columns: tuple[str, ...]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for name in FIELDS:
        if name not in _REQUIRED and not fields.has(name):
            continue
        field = fields.section(name)
        column = field.text("column")
        if column in columns:
            positions[name] = columns.index(column)
        elif column:
            field.note(f"«{column}» no está entre las columnas del archivo.", "column")
    return positions


def _format_of(fields: Section, name: str, allowed: tuple[str, ...]) -> str:
    return fields.section(name).choice("format", allowed)


def _read_amount(fields: Section) -> tuple[Decimals, Thousands]:
    amount = fields.section("amount")
    decimals = amount.choice("decimals", tuple(Decimals))
    thousands = amount.choice("thousands", tuple(Thousands)) if amount.has("thousands") else Thousands.NONE
    if thousands and thousands == decimals:
        amount.note("los millares y los decimales no pueden llevar el mismo signo.", "thousands")
    if decimals == Decimals.IMPLIED and thousands != Thousands.NONE:
        amount.note("un importe sin punto no lleva signo de millares.", "thousands")
    return (
        Decimals(decimals) if decimals in tuple(Decimals) else Decimals.POINT,
        Thousands(thousands) if thousands in tuple(Thousands) else Thousands.NONE,
    )


_KEYS_OF_FIELD: Final = {
    "date": {"column", "format"},
    "time": {"column", "format"},
    "amount": {"column", "decimals", "thousands"},
}


def _close_fields(fields: Section) -> None:
    for name in FIELDS:
        if fields.has(name):
            field = fields.section(name)
            for key in set(field.names) - _KEYS_OF_FIELD.get(name, {"column"}):
                field.note("nombre desconocido; revise cómo se escribe.", key)
    fields.close()


def _read_identity(top: Section, positions: dict[str, int]) -> tuple[str, ...]:
    identity = top.texts("identity")
    for name in identity:
        if name not in positions:
            top.note(f"«{name}» no está entre los campos del archivo.", "identity")
    if identity and "authorization" not in identity:
        top.note("debe llevar authorization: es lo que distingue dos pagos iguales.", "identity")
    return identity


def _read_reference(section: Section) -> tuple[int, int]:
    section.choice("scheme", ("account_period_luhn",))
    least, most = (int(number) for number in section.numbers("digits", 2))
    # An account has 6 to 10 digits, a period four and the check digit is one.
    if section.has("digits") and not 11 <= least <= most <= 15:
        section.note("deben ser dos números entre 11 y 15, el menor primero.", "digits")
    section.close()
    return least, most


def _read_reversals(section: Section, columns: tuple[str, ...]) -> tuple[int | None, tuple[str, ...]]:
    if section.choice("sign", ("negative", "column")) != "column":
        section.close()
        return None, ()
    column = section.text("column")
    values = section.texts("values")
    if column and column not in columns:
        section.note(f"«{column}» no está entre las columnas del archivo.", "column")
    if not values:
        section.note("debe llevar al menos un valor.", "values")
    section.close()
    return columns.index(column) if column in columns else None, values
