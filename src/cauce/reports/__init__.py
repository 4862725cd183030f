"""Reportes: reads across capabilities; the proofs of the ledger."""
