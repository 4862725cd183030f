"""Reads across capabilities: the proof of the tables, the indicator of the orders, the reports of the coordination."""

from cauce.reports.queries.verification import SAMPLE, Check, Invariant, invariants, verify

__all__ = ["SAMPLE", "Check", "Invariant", "invariants", "verify"]
