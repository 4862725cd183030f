"""What a pile of the inbox is."""

from dataclasses import dataclass

# How many of a pile are told one by one.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits, or how many of a kind."""

    text: str
    side: str
    url: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pile of the inbox; ``is_late`` marks what went wrong or stops others."""

    title: str
    icon: str
    count: int
    lines: list[Line]
    url: str
    more: str
    is_late: bool = False
