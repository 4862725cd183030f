"""The laws and regulations that the office works by, and which rules of the system rest on each."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.tariffs.forms import NormTextForm
from cauce.core import clock
from cauce.documents.models import Norm
from cauce.documents.operations import keep_norm_text
from cauce.documents.queries import file_content
from cauce.reports.queries.norms import norms_with_rules
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.replies import attachment

SEE, KEEP = "tariffs.view_schedule", "documents.change_norm"


@screen(SEE)
def norms(request: HttpRequest) -> HttpResponse:
    """Each law and regulation with its text and what rests on it."""
    return _norms(request, NormTextForm())


@screen(SEE)
def norm_text(request: HttpRequest, norm_code: str) -> HttpResponse:
    """The text of one, as it was kept."""
    norm = _found(norm_code)
    if norm.file is None:
        raise Http404
    return attachment(file_content(norm.file), norm.file.name, norm.file.content_type)


@screen(KEEP, methods=("POST",))
def keep_text(request: HttpRequest, norm_code: str) -> HttpResponse:
    """Keep the published text of one."""
    norm = _found(norm_code)
    form = NormTextForm(request.POST, request.FILES)

    def act() -> Done:
        upload = form.cleaned_data["archivo"]
        keep_norm_text(norm, name=upload.name, content=upload.read(), at=clock.now(), by=user_of(request))
        return f"Quedó guardado el texto de «{norm}».", redirect("tariffs:norms")

    return done(request, form, act, what="guardar el texto de una norma") or _norms(request, form, norm)


def _found(norm_code: str) -> Norm:
    return get_object_or_404(Norm.objects.select_related("file"), pk=norm_code)


def _norms(request: HttpRequest, form: NormTextForm, norm: Norm | None = None) -> HttpResponse:
    context = {"found": norms_with_rules(clock.today()), "form": form, "wanted": norm}
    return render(request, "backoffice/tariffs/norms.html", context, status=422 if form.errors else 200)
