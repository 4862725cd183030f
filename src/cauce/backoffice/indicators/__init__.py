"""Screens of the indicator of the work orders."""
