"""One version of a lineamiento: what it says, where it goes, who reads it, and what can be done with it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.guidelines.forms import (
    AcknowledgeForm,
    AuthoriseForm,
    ReturnForm,
    StartForm,
    WithdrawForm,
)
from cauce.backoffice.guidelines.papers import guideline_paper
from cauce.core import clock
from cauce.guidelines.models import GuidelineAcknowledgement, GuidelineVersion
from cauce.guidelines.queries import UNDER_WAY, reading_progress
from cauce.guidelines.rules import FIGURES
from cauce.ui.access import screen, user_of
from cauce.ui.fields import new_key
from cauce.ui.replies import pdf
from cauce.users.roles import role_label

SEE = "guidelines.view_guideline"
WRITE = "guidelines.write_guideline"
AUTHORISE = "guidelines.authorise_guideline"
ACKNOWLEDGE = "guidelines.acknowledge_guideline"
CAPTURE = "guidelines.capture_checklist"
State = GuidelineVersion.State
TONES = {
    State.DRAFT: ("", "pencil"),
    State.REVIEW: ("accent", "hourglass"),
    State.AUTHORISED: ("good", "circle-check"),
    State.REPLACED: ("note", "history"),
    State.WITHDRAWN: ("bad", "circle-x"),
}


def one(guideline_version_id: int) -> GuidelineVersion:
    """A version with its people, or the page that says that there is none."""
    rows = GuidelineVersion.objects.select_related("guideline", "written_by", "submitted_by", "authorised_by")
    return get_object_or_404(rows, pk=guideline_version_id)


@screen(SEE)
def version(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """One version."""
    return version_page(request, one(guideline_version_id))


@screen(SEE)
def paper_pdf(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """Its paper, with those who acknowledged it and those who lack."""
    found = one(guideline_version_id)
    return pdf(guideline_paper(found, at=clock.now()).pdf(), f"lineamiento-{found.guideline_id}-v{found.number}.pdf")


def version_page(
    request: HttpRequest, found: GuidelineVersion, *, status: int = 200, **forms_shown: forms.Form
) -> HttpResponse:
    """The page of a version, with the form that could not be done."""
    user = user_of(request)
    own = GuidelineAcknowledgement.objects.filter(version=found, by=user).first()
    steps = list(found.steps.select_related("by").order_by("pk"))
    had_a_hand = any(each.by_id == user.pk and each.action in ("WRITTEN", "SUBMITTED") for each in steps)
    is_ruling = found.state == State.AUTHORISED
    is_named = is_ruling and user.groups.filter(name__in=found.roles).exists()
    is_under_way = found.state in UNDER_WAY
    others = list(found.guideline.versions.exclude(pk=found.pk).order_by("-number"))
    bound, read = reading_progress(found) if is_ruling else (0, 0)
    may_write, may_authorise = user.has_perm(WRITE), user.has_perm(AUTHORISE)
    shown: dict[str, forms.Form] = {
        "authorisation": AuthoriseForm(
            initial={"valid_from": max(found.valid_from, clock.today()), "edicion": found.edition}
        ),
        "correction": ReturnForm(),
        "withdrawal": WithdrawForm(),
        "acknowledgement": AcknowledgeForm(initial={"huella": found.sha256}),
        "start": StartForm(initial={"llave": new_key()}),
    }
    context = {
        "version": found,
        "tone": TONES[State(found.state)],
        "clauses": list(found.clauses.order_by("number")),
        "points": [(each, FIGURES.get(each.figure, "")) for each in found.checks.order_by("number")],
        "roles": [role_label(code) for code in found.roles],
        "steps": steps,
        "others": [(each, TONES[State(each.state)]) for each in others],
        "own": own,
        "bound": bound,
        "read": read,
        "may_acknowledge": is_named and own is None and user.has_perm(ACKNOWLEDGE),
        "may_edit": found.state == State.DRAFT and may_write,
        "may_decide": found.state == State.REVIEW and may_authorise and not had_a_hand,
        "is_own": found.state == State.REVIEW and may_authorise and had_a_hand,
        "may_start": is_ruling and may_write and not any(each.state in UNDER_WAY for each in others),
        "may_withdraw": (is_under_way and may_write) or (is_ruling and may_authorise),
        "may_capture": is_ruling and user.has_perm(CAPTURE),
        "wrong": next((each for each in forms_shown.values() if each.errors), None),
        **shown,
        **forms_shown,
    }
    return render(request, "backoffice/guidelines/version.html", context, status=status)
