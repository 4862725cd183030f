"""The barcode of a folio as bars that the screen draws, large enough for the desk's reader."""

from dataclasses import dataclass

from cauce.documents.barcodes import CodeBlock, bar_modules

# A reader needs this many modules of white on each side.
_QUIET = 10


@dataclass(frozen=True, slots=True)
class Barcode:
    """A Code 128 in modules: how wide it is with its quiet zones, and the path that draws its bars one unit high."""

    text: str
    width: int
    path: str


def barcode_of(text: str) -> Barcode:
    """The Code 128 of a text, as one path of rectangles."""
    block = CodeBlock()
    image = block.add_code128(text)
    modules = bar_modules(image)
    step = image["w"] // modules
    pixels = block.content()[image["at"] : image["at"] + image["w"] : step]
    rectangles = []
    start = None
    for position, pixel in enumerate([*pixels, 255]):
        is_bar = pixel < 128
        if is_bar and start is None:
            start = position
        elif not is_bar and start is not None:
            rectangles.append(f"M{start + _QUIET} 0h{position - start}v1h-{position - start}z")
            start = None
    return Barcode(text, modules + 2 * _QUIET, "".join(rectangles))
