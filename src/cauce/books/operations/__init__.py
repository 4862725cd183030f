"""What is done with the books: closing them, adding to closed ones, and sending reports to be signed."""

from cauce.books.operations.annexes import AnnexNotAllowed, approve_annex, propose_annex, refuse_annex
from cauce.books.operations.daybook import HistoryBusy, close_day_book
from cauce.books.operations.note_register import close_note_register
from cauce.books.operations.reports import send_report
from cauce.books.operations.sealing import BookRefused

__all__ = [
    "AnnexNotAllowed",
    "BookRefused",
    "HistoryBusy",
    "approve_annex",
    "close_day_book",
    "close_note_register",
    "propose_annex",
    "refuse_annex",
    "send_report",
]
