"""Who uses the service, where, by which connection and under which account."""

from cauce.registry.models.accounts import Account, AccountRole
from cauce.registry.models.people import Customer
from cauce.registry.models.places import CYCLES, Colony, Connection, Premises, Route, Sector
from cauce.registry.models.watch import Hold, PadronFlag, StaffLink

__all__ = [
    "CYCLES",
    "Account",
    "AccountRole",
    "Colony",
    "Connection",
    "Customer",
    "Hold",
    "PadronFlag",
    "Premises",
    "Route",
    "Sector",
    "StaffLink",
]
