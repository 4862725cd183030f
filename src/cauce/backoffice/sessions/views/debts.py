"""The morning's lists of debts, to collect without power: a route at once, all of them in the background."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.sessions import lists, papers
from cauce.backoffice.sessions.forms import CycleForm
from cauce.backoffice.tasks import print_debts
from cauce.cashier.queries.contingency import route_debts
from cauce.core import clock
from cauce.documents.printing import route_debts_paper
from cauce.documents.queries import issuer
from cauce.registry.models import Route
from cauce.ui.access import screen
from cauce.ui.context import is_official_on
from cauce.ui.replies import XLSX_TYPE, pdf
from cauce.ui.spreadsheets import workbook


@screen("ledger.view_transfer")
def debts(request: HttpRequest) -> HttpResponse:
    """The routes, each with its list, and the lists of all of them if somebody prepared them today."""
    form = CycleForm(request.GET)
    routes = Route.objects.annotate(accounts=Count("account", filter=Q(account__merged_into__isnull=True)))
    cycle = form.cleaned_data.get("ciclo") if form.is_valid() else ""
    if cycle:
        routes = routes.filter(cycle=int(cycle))
    today = clock.today()
    context = {
        "form": form,
        "routes": routes.filter(accounts__gt=0).order_by("cycle", "number"),
        "today": today,
        "is_ready": lists.path_of(today, "pdf").exists() and lists.path_of(today, "xlsx").exists(),
        "is_asked": request.GET.get("preparando") == "1",
    }
    return render(request, "backoffice/sessions/debts.html", context)


@screen("ledger.view_transfer")
def route_pdf(request: HttpRequest, route_id: int) -> HttpResponse:
    """What a route owes today, on paper."""
    route, today = get_object_or_404(Route, pk=route_id), clock.today()
    sheet = papers.debts_sheet([(route.number, route_debts([route.pk], on=today))], as_of=today, printed_at=clock.now())
    paper = route_debts_paper(sheet, issuer(is_official=is_official_on(today)))
    return pdf(paper.pdf(), f"adeudos-ruta-{route.number}-{today:%Y-%m-%d}.pdf")


@screen("ledger.view_transfer")
def route_workbook(request: HttpRequest, route_id: int) -> HttpResponse:
    """The same list as a workbook."""
    route, today = get_object_or_404(Route, pk=route_id), clock.today()
    rows = lists.rows_of([(route.number, route_debts([route.pk], on=today))])
    return workbook(f"adeudos-ruta-{route.number}-{today:%Y-%m-%d}", lists.COLUMNS, rows)


@screen("cashier.add_contingencyblock", methods=("POST",))
def prepare_debts(request: HttpRequest) -> HttpResponse:
    """Prepare today's lists of all routes in the background."""
    print_debts.defer(day=clock.today().isoformat())
    messages.info(request, "Se están preparando las listas de todas las rutas; actualice la página en unos minutos.")
    response = redirect("sessions:debts")
    response["Location"] += "?preparando=1"
    return response


@screen("ledger.view_transfer")
def all_pdf(request: HttpRequest) -> HttpResponseBase:
    """Today's lists of all routes on paper, if they were prepared."""
    return _prepared("pdf", "application/pdf")


@screen("ledger.view_transfer")
def all_workbook(request: HttpRequest) -> HttpResponseBase:
    """Today's list of all routes as a workbook, if it was prepared."""
    return _prepared("xlsx", XLSX_TYPE)


def _prepared(ending: str, content_type: str) -> HttpResponseBase:
    path = lists.path_of(clock.today(), ending)
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type=content_type, filename=path.name, as_attachment=ending == "xlsx")
