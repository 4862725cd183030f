"""Bars and QR codes as raw grey pixels, gathered in one block of bytes that a template slices."""

from typing import TypedDict, cast

import zxingcpp

_PIXELS_PER_MODULE = 4
_PIXELS_PER_BAR = 6


class CodeImage(TypedDict):
    """Where an image lies in the block: first byte, width and height in pixels, one byte a pixel; and what it says."""

    at: int
    w: int
    h: int
    alt: str


class CodeBlock:
    """The images of one document or of one chunk of a run."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add_qr(self, text: str) -> CodeImage:
        """Add a QR code of `text` that still reads with 15 % of it lost (level M), without its quiet zone.

        :raises ValueError: the text is too long for a QR code.
        """
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        image = code.to_image(scale=_PIXELS_PER_MODULE, add_quiet_zones=False)
        height, width = image.shape
        return self._add(_pixels_of(image), width, height, "Código QR")

    def add_code128(self, text: str) -> CodeImage:
        """Add a Code 128 barcode of `text`, one row of pixels high, without its quiet zone.

        :raises ValueError: the text cannot be written in Code 128.
        """
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
        image = code.to_image(add_quiet_zones=False)
        bars = _pixels_of(image)[: image.shape[1]]
        row = b"".join(bars[position : position + 1] * _PIXELS_PER_BAR for position in range(len(bars)))
        return self._add(row, len(row), 1, f"Código de barras {text}")

    def content(self) -> bytes:
        """The block: all the images one after another."""
        return b"".join(self._parts)

    def _add(self, pixels: bytes, width: int, height: int, alt: str) -> CodeImage:
        image = CodeImage(at=self._length, w=width, h=height, alt=alt)
        self._parts.append(pixels)
        self._length += len(pixels)
        return image


def _pixels_of(image: zxingcpp.Image) -> bytes:
    # The image is a buffer, but its type stubs do not say so.
    return bytes(memoryview(cast(bytes, image)))


def bar_modules(image: CodeImage) -> int:
    """How many modules (narrowest bars) wide a Code 128 image is."""
    return image["w"] // _PIXELS_PER_BAR
