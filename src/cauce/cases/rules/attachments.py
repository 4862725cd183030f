"""The name of a file against what it is: a name that says another thing is refused."""

from pathlib import PurePosixPath
from typing import Final

_ENDINGS: Final = {
    "application/pdf": frozenset({".pdf"}),
    "image/png": frozenset({".png"}),
    "image/jpeg": frozenset({".jpg", ".jpeg"}),
}
LONGEST_NAME: Final = 120


def plain_name(name: str) -> str:
    """The name of a file without folders or characters that cannot be seen.

    >>> plain_name("C:\\\\fotos\\\\fuga.jpg")
    'fuga.jpg'
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    seen = "".join(letter for letter in last if letter.isprintable()).strip()
    return seen[-LONGEST_NAME:] or "archivo"


def is_named_as(name: str, content_type: str) -> bool:
    """Whether the ending of a name is one of those that its content has."""
    return PurePosixPath(name.lower()).suffix in _ENDINGS.get(content_type, frozenset())
