"""The states of a paper that waits for a signature."""

SIGNATURE_EDGES = frozenset({("WAITING", "SIGNED"), ("WAITING", "RETURNED"), ("WAITING", "WITHDRAWN")})
