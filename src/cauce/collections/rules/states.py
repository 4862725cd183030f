"""What a batch of the ladder and each account's act in it go through."""

BATCH_EDGES = frozenset(
    {
        ("PREVIEWED", "APPROVED"),
        ("PREVIEWED", "DISCARDED"),
        ("APPROVED", "ISSUED"),
        ("APPROVED", "DISCARDED"),
        ("ISSUED", "CLOSED"),
    }
)

# What still weighs on the account: it waits, or it was issued and nobody has ended it.
LIVE_ACTS = frozenset({"SELECTED", "AUTHORISED", "ISSUED", "DELIVERED", "DONE"})

ACT_EDGES = frozenset(
    {
        ("SELECTED", "EXCLUDED"),
        ("EXCLUDED", "SELECTED"),
        ("SELECTED", "AUTHORISED"),
        ("SELECTED", "ISSUED"),
        ("AUTHORISED", "ISSUED"),
        ("ISSUED", "DELIVERED"),
        ("ISSUED", "NOT_DELIVERED"),
        ("ISSUED", "DONE"),
        ("ISSUED", "NOT_DONE"),
        # The order was tried again and done.
        ("NOT_DONE", "DONE"),
        # A second visit found them, or the capture was put right.
        ("NOT_DELIVERED", "DELIVERED"),
        ("DELIVERED", "NOT_DELIVERED"),
    }
    | {(state, "RECALLED") for state in ("SELECTED", "AUTHORISED", "ISSUED", "DELIVERED")}
    | {(state, "DISCARDED") for state in ("SELECTED", "AUTHORISED", "EXCLUDED")}
)

# A paper of a legal act is printed, and then what was written on it is taken down, or it never had effect.
RECORD_EDGES = frozenset({("ISSUED", "FILLED"), ("ISSUED", "VOID")})
