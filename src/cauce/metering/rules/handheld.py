"""Writing the lines of the handheld terminals: the exact inverse of how ``reading_file`` reads them."""

from typing import Final

from cauce.metering.rules.reading_file import LINE_LENGTH, NORMAL_INCIDENT, ReadingLine

SERIAL_LENGTH: Final = 12
_READER_LENGTH = 3


class LineDoesNotFit(Exception):
    """What of a line does not fit in the terminal's positions, in Spanish."""


def format_line(line: ReadingLine) -> str:
    """A line of exactly 63 characters that ``parse_line`` reads back as it was.

    :raises LineDoesNotFit: naming the account and what is too long.
    """
    read_on = " " * 8 if line.read_on is None else f"{line.read_on:%Y%m%d}"
    text = (
        f"{line.account_number}{line.serial:<{SERIAL_LENGTH}}{line.value_text:>7}{read_on}{line.read_time:<4}"
        f"{line.incident:<2}{line.reader_code:<{_READER_LENGTH}}{line.latitude_text:>10}{line.longitude_text:>11}"
    )
    if len(text) != LINE_LENGTH:
        raise LineDoesNotFit(
            f"La cuenta {line.account_number} no cabe en el archivo de la terminal: su medidor «{line.serial}» lleva "
            f"hasta {SERIAL_LENGTH} letras y la clave del lecturista hasta {_READER_LENGTH}."
        )
    return text


def line_to_fill(account_number: str, serial: str, reader_code: str) -> str:
    """The line of an account that nobody read yet: without figure, day, hour or place.

    A line that comes back without being filled is refused by its day, so that it never passes for a visit.

    :raises LineDoesNotFit: naming the account and what is too long.
    """
    return format_line(
        ReadingLine(account_number, serial, "", None, None, "", NORMAL_INCIDENT, reader_code, " " * 10, " " * 11)
    )


def handheld_file_name(period_text: str, cycle: int) -> str:
    """``lecturas_AAAAMM_cC.txt``; ``period_text`` is AAAAMM."""
    return f"lecturas_{period_text}_c{cycle}.txt"
