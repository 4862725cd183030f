"""Writing a lineamiento: a first version, another version, and the draft again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.guidelines.forms import NewGuidelineForm, RewriteForm, StartForm, VersionForm, initial_of
from cauce.backoffice.guidelines.showing import WRITE, one, version_page
from cauce.core import clock
from cauce.guidelines.models import Guideline, GuidelineVersion
from cauce.guidelines.operations import rewrite_guideline, start_guideline_version, write_guideline
from cauce.guidelines.queries import text_of
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key


@screen(WRITE, methods=("GET", "POST"))
def new_guideline(request: HttpRequest) -> HttpResponse:
    """Write the first version of a lineamiento."""
    posted = request.method == "POST"
    begun = {**initial_of(None), "llave": new_key(), "vigente_desde": clock.today()}
    form = NewGuidelineForm(request.POST) if posted else NewGuidelineForm(initial=begun)

    def act() -> Done:
        made = write_guideline(
            kind=Guideline.Kind(form.cleaned_data["clase"]),
            text=form.text(),
            valid_from=form.cleaned_data["vigente_desde"],
            at=clock.now(),
            by=user_of(request),
            key=f"lineamiento/{form.cleaned_data['llave']}",
        )
        return _written(request, made)

    response = done(request, form, act, what="escribir un lineamiento") if posted else None
    return response or _page(request, form, None, posted=posted)


@screen(WRITE, methods=("POST",))
def start(request: HttpRequest, guideline_id: int) -> HttpResponse:
    """Begin the draft of another version."""
    found = get_object_or_404(Guideline, pk=guideline_id)
    form = StartForm(request.POST)

    def act() -> Done:
        made = start_guideline_version(
            guideline=found, at=clock.now(), by=user_of(request), key=f"version/{form.cleaned_data['llave']}"
        )
        return (
            f"Quedó el borrador de la versión {made.number}; la anterior rige mientras ésta no se autorice.",
            redirect("guidelines:edit", made.pk),
        )

    response = done(request, form, act, what="preparar otra versión de un lineamiento")
    if response is not None:
        return response
    last = found.versions.order_by("-number").values_list("pk", flat=True).first()
    return version_page(request, one(last or 0), status=422, start=form)


@screen(WRITE, methods=("GET", "POST"))
def edit(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """Write a draft again."""
    found = one(guideline_version_id)
    posted = request.method == "POST"
    form = RewriteForm(request.POST) if posted else RewriteForm(initial=_initial(found))

    def act() -> Done:
        made = rewrite_guideline(
            version=found,
            text=form.text(),
            valid_from=form.cleaned_data["vigente_desde"],
            changes=form.cleaned_data["cambios"],
            edition=form.cleaned_data["edicion"] or 0,
            at=clock.now(),
            by=user_of(request),
            key=f"borrador/{form.cleaned_data['llave']}",
        )
        return _written(request, made)

    response = done(request, form, act, what="escribir un lineamiento") if posted else None
    return response or _page(request, form, found, posted=posted)


def _initial(found: GuidelineVersion) -> dict[str, object]:
    return initial_of(text_of(found)) | {
        "llave": new_key(),
        "edicion": found.edition,
        "vigente_desde": found.valid_from,
        "cambios": found.changes,
    }


def _written(request: HttpRequest, made: GuidelineVersion) -> Done:
    if "seguir" in request.POST:
        return "Quedó guardado; siga escribiendo.", redirect("guidelines:edit", made.pk)
    return "Quedó guardado el borrador. Léalo y envíelo a revisión.", redirect("guidelines:version", made.pk)


def _page(request: HttpRequest, form: VersionForm, found: GuidelineVersion | None, *, posted: bool) -> HttpResponse:
    context = {"form": form, "version": found}
    return render(request, "backoffice/guidelines/write.html", context, status=422 if posted else 200)
