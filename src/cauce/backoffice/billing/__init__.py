"""Cycles and runs: opening, computing, reviewing, approving, issuing and printing."""
