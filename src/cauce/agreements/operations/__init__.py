"""What is done with agreements, their notes and waivers."""

from cauce.agreements.operations.custody import keep_notes, return_note
from cauce.agreements.operations.following import follow_notes
from cauce.agreements.operations.overdue import mark_overdue_notes, withdraw_stale_agreements
from cauce.agreements.operations.policies import load_agreement_policy
from cauce.agreements.operations.prepayments import (
    begin_paid_prepayments,
    cancel_prepayment,
    discount_prepaid,
    expire_prepayments,
    offer_prepayment,
)
from cauce.agreements.operations.proposing import (
    authorise_agreement,
    prepare_agreement,
    propose_agreement,
    refuse_agreement,
    withdraw_agreement,
)
from cauce.agreements.operations.refusals import (
    AgreementDebtChanged,
    AgreementNotReady,
    AgreementRefused,
    NoteNotHere,
    PolicyRejected,
    PrepaymentRefused,
    WaiverRefused,
)
from cauce.agreements.operations.signing import sign_agreement
from cauce.agreements.operations.unwinding import (
    break_agreements,
    cancel_agreement,
    end_if_broken,
    undone_for_a_moment,
)
from cauce.agreements.operations.waivers import decide_waiver, request_waiver

__all__ = [
    "AgreementDebtChanged",
    "AgreementNotReady",
    "AgreementRefused",
    "NoteNotHere",
    "PolicyRejected",
    "PrepaymentRefused",
    "WaiverRefused",
    "authorise_agreement",
    "begin_paid_prepayments",
    "break_agreements",
    "cancel_agreement",
    "cancel_prepayment",
    "decide_waiver",
    "discount_prepaid",
    "end_if_broken",
    "expire_prepayments",
    "follow_notes",
    "keep_notes",
    "load_agreement_policy",
    "mark_overdue_notes",
    "offer_prepayment",
    "prepare_agreement",
    "propose_agreement",
    "refuse_agreement",
    "request_waiver",
    "return_note",
    "sign_agreement",
    "undone_for_a_moment",
    "withdraw_agreement",
    "withdraw_stale_agreements",
]
