"""Closing the libro de registros, and adding to a closed one what two people agree on."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from cauce.books.events import ANNEX_PROPOSED, ANNEX_REFUSED, ANNEX_SEALED, BOOK_CLOSED
from cauce.books.models import AnnexProposal, BookAnnex, DayBook
from cauce.books.queries import contents_of, days_to_close, last_book, last_event_id, local_text, span_of
from cauce.books.rules import COUNTED, LEFT_OUT, canonical, seal
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of, format_date, format_datetime, join_words
from cauce.core.periods import period_of
from cauce.documents.models import Document, SignatureRequest
from cauce.documents.operations import create_document, request_signature, store_file
from cauce.events.operations import publish
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules import NoLawInForce
from cauce.users.models import User

REPORT_SERIES = "INFM"
_NAMED_DAYS = 4
# Whoever is writing to the history ends first, and nobody begins until the book is closed: an event of a transaction
# that has not committed would otherwise be in no book.
# The function locks the table with its owner's rights: the site's role may only add to the history and read it.
_HOLD_HISTORY = "SET LOCAL lock_timeout = '2s'; SELECT books_hold_history()"
# For the same reason a closed book, which is never changed, is held by its number and not by its row.
_HOLD_BOOK = "SELECT pg_advisory_xact_lock(hashtext('cauce.annexes'), %s)"


class BookRefused(DomainError):
    """The book cannot be closed."""


class HistoryBusy(DomainError):
    """Somebody is still writing to the history."""

    def __init__(self) -> None:
        super().__init__(
            "Alguien está terminando un registro en este momento; espere unos segundos y vuelva a cerrar el libro."
        )


class AnnexNotAllowed(DomainError):
    """The annex cannot be proposed, approved or refused."""


@transaction.atomic
def close_day_book(*, day: date, at: datetime, by: User) -> DayBook:
    """Close the libro de registros of ``day``: number it, seal it after the one before, and never change it again.

    It takes what happened that day, what was written late of the days already closed, with its true time, and what
    happened in days without a book of their own. Days are closed in order. It waits for whoever is writing to the
    history. Idempotent for the person who closed it.

    :raises BookRefused: if the day is to come, another person has closed it, a later one is closed, or an earlier one
        with entries is not.
    :raises HistoryBusy: if somebody is still writing to the history after two seconds.
    """
    if day > local_day(at):
        raise BookRefused(f"El {format_date(day)} todavía no llega; cierre el libro de hoy o el de un día que ya pasó.")
    _hold_history()
    previous = last_book()
    closed = DayBook.objects.select_related("closed_by").filter(day=day).first()
    if closed is not None and closed.closed_by_id == by.pk:
        return closed
    why_not = _why_not(day, previous, closed)
    if why_not:
        raise BookRefused(why_not)
    number = 1 if previous is None else previous.number + 1
    previous_sha256 = "" if previous is None else previous.sha256
    content = _content(day, previous, number=number, at=at, by=by)
    text = canonical(content)
    book = DayBook.objects.create(
        day=day,
        number=number,
        content=text,
        entries=len(content["entries"]),
        last_event_id=last_event_id(),
        previous=previous,
        previous_sha256=previous_sha256,
        sha256=seal(previous_sha256, text),
        closed_at=at,
        closed_by=by,
    )
    publish(
        BOOK_CLOSED,
        subject_kind="DayBook",
        subject_id=number,
        facts={"number": number, "day": format_date(day), "entries": count_of(book.entries, "asiento", "asientos")},
        at=at,
        by=by,
    )
    return book


@transaction.atomic
def propose_annex(
    *, book: DayBook, text: str, reason: str, happened_at: datetime, at: datetime, by: User, key: str
) -> AnnexProposal:
    """Ask that something be added to a closed book: what, why it was not entered that day, and when it truly happened.

    Nothing is added until another person approves it. Idempotent by ``key``.

    :raises AnnexNotAllowed: if something is missing, or it did not happen on the day of the book.
    """
    text, reason = text.strip(), reason.strip()
    if not text or not reason:
        raise AnnexNotAllowed("Escriba qué se agrega y por qué no se asentó ese día.")
    if local_day(happened_at) != book.day or happened_at > at:
        raise AnnexNotAllowed(
            f"Un anexo cuenta algo que ya pasó y que fue el {format_date(book.day)}, el día del libro; revise el día y "
            "la hora."
        )
    proposal, is_new = AnnexProposal.objects.get_or_create(
        key=key,
        defaults={
            "book": book,
            "text": text,
            "reason": reason[:200],
            "happened_at": happened_at,
            "proposed_at": at,
            "proposed_by": by,
        },
    )
    if is_new:
        _publish_annex(ANNEX_PROPOSED, proposal, at=at, by=by)
    return proposal


@transaction.atomic
def approve_annex(*, proposal: AnnexProposal, at: datetime, by: User) -> BookAnnex:
    """Add to a closed book what another person proposed: numbered, and sealed after the book or its annex before.

    The book itself does not change. Idempotent: what was approved stays as it was sealed.

    :raises AnnexNotAllowed: if ``by`` proposed it, or it was refused.
    """
    # The book first: two annexes of one book are sealed one after the other.
    book = DayBook.objects.get(pk=proposal.book_id)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_BOOK, [book.number])
    proposal = _to_decide(proposal, by)
    if proposal.state == AnnexProposal.State.APPROVED:
        return proposal.annex
    if proposal.state == AnnexProposal.State.REFUSED:
        raise AnnexNotAllowed(f"Ese anexo no se aprobó: {proposal.decision_note}. Si hace falta, proponga otro.")
    last = book.annexes.order_by("-number").first()
    number, previous_sha256 = (1, book.sha256) if last is None else (last.number + 1, last.sha256)
    _decide(proposal, AnnexProposal.State.APPROVED, note="", at=at, by=by)
    content = canonical(
        {
            "book": book.number,
            "day": book.day.isoformat(),
            "annex": number,
            "what": proposal.text,
            "why": proposal.reason,
            "at": local_text(proposal.happened_at),
            "proposed_at": local_text(proposal.proposed_at),
            "proposed_by": str(proposal.proposed_by),
            "approved_at": local_text(at),
            "approved_by": str(by),
            "previous_hash": previous_sha256,
            "utility": _utility(book.day),
        }
    )
    annex = BookAnnex.objects.create(
        book=book,
        number=number,
        proposal=proposal,
        content=content,
        previous_sha256=previous_sha256,
        sha256=seal(previous_sha256, content),
        sealed_at=at,
    )
    _publish_annex(ANNEX_SEALED, proposal, at=at, by=by, annex=number)
    return annex


@transaction.atomic
def refuse_annex(*, proposal: AnnexProposal, note: str, at: datetime, by: User) -> AnnexProposal:
    """Leave out of a closed book what another person proposed to add, and say why. Idempotent.

    :raises AnnexNotAllowed: if there is no reason, ``by`` proposed it, or it is already sealed.
    """
    note = note.strip()
    if not note:
        raise AnnexNotAllowed("Escriba por qué no se agrega.")
    proposal = _to_decide(proposal, by)
    if proposal.state == AnnexProposal.State.APPROVED:
        raise AnnexNotAllowed("Ese anexo ya está sellado y no se quita; si algo está mal, proponga otro que lo aclare.")
    if proposal.state == AnnexProposal.State.PROPOSED:
        _decide(proposal, AnnexProposal.State.REFUSED, note=note[:200], at=at, by=by)
        _publish_annex(ANNEX_REFUSED, proposal, at=at, by=by, note=proposal.decision_note)
    return proposal


@transaction.atomic
def send_report(
    *, kind: str, title: str, day: date, content: bytes, role: str, at: datetime, by: User, key: str
) -> SignatureRequest:
    """Keep a report of the coordination as a paper with its folio and put it in the tray of the post that signs it.

    ``content`` is its PDF. Idempotent by ``key``.
    """
    found = SignatureRequest.objects.select_related("document").filter(key=key).first()
    if found is not None:
        return found
    document = create_document(kind=Document.Kind.REPORT, series=REPORT_SERIES, issued_on=local_day(at), at=at, by=by)
    file = store_file(name=f"{document.folio}.pdf", content=content, at=at, by=by)
    return request_signature(
        kind=kind,
        title=title,
        subject_kind="Report",
        subject_id=day.toordinal(),
        document=document,
        file=file,
        role=role,
        at=at,
        by=by,
        key=key,
    )


def _hold_history() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_HOLD_HISTORY)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise HistoryBusy from error
        raise


def _why_not(day: date, previous: DayBook | None, closed: DayBook | None) -> str:
    if closed is not None:
        when = format_datetime(timezone.localtime(closed.closed_at))
        return f"El libro del {format_date(day)} ya lo cerró {closed.closed_by} el {when}; ábralo para imprimirlo."
    if previous is not None and day < previous.day:
        return (
            f"Ya se cerró el libro del {format_date(previous.day)}, que es posterior, y se cierran en orden: "
            f"lo del {format_date(day)} que se registró después está en ese libro o entrará en el siguiente."
        )
    missing = [format_date(one) for one in days_to_close(before=day)]
    if missing:
        many = f"{missing[0]} y los de otros {len(missing) - 1} días"
        named = join_words(missing) if len(missing) <= _NAMED_DAYS else many
        return f"Los libros se cierran en orden y falta cerrar el del {named}; cierre primero el del {missing[0]}."
    return ""


def _content(day: date, previous: DayBook | None, *, number: int, at: datetime, by: User) -> dict[str, Any]:
    span = span_of(day, previous)
    entries, counts = contents_of(span)
    return {
        "book": number,
        "day": day.isoformat(),
        "since": local_text(span.since),
        "until": local_text(span.until),
        "closed_at": local_text(at),
        "closed_by": str(by),
        "position": by.position,
        "previous_hash": "" if previous is None else previous.sha256,
        "utility": _utility(day),
        "entries": entries,
        "counts": counts,
        # What the book does not tell one by one: whoever checks it against the history needs to know.
        "counted_kinds": sorted(COUNTED),
        "left_out_kinds": sorted(LEFT_OUT),
    }


def _utility(day: date) -> dict[str, Any]:
    try:
        is_official = schedule_for_period(period_of(day)).official
    except NoLawInForce:
        is_official = False
    named: Mapping[str, Any] = settings.UTILITY
    return {name: named[name] for name in ("name", "legal_name", "address", "place")} | {"official": is_official}


def _to_decide(proposal: AnnexProposal, by: User) -> AnnexProposal:
    proposal = (
        AnnexProposal.objects.select_for_update(no_key=True, of=("self",))
        .select_related("book", "proposed_by")
        .get(pk=proposal.pk)
    )
    if proposal.proposed_by_id == by.pk:
        raise AnnexNotAllowed("Quien propone un anexo no lo resuelve; pida a otra persona con ese permiso que lo haga.")
    return proposal


def _decide(proposal: AnnexProposal, state: AnnexProposal.State, *, note: str, at: datetime, by: User) -> None:
    proposal.state = state
    proposal.decision_note = note
    proposal.decided_at = at
    proposal.decided_by = by
    proposal.save(update_fields=["state", "decision_note", "decided_at", "decided_by"])


def _publish_annex(kind: Any, proposal: AnnexProposal, *, at: datetime, by: User, **more: object) -> None:
    book = proposal.book
    publish(
        kind,
        subject_kind="DayBook",
        subject_id=book.number,
        facts={"number": book.number, "day": format_date(book.day), "text": proposal.text, **more},
        at=at,
        by=by,
    )
