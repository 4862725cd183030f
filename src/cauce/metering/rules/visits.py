"""Which findings of a round ask that somebody goes back to the house."""

from typing import Final

from cauce.metering.rules.finding_codes import FAR_FROM_HOUSE, TOO_FAST_A_WALK, UNREAD_IN_A_ROW

VISIT_FINDINGS: Final = (FAR_FROM_HOUSE, TOO_FAST_A_WALK, UNREAD_IN_A_ROW)
"""A reading that may not have been taken at the door, or that could not be taken for months."""
