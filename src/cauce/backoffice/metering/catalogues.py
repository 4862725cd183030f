"""The readers and the table of anomalies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.metering.forms import ReaderForm
from cauce.backoffice.metering.shapes import CHANGE_READER, SEE
from cauce.core import clock
from cauce.core.es_mx import join_words
from cauce.core.periods import last_day, period_of
from cauce.metering.models import AnomalyTable, Reader
from cauce.metering.operations import save_reader
from cauce.metering.queries import anomalies_on
from cauce.metering.rules import BILLS_NAMES, DEFAULT_ANOMALIES, SEVERITY_NAMES, AnomalyKind, anomaly_rules
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.users.roles import role_label

_KINDS = {
    AnomalyKind.INCIDENT: "Incidencias del lecturista",
    AnomalyKind.FORMAT: "Motivos del archivo de lecturas",
    AnomalyKind.FINDING: "Hallazgos",
}


@screen(SEE)
def readers(request: HttpRequest) -> HttpResponse:
    """Who reads, with the code of the terminal and their user."""
    context = {
        "readers": Reader.objects.select_related("user").order_by("-is_active", "code"),
        "may_change": request.user.has_perm(CHANGE_READER),
    }
    return render(request, "backoffice/metering/readers.html", context)


@screen(CHANGE_READER, methods=("GET", "POST"))
def new_reader(request: HttpRequest) -> HttpResponse:
    """Add a reader."""
    return _reader_page(request, None)


@screen(CHANGE_READER, methods=("GET", "POST"))
def reader(request: HttpRequest, reader_id: int) -> HttpResponse:
    """Change a reader's data."""
    return _reader_page(request, get_object_or_404(Reader, pk=reader_id))


@screen(SEE)
def anomalies(request: HttpRequest) -> HttpResponse:
    """The table of anomalies: the version that rules, its act, its rows, and the versions there were."""
    versions = list(AnomalyTable.objects.select_related("loaded_by").order_by("-valid_from", "-pk"))
    asked = request.GET.get("version", "")
    today = clock.today()
    shown = next((each for each in versions if str(each.pk) == asked), None)
    shown = shown or next((each for each in versions if each.valid_from <= last_day(period_of(today))), None)
    rules = anomaly_rules(shown.rows) if shown is not None else DEFAULT_ANOMALIES
    in_force = anomalies_on(period_of(today))
    context = {
        "shown": shown,
        "versions": versions,
        "is_in_force": rules == in_force,
        "minimum_m3": rules.minimum_m3,
        "groups": [
            (
                title,
                [
                    {
                        "row": row,
                        "bills": join_words([BILLS_NAMES[each] for each in row.bills], conjunction="o"),
                        "severity": SEVERITY_NAMES[row.severity],
                        "releases": join_words([role_label(each) for each in sorted(row.releases)], conjunction="o"),
                        "escalates": row.escalates and rules.rows[row.escalates.to].name,
                    }
                    for row in rules.rows.values()
                    if row.kind is kind
                ],
            )
            for kind, title in _KINDS.items()
        ],
    }
    return render(request, "backoffice/metering/anomalies.html", context)


def _reader_page(request: HttpRequest, found: Reader | None) -> HttpResponse:
    initial = None if found is None else {name: getattr(found, name) for name in ("code", "name", "user", "is_active")}
    form = ReaderForm(request.POST or None, initial=initial)
    if found is not None:
        form.fields["code"].disabled = True

    def act() -> Done:
        kept = save_reader(found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Quedó guardado {kept}.", redirect("metering:readers")

    if request.method == "POST" and (response := done(request, form, act, what="guardar un lecturista")):
        return response
    context = {"form": form, "reader": found}
    return render(request, "backoffice/metering/reader.html", context, status=422 if form.errors else 200)
