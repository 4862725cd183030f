"""Pagarés: where each one is, what was paid of it, its custody and its return."""
