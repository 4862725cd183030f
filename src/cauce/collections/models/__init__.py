"""The tables of collection."""

from cauce.collections.models.contacts import CollectionContact
from cauce.collections.models.ladder import CollectionBatch, LadderAct, LadderStep, ServiceRule
from cauce.collections.models.legal import LegalRecord, NotifierCredential
from cauce.collections.models.portfolio import (
    ArrearsConcentration,
    ArrearsFigure,
    ArrearsLine,
    ArrearsMeter,
    ArrearsMovement,
    ArrearsRoute,
    ArrearsSnapshot,
    SavedSelection,
)
from cauce.collections.models.reduction import Infraction, InfractionStep, OrderRecall, WaterVoucher

__all__ = [
    "ArrearsConcentration",
    "ArrearsFigure",
    "ArrearsLine",
    "ArrearsMeter",
    "ArrearsMovement",
    "ArrearsRoute",
    "ArrearsSnapshot",
    "CollectionBatch",
    "CollectionContact",
    "Infraction",
    "InfractionStep",
    "LadderAct",
    "LadderStep",
    "LegalRecord",
    "NotifierCredential",
    "OrderRecall",
    "SavedSelection",
    "ServiceRule",
    "WaterVoucher",
]
