"""Vouchers: listed, printed and applied once."""

from secrets import token_urlsafe
from typing import cast

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.claims.forms import KeyForm, VoucherFilter
from cauce.backoffice.claims.papers import voucher_paper
from cauce.cashier.models import CreditVoucher
from cauce.cashier.operations import apply_voucher
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.ledger.queries import balance
from cauce.ui.access import screen
from cauce.ui.paging import page_of
from cauce.ui.refusals import message_of
from cauce.ui.replies import pdf
from cauce.users.models import User

APPLY = "cashier.apply_voucher"
RELATED = (
    "document",
    "account__holder",
    "account__connection__premises",
    "claim__document",
    "issued_by",
    "use__receipt__document",
    "use__used_by",
)


@screen(APPLY)
def vouchers(request: HttpRequest) -> HttpResponse:
    """The vouchers that the filters let through, the last first; a folio or an account is typed or scanned."""
    form = VoucherFilter(request.GET)
    found = _filtered(form)
    if form.is_valid() and form.cleaned_data["texto"]:
        alone = list(found[:2])
        if len(alone) == 1:
            return redirect("claims:voucher", alone[0].pk)
    page = page_of(found, order=["-issued_at"], params=request.GET)
    rows = [(row, hasattr(row, "use")) for row in page.rows]
    return render(request, "backoffice/claims/vouchers.html", {"form": form, "page": page, "rows": rows})


@screen(APPLY)
def voucher(request: HttpRequest, voucher_id: int) -> HttpResponse:
    """One voucher, to be compared with the paper and applied."""
    return _voucher_page(request, _voucher(voucher_id))


@screen(APPLY, methods=("POST",))
def apply(request: HttpRequest, voucher_id: int) -> HttpResponse:
    """Apply a voucher, once."""
    found = _voucher(voucher_id)
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            receipt = apply_voucher(
                voucher=found, at=clock.now(), by=_user(request), key=f"vale/{form.cleaned_data['llave']}"
            )
        except DomainError as error:
            form.add_error(None, message_of(request, error, what=f"aplicar el vale {found.document.folio}"))
        else:
            messages.success(request, f"El vale quedó aplicado con el comprobante {receipt.document.folio}.")
            return redirect("claims:voucher", found.pk)
    return _voucher_page(request, _voucher(voucher_id), form, status=422)


@screen("cashier.view_paymentclaim")
def voucher_pdf(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The voucher on paper."""
    found = get_object_or_404(CreditVoucher.objects.select_related(*RELATED), claim=claim_id)
    return pdf(voucher_paper(found).pdf(), f"vale-{found.document.folio}.pdf")


def _voucher_page(
    request: HttpRequest, found: CreditVoucher, form: KeyForm | None = None, *, status: int = 200
) -> HttpResponse:
    use = getattr(found, "use", None)
    context = {
        "voucher": found,
        "use": use,
        "balance": balance(found.account_id) if request.user.has_perm("ledger.view_transfer") else None,
        "form": form,
        "key": token_urlsafe(18),
        "is_own": found.issued_by_id == _user(request).pk,
    }
    return render(request, "backoffice/claims/voucher.html", context, status=status)


def _voucher(voucher_id: int) -> CreditVoucher:
    return get_object_or_404(CreditVoucher.objects.select_related(*RELATED), pk=voucher_id)


def _filtered(form: VoucherFilter) -> QuerySet[CreditVoucher]:
    rows = CreditVoucher.objects.select_related(*RELATED)
    if not form.is_valid():
        return rows
    if state := form.cleaned_data["estado"]:
        rows = rows.filter(use__isnull=state == "sin")
    if text := form.cleaned_data["texto"].strip():
        digits = "".join(filter(str.isdigit, text))
        number = int(digits or 0)
        rows = rows.filter(Q(document__number=number) | Q(account__number=digits.zfill(6)))
        if text.upper().startswith("VALE"):
            rows = rows.filter(document__number=number)
    return rows


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
