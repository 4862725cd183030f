"""The two kinds of closed book, whose annexes are shown and decided alike."""

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from cauce.books.models import AnnexProposal, DayBook, NoteRegister, SealedBook


@dataclass(frozen=True, slots=True)
class Shelf:
    """A kind of closed book: what people call one, which column of a proposal names it, and where its pages are."""

    noun: str
    column: str
    model: type[DayBook] | type[NoteRegister]
    space: str

    def book(self, number: int) -> SealedBook:
        """A closed book of this kind by its number, or 404."""
        return get_object_or_404(self.model._default_manager.select_related("closed_by"), number=number)

    def proposals(self) -> QuerySet[AnnexProposal]:
        """What was proposed to the books of this kind."""
        return AnnexProposal.objects.filter(**{f"{self.column}__isnull": False}).select_related(self.column, "annex")

    def proposal(self, proposal_id: int) -> AnnexProposal:
        """One of them, or 404."""
        return get_object_or_404(self.proposals(), pk=proposal_id)

    def annexes(self, number: int) -> str:
        """Where the annexes of a book of this kind are."""
        return reverse(f"{self.space}:annexes", args=[number])

    def back(self, number: int) -> HttpResponse:
        """Go to them."""
        return redirect(self.annexes(number))


LIBROS: Final = Shelf("libro", "book", DayBook, "daybook")
AUXILIARES: Final = Shelf("auxiliar", "register", NoteRegister, "note_register")


def shelf_of(proposal: AnnexProposal) -> Shelf:
    """The kind of the closed book that a proposal is of."""
    return LIBROS if proposal.register_id is None else AUXILIARES
