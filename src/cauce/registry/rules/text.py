"""The plain words in which a search looks."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from cauce.core.text import fold

_WORD = re.compile(r"[0-9A-Z]+")
_LONGEST_REMEMBERED: Final = 120


def fold_repeated(text: str) -> str:
    """What ``fold`` gives, for what comes back row after row (streets, numbers, colonias): it is remembered."""
    return _remembered_fold(text) if len(text) <= _LONGEST_REMEMBERED else fold(text)


_remembered_fold = lru_cache(maxsize=1 << 14)(fold)


def words(text: str) -> list[str]:
    """The words and numbers of a text in their order, without accents or case: «Av. 5 de Mayo» → AV, 5, DE, MAYO."""
    folded = fold(text)
    # Most names and addresses have nothing but words: to cut those at their spaces is quicker than to look for them.
    return folded.split() if folded.isascii() and folded.replace(" ", "").isalnum() else _WORD.findall(folded)


def search_text(parts: Iterable[str]) -> str:
    """The words of all the parts, each once, in one line: what the trigram index of the search holds."""
    return " ".join(dict.fromkeys(words(" ".join(parts))))
