"""Screens of the reports of the coordination: of the day, of the month, and of the hand-over."""
