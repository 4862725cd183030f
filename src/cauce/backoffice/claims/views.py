"""Claims: received at the window, traced by Contabilidad."""

from collections.abc import Callable, Iterator
from secrets import token_urlsafe
from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.claims.forms import ClaimFilter, ClaimForm, FindingForm, MovedForm, RefusalForm
from cauce.backoffice.claims.papers import claim_acknowledgement
from cauce.cashier.models import BankMovement, PaymentClaim, Receipt
from cauce.cashier.operations import accept_claim, close_claim_by_move, open_claim, refuse_claim
from cauce.cashier.queries.claims import candidates_for, claims_of, receipts_moved_to
from cauce.cashier.rules.claims import answer_day
from cauce.core import clock
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of
from cauce.documents.queries import file_content
from cauce.registry.models import Account
from cauce.ui.access import screen
from cauce.ui.paging import page_of
from cauce.ui.refusals import message_of
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind, workbook
from cauce.users.models import User

SEE = "cashier.view_paymentclaim"
RECEIVE = "cashier.add_paymentclaim"
RESOLVE = "cashier.resolve_claim"
TONES = {
    PaymentClaim.State.OPEN: ("accent", "hourglass"),
    PaymentClaim.State.FOUND: ("teal", "search"),
    PaymentClaim.State.REFUSED: ("bad", "circle-x"),
    PaymentClaim.State.APPLIED: ("good", "circle-check"),
}
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
    form = ClaimFilter(request.GET)
    rows = _filtered(form)
    today = clock.today()
    page = page_of(rows, order=["-opened_at"], params=request.GET)
    waiting = PaymentClaim.objects.filter(state=PaymentClaim.State.OPEN).count()
    context = {
        "form": form,
        "page": page,
        "rows": [(row, TONES[PaymentClaim.State(row.state)], _age(row, today)) for row in page.rows],
        "waiting": count_of(waiting, "espera", "esperan"),
    }
    return render(request, "backoffice/claims/claims.html", context)


@screen(SEE)
def claims_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    rows = _filtered(ClaimFilter(request.GET)).order_by("-opened_at", "pk")
    return workbook("aclaraciones-de-pago", COLUMNS, _workbook_rows(rows))


@screen(RECEIVE, methods=("GET", "POST"))
def new_claim(request: HttpRequest, account_id: int) -> HttpResponse:
    """Receive the claim of a payment that the account does not show."""
    account = get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=account_id)
    posted = request.method == "POST"
    form = ClaimForm(request.POST, request.FILES) if posted else ClaimForm(initial={"llave": token_urlsafe(18)})
    if posted and form.is_valid():
        try:
            opened = open_claim(
                account=account,
                claimed=form.claimed(),
                slip=form.file(),
                at=clock.now(),
                by=_user(request),
                key=f"aclaracion/{form.cleaned_data['llave']}",
            )
        except DomainError as error:
            form.add_error(None, message_of(request, error, what=f"recibir una aclaración de la {account}"))
        else:
            messages.success(request, f"La aclaración {opened.document.folio} quedó recibida. Entregue el acuse.")
            return redirect("claims:claim", opened.pk)
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
            by=_user(request),
        )
        return f"Se expidió el vale {voucher.document.folio}. Lo aplica otra persona, en cajas."

    return _decided(request, found, form, act, finding=form)


@screen(RESOLVE, methods=("POST",))
def refuse(request: HttpRequest, claim_id: int) -> HttpResponse:
    """It does not proceed, with the reason."""
    found = _claim(claim_id)
    form = RefusalForm(request.POST)

    def act() -> str:
        refuse_claim(claim=found, reason=form.cleaned_data["reason"], at=clock.now(), by=_user(request))
        return "La aclaración quedó resuelta como no procedente y la retención se levantó."

    return _decided(request, found, form, act, refusal=form)


@screen(RESOLVE, methods=("POST",))
def close_by_move(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The payment was in another account and has been moved to this one."""
    found = _claim(claim_id)
    form = MovedForm(request.POST)

    def act() -> str:
        receipt = get_object_or_404(Receipt.objects.select_related("document"), pk=form.cleaned_data["receipt"])
        close_claim_by_move(claim=found, receipt=receipt, at=clock.now(), by=_user(request))
        return "La aclaración terminó: el pago ya está en la cuenta."

    return _decided(request, found, form, act)


def _decided(
    request: HttpRequest,
    found: PaymentClaim,
    form: FindingForm | RefusalForm | MovedForm,
    act: Callable[[], str],
    *,
    finding: FindingForm | None = None,
    refusal: RefusalForm | None = None,
) -> HttpResponse:
    if form.is_valid():
        try:
            said = act()
        except DomainError as error:
            what = f"resolver la aclaración {found.document.folio}"
            form.add_error(None, message_of(request, error, what=what))
        else:
            messages.success(request, said)
            return redirect("claims:claim", found.pk)
    return _claim_page(request, _claim(found.pk), form=form, finding=finding, refusal=refusal, status=422)


def _claim_page(
    request: HttpRequest,
    found: PaymentClaim,
    *,
    form: FindingForm | RefusalForm | MovedForm | None = None,
    finding: FindingForm | None = None,
    refusal: RefusalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = _user(request)
    today = clock.today()
    is_open = found.state == PaymentClaim.State.OPEN
    may_resolve = is_open and user.has_perm(RESOLVE)
    voucher = getattr(found, "voucher", None)
    context = {
        "claim": found,
        "tone": TONES[PaymentClaim.State(found.state)],
        "age": _age(found, today),
        "answer_by": answer_day(local_day(found.opened_at)),
        "is_open": is_open,
        "is_late": is_open and today > answer_day(local_day(found.opened_at)),
        "may_resolve": may_resolve and found.opened_by_id != user.pk,
        "is_own": may_resolve and found.opened_by_id == user.pk,
        "candidates": candidates_for(found) if is_open and user.has_perm("cashier.view_bankmovement") else [],
        "moved": receipts_moved_to(found) if may_resolve else [],
        "voucher": voucher,
        "use": getattr(voucher, "use", None),
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
        "voucher__document",
        "voucher__issued_by",
        "voucher__use__receipt__document",
        "voucher__use__used_by",
    )
    return get_object_or_404(PaymentClaim.objects.select_related(*related), pk=claim_id)


def _filtered(form: ClaimFilter) -> QuerySet[PaymentClaim]:
    rows = PaymentClaim.objects.select_related(
        "document", "account__holder", "opened_by", "decided_by", "voucher__document"
    )
    if not form.is_valid():
        return rows
    chosen = form.cleaned_data
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if number := "".join(filter(str.isdigit, chosen["cuenta"])):
        rows = rows.filter(account__number=number.zfill(6))
    if chosen["desde_dia"]:
        rows = rows.filter(opened_at__date__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(opened_at__date__lte=chosen["hasta_dia"])
    return rows


def _workbook_rows(rows: QuerySet[PaymentClaim]) -> Iterator[tuple[object, ...]]:
    for row in rows.iterator(chunk_size=2000):
        voucher = getattr(row, "voucher", None)
        yield (
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


def _age(row: PaymentClaim, today: object) -> str:
    """How long an open claim has waited, in words; of a decided one, how long it took."""
    until = today if row.decided_at is None else local_day(row.decided_at)
    return count_of((until - local_day(row.opened_at)).days, "día", "días")  # type: ignore[operator]


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
