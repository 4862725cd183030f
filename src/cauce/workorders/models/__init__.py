"""The tables of work orders and of the agenda of aforos."""

from cauce.workorders.models.agenda import (
    AgendaSlot,
    HomeInspection,
    InspectionAct,
    InspectionBasis,
    InspectionMove,
    InspectionReminder,
    Technician,
)
from cauce.workorders.models.catalogue import ClosingField, Crew, CrewMember, Material, UsualMaterial, WorkOrderType
from cauce.workorders.models.orders import (
    DeliveryList,
    MaterialUse,
    Origin,
    WorkOrder,
    WorkOrderFile,
    WorkOrderResult,
    WorkOrderStep,
)

__all__ = [
    "AgendaSlot",
    "ClosingField",
    "Crew",
    "CrewMember",
    "DeliveryList",
    "HomeInspection",
    "InspectionAct",
    "InspectionBasis",
    "InspectionMove",
    "InspectionReminder",
    "Material",
    "MaterialUse",
    "Origin",
    "Technician",
    "UsualMaterial",
    "WorkOrder",
    "WorkOrderFile",
    "WorkOrderResult",
    "WorkOrderStep",
    "WorkOrderType",
]
