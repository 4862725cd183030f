"""Billing's own rules, pure: the states of a run, the draft of a bill, and why an account is not billed."""

from cauce.billing.rules.debts import PreviousDebt, previous_debt
from cauce.billing.rules.drafts import (
    DraftLine,
    DraftPrice,
    Measure,
    draft_json,
    price_json,
    read_measure,
    read_price,
)
from cauce.billing.rules.reading_notes import division_fault, reading_note_json, reading_note_words
from cauce.billing.rules.runs import RULE_SENTENCES, RUN_EDGES, Outcome, Rule, RunTally, rule_sentence

__all__ = [
    "RULE_SENTENCES",
    "RUN_EDGES",
    "DraftLine",
    "DraftPrice",
    "Measure",
    "Outcome",
    "PreviousDebt",
    "Rule",
    "RunTally",
    "division_fault",
    "draft_json",
    "previous_debt",
    "price_json",
    "read_measure",
    "read_price",
    "reading_note_json",
    "reading_note_words",
    "rule_sentence",
]
