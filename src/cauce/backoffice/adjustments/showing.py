"""The page of one adjustment: what it changes and why, who decides it, and what can be done with it now."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from cauce.backoffice.adjustments.forms import ApplyForm, AuthoriseForm, RefuseForm, UndoForm, WithdrawForm
from cauce.backoffice.adjustments.papers import adjustment_sheet, customer_letter
from cauce.billing.models import AdjustedBill, Adjustment, Bill
from cauce.billing.queries.adjustments import adjusted_bills, adjustments_with_people, facts_of_bill
from cauce.billing.rules.adjustments import ConceptChange, Corrected, changes_of, reaches, read_corrected
from cauce.core import clock
from cauce.documents.queries import file_content
from cauce.tariffs.queries import concept_names
from cauce.tariffs.rules import explain
from cauce.ui.access import screen, user_of
from cauce.ui.fields import new_key
from cauce.ui.replies import pdf
from cauce.users.models import User
from cauce.users.queries import posts_of
from cauce.users.roles import role_label

SEE = "billing.view_adjustment"
PROPOSE = "billing.propose_adjustment"
AUTHORISE = "billing.authorise_adjustment"
APPLY = "billing.apply_adjustment"
State = Adjustment.State
TONES = {
    State.PROPOSED: ("accent", "hourglass"),
    State.AUTHORISED: ("note", "checks"),
    State.APPLIED: ("good", "circle-check"),
    State.REFUSED: ("bad", "circle-x"),
    State.WITHDRAWN: ("", "x"),
}


@dataclass(frozen=True, slots=True)
class BillChange:
    """What an adjustment does to one bill: its concepts before and after, and the new price explained (pesos)."""

    bill: Bill
    corrected: Corrected
    changes: list[tuple[str, ConceptChange]]
    proof: list[str]
    before: Decimal
    after: Decimal
    new_bill: Bill | None = None

    @property
    def difference(self) -> Decimal:
        """What the bill rises, negative when it falls."""
        return self.after - self.before


def change_of(bill: Bill, corrected: Corrected, row: AdjustedBill | None = None) -> BillChange:
    """What a correction does to a bill."""
    facts, names = facts_of_bill(bill), concept_names()
    changes = changes_of(facts.lines, corrected.lines)
    return BillChange(
        bill,
        corrected,
        [(names.get(change.concept, change.concept.capitalize()), change) for change in changes],
        explain(corrected.proof),
        facts.total,
        corrected.total,
        None if row is None else row.corrected,
    )


def one(adjustment_id: int) -> Adjustment:
    """The adjustment of an address."""
    related = ("account__connection__premises",)
    return get_object_or_404(adjustments_with_people().select_related(*related), pk=adjustment_id)


def changes_in(found: Adjustment) -> list[BillChange]:
    """What an adjustment does to each of its bills, by period."""
    return [change_of(row.bill, read_corrected(row.quote), row) for row in adjusted_bills(found)]


@screen(SEE)
def adjustment(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """One adjustment."""
    return adjustment_page(request, one(adjustment_id))


@screen(SEE)
def sheet_pdf(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """The adjustment on paper, with its figures, its criteria and who signs it."""
    found = one(adjustment_id)
    return pdf(adjustment_sheet(found, changes_in(found), at=clock.now()).pdf(), f"{found.document.folio}.pdf")


@screen(SEE)
def letter_pdf(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """The letter that tells the customer what was decided."""
    found = one(adjustment_id)
    letter = customer_letter(found, changes_in(found), by=user_of(request), at=clock.now())
    return pdf(letter.pdf(), f"carta-{found.document.folio}.pdf")


@screen(SEE)
def evidence(request: HttpRequest, adjustment_id: int, adjustment_file_id: int) -> HttpResponse:
    """A paper or a photograph of the adjustment, as what its content is."""
    found = get_object_or_404(one(adjustment_id).files.select_related("file"), pk=adjustment_file_id)
    response = pdf(file_content(found.file), f"{found.pk}")
    response["Content-Type"] = found.file.content_type
    return response


def adjustment_page(request: HttpRequest, found: Adjustment, *, status: int = 200, **bound: forms.Form) -> HttpResponse:
    """The page of an adjustment; ``bound`` are the forms that were sent, by the name of their act."""
    user = user_of(request)
    rows = changes_in(found)
    undone_by = found.undone_by.select_related("document").exclude(state__in=[State.REFUSED, State.WITHDRAWN]).first()
    is_undoable = found.state == State.APPLIED and found.undoes_id is None and undone_by is None
    waits = found.state == State.PROPOSED
    context = {
        "adjustment": found,
        "tone": TONES[State(found.state)],
        "authoriser": role_label(found.authoriser),
        "rows": rows,
        "before": sum((row.before for row in rows), Decimal(0)),
        "after": sum((row.after for row in rows), Decimal(0)),
        "files": found.files.select_related("file", "by").order_by("pk"),
        "steps": found.steps.select_related("by").order_by("pk"),
        "undone_by": undone_by,
        "origin": _origin(found),
        "is_own": waits and found.proposed_by_id == user.pk,
        "may_decide": waits and user.has_perm(AUTHORISE) and _reaches(user, found),
        "may_apply": found.state == State.AUTHORISED and user.has_perm(APPLY),
        "may_withdraw": found.state in (State.PROPOSED, State.AUTHORISED) and user.has_perm(PROPOSE),
        "may_undo": is_undoable and user.has_perm(PROPOSE),
        "grant": bound.get("grant") or AuthoriseForm(needs_board=found.needs_board),
        "refusal": bound.get("refusal") or RefuseForm(auto_id="id_refusal_%s"),
        "withdrawal": bound.get("withdrawal") or WithdrawForm(auto_id="id_withdrawal_%s"),
        "application": bound.get("application") or ApplyForm(initial={"llave": new_key()}),
        "undoing": bound.get("undoing") or UndoForm(initial={"llave": new_key()}),
        "wrong": next(iter(bound.values()), None),
    }
    return render(request, "backoffice/adjustments/adjustment.html", context, status=status)


def _origin(found: Adjustment) -> str:
    """The address of what asked for it."""
    if found.origin_kind == "Case" and found.origin_id is not None:
        return reverse("cases:case", args=[found.origin_id])
    return ""


def _reaches(user: User, found: Adjustment) -> bool:
    return found.proposed_by_id != user.pk and reaches(posts_of(user, clock.today()), found.authoriser)
