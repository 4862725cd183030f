"""The verbs of the staff: their accounts, whom they substitute, and the days on which the office rests."""

from cauce.users.operations.calendar import CalendarRejected, add_holiday, load_holidays
from cauce.users.operations.staff import (
    APPROVAL_USER,
    CAPTURE_USER,
    OwnAccount,
    UnknownRole,
    change_staff_account,
    change_theme,
    end_sessions,
    enrol_second_factor,
    give_password,
    open_staff_account,
    sync_roles,
)
from cauce.users.operations.substitutions import SubstitutionRefused, declare_substitution, end_substitution

__all__ = [
    "APPROVAL_USER",
    "CAPTURE_USER",
    "CalendarRejected",
    "OwnAccount",
    "SubstitutionRefused",
    "UnknownRole",
    "add_holiday",
    "change_staff_account",
    "change_theme",
    "declare_substitution",
    "end_sessions",
    "end_substitution",
    "enrol_second_factor",
    "give_password",
    "load_holidays",
    "open_staff_account",
    "sync_roles",
]
