"""The lineamientos, and who has read each one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.backoffice.guidelines.forms import ReaderFilter
from cauce.backoffice.guidelines.showing import SEE, TONES, State, one
from cauce.guidelines.queries import Reader, guideline_states, readers_of, unread_by
from cauce.ui.access import screen, user_of
from cauce.ui.spreadsheets import Column, Kind, workbook

COLUMNS = (
    Column("Persona", width=34),
    Column("Puesto", width=30),
    Column("Área", width=24),
    Column("Acuse", width=12),
    Column("Leído y aceptado", Kind.MOMENT, 20),
    Column("Versión", Kind.WHOLE, 9),
)


@screen(SEE)
def guidelines(request: HttpRequest) -> HttpResponse:
    """Each lineamiento with the version that rules, the one under way, and who lacks to read it."""
    unread = {each.pk for each in unread_by(user_of(request))}
    rows = [
        (
            each,
            TONES[State(each.under_way.state)] if each.under_way else None,
            each.ruling is not None and each.ruling.pk in unread,
            f"falta{'n' if each.lacking > 1 else ''} {each.lacking}",
        )
        for each in guideline_states()
    ]
    return render(request, "backoffice/guidelines/guidelines.html", {"rows": rows})


@screen(SEE)
def acknowledgements(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """Who has read a version and who lacks."""
    found = one(guideline_version_id)
    people = readers_of(found)
    form = ReaderFilter(request.GET)
    context = {
        "version": found,
        "form": form,
        "people": _chosen(people, form),
        "bound": len(people),
        "read": sum(each.at is not None for each in people),
    }
    return render(request, "backoffice/guidelines/acknowledgements.html", context)


@screen(SEE)
def acknowledgements_workbook(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """The same list as a workbook."""
    found = one(guideline_version_id)
    rows = (
        (
            str(each.person),
            each.post,
            str(each.person.area or ""),
            "Leyó" if each.at else "Falta",
            each.at,
            found.number,
        )
        for each in _chosen(readers_of(found), ReaderFilter(request.GET))
    )
    return workbook(f"acuses-lineamiento-{found.guideline_id}-v{found.number}", COLUMNS, rows)


def _chosen(people: list[Reader], form: ReaderFilter) -> list[Reader]:
    asked = form.cleaned_data["acuse"] if form.is_valid() else ""
    if not asked:
        return people
    return [each for each in people if (each.at is None) == (asked == "falta")]
