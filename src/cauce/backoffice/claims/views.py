"""Claims: received at the window, traced by Contabilidad."""

from collections.abc import Callable

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.claims.forms import ClaimFilter, ClaimForm, FindingForm, MovedForm, RefusalForm, ReplacementForm
from cauce.backoffice.claims.papers import claim_acknowledgement
from cauce.cashier.models import BankMovement, CreditVoucher, PaymentClaim, Receipt
from cauce.cashier.operations import accept_claim, close_claim_by_move, open_claim, refuse_claim, replace_voucher
from cauce.cashier.queries.claims import answer_by, candidates_for, claims_of, is_unapplied, receipts_moved_to
from cauce.core import clock
from cauce.core.clock import local_day
from cauce.core.es_mx import count_of
from cauce.documents.queries import file_content
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind

SEE = "cashier.view_paymentclaim"
RECEIVE = "cashier.add_paymentclaim"
RESOLVE = "cashier.resolve_claim"
TONES = {
    PaymentClaim.State.OPEN: ("accent", "hourglass"),
    PaymentClaim.State.FOUND: ("teal", "search"),
    PaymentClaim.State.REFUSED: ("bad", "circle-x"),
    PaymentClaim.State.APPLIED: ("good", "circle-check"),
}
Decision = FindingForm | RefusalForm | MovedForm | ReplacementForm
_VOUCHERS = Prefetch(
    "vouchers",
    CreditVoucher.objects.select_related(
        "document", "issued_by", "use__receipt__document", "use__used_by", "deposit__movement__batch"
    ).order_by("pk"),
)
COLUMNS = [
    Column("Folio", width=14),
    Column("Recibida", Kind.MOMENT, 18),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Importe", Kind.MONEY, 14),
    Column("Fecha del pago", Kind.DATE, 14),
    Column("Banco o tienda", width=24),
    Column("Sucursal", width=16),
    Column("Referencia", width=24),
    Column("Recibió", width=26),
    Column("Estado", width=16),
    Column("Resolvió", width=26),
    Column("Resuelta", Kind.MOMENT, 18),
    Column("Resolución", width=50),
    Column("Vale", width=14),
]


@screen(SEE)
def claims(request: HttpRequest) -> HttpResponse:
    """The claims that the filters let through, the last first, page by page."""
    today = clock.today()

    def more(page: Page[PaymentClaim]) -> dict[str, object]:
        waiting = PaymentClaim.objects.filter(state=PaymentClaim.State.OPEN).count()
        return {
            "rows": [(row, TONES[PaymentClaim.State(row.state)], _age(row, today)) for row in page.rows],
            "waiting": count_of(waiting, "espera", "esperan"),
        }

    return list_page(request, _CLAIMS, "backoffice/claims/claims.html", more)


@screen(SEE)
def claims_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _CLAIMS)


@screen(RECEIVE, methods=("GET", "POST"))
def new_claim(request: HttpRequest, account_id: int) -> HttpResponse:
    """Receive the claim of a payment that the account does not show."""
    account = get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=account_id)
    posted = request.method == "POST"
    form = ClaimForm(request.POST, request.FILES) if posted else ClaimForm(initial={"llave": new_key()})

    def act() -> Done:
        opened = open_claim(
            account=account,
            claimed=form.claimed(),
            slip=form.file(),
            at=clock.now(),
            by=user_of(request),
            key=f"aclaracion/{form.cleaned_data['llave']}",
        )
        return f"La aclaración {opened.document.folio} quedó recibida. Entregue el acuse.", redirect(
            "claims:claim", opened.pk
        )

    response = done(request, form, act, what=f"recibir una aclaración de la {account}")
    if response is not None:
        return response
    context = {"account": account, "form": form, "going_on": claims_of(account.pk)}
    return render(request, "backoffice/claims/new_claim.html", context, status=422 if form.errors else 200)


@screen(SEE)
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """One claim: what the slip says, the bank's rows that may be it, and what can be decided."""
    return _claim_page(request, _claim(claim_id))


@screen(SEE)
def claim_pdf(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The acknowledgement on paper."""
    found = _claim(claim_id)
    return pdf(claim_acknowledgement(found).pdf(), f"acuse-{found.document.folio}.pdf")


@screen(SEE)
def slip(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The slip that the customer left."""
    found = _claim(claim_id)
    if found.slip is None:
        raise Http404
    response = pdf(file_content(found.slip), f"ficha-{found.document.folio}")
    response["Content-Type"] = found.slip.content_type
    return response


@screen(RESOLVE, methods=("POST",))
def accept(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The money is in the bank: issue the voucher."""
    found = _claim(claim_id)
    form = FindingForm(request.POST)

    def act() -> str:
        chosen = form.cleaned_data["movement"]
        voucher = accept_claim(
            claim=found,
            movement=None if chosen is None else get_object_or_404(BankMovement, pk=chosen),
            facts=form.facts(),
            note=form.cleaned_data["note"],
            at=clock.now(),
            by=user_of(request),
        )
        return f"Se expidió el vale {voucher.document.folio}. Lo aplica otra persona, en cajas."

    return _decided(request, found, form, act, finding=form)


@screen(RESOLVE, methods=("POST",))
def refuse(request: HttpRequest, claim_id: int) -> HttpResponse:
    """It does not proceed, with the reason."""
    found = _claim(claim_id)
    form = RefusalForm(request.POST)

    def act() -> str:
        refuse_claim(claim=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return "La aclaración quedó resuelta como no procedente y la retención se levantó."

    return _decided(request, found, form, act, refusal=form)


@screen(RESOLVE, methods=("POST",))
def close_by_move(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The payment was in another account and has been moved to this one."""
    found = _claim(claim_id)
    form = MovedForm(request.POST)

    def act() -> str:
        receipt = get_object_or_404(Receipt.objects.select_related("document"), pk=form.cleaned_data["receipt"])
        close_claim_by_move(claim=found, receipt=receipt, at=clock.now(), by=user_of(request))
        return "La aclaración terminó: el pago ya está en la cuenta."

    return _decided(request, found, form, act)


@screen(RESOLVE, methods=("POST",))
def replace(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The payment of the voucher was cancelled: issue another one for its money."""
    found = _claim(claim_id)
    form = ReplacementForm(request.POST)
    voucher = found.voucher
    if voucher is None:
        raise Http404

    def act() -> str:
        replacing = replace_voucher(
            voucher=voucher, reason=form.cleaned_data["why"], at=clock.now(), by=user_of(request)
        )
        return f"Se expidió el vale {replacing.document.folio}. Lo aplica otra persona, en cajas."

    return _decided(request, found, form, act, replacement=form)


def _decided(
    request: HttpRequest,
    found: PaymentClaim,
    form: Decision,
    act: Callable[[], str],
    *,
    finding: FindingForm | None = None,
    refusal: RefusalForm | None = None,
    replacement: ReplacementForm | None = None,
) -> HttpResponse:
    response = done(
        request,
        form,
        lambda: (act(), redirect("claims:claim", found.pk)),
        what=f"resolver la aclaración {found.document.folio}",
    )
    if response is not None:
        return response
    return _claim_page(
        request, _claim(found.pk), form=form, finding=finding, refusal=refusal, replacement=replacement, status=422
    )


def _claim_page(
    request: HttpRequest,
    found: PaymentClaim,
    *,
    form: Decision | None = None,
    finding: FindingForm | None = None,
    refusal: RefusalForm | None = None,
    replacement: ReplacementForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = user_of(request)
    today = clock.today()
    due = answer_by(found)
    is_open = found.state == PaymentClaim.State.OPEN
    may_resolve = is_open and user.has_perm(RESOLVE)
    voucher = found.voucher
    context = {
        "claim": found,
        "tone": TONES[PaymentClaim.State(found.state)],
        "age": _age(found, today),
        "answer_by": due,
        "is_open": is_open,
        "is_late": is_open and today > due,
        "may_resolve": may_resolve and found.opened_by_id != user.pk,
        "is_own": may_resolve and found.opened_by_id == user.pk,
        "candidates": candidates_for(found) if is_open and user.has_perm("cashier.view_bankmovement") else [],
        "moved": receipts_moved_to(found) if may_resolve else [],
        "voucher": voucher,
        "use": getattr(voucher, "use", None),
        "before": [other for other in found.vouchers.all() if other != voucher],
        "deposit": next((other.deposit for other in found.vouchers.all() if hasattr(other, "deposit")), None),
        "is_cancelled": voucher is not None and is_unapplied(voucher),
        "replacement": (replacement or ReplacementForm())
        if user.has_perm(RESOLVE) and found.opened_by_id != user.pk
        else None,
        "form": form,
        "finding": finding
        or FindingForm(initial={"amount": found.amount, "deposited_on": found.paid_on, "reference": found.reference}),
        "refusal": refusal or RefusalForm(),
    }
    return render(request, "backoffice/claims/claim.html", context, status=status)


def _claim(claim_id: int) -> PaymentClaim:
    related = (
        "document",
        "account__holder",
        "account__connection__premises",
        "slip",
        "hold",
        "opened_by",
        "decided_by",
    )
    rows = PaymentClaim.objects.select_related(*related).prefetch_related(_VOUCHERS)
    return get_object_or_404(rows, pk=claim_id)


def _filtered(chosen: Chosen) -> QuerySet[PaymentClaim]:
    rows = PaymentClaim.objects.select_related(
        "document", "account__holder", "opened_by", "decided_by"
    ).prefetch_related(_VOUCHERS)
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if number := "".join(filter(str.isdigit, chosen["cuenta"])):
        rows = rows.filter(account__number=number.zfill(6))
    if chosen["desde_dia"]:
        rows = rows.filter(opened_at__date__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(opened_at__date__lte=chosen["hasta_dia"])
    return rows


def _cells(row: PaymentClaim) -> tuple[object, ...]:
    voucher = row.voucher
    return (
        row.document.folio,
        row.opened_at,
        row.account.number,
        row.account.holder.name,
        row.amount,
        row.paid_on,
        row.institution,
        row.branch,
        row.reference,
        row.opened_by,
        row.get_state_display(),
        row.decided_by or "",
        row.decided_at,
        row.decision_note,
        "" if voucher is None else voucher.document.folio,
    )


_CLAIMS = Listing(
    rows=_filtered,
    order=["-opened_at"],
    form=ClaimFilter,
    name="aclaraciones-de-pago",
    columns=COLUMNS,
    cells=_cells,
)


def _age(row: PaymentClaim, today: object) -> str:
    """How long an open claim has waited, in words; of a decided one, how long it took."""
    until = today if row.decided_at is None else local_day(row.decided_at)
    return count_of((until - local_day(row.opened_at)).days, "día", "días")  # type: ignore[operator]
