"""Notes: their list, the page of each one, keeping them in the safe and giving them back."""

from collections.abc import Mapping
from itertools import groupby

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.agreements.models import PromissoryNote
from cauce.agreements.operations import keep_notes, return_note
from cauce.agreements.queries import note_balances
from cauce.agreements.rules import OUTSTANDING_NOTES
from cauce.backoffice.notes.forms import NOT_KEPT, OUTSTANDING, TO_RETURN, KeepForm, NoteFilter, ReturnForm
from cauce.core import clock
from cauce.core.es_mx import count_of
from cauce.core.text import digits_of, fold
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind

SEE = "agreements.view_promissorynote"
KEEP = "agreements.keep_note"
State = PromissoryNote.State
TONES = {
    State.ISSUED: ("note", "file-text"),
    State.SIGNED: ("teal", "writing-sign"),
    State.IN_SAFE: ("teal", "lock"),
    State.OVERDUE: ("bad", "alert-triangle"),
    State.PAID: ("good", "circle-check"),
    State.RETURNED: ("good", "checks"),
    State.CANCELLED: ("note", "ban"),
    State.REPLACED: ("note", "refresh"),
}
_GROUPS = {
    OUTSTANDING: Q(state__in=sorted(OUTSTANDING_NOTES)),
    NOT_KEPT: Q(state__in=[State.SIGNED, State.OVERDUE], held_at=""),
    TO_RETURN: Q(state=State.PAID),
}
_RELATED = ("document", "agreement__document", "agreement__account__holder", "agreement__obligor", "held_by")
COLUMNS = [
    Column("Folio", width=14),
    Column("Número", width=10),
    Column("Convenio", width=14),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Suscribe", width=40),
    Column("Vence", Kind.DATE, 14),
    Column("Importe", Kind.MONEY, 14),
    Column("Estado", width=18),
    Column("Firmado", Kind.DATE, 14),
    Column("Dónde está", width=28),
    Column("Quién lo tiene", width=28),
]


@screen(SEE)
def notes(request: HttpRequest) -> HttpResponse:
    """The notes that the filters let through, the first to fall due first; a folio that is read opens its note."""
    asked = _NOTES.asked(request.GET)
    if asked.chosen["texto"]:
        alone = list(asked.rows[:2])
        if len(alone) == 1:
            return redirect("notes:note", alone[0].pk)

    def more(page: Page[PromissoryNote]) -> Mapping[str, object]:
        owed = note_balances([row.pk for row in page.rows if row.state in OUTSTANDING_NOTES])
        today = clock.today()
        return {
            "rows": [
                (row, TONES[State(row.state)], owed[row.pk].payoff(today) if row.pk in owed else None)
                for row in page.rows
            ]
        }

    return list_page(request, _NOTES, "backoffice/notes/notes.html", more)


@screen(SEE)
def notes_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _NOTES)


@screen(SEE)
def note(request: HttpRequest, note_id: int) -> HttpResponse:
    """One note: what it promises, what is left of it, where its paper is and every act on it."""
    return _note_page(request, _note(note_id))


@screen(KEEP, methods=("POST",))
def keep(request: HttpRequest) -> HttpResponse:
    """Receive in custody the papers that were ticked, of one agreement or of many: all of them or none."""
    form = KeepForm(request.POST)
    if not form.is_valid():
        for mistake in (words for found in form.errors.values() for words in found):
            messages.error(request, str(mistake))
        return redirect("notes:notes")
    wanted = PromissoryNote.objects.filter(pk__in=form.cleaned_data["nota"]).select_related("agreement__document")

    def act() -> str:
        at, by, where = clock.now(), user_of(request), form.cleaned_data["where"]
        kept = 0
        with transaction.atomic():
            # By account, as their locks are taken.
            ordered = sorted(wanted, key=lambda one: (one.agreement.account_id, one.agreement_id, one.number))
            for _, of_one in groupby(ordered, key=lambda one: one.agreement_id):
                held = list(of_one)
                kept += keep_notes(agreement=held[0].agreement, notes=held, where=where, at=at, by=by)
        return f"Quedaron en resguardo {count_of(kept, 'pagaré', 'pagarés')}: {where}."

    tell(request, act, what="resguardar pagarés")
    return redirect("notes:notes")


@screen(KEEP, methods=("POST",))
def give_back(request: HttpRequest, note_id: int) -> HttpResponse:
    """Give the paper of a paid note back to who signed it."""
    found, form = _note(note_id), ReturnForm(request.POST)

    def act() -> Done:
        return_note(note=found, to=form.cleaned_data["to"], at=clock.now(), by=user_of(request))
        return f"El pagaré {found.document.folio} se devolvió a {form.cleaned_data['to']}.", redirect(
            "notes:note", found.pk
        )

    response = done(request, form, act, what=f"devolver el pagaré {found.document.folio}")
    return response or _note_page(request, _note(note_id), form, status=422)


def _note_page(
    request: HttpRequest, found: PromissoryNote, form: ReturnForm | None = None, *, status: int = 200
) -> HttpResponse:
    user, today = user_of(request), clock.today()
    balance = note_balances([found.pk]).get(found.pk) if found.state in OUTSTANDING_NOTES else None
    payoff = None if balance is None else balance.payoff(today)
    context = {
        "note": found,
        "tone": TONES[State(found.state)],
        "balance": balance,
        "payoff": payoff,
        "saved": None if balance is None or payoff is None else balance.total - payoff,
        "acts": found.acts.select_related("by").order_by("pk"),
        "may_collect": balance is not None and user.has_perm("cashier.take_payment"),
        "may_keep": user.has_perm(KEEP) and found.state in OUTSTANDING_NOTES,
        "may_return": user.has_perm(KEEP) and found.state == State.PAID,
        "form": form or ReturnForm(initial={"to": found.agreement.obligor.name}),
    }
    return render(request, "backoffice/notes/note.html", context, status=status)


def _note(note_id: int) -> PromissoryNote:
    rows = PromissoryNote.objects.select_related(*_RELATED, "instalment", "agreement__guarantor")
    return get_object_or_404(rows, pk=note_id)


def _filtered(chosen: Chosen) -> QuerySet[PromissoryNote]:
    rows = PromissoryNote.objects.select_related(*_RELATED)
    if state := chosen["estado"]:
        rows = rows.filter(_GROUPS.get(state, Q(state=state)))
    if chosen["desde_dia"]:
        rows = rows.filter(due_on__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(due_on__lte=chosen["hasta_dia"])
    if text := chosen["texto"].strip():
        rows = rows.filter(_about(text))
    return rows


def _about(text: str) -> Q:
    """The note of a folio, or those of an account's number or of somebody's name."""
    digits, letters = digits_of(text), text.upper().strip(" -0123456789")
    if letters == "PAG" and digits:
        return Q(document__number=int(digits))
    if digits and not letters and len(digits) < 10:
        return Q(agreement__account__number=digits.zfill(6))
    words = fold(text)
    return Q(agreement__debtor__name_key__contains=words) | Q(agreement__obligor__name_key__contains=words)


def _cells(row: PromissoryNote) -> tuple[object, ...]:
    agreement = row.agreement
    return (
        row.document.folio,
        f"{row.number}/{row.of}",
        agreement.document.folio,
        agreement.account.number,
        agreement.account.holder.name,
        agreement.obligor.name,
        row.due_on,
        row.face,
        row.get_state_display(),
        row.signed_on,
        row.held_at,
        row.held_by or "",
    )


_NOTES = Listing(
    rows=_filtered,
    order=["due_on"],
    form=NoteFilter,
    name="pagares",
    columns=COLUMNS,
    cells=_cells,
)
