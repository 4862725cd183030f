"""The books of each day, sealed one after another, and their annexes."""

from cauce.books.models.annexes import AnnexProposal, BookAnnex
from cauce.books.models.daybook import DayBook
from cauce.books.models.note_register import NoteRegister
from cauce.books.models.sealed import SealedBook

__all__ = ["AnnexProposal", "BookAnnex", "DayBook", "NoteRegister", "SealedBook"]
