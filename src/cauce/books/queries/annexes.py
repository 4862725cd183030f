"""What was added to closed books, and what waits."""

from django.db.models import QuerySet

from cauce.books.models import AnnexProposal, SealedBook


def proposals_of(book: SealedBook) -> QuerySet[AnnexProposal]:
    """What somebody wanted to add to a closed book, in order, with the annex it became."""
    proposals: QuerySet[AnnexProposal] = book.proposals.all()  # type: ignore[attr-defined]
    return proposals.select_related("annex", "proposed_by", "decided_by").order_by("pk")


def annexes_to_decide() -> QuerySet[AnnexProposal]:
    """The annexes that wait for another person, of whichever book, the oldest first."""
    waiting = AnnexProposal.objects.filter(state=AnnexProposal.State.PROPOSED)
    related = waiting.select_related("book", "register", "proposed_by")
    return related.defer("book__content", "register__content").order_by("proposed_at")
