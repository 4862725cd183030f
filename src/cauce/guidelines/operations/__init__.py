"""Writing lineamientos, deciding them, reading them, and keeping what each month's checklist found."""

from cauce.guidelines.operations.acknowledging import acknowledge_guideline
from cauce.guidelines.operations.checking import capture_checklist, close_checklist
from cauce.guidelines.operations.deciding import (
    authorise_guideline,
    return_guideline,
    submit_guideline,
    withdraw_guideline,
)
from cauce.guidelines.operations.loading import load_guidelines
from cauce.guidelines.operations.refusals import (
    ChecklistRefused,
    GuidelineChanged,
    GuidelineRefused,
    GuidelinesRejected,
)
from cauce.guidelines.operations.writing import rewrite_guideline, start_guideline_version, write_guideline

__all__ = [
    "ChecklistRefused",
    "GuidelineChanged",
    "GuidelineRefused",
    "GuidelinesRejected",
    "acknowledge_guideline",
    "authorise_guideline",
    "capture_checklist",
    "close_checklist",
    "load_guidelines",
    "return_guideline",
    "rewrite_guideline",
    "start_guideline_version",
    "submit_guideline",
    "withdraw_guideline",
    "write_guideline",
]
