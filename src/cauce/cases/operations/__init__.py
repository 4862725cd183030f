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
from cauce.cases.operations.posts import hand_over_post, take_back_post

__all__ = [
    "SystemRequestElsewhere",
    "SystemRequestIncomplete",
    "accept_system_request",
    "ask_informatics",
    "end_system_request",
    "hand_over_post",
    "put_off_system_request",
    "start_system_request",
    "take_back_post",
]
