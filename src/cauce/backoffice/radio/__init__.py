"""Screens of the radio: the log, quick entry, and what each message becomes."""
