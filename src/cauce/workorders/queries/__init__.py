"""Reads of work orders and of the agenda."""

from cauce.workorders.queries.agenda import (
    FreePlace,
    booked_inspection,
    inspections_of,
    inspections_of_account,
    next_free_places,
)
from cauce.workorders.queries.orders import (
    CrewDay,
    NearOrder,
    day_of_crew,
    late_orders,
    loads,
    orders_of,
    orders_of_account,
    pending_near,
    programme,
    stop_of,
    waiting_to_be_programmed,
)
from cauce.workorders.queries.readings import LastReading, last_reading_of_meter

__all__ = [
    "CrewDay",
    "FreePlace",
    "LastReading",
    "NearOrder",
    "booked_inspection",
    "day_of_crew",
    "inspections_of",
    "inspections_of_account",
    "last_reading_of_meter",
    "late_orders",
    "loads",
    "next_free_places",
    "orders_of",
    "orders_of_account",
    "pending_near",
    "programme",
    "stop_of",
    "waiting_to_be_programmed",
]
