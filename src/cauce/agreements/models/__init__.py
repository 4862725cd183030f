"""The tables of agreements: the policy, what was agreed, its pagarés with their acts, what was waived or paid ahead."""

from cauce.agreements.models.agreements import AgreedDebt, AgreementStep, Instalment, PaymentAgreement
from cauce.agreements.models.notes import NoteAct, NoteCharge, PromissoryNote
from cauce.agreements.models.policies import AgreementPolicy
from cauce.agreements.models.prepayments import PrepaidMonth, Prepayment
from cauce.agreements.models.waivers import SurchargeWaiver

__all__ = [
    "AgreedDebt",
    "AgreementPolicy",
    "AgreementStep",
    "Instalment",
    "NoteAct",
    "NoteCharge",
    "PaymentAgreement",
    "PrepaidMonth",
    "Prepayment",
    "PromissoryNote",
    "SurchargeWaiver",
]
