"""The health of the system, on one page."""
