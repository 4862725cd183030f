"""Adjustments of issued bills: proposed with their quote, decided by who reaches, applied, and their policies."""
