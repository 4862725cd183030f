"""The kinds of orders and the materials, that the staff changes without anybody's code."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.workorders.forms import MaterialForm, TypeForm
from cauce.backoffice.workorders.shapes import CHANGE_TYPE, SEE
from cauce.core import clock
from cauce.core.es_mx import format_quantity
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.workorders.models import ClosingField, Material, WorkOrderType
from cauce.workorders.operations import CatalogueRejected, save_material, save_order_type
from cauce.workorders.rules.catalogue import TypeDetails


@screen(SEE)
def types(request: HttpRequest) -> HttpResponse:
    """Every kind of order."""
    context = {
        "types": WorkOrderType.objects.select_related("area").order_by("-is_active", "area__name", "name"),
        "closing_names": ClosingField.choices,
        "may_change": request.user.has_perm(CHANGE_TYPE),
    }
    return render(request, "backoffice/workorders/types.html", context)


@screen(CHANGE_TYPE, methods=("GET", "POST"))
def new_type(request: HttpRequest) -> HttpResponse:
    """Add a kind of order."""
    form = TypeForm(request.POST or None)

    def act() -> Done:
        code = form.cleaned_data["code"].strip().upper()
        if WorkOrderType.objects.filter(code=code).exists():
            raise CatalogueRejected(f"Ya hay un tipo de orden con la clave «{code}»; corríjalo en lugar de repetirlo.")
        return _saved(request, code, form)

    if request.method == "POST" and (response := done(request, form, act, what="agregar un tipo de orden")):
        return response
    context = {"form": form}
    return render(request, "backoffice/workorders/type.html", context, status=422 if form.errors else 200)


@screen(CHANGE_TYPE, methods=("GET", "POST"))
def type_page(request: HttpRequest, type_code: str) -> HttpResponse:
    """One kind of order, to be corrected; orders already issued keep their term."""
    found = get_object_or_404(WorkOrderType.objects.select_related("area"), pk=type_code)
    form = TypeForm(request.POST) if request.method == "POST" else TypeForm(initial=_initial(found))
    form.fields["code"].disabled = True
    form.initial["code"] = found.code

    def act() -> Done:
        return _saved(request, found.code, form)

    if request.method == "POST" and (response := done(request, form, act, what="cambiar un tipo de orden")):
        return response
    context = {"form": form, "type": found}
    return render(request, "backoffice/workorders/type.html", context, status=422 if form.errors else 200)


@screen(CHANGE_TYPE, methods=("GET", "POST"))
def materials(request: HttpRequest) -> HttpResponse:
    """The materials; one with a code that exists corrects it."""
    chosen = Material.objects.filter(pk=request.GET.get("clave", "")).first()
    fields = ("code", "name", "unit", "is_active")
    initial = {} if chosen is None else {name: getattr(chosen, name) for name in fields}
    form = MaterialForm(request.POST or None, initial=initial)

    def act() -> Done:
        saved, _ = save_material(**form.cleaned_data)
        return f"Quedó «{saved}».", redirect("workorders:materials")

    if request.method == "POST" and (response := done(request, form, act, what="guardar un material")):
        return response
    context = {"form": form, "chosen": chosen, "materials": Material.objects.order_by("-is_active", "name")}
    return render(request, "backoffice/workorders/materials.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, code: str, form: TypeForm) -> Done:
    told: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if name != "code"}
    told["area"] = str(told["area"])
    told["closing_fields"] = tuple(told["closing_fields"])
    saved = save_order_type(code=code, details=TypeDetails(**told), at=clock.now(), by=user_of(request))
    return f"Quedó «{saved}».", redirect("workorders:types")


def _initial(found: WorkOrderType) -> dict[str, object]:
    plain = ("code", "name", "term_hours", "priority", "concept", "needs_account", "closing_fields")
    flags = ("needs_photo", "is_leak", "is_active")
    usual = found.usual_materials.order_by("pk")
    return {
        **{name: getattr(found, name) for name in (*plain, *flags, "effect", "instructions")},
        "area": found.area_id,
        "reasons_not_done": "\n".join(found.reasons_not_done),
        "materials": "\n".join(f"{each.material_id} {format_quantity(each.quantity)}" for each in usual),
    }
