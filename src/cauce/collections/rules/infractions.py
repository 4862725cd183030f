"""What an illegal reconnection goes through from the day it is found until it is fined or dismissed."""

from datetime import date

from cauce.core.business_days import BusinessCalendar

INFRACTION_EDGES = frozenset(
    {
        ("FOUND", "NOTIFIED"),
        ("FOUND", "DISMISSED"),
        ("NOTIFIED", "HEARD"),
        # Who was notified and let the term go by without a word is fined without having been heard.
        ("NOTIFIED", "FINED"),
        ("NOTIFIED", "DISMISSED"),
        ("HEARD", "FINED"),
        ("HEARD", "DISMISSED"),
    }
)
# What nobody has decided yet.
OPEN_INFRACTIONS = frozenset({"FOUND", "NOTIFIED", "HEARD"})

# Código Territorial para el Estado y los Municipios de Guanajuato: the hearing before a sanction (demonstration).
HEARING_BUSINESS_DAYS = 10


def hearing_ends_on(notified_on: date, calendar: BusinessCalendar) -> date:
    """The last day on which who was notified may say what they have to say."""
    return calendar.after(notified_on, HEARING_BUSINESS_DAYS)


def may_be_fined(state: str, *, hearing_until: date | None, today: date) -> bool:
    """Whether it may be fined: the person was heard, or their term to be heard is over."""
    return state == "HEARD" or (state == "NOTIFIED" and hearing_until is not None and today > hearing_until)
