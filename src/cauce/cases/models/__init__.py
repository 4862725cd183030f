"""The tables of the service desk."""

from cauce.cases.models.attention import Call, PhoneMessage, RadioMessage
from cauce.cases.models.cases import (
    AnswerDelivery,
    AnswerTemplate,
    Case,
    CaseFile,
    CaseInspection,
    CaseKind,
    CaseOrder,
    CaseStep,
    CaseType,
    Channel,
    WindowTicket,
    WrittenAnswer,
)
from cauce.cases.models.informatics import SystemRequest, SystemRequestStep

__all__ = [
    "AnswerDelivery",
    "AnswerTemplate",
    "Call",
    "Case",
    "CaseFile",
    "CaseInspection",
    "CaseKind",
    "CaseOrder",
    "CaseStep",
    "CaseType",
    "Channel",
    "PhoneMessage",
    "RadioMessage",
    "SystemRequest",
    "SystemRequestStep",
    "WindowTicket",
    "WrittenAnswer",
]
