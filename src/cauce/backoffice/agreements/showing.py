"""The page of an agreement: where it stands, what can be done now, its notes, and the file of the account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.agreements.models import Instalment, PaymentAgreement, PromissoryNote
from cauce.agreements.queries import NoPolicyInForce, agreements_of, highest_post, note_balances, policy_on
from cauce.agreements.rules import OUTSTANDING_NOTES
from cauce.backoffice.agreements.forms import EndForm, GrantForm, KeepForm, KeyForm, RefusalForm
from cauce.cashier.models import Receipt
from cauce.core import clock
from cauce.core.money import ZERO
from cauce.documents.queries import file_content
from cauce.ledger.queries import DebtSummary, collection_law, debt_summary
from cauce.registry.models import Hold
from cauce.tariffs.rules import NoLawInForce
from cauce.ui.access import screen, user_of
from cauce.ui.fields import new_key
from cauce.ui.replies import pdf
from cauce.users.models import User
from cauce.users.roles import role_label

SEE = "agreements.view_paymentagreement"
SIGN, AUTHORISE, CANCEL, KEEP = (
    f"agreements.{name}" for name in ("sign_agreement", "authorise_agreement", "cancel_agreement", "keep_note")
)
State = PaymentAgreement.State
TONES = {
    State.REQUESTED: ("accent", "hourglass"),
    State.AUTHORISED: ("teal", "check"),
    State.REFUSED: ("bad", "circle-x"),
    State.WITHDRAWN: ("note", "x"),
    State.PREPARED: ("accent", "writing-sign"),
    State.SIGNED: ("accent", "coin"),
    State.IN_FORCE: ("good", "circle-check"),
    State.KEPT: ("good", "checks"),
    State.BROKEN: ("bad", "alert-triangle"),
    State.CANCELLED: ("note", "ban"),
    State.RESTRUCTURED: ("note", "refresh"),
}
NOTE_TONES = {
    PromissoryNote.State.ISSUED: "note",
    PromissoryNote.State.SIGNED: "teal",
    PromissoryNote.State.IN_SAFE: "teal",
    PromissoryNote.State.OVERDUE: "bad",
    PromissoryNote.State.PAID: "good",
    PromissoryNote.State.RETURNED: "good",
    PromissoryNote.State.CANCELLED: "note",
    PromissoryNote.State.REPLACED: "note",
}
_RELATED = (
    "document",
    "account__holder",
    "account__connection__premises",
    "debtor",
    "obligor",
    "guarantor",
    "policy",
    "proxy_file",
    "asked_by",
    "decided_by",
    "signed_by",
    "restructures__document",
)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """An instalment with its note, and what settles it today (pesos; None when it owes nothing)."""

    instalment: Instalment
    note: PromissoryNote
    tone: str
    payoff: Decimal | None


@dataclass(frozen=True, slots=True)
class AccountFile:
    """What who decides looks at: the debt, the holds, the earlier agreements and the last payments."""

    debt: DebtSummary | None
    holds: Sequence[Hold]
    earlier: QuerySet[PaymentAgreement]
    receipts: Sequence[Receipt]


@screen(SEE)
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One agreement."""
    return agreement_page(request, agreement_named(agreement_id))


@screen(SEE)
def proxy_letter(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The carta poder of who signed for the holder."""
    found = agreement_named(agreement_id)
    if found.proxy_file is None:
        raise Http404
    response = pdf(file_content(found.proxy_file), f"carta-poder-{found.document.folio}")
    response["Content-Type"] = found.proxy_file.content_type
    return response


def agreement_named(agreement_id: int) -> PaymentAgreement:
    """The agreement, with what its page says, or a 404."""
    return get_object_or_404(PaymentAgreement.objects.select_related(*_RELATED), pk=agreement_id)


def agreement_page(
    request: HttpRequest,
    found: PaymentAgreement,
    *,
    grant: GrantForm | None = None,
    refusal: RefusalForm | None = None,
    end: EndForm | None = None,
    keep: KeepForm | None = None,
    wrong: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the form that was refused, if any, as it was sent."""
    user, today, state = user_of(request), clock.today(), State(found.state)
    rows = note_rows(found, on=today)
    waits_decision = state == State.REQUESTED
    may_end = state in (State.SIGNED, State.IN_FORCE) and user.has_perm(CANCEL)
    may_withdraw = state in (State.REQUESTED, State.AUTHORISED, State.PREPARED) and user.has_perm(SIGN)
    context: dict[str, Any] = {
        "agreement": found,
        "tone": TONES[state],
        "rows": rows,
        "sums": _sums(rows),
        "paid": sum(row.note.state in ("PAID", "RETURNED") for row in rows),
        "down_owed": state == State.SIGNED,
        "is_today": found.as_of == today,
        "steps": found.steps.select_related("by").order_by("pk"),
        "file": account_file(found, on=today) if waits_decision or state == State.AUTHORISED else None,
        "authoriser": role_label(found.authoriser),
        "may_decide": waits_decision and user.has_perm(AUTHORISE) and reaches(user, found, on=today),
        "is_own": waits_decision and found.asked_by_id == user.pk,
        "may_prepare": state == State.AUTHORISED and user.has_perm(SIGN),
        "may_sign": state == State.PREPARED and user.has_perm(SIGN) and found.as_of == today,
        "may_withdraw": may_withdraw,
        "may_cancel": may_end,
        "may_restructure": state == State.IN_FORCE and user.has_perm(SIGN),
        "may_keep": user.has_perm(KEEP) and any(row.note.state in OUTSTANDING_NOTES for row in rows),
        "replaced_by": PaymentAgreement.objects.filter(restructures=found).select_related("document").first(),
        "grant": grant or GrantForm(),
        "refusal": refusal or RefusalForm(),
        "end": end or EndForm(initial={"llave": new_key()}),
        "keep": keep or KeepForm(),
        "signing": KeyForm(initial={"llave": new_key()}),
        "wrong": wrong,
    }
    return render(request, "backoffice/agreements/agreement.html", context, status=status)


def note_rows(found: PaymentAgreement, *, on: date) -> list[NoteRow]:
    """The instalments with their notes and what settles each that day."""
    notes = list(found.notes.select_related("instalment", "document", "held_by").order_by("number"))
    balances = note_balances([note.pk for note in notes if note.state in OUTSTANDING_NOTES])
    return [
        NoteRow(
            note.instalment,
            note,
            NOTE_TONES[PromissoryNote.State(note.state)],
            balances[note.pk].payoff(on) if note.pk in balances else None,
        )
        for note in notes
    ]


def reaches(user: User, found: PaymentAgreement, *, on: date) -> bool:
    """Whether the person's post decides this request; nobody decides what they asked for."""
    try:
        _, limits = policy_on(on)
    except NoPolicyInForce:
        return False
    post = highest_post(user, limits, on)
    if post is None or found.authoriser not in limits.posts or found.asked_by_id == user.pk:
        return False
    return limits.posts.index(post) >= limits.posts.index(found.authoriser)


def account_file(found: PaymentAgreement, *, on: date) -> AccountFile:
    """What is known of the account."""
    try:
        debt = debt_summary(found.account_id, on=on, law=collection_law(on))
    except NoLawInForce:
        debt = None
    receipts = Receipt.objects.filter(account=found.account_id, cancellation__isnull=True).select_related("document")
    return AccountFile(
        debt,
        list(found.account.holds.open_on(on).order_by("pk")),
        agreements_of(found.account_id).exclude(pk=found.pk)[:6],
        list(receipts.order_by("-pk")[:6]),
    )


def _sums(rows: Sequence[NoteRow]) -> dict[str, Decimal]:
    return {
        "principal": sum((row.instalment.principal for row in rows), ZERO),
        "interest": sum((row.instalment.interest for row in rows), ZERO),
        "face": sum((row.note.face for row in rows), ZERO),
        "payoff": sum((row.payoff or ZERO for row in rows), ZERO),
    }
