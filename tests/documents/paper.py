"""Reading back what was printed: text, pages and codes."""

from io import BytesIO

import pypdfium2
import zxingcpp
from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """All the text of a PDF with single spaces, invisible break marks left out."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.replace("\u200b", "").split())


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(PdfReader(BytesIO(pdf)).pages)


def sizes_of(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in points."""
    return [(float(page.mediabox.width), float(page.mediabox.height)) for page in PdfReader(BytesIO(pdf)).pages]


def codes_of(pdf: bytes) -> list[str]:
    """The texts of the bars and QR codes that a reader finds on the pages, as printed at 216 dots an inch."""
    found: list[str] = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        bitmap = page.render(scale=3, grayscale=True)
        pixels = bytes(bitmap.buffer)
        rows = b"".join(
            pixels[start : start + bitmap.width] for start in range(0, bitmap.height * bitmap.stride, bitmap.stride)
        )
        image = memoryview(rows).cast("B", shape=[bitmap.height, bitmap.width])
        found += [code.text for code in zxingcpp.read_barcodes(image)]
        bitmap.close()
        page.close()
    document.close()
    return sorted(found)


def letters_outside(pdf: bytes, *, margin: float) -> int:
    """How many letters stand, wholly or in part, closer to the edge of their page than `margin` points."""
    outside = 0
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            if right > left and (left < margin or bottom < margin or right > width - margin or top > height - margin):
                outside += 1
        text.close()
        page.close()
    document.close()
    return outside
