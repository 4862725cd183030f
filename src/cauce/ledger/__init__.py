"""Libro: what each party and account owes and why; postings, transfers between books, allocations."""
