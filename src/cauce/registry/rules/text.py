"""The plain words in which a search looks."""

import re
from collections.abc import Iterable

from cauce.core.text import fold

_WORD = re.compile(r"[0-9A-Z]+")


def words(text: str) -> list[str]:
    """The words and numbers of a text in their order, without accents or case: «Av. 5 de Mayo» → AV, 5, DE, MAYO."""
    return _WORD.findall(fold(text))


def search_text(parts: Iterable[str]) -> str:
    """The words of all the parts, each once, in one line: what the trigram index of the search holds."""
    return " ".join(dict.fromkeys(words(" ".join(parts))))
