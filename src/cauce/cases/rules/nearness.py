"""How near the name of a type of case is to what somebody typed."""

from cauce.core.text import fold

BEGINS, HAS_ITS_WORDS, ELSEWHERE = range(3)


def nearness(name: str, text: str) -> int:
    """The less, the nearer: the name begins with ``text``; words of it begin with those of ``text``; neither."""
    wanted, words = fold(text), fold(name).split()
    if fold(name).startswith(wanted):
        return BEGINS
    if all(any(word.startswith(piece) for word in words) for piece in wanted.split()):
        return HAS_ITS_WORDS
    return ELSEWHERE
