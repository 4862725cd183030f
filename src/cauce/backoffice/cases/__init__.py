"""Screens of the cases: received, attended, answered."""
