"""The states of a case and of a request to Informática, and which may follow which."""

# What somebody still has to attend: these are counted and late.
OPEN = frozenset({"RECEIVED", "ROUTED", "IN_PROGRESS", "WAITING"})

CASE_EDGES = frozenset(
    {
        # Whoever receives it keeps it, or it goes to an area, where it waits to be taken or returned.
        ("RECEIVED", "IN_PROGRESS"),
        ("RECEIVED", "ROUTED"),
        ("ROUTED", "IN_PROGRESS"),
        ("ROUTED", "ROUTED"),
        ("ROUTED", "RECEIVED"),
        ("IN_PROGRESS", "ROUTED"),
        ("IN_PROGRESS", "WAITING"),
        ("WAITING", "IN_PROGRESS"),
        ("RECEIVED", "RESOLVED"),
        ("IN_PROGRESS", "RESOLVED"),
        ("RESOLVED", "CLOSED"),
        ("RESOLVED", "IN_PROGRESS"),
        ("CLOSED", "IN_PROGRESS"),
    }
    | {(state, "DUPLICATE") for state in OPEN}
    | {(state, "WITHDRAWN") for state in OPEN}
)

SYSTEM_REQUEST_EDGES = frozenset(
    {
        ("ASKED", "ACCEPTED"),
        ("ASKED", "REFUSED"),
        ("ACCEPTED", "IN_PROGRESS"),
        ("ACCEPTED", "REFUSED"),
        ("IN_PROGRESS", "ACCEPTED"),
        ("IN_PROGRESS", "DONE"),
        ("DONE", "IN_PROGRESS"),
    }
)
