"""The arithmetic of the desk and of the bank's files: pure values in, pure values out, pesos to the centavo."""

from cauce.cashier.rules.desk import (
    CASH,
    ROUNDED,
    OrderLine,
    Tendered,
    favour_key,
    purse_of,
    rounded_cash,
    rounding_of,
    share_out,
)
from cauce.cashier.rules.drawer import (
    DENOMINATIONS,
    BadCount,
    Bundle,
    as_pieces,
    bundle_for_bank,
    count_of,
    denominations_total,
    less,
    outcome_of,
    set_apart,
    together,
)

__all__ = [
    "CASH",
    "DENOMINATIONS",
    "ROUNDED",
    "BadCount",
    "Bundle",
    "OrderLine",
    "Tendered",
    "as_pieces",
    "bundle_for_bank",
    "count_of",
    "denominations_total",
    "favour_key",
    "less",
    "outcome_of",
    "purse_of",
    "rounded_cash",
    "rounding_of",
    "set_apart",
    "share_out",
    "together",
]
