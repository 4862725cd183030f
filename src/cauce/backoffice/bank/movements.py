"""A movement of the bank and those that wait for two people."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.bank.forms import ApprovalForm, PendingFilter, ProposalForm, RefusalForm
from cauce.backoffice.bank.listing import COLUMNS, RELATED, cells_of
from cauce.cashier.models import BankMovement, BankResolution
from cauce.cashier.queries.bank_resolutions import candidate_accounts, reversible_payments
from cauce.core import clock
from cauce.core.es_mx import format_date, format_money
from cauce.imports.models import ImportFinding
from cauce.ui.access import screen, user_of
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook

SEE = "cashier.view_bankmovement"
PROPOSE = "cashier.propose_resolution"
APPROVE = "cashier.approve_resolution"
Action = BankResolution.Action


@screen(SEE)
def pending(request: HttpRequest) -> HttpResponse:
    """What waits for somebody to propose, or for another person to approve."""
    return list_page(request, _PENDING, "backoffice/bank/pending.html")


@screen(SEE)
def pending_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _PENDING)


@screen(SEE)
def movement(request: HttpRequest, movement_id: int) -> HttpResponse:
    """One movement: what the file says, what was done, and what can be done."""
    found = movement_with_its_facts(movement_id)
    return movement_page(request, found)


def movement_with_its_facts(movement_id: int) -> BankMovement:
    """The movement with what its page tells of it."""
    related = (
        "batch",
        "account__holder",
        "receipt__document",
        "receipt__payment",
        "voucher_deposit__voucher__document",
        "voucher_deposit__voucher__claim__document",
    )
    return get_object_or_404(BankMovement.objects.select_related(*related), pk=movement_id)


def movement_page(
    request: HttpRequest,
    found: BankMovement,
    *,
    proposal: ProposalForm | None = None,
    approval: ApprovalForm | None = None,
    refusal: RefusalForm | None = None,
) -> HttpResponse:
    """The page of a movement, with the forms as they were sent when something is wrong in them."""
    user = user_of(request)
    history = list(
        found.resolutions.select_related("account", "receipt__document", "proposed_by", "decided_by").order_by("pk")
    )
    standing = next((item for item in history if item.state == BankResolution.State.PROPOSED), None)
    is_settled = not BankMovement.objects.unresolved().filter(pk=found.pk).exists()
    may_propose = user.has_perm(PROPOSE) and standing is None and not is_settled
    may_decide = standing is not None and user.has_perm(APPROVE) and standing.proposed_by_id != user.pk
    if may_propose and proposal is None:
        proposal = proposal_form(found, account=request.GET.get("cuenta", ""))
    wrong = [form for form in (proposal, approval, refusal) if form is not None and form.is_bound and form.errors]
    context = {
        "movement": found,
        "finding": ImportFinding.objects.filter(batch=found.batch_id, line=found.line).order_by("pk").first(),
        "is_unidentified": found.is_unidentified,
        "is_settled": is_settled,
        "history": [item for item in history if item != standing or not may_decide],
        "standing": standing,
        "is_own": standing is not None and standing.proposed_by_id == user.pk,
        "proposal": proposal if may_propose else None,
        "approval": (approval or ApprovalForm(request=request)) if may_decide else None,
        "refusal": (refusal or RefusalForm()) if may_decide else None,
        "candidates": candidate_accounts(found) if may_propose else (),
        "form": wrong[0] if wrong else None,
    }
    return render(request, "backoffice/bank/movement.html", context, status=422 if wrong else 200)


def proposal_form(found: BankMovement, sent: QueryDict | None = None, *, account: str = "") -> ProposalForm:
    """The form that fits a movement: what may be done with it and what its file did not say."""
    payments = [
        (
            payment.pk,
            f"{payment.bank_receipt.document.folio} · {format_money(payment.amount)} del "  # type: ignore[attr-defined]
            f"{format_date(payment.bank_receipt.effective_on)}",  # type: ignore[attr-defined]
        )
        for payment in reversible_payments(found)
    ]
    takes_away = found.amount is not None and found.amount < 0
    actions = [] if takes_away else [Action.APPLY]
    if payments:
        actions.append(Action.REVERSE)
    actions.append(Action.RETURN if found.is_unidentified else Action.DISMISS)
    return ProposalForm(
        sent,
        actions=actions,
        payments=payments,
        asks_amount=not takes_away and not found.amount,
        asks_day=not takes_away and (found.moved_on is None or found.moved_on > clock.today()),
        initial={"action": actions[0].value, "account": account},
    )


_STANDING = Prefetch(
    "resolutions",
    BankResolution.objects.filter(state=BankResolution.State.PROPOSED).select_related("proposed_by"),
    to_attr="standing",
)


def _pending(chosen: Chosen) -> QuerySet[BankMovement]:
    rows = BankMovement.objects.unresolved().select_related(*RELATED).prefetch_related(_STANDING)
    proposed = Exists(BankResolution.objects.filter(movement=OuterRef("pk"), state=BankResolution.State.PROPOSED))
    if chosen["estado"]:
        rows = rows.filter(proposed if chosen["estado"] == "aprobar" else ~proposed)
    if chosen["motivo"]:
        rows = rows.filter(code=chosen["motivo"])
    return rows


def _pending_codes() -> list[str]:
    return sorted(BankMovement.objects.unresolved().values_list("code", flat=True).distinct())


_PENDING = Listing(
    rows=_pending,
    order=["batch_id", "line"],
    form=lambda params: PendingFilter(params, codes=_pending_codes()),
    name="banco-por-resolver",
    columns=COLUMNS,
    cells=cells_of,
)
