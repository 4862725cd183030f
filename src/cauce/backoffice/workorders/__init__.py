"""Screens of the work orders: the list, each order, the hand-over, the programme, the results, the catalogue."""
