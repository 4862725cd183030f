"""Reading files, and where the ones that were received are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings

from cauce.imports.models import ImportBatch
from cauce.imports.rules import binary_kind, detect_encoding

BLOCK_BYTES: Final = 1 << 16
FOLDER: Final = "imports"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What can be told of a file by reading its bytes once. ``binary`` names what it is when it is not text."""

    size_bytes: int
    sha256: str
    encoding: str
    binary: str | None


def read_blocks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, some at a time."""
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def file_facts(path: Path) -> FileFacts:
    """Read a file once, whatever its size, and tell its size, fingerprint and encoding."""
    digest = sha256()
    size = 0
    head = b""

    def watched() -> Iterator[bytes]:
        nonlocal size, head
        for block in read_blocks(path):
            if size == 0:
                head = block[:64]
            size += len(block)
            digest.update(block)
            yield block

    blocks = watched()
    encoding = detect_encoding(blocks)
    for _ in blocks:
        pass
    return FileFacts(size, digest.hexdigest(), encoding, binary_kind(head))


def stored_path(batch: ImportBatch) -> Path:
    """Where the received file of a batch is."""
    return Path(settings.MEDIA_ROOT) / batch.stored_as


def earlier_import(batch: ImportBatch) -> ImportBatch | None:
    """The latest finished import, not a trial, of exactly the same file, to tell whoever uploads it again."""
    return (
        ImportBatch.objects.filter(
            kind=batch.kind, sha256=batch.sha256, state=ImportBatch.State.DONE, dry_run=False, pk__lt=batch.pk
        )
        .newest_first()
        .first()
    )
