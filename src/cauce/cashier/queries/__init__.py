"""Reads of the desk and of the bank."""
