"""The arithmetic of the desk and of the bank's files: pure values in, pure values out, pesos to the centavo."""

from cauce.cashier.rules.desk import OrderLine, Tendered, rounded_cash, rounding_of, share_out
from cauce.cashier.rules.drawer import DENOMINATIONS, BadCount, count_of, denominations_total

__all__ = [
    "DENOMINATIONS",
    "BadCount",
    "OrderLine",
    "Tendered",
    "count_of",
    "denominations_total",
    "rounded_cash",
    "rounding_of",
    "share_out",
]
