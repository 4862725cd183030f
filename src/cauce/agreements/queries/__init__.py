"""What is asked of agreements and their notes."""

from cauce.agreements.queries.agreements import (
    agreements_of,
    earlier_broken,
    live_agreement,
    pending_agreement,
    restructures_before,
)
from cauce.agreements.queries.notes import NoteBalance, note_balances, notes_due_of
from cauce.agreements.queries.policies import NoPolicyInForce, PolicyInForce, highest_post, policy_on
from cauce.agreements.queries.prepayments import (
    PrepaymentQuote,
    prepayments_of,
    quote_prepayment,
)
from cauce.agreements.queries.quotes import AgreedPart, Quote, quote_agreement

__all__ = [
    "AgreedPart",
    "NoPolicyInForce",
    "NoteBalance",
    "PolicyInForce",
    "PrepaymentQuote",
    "Quote",
    "agreements_of",
    "earlier_broken",
    "highest_post",
    "live_agreement",
    "note_balances",
    "notes_due_of",
    "pending_agreement",
    "policy_on",
    "prepayments_of",
    "quote_agreement",
    "quote_prepayment",
    "restructures_before",
]
