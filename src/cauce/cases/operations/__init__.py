"""The verbs of the service desk."""

from cauce.cases.operations.informatics import (
    SystemRequestElsewhere,
    SystemRequestIncomplete,
    accept_system_request,
    ask_informatics,
    end_system_request,
    put_off_system_request,
    start_system_request,
)

__all__ = [
    "SystemRequestElsewhere",
    "SystemRequestIncomplete",
    "accept_system_request",
    "ask_informatics",
    "end_system_request",
    "put_off_system_request",
    "start_system_request",
]
