"""What a report of a lost meter goes through."""

LOSS_EDGES = frozenset({("OPEN", "REPLACED"), ("OPEN", "FOUND")})
