"""Lineamientos: their text, its acknowledgement, and each month's checklist."""
