"""Reviewing in bulk what came back from the street, and closing it."""

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cauce.backoffice.workorders.deliveries import ChosenForm
from cauce.backoffice.workorders.shapes import REVIEW, shown
from cauce.core import clock
from cauce.core.es_mx import count_of
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.users.models import Area
from cauce.workorders.models import WorkOrder, WorkOrderResult
from cauce.workorders.operations import close_work_orders, review_work_orders

MOST_SHOWN = 100


@screen(REVIEW)
def reviews(request: HttpRequest) -> HttpResponse:
    """What came back and waits to be reviewed, and what was reviewed and waits to be closed."""
    return _page(request)


@screen(REVIEW, methods=("POST",))
def review(request: HttpRequest) -> HttpResponse:
    """Say that what was marked is right."""
    form = ChosenForm(request.POST)

    def act() -> Done:
        orders = list(form.cleaned_data["orders"])
        review_work_orders(orders=orders, at=clock.now(), by=user_of(request))
        return f"Quedó revisado: {count_of(len(orders), 'orden', 'órdenes')}.", redirect("workorders:reviews")

    return done(request, form, act, what="revisar órdenes") or _page(request, form)


@screen(REVIEW, methods=("POST",))
def close(request: HttpRequest) -> HttpResponse:
    """End what was marked."""
    form = ChosenForm(request.POST)

    def act() -> Done:
        orders = list(form.cleaned_data["orders"])
        close_work_orders(orders=orders, at=clock.now(), by=user_of(request))
        return f"Quedó cerrado: {count_of(len(orders), 'orden', 'órdenes')}.", redirect("workorders:reviews")

    return done(request, form, act, what="cerrar órdenes") or _page(request, form)


def _page(request: HttpRequest, form: ChosenForm | None = None) -> HttpResponse:
    now, area = clock.now(), request.GET.get("area", "")
    came_back = _in("DONE", "NOT_DONE")
    reviewed = _in("REVIEWED")
    if area.isdecimal():
        came_back, reviewed = came_back.filter(area=int(area)), reviewed.filter(area=int(area))
    results = WorkOrderResult.objects.select_related("reported_by").prefetch_related("files").order_by("-pk")
    rows = came_back.prefetch_related(Prefetch("results", results))[:MOST_SHOWN]
    context = {
        "to_review": [(shown(order, now), next(iter(order.results.all()), None)) for order in rows],
        "to_close": [shown(order, now) for order in reviewed[:MOST_SHOWN]],
        "areas": Area.objects.order_by("name"),
        "area": area,
        "form": form,
        "most": MOST_SHOWN,
        "user_id": user_of(request).pk,
    }
    return render(request, "backoffice/workorders/reviews.html", context, status=422 if form is not None else 200)


def _in(*states: str) -> QuerySet[WorkOrder]:
    rows = WorkOrder.objects.filter(state__in=states)
    return rows.select_related("document", "type", "area", "account", "crew", "sector").order_by("finished_at", "pk")
