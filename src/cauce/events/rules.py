"""What kinds of events exist and what each one sets off."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event: its code, and the Spanish sentence of the history with ``{placeholders}`` for its facts."""

    code: str
    template: str

    def sentence(self, facts: Mapping[str, object]) -> str:
        """Fill the sentence; a fact that is missing is a bug and raises KeyError."""
        return self.template.format_map(facts)


_reactions: dict[str, tuple[str, ...]] = {}


def set_reactions(reactions: Mapping[str, tuple[str, ...]]) -> None:
    """Take the page of reactions: event code → names of the tasks it defers (``config/reactions.py`` calls it once)."""
    _reactions.clear()
    _reactions.update(reactions)


def reactions_to(code: str) -> tuple[str, ...]:
    """Names of the tasks an event of this kind defers."""
    return _reactions.get(code, ())
