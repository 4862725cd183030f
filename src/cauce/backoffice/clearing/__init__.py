"""Screens of the money in transit: what is on its way to the bank and what has arrived (conciliación)."""
