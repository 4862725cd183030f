"""The papers of the books, each made of what was sealed and of nothing else: identical each time."""

from cauce.books.papers.annexes import annex_paper
from cauce.books.papers.daybook import book_sheet, day_book_paper
from cauce.books.papers.note_register import note_register_paper, register_sheet, register_workbook_rows

__all__ = [
    "annex_paper",
    "book_sheet",
    "day_book_paper",
    "note_register_paper",
    "register_sheet",
    "register_workbook_rows",
]
