"""What the papers of every sealed book share."""

from typing import Any

from cauce.documents.rules import Issuer
from cauce.documents.rules.report_sheets import ReportText


def seals_of(content: dict[str, Any], seal: str) -> ReportText:
    """The seals at the foot of a sealed paper."""
    before = content["previous_hash"]
    continues = f"Continúa el sello {before}." if before else "Es el primero: no continúa ningún sello."
    return ReportText("Sello", [f"SHA-256 {seal}", continues])


def issuer_of(content: dict[str, Any]) -> Issuer:
    """The utility as it was when the book was sealed."""
    return Issuer(**content["utility"])
