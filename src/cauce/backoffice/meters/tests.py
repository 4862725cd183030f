"""Bench tests: the list, one of them with its paper, and recording another."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.meters.forms import BenchTestForm, TestFilter
from cauce.backoffice.meters.one_meter import ADJUST, one
from cauce.backoffice.meters.papers import bench_test_paper
from cauce.backoffice.meters.shapes import PROPOSE, SEE, TEST, VERDICT_TONES
from cauce.core import clock
from cauce.metering.models import BenchTest, Meter
from cauce.metering.operations import record_bench_test
from cauce.metering.queries.park import park_table_on
from cauce.metering.queries.park_screens import bench_tests
from cauce.metering.rules.bench import Standard
from cauce.metering.rules.park_file import park_rules
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind

COLUMNS = [
    Column("Folio", width=14),
    Column("Fecha", Kind.DATE, 14),
    Column("Medidor", width=16),
    Column("Marca", width=14),
    Column("Cuenta", width=12),
    Column("Norma", width=16),
    Column("Error usual, %", Kind.DECIMAL, 12),
    Column("Resultado", width=12),
    Column("Certificado", width=20),
    Column("Banco", width=28),
    Column("Quién la hizo", width=28),
    Column("Capturó", width=26),
    Column("Corregida por", width=14),
]


@screen(SEE)
def tests(request: HttpRequest) -> HttpResponse:
    """The tests that the filters let through, the last first."""

    def more(page: Page[BenchTest]) -> Mapping[str, object]:
        return {"rows": [(row, VERDICT_TONES[BenchTest.Verdict(row.verdict)]) for row in page.rows], "tab": "tests"}

    return list_page(request, _TESTS, "backoffice/meters/tests.html", more)


@screen(SEE)
def tests_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _TESTS)


@screen(SEE)
def test(request: HttpRequest, bench_test_id: int) -> HttpResponse:
    """One test."""
    found = get_object_or_404(bench_tests().select_related("replaces__document", "table"), pk=bench_test_id)
    user, is_last = user_of(request), not hasattr(found, "replaced_by")
    context = {
        "test": found,
        "tone": VERDICT_TONES[BenchTest.Verdict(found.verdict)],
        "flows": found.flows.order_by("pk"),
        "standard": park_rules(found.table.rows).standards[found.standard],
        "is_last": is_last,
        "failed": is_last and found.verdict == BenchTest.Verdict.FAILED,
        "may_correct": is_last and user.has_perm(TEST),
        "may_propose": user.has_perm(PROPOSE),
        "may_adjust": found.account_id is not None and user.has_perm(ADJUST),
    }
    return render(request, "backoffice/meters/test.html", context)


@screen(SEE)
def test_pdf(request: HttpRequest, bench_test_id: int) -> HttpResponse:
    """The act of a test on paper."""
    related = ("replaces__document", "table", "account__holder")
    found = get_object_or_404(bench_tests().select_related(*related), pk=bench_test_id)
    return pdf(bench_test_paper(found, at=clock.now()).pdf(), f"{found.document.folio}.pdf")


@screen(TEST, methods=("GET", "POST"))
def new_test(request: HttpRequest, meter_id: int) -> HttpResponse:
    """Record a test of a meter, by a standard, or one that puts another right."""
    found = one(meter_id)
    ruling = park_table_on(clock.today())
    if ruling is None:
        return render(request, "backoffice/meters/no_table.html", {"meter": found})
    asked = request.POST if request.method == "POST" else request.GET
    standard = _standard(ruling.rules.standards, asked.get("norma", ""))
    replaces = _corrected(found, asked.get("corrige", ""))
    if request.method == "POST":
        form = BenchTestForm(request.POST, standard=standard, is_correction=replaces is not None)
        response = done(
            request,
            form,
            lambda: _record(request, found, form, replaces),
            what=f"capturar la prueba del medidor {found.serial}",
        )
        if response is not None:
            return response
    else:
        form = BenchTestForm(
            standard=standard, is_correction=replaces is not None, initial=_initial(replaces, standard)
        )
    context = {
        "meter": found,
        "form": form,
        "standard": standard,
        "standards": list(ruling.rules.standards.values()),
        "replaces": replaces,
    }
    return render(request, "backoffice/meters/new_test.html", context, status=422 if form.is_bound else 200)


def _record(request: HttpRequest, found: Meter, form: BenchTestForm, replaces: BenchTest | None) -> Done:
    said = form.cleaned_data
    made = record_bench_test(
        meter=found,
        tested_on=said["tested_on"],
        bench=said["bench"],
        tester=said["tester"],
        standard=form.standard.code,
        litres=form.litres(),
        certificate=said["certificate"],
        note=said["note"],
        replaces=replaces,
        at=clock.now(),
        by=user_of(request),
        key=f"prueba/{said['llave']}",
    )
    told = f"Se capturó la prueba {made.document.folio}: el medidor {made.get_verdict_display().lower()}."
    return told, redirect("meters:test", made.pk)


def _standard(standards: Mapping[str, Standard], code: str) -> Standard:
    return standards.get(code) or next(iter(standards.values()))


def _corrected(found: Meter, pk: str) -> BenchTest | None:
    if not pk.isdecimal():
        return None
    return BenchTest.objects.select_related("document").filter(pk=int(pk), meter=found).first()


def _initial(replaces: BenchTest | None, standard: Standard) -> dict[str, Any]:
    first: dict[str, Any] = {"llave": new_key(), "tested_on": clock.today()}
    if replaces is None:
        return first
    first |= {name: getattr(replaces, name) for name in ("tested_on", "bench", "tester", "certificate")}
    for flow in replaces.flows.all():
        first |= {f"paso_{flow.name}": flow.passed_litres, f"registro_{flow.name}": flow.registered_litres}
    return first


def _filtered(chosen: Chosen) -> QuerySet[BenchTest]:
    rows = bench_tests()
    if chosen["resultado"]:
        rows = rows.filter(verdict=chosen["resultado"])
    if chosen["desde_dia"]:
        rows = rows.filter(tested_on__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(tested_on__lte=chosen["hasta_dia"])
    if chosen["serie"]:
        rows = rows.filter(meter__serial__startswith=chosen["serie"].strip().upper())
    return rows


def _cells(row: BenchTest) -> tuple[object, ...]:
    replaced = getattr(row, "replaced_by", None)
    return (
        row.document.folio,
        row.tested_on,
        row.meter.serial,
        row.meter.brand,
        "" if row.account is None else row.account.number,
        row.standard,
        row.usual_error,
        row.get_verdict_display(),
        row.certificate,
        row.bench,
        row.tester,
        row.recorded_by,
        "" if replaced is None else replaced.document.folio,
    )


_TESTS = Listing(
    rows=_filtered,
    order=["-tested_on"],
    form=TestFilter,
    name="pruebas-de-banco",
    columns=COLUMNS,
    cells=_cells,
)
