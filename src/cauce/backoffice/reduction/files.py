"""The file of a debtor on one page, and what is done with one account."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.reduction.authorising import AUTHORISE, SEE, TONES
from cauce.backoffice.reduction.forms import DeliveryForm, ExcludeForm, VoucherForm
from cauce.collections.models import LadderAct, WaterVoucher
from cauce.collections.operations import (
    deliver_water_voucher,
    exclude_act,
    issue_reduction_order,
    issue_water_voucher,
    recall_paid_orders,
)
from cauce.collections.queries.files import DebtorFile, debtor_file
from cauce.collections.rules.by_use import NO_ROOM_FOR_REDUCTOR
from cauce.collections.rules.infractions import OPEN_INFRACTIONS
from cauce.collections.rules.ladder import names_of_uses
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.fields import new_key
from cauce.workorders.rules.states import PENDING

CAPTURE = "collections.capture_delivery"


@screen(SEE)
def file(request: HttpRequest, act_id: int) -> HttpResponse:
    """A debtor's file: what it owes by period, what it was told, who lives there, and what stops it."""
    return _page(request, found_file(act_id))


@screen(AUTHORISE, methods=("POST",))
def exclude(request: HttpRequest, act_id: int) -> HttpResponse:
    """Take the account out of its relación, saying why."""
    found = found_file(act_id)
    form = ExcludeForm(request.POST)

    def act() -> Done:
        exclude_act(act=found.act, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return "La cuenta se sacó de la relación.", redirect("reduction:file", act_id)

    answer = done(request, form, act, what=f"sacar la cuenta {found.account.number} de una relación de reducción")
    return answer or _page(request, found, excluding=form)


@screen(AUTHORISE, methods=("POST",))
def issue_order(request: HttpRequest, act_id: int) -> HttpResponse:
    """Issue the order of an account that was authorised and that the background has not issued."""
    found = found_file(act_id)

    def act() -> str:
        order = issue_reduction_order(act=found.act, at=clock.now(), by=user_of(request))
        if order is None:
            return "No se emitió: algo lo impide desde que se autorizó. Vea su nota en el expediente."
        return f"Se emitió la orden {order.document.folio}."

    tell(request, act, what=f"emitir la orden de reducción de la cuenta {found.account.number}")
    return redirect("reduction:file", act_id)


@screen(AUTHORISE, methods=("POST",))
def issue_voucher(request: HttpRequest, act_id: int) -> HttpResponse:
    """Give the home its vale de agua, and order its connection limited."""
    found = found_file(act_id)
    form = VoucherForm(request.POST)

    def act() -> Done:
        voucher = issue_water_voucher(
            act=found.act,
            persons=form.cleaned_data["persons"],
            days=form.cleaned_data["days"],
            at=clock.now(),
            by=user_of(request),
            key=form.cleaned_data["llave"],
        )
        said = f"Se emitió el vale {voucher.document.folio} con su orden; imprímalo y entréguelo antes de limitar."
        return said, redirect("reduction:file", voucher.act_id)

    answer = done(request, form, act, what=f"emitir un vale de agua de la cuenta {found.account.number}")
    return answer or _page(request, found, giving=form)


@screen(AUTHORISE, methods=("POST",))
def reconnect(request: HttpRequest, act_id: int) -> HttpResponse:
    """Look again at what the account owes: what no longer proceeds is called back, and a paid service reconnected."""
    found = found_file(act_id)

    def act() -> str:
        recall_paid_orders(
            account_id=found.account.pk, cause="Se revisó a mano lo que debe", at=clock.now(), by=user_of(request)
        )
        return "Se revisó: si ya no debe lo que se pide, su orden se retiró o se emitió su reconexión."

    tell(request, act, what=f"revisar la reconexión de la cuenta {found.account.number}")
    return redirect("reduction:file", act_id)


@screen(CAPTURE, methods=("POST",))
def deliver_voucher(request: HttpRequest, water_voucher_id: int) -> HttpResponse:
    """Write who received a voucher."""
    voucher = get_object_or_404(WaterVoucher.objects.select_related("document"), pk=water_voucher_id)
    form = DeliveryForm(request.POST)

    def act() -> Done:
        deliver_water_voucher(voucher=voucher, at=clock.now(), by=user_of(request), **form.cleaned_data)
        return f"Quedó entregado el vale {voucher.document.folio}.", redirect("reduction:file", voucher.act_id)

    answer = done(request, form, act, what=f"capturar la entrega del vale {voucher.document.folio}")
    return answer or _page(request, found_file(voucher.act_id), delivering=form)


def found_file(act_id: int) -> DebtorFile:
    """The file of an act, or 404."""
    try:
        return debtor_file(act_id, day=clock.today())
    except LadderAct.DoesNotExist as error:
        raise Http404 from error


def _page(
    request: HttpRequest,
    found: DebtorFile,
    *,
    excluding: ExcludeForm | None = None,
    giving: VoucherForm | None = None,
    delivering: DeliveryForm | None = None,
) -> HttpResponse:
    act = found.act
    may = request.user.has_perm(AUTHORISE)
    is_authorisation = act.step.kind == "AUTHORISATION"
    persons = None if found.counted is None else found.counted.persons
    context: dict[str, Any] = {
        "file": found,
        "act": act,
        "account": found.account,
        "use_name": names_of_uses([found.account.tariff_code.use_class]),
        "tone": TONES.get(act.state, ""),
        "may_exclude": may and is_authorisation and act.state == "SELECTED",
        "may_issue": may and is_authorisation and act.state == "AUTHORISED",
        "may_give": may
        and (act.state, act.note) == ("NOT_DONE", NO_ROOM_FOR_REDUCTOR)
        and not any(order.state in PENDING for order in found.orders),
        "may_reconnect": may and (found.account.state == "REDUCED" or any(o.state in PENDING for o in found.orders)),
        "may_find": request.user.has_perm("collections.add_infraction")
        and found.account.state == "REDUCED"
        and not any(one.state in OPEN_INFRACTIONS for one in found.infractions),
        "may_capture": request.user.has_perm(CAPTURE),
        "excluding": excluding or ExcludeForm(),
        "giving": giving or VoucherForm(initial={"llave": new_key(), "persons": persons}),
        "delivering": delivering or DeliveryForm(initial={"on": clock.today()}),
        "error_form": excluding or giving or delivering,
    }
    is_wrong = any(form is not None for form in (excluding, giving, delivering))
    return render(request, "backoffice/reduction/file.html", context, status=422 if is_wrong else 200)
