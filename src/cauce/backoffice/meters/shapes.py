"""What the screens of the park share: permissions, tones, and how the parts of the figures are called."""

from typing import Final

from cauce.backoffice.meters.forms import BANDS, USES
from cauce.metering.models import BenchTest, ParkMeter, ReplacementProposal
from cauce.metering.rules.park import REASON_NAMES

SEE: Final = "metering.view_meter"
COMPLETE: Final = "metering.change_meter"
TAKE: Final = "metering.add_parksnapshot"
TEST: Final = "metering.add_benchtest"
PROPOSE: Final = "metering.propose_replacement"
APPROVE: Final = "metering.approve_replacement"

STATE_TONES: Final = {
    ParkMeter.State.INSTALLED: ("good", "circle-check"),
    ParkMeter.State.STORE: ("note", "building"),
    ParkMeter.State.REMOVED: ("", "minus"),
    ParkMeter.State.STOLEN: ("bad", "alert-triangle"),
    ParkMeter.State.SCRAPPED: ("", "x"),
}
PROPOSAL_TONES: Final = {
    ReplacementProposal.State.PROPOSED: ("accent", "hourglass"),
    ReplacementProposal.State.APPROVED: ("good", "circle-check"),
    ReplacementProposal.State.REFUSED: ("bad", "circle-x"),
    ReplacementProposal.State.WITHDRAWN: ("", "x"),
}
VERDICT_TONES: Final = {
    BenchTest.Verdict.PASSED: ("good", "circle-check"),
    BenchTest.Verdict.FAILED: ("bad", "circle-x"),
}
NO_FIGURE: Final = "Sin dato"
_NAMES: Final[dict[str, dict[str, str]]] = {
    "estado": {code: str(label) for code, label in ParkMeter.State.choices},
    "antiguedad": dict(BANDS),
    "uso": dict(USES),
    "motivo": dict(REASON_NAMES),
}
CUT_TITLES: Final = {
    "estado": "Por estado",
    "antiguedad": "Por antigüedad",
    "marca": "Por marca",
    "diametro": "Por diámetro",
    "clase": "Por clase metrológica",
    "uso": "Por uso",
    "motivo": "Sospechosos por motivo principal",
}


def part_name(cut: str, key: str) -> str:
    """What a part of the figures is called."""
    return _NAMES.get(cut, {}).get(key, key) or NO_FIGURE
