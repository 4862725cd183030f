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
from cauce.registry.operations.branches import BranchRefused, hang_connection
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
from cauce.registry.operations.links import (
    AlreadyIdentified,
    OwnAccount,
    OwnLink,
    declare_link,
    end_link,
    person_of_staff,
    record_barred_act,
    refuse_own_account,
)
from cauce.registry.operations.padron import (
    RegistryIntake,
    TakenAccount,
    flag_outsiders,
    refresh_statistics,
    take_registry_chunk,
)
from cauce.registry.operations.reducing import ServiceStaysAsItIs, reconnect_account, reduce_account
from cauce.registry.operations.roles import (
    HolderChangesByProcedure,
    RoleAlreadyEnded,
    RoleDatesDisagree,
    assign_role,
    end_role,
)
from cauce.registry.operations.routes import RouteChanged, move_in_route, resequence_route
from cauce.registry.operations.sectors import SectorsRejected, load_sectors

__all__ = [
    "AccountNumberTaken",
    "AlreadyIdentified",
    "BranchRefused",
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
    "OwnAccount",
    "OwnLink",
    "ReasonMissing",
    "RegistryIntake",
    "ResolutionMissing",
    "RoleAlreadyEnded",
    "RoleDatesDisagree",
    "RouteChanged",
    "SectorsRejected",
    "ServiceStaysAsItIs",
    "TakenAccount",
    "assign_role",
    "change_account",
    "change_customer",
    "change_premises",
    "declare_link",
    "end_link",
    "end_role",
    "flag_outsiders",
    "hang_connection",
    "lift_hold",
    "load_colonies",
    "load_sectors",
    "load_shipped_colonies",
    "move_in_route",
    "open_account",
    "person_of_staff",
    "place_hold",
    "reconnect_account",
    "record_barred_act",
    "reduce_account",
    "refresh_search_text",
    "refresh_statistics",
    "refuse_own_account",
    "register_customer",
    "resequence_route",
    "resolve_flag",
    "settle_corrected_flags",
    "take_registry_chunk",
]
