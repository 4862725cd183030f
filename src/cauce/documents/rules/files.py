"""What a file is, told by its content: names and declared types lie."""

from typing import Final

_SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


def content_type_of(content: bytes) -> str | None:
    """The type of a file among those that are kept (PDF, PNG, JPEG); none when it is something else."""
    for signature, content_type in _SIGNATURES:
        if content.startswith(signature):
            return content_type
    return None
