"""How a case is shown wherever it is listed: its state, and how it stands before its term."""

from typing import Final

from cauce.cases.models import Case
from cauce.cases.rules.terms import TermClock, Urgency
from cauce.core.es_mx import count_of

Mark = tuple[str, str, str]

_STATES: Final = {
    Case.State.RECEIVED: ("accent", "inbox"),
    Case.State.ROUTED: ("note", "arrows-exchange"),
    Case.State.IN_PROGRESS: ("teal", "player-play"),
    Case.State.WAITING: ("note", "hourglass"),
    Case.State.RESOLVED: ("good", "check"),
    Case.State.CLOSED: ("", "circle-check"),
    Case.State.DUPLICATE: ("", "files"),
    Case.State.WITHDRAWN: ("", "x"),
}


def state_mark(case: Case) -> Mark:
    """The words, tone and icon of a case's state."""
    return case.get_state_display(), *_STATES[Case.State(case.state)]


def term_mark(clock: TermClock) -> Mark:
    """The words, tone and icon of how a case stands before its term."""
    days = count_of(abs(clock.days), "día hábil", "días hábiles")
    match clock.urgency:
        case Urgency.LATE:
            return f"Venció hace {days}" if clock.days else "Venció", "bad", "alert-triangle"
        case Urgency.TODAY:
            return "Vence hoy", "accent", "clock"
        case Urgency.IN_TIME:
            return f"Quedan {days}", "good", "clock"
        case Urgency.STOPPED:
            return "Plazo detenido", "note", "hourglass"
        case Urgency.ENDED_LATE:
            return f"Contestado {days} tarde" if clock.days else "Contestado tarde", "bad", "alert-triangle"
        case Urgency.ENDED_IN_TIME:
            return "Contestado en plazo", "good", "circle-check"
