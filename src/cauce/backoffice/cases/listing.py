"""The list of cases, whole, with its filters and its workbook; and those of one account."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.cases.forms import CaseFilter
from cauce.cases.models import Case, CaseInspection
from cauce.cases.queries.cases import cases_of_account, cases_that_say, cases_with_people, clock_of
from cauce.cases.rules.states import OPEN
from cauce.core import clock
from cauce.registry.models import Account
from cauce.ui.access import screen
from cauce.ui.case_words import Mark, state_mark, term_mark
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.queries import office_calendar

SEE = "cases.view_case"
COLUMNS = (
    Column("Folio", width=14),
    Column("Recibido", Kind.MOMENT, 18),
    Column("Clase", width=16),
    Column("Tipo", width=34),
    Column("Asunto", width=40),
    Column("Cuenta", width=12),
    Column("Titular", width=34),
    Column("Quién reporta", width=28),
    Column("Dónde", width=40),
    Column("Canal", width=12),
    Column("Prioridad", width=14),
    Column("Área", width=22),
    Column("Lo tiene", width=26),
    Column("Vence", Kind.DATE, 14),
    Column("Estado", width=20),
    Column("Sentido", width=16),
    Column("Resuelto", Kind.MOMENT, 18),
    Column("Respuesta", width=50),
    Column("Reabierto", Kind.WHOLE, 10),
    Column("Repetido", Kind.WHOLE, 10),
    Column("Satisfacción", Kind.WHOLE, 12),
)


def _cells(case: Case) -> tuple[object, ...]:
    return (
        case.document.folio,
        case.received_at,
        case.type.get_kind_display(),
        case.type.name,
        case.matter,
        "" if case.account is None else case.account.number,
        "" if case.account is None else case.account.holder.name,
        case.reporter_name,
        case.place,
        case.get_channel_display(),
        case.get_priority_display(),
        case.area,
        case.holder or "",
        case.due_on,
        case.get_state_display(),
        case.get_outcome_display(),
        case.resolved_at,
        case.resolution,
        case.times_reopened,
        case.times_repeated,
        case.satisfaction,
    )


def _rows(chosen: Chosen) -> QuerySet[Case]:
    rows = cases_with_people()
    if chosen["estado"] == "ABIERTOS":
        rows = rows.filter(state__in=OPEN)
    elif chosen["estado"] == "VENCIDOS":
        rows = rows.filter(state__in=OPEN - {Case.State.WAITING}, due_on__lt=clock.today())
    elif chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    for name, column in (("clase", "type__kind"), ("tipo", "type"), ("area", "area"), ("canal", "channel")):
        if chosen[name]:
            rows = rows.filter(**{column: chosen[name]})
    if chosen["desde_dia"]:
        rows = rows.filter(received_at__date__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(received_at__date__lte=chosen["hasta_dia"])
    return cases_that_say(rows, chosen["texto"]) if chosen["texto"] else rows


CASES = Listing(
    rows=_rows,
    order="recibido",
    sorts={"recibido": ["-pk"], "vence": ["due_on"]},
    form=CaseFilter,
    name="casos",
    columns=COLUMNS,
    cells=_cells,
)


def marked(cases: list[Case]) -> list[tuple[Case, Mark, Mark]]:
    """Cases with the marks of their state and of their term. One query, of the calendar."""
    today, calendar = clock.today(), office_calendar()
    return [(case, state_mark(case), term_mark(clock_of(case, today=today, calendar=calendar))) for case in cases]


@screen(SEE)
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that the filters let through, the last first."""

    def more(page: Page[Case]) -> dict[str, object]:
        return {"rows": marked(page.rows)}

    return list_page(request, CASES, "backoffice/cases/cases.html", more)


@screen(SEE)
def cases_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, CASES)


@screen(SEE)
def account_cases(request: HttpRequest, account_id: int) -> HttpResponse:
    """The cases of an account, with their aforos and its calls."""
    accounts = Account.objects.select_related("holder", "connection__premises", "route", "tariff_code")
    account = get_object_or_404(accounts, pk=account_id)
    inspections = (
        CaseInspection.objects.filter(case__account=account_id)
        .select_related("case__document", "inspection__document", "inspection__slot")
        .order_by("-pk")[:20]
    )
    context = {
        "account": account,
        "rows": marked(list(cases_of_account(account_id)[:60])),
        "inspections": inspections,
        "calls": account.calls.select_related("attended_by").order_by("-started_at")[:30],
    }
    return render(request, "backoffice/cases/account_cases.html", context)
