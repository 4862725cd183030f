"""Reads of work orders and of the agenda."""

from cauce.workorders.queries.agenda import (
    FreePlace,
    booked_inspection,
    inspections_of,
    inspections_of_account,
    next_free_places,
)
from cauce.workorders.queries.debts import overdue_debt, overdue_debts
from cauce.workorders.queries.effects import Changed, changed_by
from cauce.workorders.queries.orders import (
    CrewDay,
    Mergeable,
    NearOrder,
    day_of_crew,
    late_orders,
    loads,
    mergeable_groups,
    orders_of,
    orders_of_account,
    pending_near,
    programme,
    stop_of,
    waiting_to_be_programmed,
)
from cauce.workorders.queries.readings import LastReading, last_reading_of_meter

__all__ = [
    "Changed",
    "CrewDay",
    "FreePlace",
    "LastReading",
    "Mergeable",
    "NearOrder",
    "booked_inspection",
    "changed_by",
    "day_of_crew",
    "inspections_of",
    "inspections_of_account",
    "last_reading_of_meter",
    "late_orders",
    "loads",
    "mergeable_groups",
    "next_free_places",
    "orders_of",
    "orders_of_account",
    "overdue_debt",
    "overdue_debts",
    "pending_near",
    "programme",
    "stop_of",
    "waiting_to_be_programmed",
]
