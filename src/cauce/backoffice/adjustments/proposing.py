"""Proposing an adjustment from an account: which bills and how, what they come to and who decides, and the yes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.adjustments.forms import ProposalForm, QuoteForm
from cauce.backoffice.adjustments.showing import PROPOSE, BillChange, change_of
from cauce.billing.models import AdjustmentPolicy, Bill
from cauce.billing.operations import Evidence, propose_adjustment
from cauce.billing.queries.adjustments import (
    adjustments_of_account,
    agreements_of_bills,
    level_for,
    live_bills_of,
    policies_in_force,
    quote_of,
    rules_of,
)
from cauce.billing.rules.adjustments import CorrectionFault, Level
from cauce.cases.models import Case
from cauce.core import clock
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.documents.operations import store_file
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.users.roles import role_label

CASE = "Case"


@dataclass(slots=True)
class _Quote:
    """What was asked comes to: each bill, who decides, and what is wrong."""

    rows: list[BillChange] = field(default_factory=list)
    level: Level | None = None
    fault: str = ""

    @property
    def before(self) -> Decimal:
        """What the bills say."""
        return sum((row.before for row in self.rows), ZERO)

    @property
    def after(self) -> Decimal:
        """What they come to."""
        return sum((row.after for row in self.rows), ZERO)

    @property
    def difference(self) -> Decimal:
        """What changes."""
        return self.after - self.before

    @property
    def authoriser(self) -> str:
        """The post that decides."""
        return "" if self.level is None else role_label(self.level.post)


@screen(PROPOSE, methods=("GET", "POST"))
def new_adjustment(request: HttpRequest, account_id: int) -> HttpResponse:
    """Quote an adjustment by what the address asks, and propose it with its reason and its evidence."""
    account = get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=account_id)
    policies = policies_in_force(clock.today())
    bills = list(live_bills_of(account))
    kinds = [rules_of(policy) for policy in policies]
    asked = request.GET if "clase" in request.GET or "recibo" in request.GET else None
    form = QuoteForm(asked, kinds=kinds, bills=bills)
    quote = _quote(account, form, policies) if form.is_bound else _Quote()
    is_posted = request.method == "POST"
    proposal = ProposalForm(request.POST, request.FILES) if is_posted else ProposalForm(initial={"llave": new_key()})
    kind = form.chosen_kind
    papers = () if kind is None else kind.evidence
    proposal.demand(papers)
    case = _case(request, account)

    def act() -> Done:
        at, by = clock.now(), user_of(request)
        evidence = []
        for position, name in enumerate(papers):
            upload = proposal.cleaned_data[f"evidencia_{position}"]
            if isinstance(upload, UploadedFile):
                kept = store_file(name=str(upload.name), content=upload.read(), at=at, by=by)
                evidence.append(Evidence(name, kept))
        made = propose_adjustment(
            account=account,
            kind=form.cleaned_data["clase"],
            bills=form.corrections(),
            reason=proposal.cleaned_data["motivo"],
            evidence=evidence,
            origin_kind="" if case is None else CASE,
            origin_id=None if case is None else case.pk,
            at=at,
            by=by,
            key=f"ajuste/{proposal.cleaned_data['llave']}",
        )
        said = f"El ajuste {made.document.folio} por {format_money(made.difference)} se envió a: "
        return f"{said}{role_label(made.authoriser)}.", redirect("adjustments:adjustment", made.pk)

    if is_posted and not quote.fault and quote.rows:
        response = done(request, proposal, act, what=f"ajustar la facturación de la {account}")
        if response is not None:
            return response
    context = {
        "account": account,
        "form": form,
        "bill_rows": _bill_rows(form, bills),
        "kinds": kinds,
        "kind": kind,
        "quote": quote,
        "proposal": proposal,
        "papers": [proposal[f"evidencia_{position}"] for position in range(len(papers))],
        "case": case,
        "others": adjustments_of_account(account.pk)[:5],
        "in_agreement": {folio for folio, _, _ in agreements_of_bills([bill.pk for bill in bills])},
    }
    status = 422 if is_posted else 200
    return render(request, "backoffice/adjustments/new_adjustment.html", context, status=status)


def _case(request: HttpRequest, account: Account) -> Case | None:
    asked = request.GET.get("caso", "")
    if not asked.isdigit():
        return None
    return Case.objects.filter(pk=int(asked), account=account).select_related("document").first()


def _quote(account: Account, form: QuoteForm, policies: Sequence[AdjustmentPolicy]) -> _Quote:
    if not form.is_valid():
        return _Quote()
    policy = next(policy for policy in policies if policy.kind == form.cleaned_data["clase"])
    rules, asked = rules_of(policy), form.corrections()
    try:
        rows = [change_of(bill, quote_of(bill, rules, correction)) for bill, correction in asked]
    except CorrectionFault as error:
        return _Quote(fault=str(error))
    quote = _Quote(rows)
    quote.level = level_for(
        account,
        policy,
        periods=[row.bill.period for row in rows],
        difference=quote.difference,
        on=clock.today(),
    )
    return quote


def _bill_rows(form: QuoteForm, bills: Sequence[Bill]) -> list[tuple[Bill, bool, object]]:
    """Each bill, whether it is ticked, and the field of its right consumption."""
    ticked = {str(value) for value in form["recibo"].value() or ()}
    return [(bill, str(bill.pk) in ticked, form[f"m3_{bill.pk}"]) for bill in bills]
