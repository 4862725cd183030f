"""How batches, acts and papers are shown wherever they are listed, and who may do what."""

from typing import Final

from cauce.collections.models import CollectionBatch, LadderAct, LegalRecord

SEE: Final = "collections.view_arrears"
BUILD: Final = "collections.build_batch"
APPROVE: Final = "collections.approve_batch"
CAPTURE: Final = "collections.capture_delivery"
CHANGE_LADDER: Final = "collections.change_ladderstep"
SEE_RECORDS: Final = "collections.view_legalrecord"
ADD_RECORD: Final = "collections.add_legalrecord"
FILL_RECORD: Final = "collections.change_legalrecord"
NAME_NOTIFIER: Final = "collections.add_notifiercredential"

Mark = tuple[str, str, str]

_BATCH: Final = {
    CollectionBatch.State.PREVIEWED: ("accent", "checks"),
    CollectionBatch.State.APPROVED: ("note", "check"),
    CollectionBatch.State.ISSUED: ("good", "circle-check"),
    CollectionBatch.State.CLOSED: ("", "circle-check"),
    CollectionBatch.State.DISCARDED: ("", "ban"),
}
_ACT: Final = {
    LadderAct.State.SELECTED: ("note", "clock"),
    LadderAct.State.EXCLUDED: ("", "ban"),
    LadderAct.State.AUTHORISED: ("note", "check"),
    LadderAct.State.ISSUED: ("teal", "file-text"),
    LadderAct.State.DELIVERED: ("good", "check"),
    LadderAct.State.NOT_DELIVERED: ("bad", "circle-x"),
    LadderAct.State.DONE: ("good", "check"),
    LadderAct.State.NOT_DONE: ("bad", "circle-x"),
    LadderAct.State.RECALLED: ("accent", "hand-stop"),
    LadderAct.State.DISCARDED: ("", "x"),
}
_RECORD: Final = {
    LegalRecord.State.ISSUED: ("accent", "pencil"),
    LegalRecord.State.FILLED: ("good", "check"),
    LegalRecord.State.VOID: ("", "ban"),
}


def batch_mark(batch: CollectionBatch) -> Mark:
    """The state of a batch in a pill."""
    if batch.issuing_at is not None and batch.issued_at is None:
        return ("Emitiéndose", "teal", "refresh")
    return (batch.get_state_display(), *_BATCH[CollectionBatch.State(batch.state)])


def act_mark(act: LadderAct) -> Mark:
    """The state of an act in a pill; of a delivery, what came of it."""
    tone, icon = _ACT[LadderAct.State(act.state)]
    return (act.get_outcome_display() if act.outcome else act.get_state_display(), tone, icon)


def record_mark(record: LegalRecord) -> Mark:
    """The state of a paper in a pill."""
    return (record.get_state_display(), *_RECORD[LegalRecord.State(record.state)])
