"""The arithmetic of agreements: what each instalment is, who may grant one, and what a pagaré goes through.

Pure values in, pure values out. Amounts are pesos to the centavo.
"""

from cauce.agreements.rules.eligibility import (
    AgreementLimits,
    Criterion,
    Eligibility,
    Finding,
    Request,
    Terms,
    judge,
)
from cauce.agreements.rules.policy import PolicyFault, limits_of
from cauce.agreements.rules.prepayments import LIVE_PREPAYMENTS, pay_until
from cauce.agreements.rules.schedule import PlannedInstalment, ScheduleFault, plan_instalments, share_vat
from cauce.agreements.rules.states import (
    AGREEMENT_EDGES,
    LIVE_AGREEMENTS,
    NOTE_EDGES,
    OUTSTANDING_NOTES,
    PENDING_AGREEMENTS,
)
from cauce.agreements.rules.words import amount_in_words

__all__ = [
    "AGREEMENT_EDGES",
    "LIVE_AGREEMENTS",
    "LIVE_PREPAYMENTS",
    "NOTE_EDGES",
    "OUTSTANDING_NOTES",
    "PENDING_AGREEMENTS",
    "AgreementLimits",
    "Criterion",
    "Eligibility",
    "Finding",
    "PlannedInstalment",
    "PolicyFault",
    "Request",
    "ScheduleFault",
    "Terms",
    "amount_in_words",
    "judge",
    "limits_of",
    "pay_until",
    "plan_instalments",
    "share_vat",
]
