"""Putting a payment right: the states of what takes more than one person."""

# A refund: asked for, authorised or refused by another person, paid once.
REFUND_EDGES = frozenset({("REQUESTED", "AUTHORISED"), ("REQUESTED", "REFUSED"), ("AUTHORISED", "PAID")})
# A claim of a payment that was not registered.
CLAIM_EDGES = frozenset({("OPEN", "FOUND"), ("OPEN", "REFUSED"), ("FOUND", "APPLIED")})
# What two people decide about a row of a bank's file.
RESOLUTION_EDGES = frozenset({("PROPOSED", "APPROVED"), ("PROPOSED", "REFUSED")})
