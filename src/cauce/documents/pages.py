"""A stored paper as pictures, page by page, for whoever has to read it on the screen before signing it."""

import struct
import zlib

import pypdfium2

from cauce.core.errors import DomainError

_SCALE = 1.6
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class UnreadablePaper(DomainError):
    """The file is not a PDF that can be drawn."""


def count_pages(content: bytes) -> int:
    """How many pages a PDF has.

    :raises UnreadablePaper: if it cannot be read.
    """
    document = _opened(content)
    try:
        return len(document)
    finally:
        document.close()


def page_picture(content: bytes, number: int) -> bytes:
    """A page of a PDF as PNG; the first is 1.

    :raises UnreadablePaper: if it cannot be read or has no such page.
    """
    document = _opened(content)
    try:
        if not 1 <= number <= len(document):
            raise UnreadablePaper("El documento no tiene esa página.")
        bitmap = document[number - 1].render(scale=_SCALE, rev_byteorder=True)
        return _png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels)
    finally:
        document.close()


def _opened(content: bytes) -> "pypdfium2.PdfDocument":
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePaper("El archivo no se puede mostrar aquí; ábralo para leerlo.") from error


def _png(pixels: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """Pixels as PNG: RGB or RGBA, eight bits each, no filter."""
    rows = b"".join(b"\0" + pixels[row * stride : row * stride + width * channels] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 6 if channels == 4 else 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
