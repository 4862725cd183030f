"""What an agreement and a pagaré go through, and which state may follow which."""

# Those under which somebody is paying, or is about to begin to.
LIVE_AGREEMENTS = frozenset({"SIGNED", "IN_FORCE"})
# Asked for and not signed yet.
PENDING_AGREEMENTS = frozenset({"REQUESTED", "AUTHORISED", "PREPARED"})

AGREEMENT_EDGES = frozenset(
    {
        ("REQUESTED", "AUTHORISED"),
        ("REQUESTED", "REFUSED"),
        ("REQUESTED", "WITHDRAWN"),
        ("AUTHORISED", "PREPARED"),
        ("AUTHORISED", "WITHDRAWN"),
        ("PREPARED", "SIGNED"),
        ("PREPARED", "IN_FORCE"),
        ("PREPARED", "WITHDRAWN"),
        # Its down payment came, or came back with a returned cheque.
        ("SIGNED", "IN_FORCE"),
        ("IN_FORCE", "SIGNED"),
        ("IN_FORCE", "KEPT"),
        # A payment that came back leaves something owed again.
        ("KEPT", "IN_FORCE"),
        ("IN_FORCE", "BROKEN"),
        ("SIGNED", "CANCELLED"),
        ("IN_FORCE", "CANCELLED"),
        ("IN_FORCE", "RESTRUCTURED"),
    }
)

# Those that promise money still to come: they are in the auxiliar.
OUTSTANDING_NOTES = frozenset({"SIGNED", "IN_SAFE", "OVERDUE"})

_ENDS = frozenset((state, end) for state in OUTSTANDING_NOTES for end in ("PAID", "CANCELLED", "REPLACED"))

NOTE_EDGES = (
    frozenset(
        {
            ("ISSUED", "SIGNED"),
            ("ISSUED", "CANCELLED"),
            ("SIGNED", "IN_SAFE"),
            ("SIGNED", "OVERDUE"),
            ("IN_SAFE", "OVERDUE"),
            ("PAID", "RETURNED"),
            # The payment that settled it was undone.
            ("PAID", "SIGNED"),
            ("PAID", "IN_SAFE"),
            ("PAID", "OVERDUE"),
            ("RETURNED", "SIGNED"),
            ("RETURNED", "OVERDUE"),
            ("OVERDUE", "SIGNED"),
            ("OVERDUE", "IN_SAFE"),
        }
    )
    | _ENDS
)

WAIVER_EDGES = frozenset({("REQUESTED", "APPLIED"), ("REQUESTED", "REFUSED"), ("APPLIED", "REVERSED")})
