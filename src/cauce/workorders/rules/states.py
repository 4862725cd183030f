"""The states of an order and of an appointment, and which may follow which."""

# What waits to be done: these are counted, programmed and late.
PENDING = frozenset({"ISSUED", "DELIVERED", "PROGRAMMED", "IN_FIELD", "REOPENED"})
# What nobody will go out for any more.
ENDED = frozenset({"CLOSED", "CANCELLED", "RECALLED", "MERGED"})

_WITHDRAWALS = frozenset(
    (state, end) for state in ("ISSUED", "DELIVERED", "PROGRAMMED", "REOPENED") for end in ("CANCELLED", "MERGED")
)
# A payment calls an order back from wherever it is, also from the hands of the crew.
_RECALLS = frozenset((state, "RECALLED") for state in PENDING)

ORDER_EDGES = (
    frozenset(
        {
            ("ISSUED", "DELIVERED"),
            # An urgent order is programmed or done before its list was acknowledged.
            ("ISSUED", "PROGRAMMED"),
            ("DELIVERED", "PROGRAMMED"),
            ("PROGRAMMED", "DELIVERED"),
            ("PROGRAMMED", "IN_FIELD"),
            # Reported by radio or from the printed sheet, without anybody having said that they set out.
            ("PROGRAMMED", "DONE"),
            ("PROGRAMMED", "NOT_DONE"),
            ("IN_FIELD", "DONE"),
            ("IN_FIELD", "NOT_DONE"),
            ("NOT_DONE", "DELIVERED"),
            ("NOT_DONE", "REVIEWED"),
            ("NOT_DONE", "CANCELLED"),
            ("DONE", "REVIEWED"),
            ("DONE", "REOPENED"),
            ("REVIEWED", "CLOSED"),
            ("REVIEWED", "REOPENED"),
            ("CLOSED", "REOPENED"),
            ("REOPENED", "DELIVERED"),
            ("REOPENED", "PROGRAMMED"),
        }
    )
    | _WITHDRAWALS
    | _RECALLS
)

# An aforo: its place in the agenda is booked, moved (it stays booked), attended, missed or given up.
INSPECTION_EDGES = frozenset(
    {("BOOKED", "DONE"), ("BOOKED", "NO_SHOW"), ("BOOKED", "CANCELLED"), ("NO_SHOW", "BOOKED")}
)
