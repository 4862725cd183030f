"""What the town's screens of the books show: a closed book with a sealed annex, and a paper that waits for the head."""

from datetime import timedelta
from typing import NamedTuple

from cauce.books.models import AnnexProposal, DayBook
from cauce.books.operations import approve_annex, close_day_book, propose_annex, send_report
from cauce.core.clock import local_day
from cauce.documents.models import SignatureRequest
from cauce.documents.printing import report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules.report_sheets import ReportSheet
from tests.backoffice.town import AT, Town

LATER = AT + timedelta(hours=2)


class BooksTown(NamedTuple):
    """A closed book, the annex that was sealed after it, and a report that waits for the head's signature."""

    book: DayBook
    proposal: AnnexProposal
    signature: SignatureRequest


def books_town(town: Town) -> BooksTown:
    """Make them, or find them if this database has them."""
    coordinator, head = town.staff["coordinador"], town.staff["jefe"]
    signature = a_signature(town)
    book = DayBook.objects.filter(day=local_day(AT)).first()
    if book is not None:
        return BooksTown(book, book.proposals.earliest("pk"), signature)
    book = close_day_book(day=local_day(AT), at=LATER, by=coordinator)
    proposal = a_proposal(town, book, "town/annex")
    approve_annex(proposal=proposal, at=LATER, by=head)
    return BooksTown(book, proposal, signature)


def a_proposal(town: Town, book: DayBook, key: str) -> AnnexProposal:
    """Something that the coordinator wants to add."""
    return propose_annex(
        book=book,
        text="Se atendió a una persona sin cuenta",
        reason="No había sistema",
        happened_at=AT,
        at=LATER,
        by=town.staff["coordinador"],
        key=key,
    )


def a_signature(town: Town, key: str = "town/signature") -> SignatureRequest:
    """A report that the coordinator sent to the head."""
    paper = report_paper(
        ReportSheet(title="Parte de novedades", subject="Domingo", printed_at=AT), issuer(is_official=False)
    )
    return send_report(
        kind="Parte de novedades",
        title=f"Parte de novedades {key}",
        day=local_day(AT),
        content=paper.pdf(),
        role="jefe",
        at=AT,
        by=town.staff["coordinador"],
        key=key,
    )
