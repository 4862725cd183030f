"""The press: Typst turns a template and its values into a PDF, in this process or on a pool of worker processes.

Values reach a template as JSON and codes as pixels, both read by the template from its sandboxed folder; they are
never pasted into Typst source, so no text of a customer can become markup. Fonts come only from this package.

The pool's workers are spawned, never forked: Typst keeps threads, and a process forked after its first compilation
would hang at the next one.
"""

import atexit
import json
import shutil
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Generic, TypeVar

import pypdfium2
import typst

from cauce.documents.barcodes import CodeBlock

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(__file__).parent / "fonts"

Values = dict[str, Any]
Sheet = TypeVar("Sheet")


class MissingFontsError(RuntimeError):
    """The fonts were not installed: `make assets` copies them."""


class Press:
    """A Typst compiler with the product's templates and fonts, used again and again; safe among threads.

    :raises MissingFontsError: there are no fonts to set text with.
    """

    def __init__(self, *, fonts: Path = FONTS) -> None:
        if not any(fonts.glob("*.ttf")):
            raise MissingFontsError(f"{fonts} has no fonts: run «make assets»")
        self._lock = threading.Lock()
        self.folder = Path(tempfile.mkdtemp(prefix="cauce-press-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        for template in TEMPLATES.glob("*.typ"):
            shutil.copy(template, self.folder)
        only_ours = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
        packages = self.folder / "packages"
        self._compiler = typst.Compiler(
            root=self.folder, font_paths=only_ours, package_path=packages, package_cache_path=packages
        )

    def pdf(self, template: str, values: Values, codes: CodeBlock, *, tagged: bool = True) -> bytes:
        """Typeset a document as PDF; the same values always give the same bytes.

        `tagged` writes the structure that screen readers follow: for one document yes, for paper by the thousand no.
        """
        with self._lock:
            source = self._lay_out(template, values, codes)
            compiled = self._compiler.compile(source, format="pdf", pdf_tags=tagged, timestamp=0)
        assert isinstance(compiled, bytes)
        return compiled

    def pictures(self, template: str, values: Values, codes: CodeBlock, *, ppi: int = 144) -> list[bytes]:
        """Typeset a document as PNG, one picture a page, at `ppi` pixels per inch."""
        with self._lock:
            source = self._lay_out(template, values, codes)
            compiled = self._compiler.compile(source, format="png", ppi=ppi)
        return [compiled] if isinstance(compiled, bytes) else list(compiled or ())

    def _lay_out(self, template: str, values: Values, codes: CodeBlock) -> Path:
        (self.folder / "codes.bin").write_bytes(codes.content())
        (self.folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
        return self.folder / f"{template}.typ"


@cache
def press() -> Press:
    """The press of this process."""
    return Press()


@dataclass(frozen=True, slots=True)
class PrintedRun:
    """What came out of a run: how many sheets of the caller and how many pages."""

    sheets: int
    pages: int


@dataclass(frozen=True, slots=True)
class RunLayout(Generic[Sheet]):
    """How a worker lays out a chunk: the template, and a module-level function from sheets to its values."""

    template: str
    values_of: Callable[[list[Sheet], CodeBlock], Values]


def print_in_chunks(
    sheets: Iterable[Sheet],
    layout: RunLayout[Sheet],
    out: Path,
    *,
    workers: int,
    chunk_size: int,
    progress: Callable[[int], None] | None = None,
) -> PrintedRun:
    """Typeset many sheets into one PDF at `out`, in the order given.

    Sheets are read as they are needed: no more than two chunks per worker wait at once, so memory does not grow
    with them but for the finished pages. `out` appears whole or not at all. `progress` is told the sheets done.

    :raises ValueError: there are no sheets, `workers` or `chunk_size` is less than one.
    """
    if workers < 1 or chunk_size < 1:
        raise ValueError("a run needs at least one worker and one sheet a chunk")
    chunks = _chunks_of(sheets, chunk_size)
    with tempfile.TemporaryDirectory(prefix="cauce-run-", dir=out.parent) as folder:
        merged = _MergedPdf()
        try:
            for path, count in _typeset_chunks(chunks, layout, Path(folder), workers=workers):
                merged.append(path, count)
                if progress is not None:
                    progress(merged.sheets)
            if not merged.sheets:
                raise ValueError("there is nothing to print")
            whole = Path(folder) / "whole.pdf"
            printed = merged.save(whole)
        finally:
            merged.close()
        whole.replace(out)
    return printed


def _chunks_of(sheets: Iterable[Sheet], size: int) -> Iterator[list[Sheet]]:
    source = iter(sheets)
    while chunk := list(islice(source, size)):
        yield chunk


def _typeset_chunks(
    chunks: Iterator[list[Sheet]], layout: RunLayout[Sheet], folder: Path, *, workers: int
) -> Iterator[tuple[Path, int]]:
    """Yield each chunk's file and number of sheets, in order; a run of one chunk needs no other process."""
    first, second = next(chunks, None), next(chunks, None)
    if first is None:
        return
    if second is None:
        yield _typeset_chunk(first, layout, folder / "0.pdf")
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker)
    waiting: deque[Future[tuple[Path, int]]] = deque()
    try:
        for position, chunk in enumerate(_chain(first, second, chunks)):
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
            waiting.append(pool.submit(_typeset_chunk, chunk, layout, folder / f"{position}.pdf"))
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _chain(first: list[Sheet], second: list[Sheet], rest: Iterator[list[Sheet]]) -> Iterator[list[Sheet]]:
    yield first
    yield second
    yield from rest


def _start_worker() -> None:
    # An interruption is the parent's to handle: it cancels what waits and ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    press()


def _typeset_chunk(chunk: list[Sheet], layout: RunLayout[Sheet], path: Path) -> tuple[Path, int]:
    codes = CodeBlock()
    values = layout.values_of(chunk, codes)
    path.write_bytes(press().pdf(layout.template, values, codes, tagged=False))
    return path, len(chunk)


class _MergedPdf:
    """The finished chunks, one after another in one document."""

    def __init__(self) -> None:
        self._document = pypdfium2.PdfDocument.new()
        self.sheets = 0

    def append(self, path: Path, sheets: int) -> None:
        chunk = pypdfium2.PdfDocument(path)
        self._document.import_pages(chunk)
        chunk.close()
        path.unlink()
        self.sheets += sheets

    def save(self, path: Path) -> PrintedRun:
        self._document.save(path)
        return PrintedRun(sheets=self.sheets, pages=len(self._document))

    def close(self) -> None:
        self._document.close()
