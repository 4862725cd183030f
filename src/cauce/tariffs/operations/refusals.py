"""Why a law is not loaded or put in force."""

from collections.abc import Sequence

from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of
from cauce.tariffs.rules import CASES_FILE, CasesOutcome, Edge, Schedule

_SHOWN = 20


class NotALawFolder(DomainError):
    """The folder is not there, or cannot be read."""


class CasesDiffer(DomainError):
    """The law prices some worked cases otherwise than they say."""

    def __init__(self, schedule: Schedule, cases: CasesOutcome) -> None:
        self.schedule = schedule
        self.cases = cases
        shown = [str(difference) for difference in cases.differences[:_SHOWN]]
        if len(cases.differences) > len(shown):
            shown.append("…")
        super().__init__(
            "\n".join(
                [
                    f"La ley no se cargó: {count_of(cases.failed, 'caso', 'casos')} de {cases.cases} de "
                    f"{CASES_FILE} no coinciden. Corrija los casos o las tablas.",
                    *shown,
                ]
            )
        )


class LawNeedsTwoPeople(DomainError):
    """Who loads a law may not put it in force."""


class LawOverlaps(DomainError):
    """Another law already rules some of its days."""


class LawNotPending(DomainError):
    """The law was discarded, or already rules."""


class FallsNotSigned(DomainError):
    """At some edges of its tables more water costs less, and nobody signed that the law says so."""

    def __init__(self, falls: Sequence[Edge]) -> None:
        self.falls = tuple(falls)
        shown = [str(edge) for edge in falls[:_SHOWN]]
        if len(falls) > len(shown):
            shown.append(f"… y {len(falls) - len(shown)} más.")
        super().__init__(
            "\n".join(
                [
                    f"La ley no se puso en vigor: en {count_of(len(falls), 'orilla', 'orillas')} de sus tablas más "
                    "agua cuesta menos. Corrija la tabla, o escriba con qué artículo la ley lo dice así.",
                    *shown,
                ]
            )
        )
