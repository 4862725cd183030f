"""What is decided about a debtor: its age, what comes next on the ladder, and what may be done to its service."""

from cauce.collections.rules.ages import AGE_CODES, AGES, MONTH_BANDS, Band, age_of, compared_day, months_band
from cauce.collections.rules.causes import CAUSE_NAMES, CAUSES, Cause
from cauce.collections.rules.filters import Filters
from cauce.collections.rules.promises import promise_outcome

__all__ = [
    "AGES",
    "AGE_CODES",
    "CAUSES",
    "CAUSE_NAMES",
    "MONTH_BANDS",
    "Band",
    "Cause",
    "Filters",
    "age_of",
    "compared_day",
    "months_band",
    "promise_outcome",
]
