"""What is done with the padrón."""

from cauce.registry.operations.accounts import (
    AccountNumberTaken,
    InvalidAccountNumber,
    InvalidCustomer,
    InvalidPremises,
    InvalidTerms,
    ReasonMissing,
    change_account,
    change_customer,
    change_premises,
    open_account,
    refresh_search_text,
    register_customer,
)
from cauce.registry.operations.colonies import load_colonies, load_shipped_colonies
from cauce.registry.operations.flags import (
    FlagAlreadyResolved,
    ResolutionMissing,
    resolve_flag,
    settle_corrected_flags,
)
from cauce.registry.operations.holds import (
    HoldAlreadyLifted,
    HoldDatesDisagree,
    HoldReasonMissing,
    HoldStopsNothing,
    lift_hold,
    place_hold,
)
from cauce.registry.operations.padron import (
    RegistryIntake,
    TakenAccount,
    flag_outsiders,
    refresh_statistics,
    take_registry_chunk,
)
from cauce.registry.operations.roles import (
    HolderChangesByProcedure,
    RoleAlreadyEnded,
    RoleDatesDisagree,
    assign_role,
    end_role,
)

__all__ = [
    "AccountNumberTaken",
    "FlagAlreadyResolved",
    "HoldAlreadyLifted",
    "HoldDatesDisagree",
    "HoldReasonMissing",
    "HoldStopsNothing",
    "HolderChangesByProcedure",
    "InvalidAccountNumber",
    "InvalidCustomer",
    "InvalidPremises",
    "InvalidTerms",
    "ReasonMissing",
    "RegistryIntake",
    "ResolutionMissing",
    "RoleAlreadyEnded",
    "RoleDatesDisagree",
    "TakenAccount",
    "assign_role",
    "change_account",
    "change_customer",
    "change_premises",
    "end_role",
    "flag_outsiders",
    "lift_hold",
    "load_colonies",
    "load_shipped_colonies",
    "open_account",
    "place_hold",
    "refresh_search_text",
    "refresh_statistics",
    "register_customer",
    "resolve_flag",
    "settle_corrected_flags",
    "take_registry_chunk",
]
