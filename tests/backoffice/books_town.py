"""What the town's screens of the books show: a closed book with a sealed annex, and a paper that waits for the head."""

from datetime import timedelta
from typing import NamedTuple

from cauce.books.models import AnnexProposal, DayBook, NoteRegister, SealedBook
from cauce.books.operations import approve_annex, close_day_book, close_note_register, propose_annex, send_report
from cauce.core.clock import local_day
from cauce.documents.models import SignatureRequest
from cauce.documents.printing import report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules.report_sheets import ReportSheet
from cauce.ledger.operations import close_day
from tests.backoffice.town import AT, Town

LATER = AT + timedelta(hours=2)


class BooksTown(NamedTuple):
    """A closed book, its sealed annex, a closed auxiliar with its own, and a report for the head's signature."""

    book: DayBook
    proposal: AnnexProposal
    signature: SignatureRequest
    register: NoteRegister
    of_register: AnnexProposal


def books_town(town: Town) -> BooksTown:
    """Make them, or find them if this database has them."""
    coordinator, head = town.staff["coordinador"], town.staff["jefe"]
    signature = a_signature(town)
    book = DayBook.objects.filter(day=local_day(AT)).first()
    if book is not None:
        register = a_register(town)
        return BooksTown(book, book.proposals.earliest("pk"), signature, register, register.proposals.earliest("pk"))
    book = close_day_book(day=local_day(AT), at=LATER, by=coordinator)
    proposal = a_proposal(town, book, "town/annex")
    approve_annex(proposal=proposal, at=LATER, by=head)
    register = a_register(town)
    of_register = a_proposal(town, register, "town/register/annex", hours=-24)
    approve_annex(proposal=of_register, at=LATER, by=head)
    return BooksTown(book, proposal, signature, register, of_register)


def a_register(town: Town) -> NoteRegister:
    """The auxiliar of the day before, closed after its money."""
    day = local_day(AT) - timedelta(days=1)
    close_day(day=day, at=AT, by=town.staff["supervisor-cajas"])
    return close_note_register(day=day, at=LATER, by=town.staff["coordinador"])


def a_proposal(town: Town, book: SealedBook, key: str, *, hours: int = 0) -> AnnexProposal:
    """Something that the coordinator wants to add."""
    return propose_annex(
        book=book,
        text="Se atendió a una persona sin cuenta",
        reason="No había sistema",
        happened_at=AT + timedelta(hours=hours),
        at=LATER,
        by=town.staff["coordinador"],
        key=key,
    )


def a_signature(town: Town, key: str = "town/signature") -> SignatureRequest:
    """A report that the coordinator sent to the head."""

    def paper(folio: str) -> bytes:
        sheet = ReportSheet(title="Parte de novedades", folio=folio, subject="Domingo", printed_at=AT)
        return report_paper(sheet, issuer(is_official=False)).pdf()

    return send_report(
        kind="Parte de novedades",
        title=f"Parte de novedades {key}",
        day=local_day(AT),
        paper=paper,
        role="jefe",
        at=AT,
        by=town.staff["coordinador"],
        key=key,
    )
