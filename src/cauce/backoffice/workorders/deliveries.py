"""Handing orders over to the areas: what waits, the numbered lists, and their acknowledgement."""

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.workorders.papers import delivery_paper
from cauce.backoffice.workorders.shapes import DELIVER, RECEIVE, SEE, shown
from cauce.core import clock
from cauce.documents.queries import signature_requests_of
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.fields import choice_filter
from cauce.ui.lists import Chosen, Listing, list_page
from cauce.ui.replies import pdf
from cauce.users.models import Area
from cauce.workorders.models import DeliveryList, WorkOrder
from cauce.workorders.operations import acknowledge_delivery, deliver_orders

MOST_SHOWN = 200
RELATED = ("document", "type", "area", "account", "sector", "crew")


class ChosenForm(forms.Form):
    """The orders that were marked in a list."""

    orders = forms.ModelMultipleChoiceField(
        queryset=WorkOrder.objects.all(), error_messages={"required": "Marque al menos una orden."}
    )


class DeliveryFilter(forms.Form):
    """Which lists are shown."""

    acuse = choice_filter("Acuse", [("sin", "Por acusar"), ("con", "Recibidas")], everything="Todas")


def waiting_to_deliver() -> QuerySet[WorkOrder]:
    """The orders that are in no list yet."""
    waits = Q(state__in=("ISSUED", "REOPENED", "DELIVERED", "PROGRAMMED"))
    return WorkOrder.objects.filter(waits, delivery__isnull=True)


@screen(DELIVER, methods=("GET", "POST"))
def deliver(request: HttpRequest) -> HttpResponse:
    """What waits to be handed over, an area at a time; marked, it goes in a numbered list."""
    counted = dict(waiting_to_deliver().order_by().values_list("area").annotate(orders=Count("pk")))
    areas = [(area, counted[area.pk]) for area in Area.objects.filter(pk__in=counted).order_by("name")]
    wanted = request.GET.get("area", "")
    chosen = next((area for area, _ in areas if str(area.pk) == wanted), areas[0][0] if areas else None)
    form = ChosenForm(request.POST if request.method == "POST" else None)

    def act() -> Done:
        now = clock.now()
        delivery = deliver_orders(
            orders=list(form.cleaned_data["orders"]),
            paper=lambda made: delivery_paper(made, orders_of_delivery(made), now),
            at=now,
            by=user_of(request),
        )
        said = (
            f"La relación {delivery.document.folio} quedó hecha y espera firma. Imprímala; alguien de "
            f"«{delivery.area}» acusa recibo."
        )
        return said, redirect("workorders:delivery", delivery.pk)

    if request.method == "POST" and (response := done(request, form, act, what="entregar órdenes")):
        return response
    rows = waiting_to_deliver().filter(area=chosen).select_related(*RELATED).order_by("priority", "due_at", "pk")
    now = clock.now()
    context = {
        "areas": areas,
        "chosen": chosen,
        "rows": [shown(order, now) for order in rows[:MOST_SHOWN]],
        "marked": {str(pk) for pk in request.POST.getlist("orders")},
        "form": form if form.errors else None,
        "most": MOST_SHOWN,
    }
    return render(request, "backoffice/workorders/deliver.html", context, status=422 if form.errors else 200)


def _lists(chosen: Chosen) -> QuerySet[DeliveryList]:
    rows = DeliveryList.objects.select_related("document", "area", "delivered_by", "acknowledged_by")
    if chosen["acuse"]:
        rows = rows.filter(acknowledged_at__isnull=chosen["acuse"] == "sin")
    return rows.annotate(count=Count("orders"))


_LISTS = Listing(rows=_lists, order=["-delivered_at"], form=DeliveryFilter)


@screen(SEE)
def deliveries(request: HttpRequest) -> HttpResponse:
    """The lists that were handed over, the last first."""
    return list_page(request, _LISTS, "backoffice/workorders/deliveries.html")


@screen(SEE)
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One list: its orders, and who acknowledged it or may."""
    found, orders = _delivery(delivery_id)
    user, now = user_of(request), clock.now()
    why_not = ""
    if found.delivered_by_id == user.pk:
        why_not = "Usted la entregó: acusa recibo alguien del área."
    elif user.area_id != found.area_id:
        why_not = f"Acusa recibo alguien de «{found.area}»."
    context = {
        "delivery": found,
        "signature": signature_requests_of("DeliveryList", found.pk).first(),
        "rows": [shown(order, now) for order in orders],
        "may_acknowledge": found.acknowledged_at is None and user.has_perm(RECEIVE),
        "why_not": why_not,
    }
    return render(request, "backoffice/workorders/delivery.html", context)


@screen(SEE)
def delivery_pdf(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """The list on paper."""
    found, orders = _delivery(delivery_id)
    return pdf(delivery_paper(found, orders, clock.now()), f"relacion-{found.document.folio}.pdf")


@screen(RECEIVE, methods=("POST",))
def acknowledge(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Say that the orders were received."""
    found, _ = _delivery(delivery_id)

    def act() -> str:
        acknowledge_delivery(delivery=found, at=clock.now(), by=user_of(request))
        return "Quedó el acuse de recibo. Las órdenes ya se pueden programar."

    tell(request, act, what="acusar recibo de órdenes")
    return redirect("workorders:delivery", delivery_id)


def _delivery(delivery_id: int) -> tuple[DeliveryList, list[WorkOrder]]:
    rows = DeliveryList.objects.select_related("document", "area", "delivered_by", "acknowledged_by")
    found = get_object_or_404(rows, pk=delivery_id)
    return found, orders_of_delivery(found)


def orders_of_delivery(delivery: DeliveryList) -> list[WorkOrder]:
    """The orders of a list, with all that it shows of them."""
    return list(delivery.orders.select_related(*RELATED).order_by("pk"))
