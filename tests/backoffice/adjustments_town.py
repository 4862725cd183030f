"""The adjustments of the town: one applied, and one that needs the Consejo and waits for the director."""

from dataclasses import dataclass
from decimal import Decimal

from cauce.billing.models import Adjustment, AdjustmentFile, Bill
from cauce.billing.operations import (
    Evidence,
    apply_adjustment,
    authorise_adjustment,
    load_adjustment_policies,
    propose_adjustment,
)
from cauce.billing.rules.adjustments import Correction
from cauce.core import clock
from cauce.documents.operations import store_file
from tests.backoffice.town import Town
from tests.billing.adjustments.correcting import BOARD, PAPERS, PDF, POLICIES, READING


@dataclass(frozen=True, slots=True)
class AdjustmentsTown:
    """What the screens of adjustments show."""

    applied: Adjustment
    waiting: Adjustment
    file: AdjustmentFile


def load_policies(town: Town) -> None:
    """The policies in force."""
    load_adjustment_policies(path=POLICIES, at=clock.now(), by=town.staff["jefe"])


def metered_bills(town: Town) -> list[Bill]:
    """Bills of the town with enough water to be corrected, the largest first."""
    rows = Bill.objects.filter(run=town.run, volume_m3__gt=10, replaced_by__isnull=True)
    return list(rows.select_related("account", "document", "run").order_by("-total", "pk"))


def propose(town: Town, bill: Bill, kind: str, key: str, **asked: object) -> Adjustment:
    """Propose to correct one bill, with the evidence that its policy asks for."""
    at, by = clock.now(), town.staff["coordinador"]
    return propose_adjustment(
        account=bill.account,
        kind=kind,
        bills=[(bill, Correction(**asked))],  # type: ignore[arg-type]
        reason="El aforo mide menos agua de la que se facturó.",
        evidence=[Evidence(name, store_file(name="acta.pdf", content=PDF, at=at, by=by)) for name in PAPERS[kind]],
        at=at,
        by=by,
        key=key,
    )


def adjustments_town(town: Town) -> AdjustmentsTown:
    """Make them, or find them if this database has them."""
    applied = Adjustment.objects.filter(key="town/adjustment").first()
    if applied is None:
        load_policies(town)
        costly, other = metered_bills(town)[:2]
        made = propose(town, other, READING, "town/adjustment", m3=8)
        decider = town.staff[made.authoriser]
        authorise_adjustment(adjustment=made, note="Procede", at=clock.now(), by=decider)
        applied = apply_adjustment(
            adjustment=made, at=clock.now(), by=town.staff["facturacion"], key="town/adjustment-applied"
        )
        propose(town, costly, BOARD, "town/adjustment-board", percent=Decimal(100))
    waiting = Adjustment.objects.get(key="town/adjustment-board")
    return AdjustmentsTown(applied, waiting, applied.files.order_by("pk")[0])
