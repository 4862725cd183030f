"""Vouchers: listed, printed and applied once."""

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.claims.forms import KeyForm, VoucherFilter
from cauce.backoffice.claims.papers import voucher_paper
from cauce.cashier.models import CreditVoucher
from cauce.cashier.operations import apply_voucher
from cauce.cashier.queries.claims import is_unapplied
from cauce.core import clock
from cauce.ledger.queries import balance
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page
from cauce.ui.replies import pdf

APPLY = "cashier.apply_voucher"
RELATED = (
    "document",
    "account__holder",
    "account__connection__premises",
    "claim__document",
    "issued_by",
    "use__receipt__document",
    "use__used_by",
    "replaced_by__document",
)


@screen(APPLY)
def vouchers(request: HttpRequest) -> HttpResponse:
    """The vouchers that the filters let through, the last first; a folio or an account is typed or scanned."""
    asked = _VOUCHERS.asked(request.GET)
    if asked.chosen["texto"]:
        alone = list(asked.rows[:2])
        if len(alone) == 1:
            return redirect("claims:voucher", alone[0].pk)
    return list_page(
        request,
        _VOUCHERS,
        "backoffice/claims/vouchers.html",
        lambda page: {"rows": [(row, hasattr(row, "use")) for row in page.rows]},
    )


@screen(APPLY)
def voucher(request: HttpRequest, voucher_id: int) -> HttpResponse:
    """One voucher, to be compared with the paper and applied."""
    return _voucher_page(request, _voucher(voucher_id))


@screen(APPLY, methods=("POST",))
def apply(request: HttpRequest, voucher_id: int) -> HttpResponse:
    """Apply a voucher, once."""
    found = _voucher(voucher_id)
    form = KeyForm(request.POST)

    def act() -> Done:
        receipt = apply_voucher(
            voucher=found, at=clock.now(), by=user_of(request), key=f"vale/{form.cleaned_data['llave']}"
        )
        return f"El vale quedó aplicado con el comprobante {receipt.document.folio}.", redirect(
            "claims:voucher", found.pk
        )

    response = done(request, form, act, what=f"aplicar el vale {found.document.folio}")
    if response is not None:
        return response
    return _voucher_page(request, _voucher(voucher_id), form, status=422)


@screen("cashier.view_paymentclaim")
def voucher_pdf(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The voucher on paper."""
    found = CreditVoucher.objects.select_related(*RELATED).filter(claim=claim_id).order_by("pk").last()
    if found is None:
        raise Http404
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
        "key": new_key(),
        "is_cancelled": is_unapplied(found),
        "replacing": getattr(found, "replaced_by", None),
        "is_own": found.issued_by_id == user_of(request).pk,
    }
    return render(request, "backoffice/claims/voucher.html", context, status=status)


def _voucher(voucher_id: int) -> CreditVoucher:
    return get_object_or_404(CreditVoucher.objects.select_related(*RELATED), pk=voucher_id)


def _filtered(chosen: Chosen) -> QuerySet[CreditVoucher]:
    rows = CreditVoucher.objects.select_related(*RELATED)
    if state := chosen["estado"]:
        rows = rows.filter(use__isnull=state == "sin")
    if text := chosen["texto"].strip():
        digits = "".join(filter(str.isdigit, text))
        number = int(digits or 0)
        rows = rows.filter(Q(document__number=number) | Q(account__number=digits.zfill(6)))
        if text.upper().startswith("VALE"):
            rows = rows.filter(document__number=number)
    return rows


_VOUCHERS = Listing(rows=_filtered, order=["-issued_at"], form=VoucherFilter)
