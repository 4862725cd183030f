"""Facturación: billing runs (corridas) of a cycle, bills (recibos) and their lines."""
