"""Cauce: the commercial system of a municipal water utility."""
