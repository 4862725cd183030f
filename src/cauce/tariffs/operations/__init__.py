"""The verbs of the tariffs: a law is read and checked, received, put in force by another person, or discarded."""

from cauce.tariffs.operations.folders import ReadLaw, check_law, check_law_files
from cauce.tariffs.operations.laws import (
    LoadedLaw,
    discard_law,
    load_law,
    put_law_in_force,
    receive_law,
    take_up_law,
)
from cauce.tariffs.operations.refusals import (
    CasesDiffer,
    FallsNotSigned,
    LawNeedsTwoPeople,
    LawNotPending,
    LawOverlaps,
    NotALawFolder,
)

__all__ = [
    "CasesDiffer",
    "FallsNotSigned",
    "LawNeedsTwoPeople",
    "LawNotPending",
    "LawOverlaps",
    "LoadedLaw",
    "NotALawFolder",
    "ReadLaw",
    "check_law",
    "check_law_files",
    "discard_law",
    "load_law",
    "put_law_in_force",
    "receive_law",
    "take_up_law",
]
