"""Adding to a closed book what two people agree on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from cauce.books.events import ANNEX_PROPOSED, ANNEX_REFUSED, ANNEX_SEALED
from cauce.books.models import AnnexProposal, BookAnnex, DayBook, NoteRegister, SealedBook
from cauce.books.operations.sealing import utility_of
from cauce.books.queries import local_text
from cauce.books.rules import canonical, seal
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.users.models import User

# The site's role may not lock the row of a closed book, which is never changed: it is held by its number instead.
_HOLD_BOOK = "SELECT pg_advisory_xact_lock(hashtext(%s), %s)"
_KIND_OF: Final[Mapping[type[SealedBook], str]] = {DayBook: "daybook", NoteRegister: "note_register"}
_NAME_OF: Final[Mapping[type[SealedBook], str]] = {DayBook: "libro", NoteRegister: "auxiliar"}


class AnnexNotAllowed(DomainError):
    """The annex cannot be proposed, approved or refused."""


@transaction.atomic
def propose_annex(
    *, book: SealedBook, text: str, reason: str, happened_at: datetime, at: datetime, by: User, key: str
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
            **_belongs_to(book),
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
    book = proposal.of
    annexes = BookAnnex.objects.filter(**_belongs_to(book))
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_BOOK, [f"cauce.annexes.{book._meta.model_name}", book.number])
    proposal = _to_decide(proposal, by)
    if proposal.state == AnnexProposal.State.APPROVED:
        return proposal.annex
    if proposal.state == AnnexProposal.State.REFUSED:
        raise AnnexNotAllowed(f"Ese anexo no se aprobó: {proposal.decision_note}. Si hace falta, proponga otro.")
    last = annexes.order_by("-number").first()
    number, previous_sha256 = (1, book.sha256) if last is None else (last.number + 1, last.sha256)
    _decide(proposal, AnnexProposal.State.APPROVED, note="", at=at, by=by)
    content = canonical(
        {
            "kind": _KIND_OF[type(book)],
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
            "utility": utility_of(book.day),
        }
    )
    annex = BookAnnex.objects.create(
        **_belongs_to(book),
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


def _belongs_to(book: SealedBook) -> dict[str, SealedBook]:
    """By which column an annex is of a closed book."""
    return {"book" if isinstance(book, DayBook) else "register": book}


def _to_decide(proposal: AnnexProposal, by: User) -> AnnexProposal:
    proposal = AnnexProposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
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
    book = proposal.of
    publish(
        kind,
        subject_kind=type(book).__name__,
        subject_id=book.number,
        facts={
            "book": _NAME_OF[type(book)],
            "number": book.number,
            "day": format_date(book.day),
            "text": proposal.text,
            **more,
        },
        at=at,
        by=by,
    )
