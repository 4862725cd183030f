"""The crews and who goes in them."""

from django import forms
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.workorders.forms import CrewForm, LeavingForm, MemberForm
from cauce.backoffice.workorders.shapes import CHANGE_CREW, SEE
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.users.models import User
from cauce.workorders.models import Crew, CrewMember
from cauce.workorders.operations import add_crew_member, end_crew_member, save_crew


@screen(SEE)
def crews(request: HttpRequest) -> HttpResponse:
    """Every crew, with who goes in it today."""
    today = clock.today()
    present = CrewMember.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=today), valid_from__lte=today)
    members = Prefetch("members", present.select_related("user").order_by("pk"))
    context = {
        "crews": Crew.objects.select_related("area")
        .prefetch_related(members)
        .order_by("-is_active", "area__name", "name"),
        "may_change": request.user.has_perm(CHANGE_CREW),
    }
    return render(request, "backoffice/workorders/crews.html", context)


@screen(CHANGE_CREW, methods=("GET", "POST"))
def new_crew(request: HttpRequest) -> HttpResponse:
    """Add a crew."""
    form = CrewForm(request.POST or None)

    def act() -> Done:
        made = save_crew(crew=None, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Quedó «{made}». Diga quién va en ella.", redirect("workorders:crew", made.pk)

    if request.method == "POST" and (response := done(request, form, act, what="agregar una cuadrilla")):
        return response
    context = {"form": form}
    return render(request, "backoffice/workorders/new_crew.html", context, status=422 if form.errors else 200)


@screen(CHANGE_CREW, methods=("GET", "POST"))
def crew(request: HttpRequest, crew_id: int) -> HttpResponse:
    """One crew: its data and its people."""
    found = get_object_or_404(Crew.objects.select_related("area"), pk=crew_id)
    data = ("name", "radio", "orders_a_day", "is_active")
    initial = {name: getattr(found, name) for name in data} | {"area": found.area_id}
    form = CrewForm(request.POST or None, initial=initial)

    def act() -> Done:
        save_crew(crew=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return "Los cambios quedaron guardados.", redirect("workorders:crew", found.pk)

    if request.method == "POST" and (response := done(request, form, act, what="cambiar una cuadrilla")):
        return response
    return _page(request, found, form)


@screen(CHANGE_CREW, methods=("POST",))
def add_member(request: HttpRequest, crew_id: int) -> HttpResponse:
    """Put somebody in a crew."""
    found = get_object_or_404(Crew.objects.select_related("area"), pk=crew_id)
    form = _member_form(request.POST)

    def act() -> Done:
        member = add_crew_member(crew=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"{member.user} va en «{found}».", redirect("workorders:crew", found.pk)

    response = done(request, form, act, what="agregar a alguien a una cuadrilla")
    return response or _page(request, found, None, form)


@screen(CHANGE_CREW, methods=("POST",))
def end_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """Take somebody out of a crew."""
    member = get_object_or_404(CrewMember.objects.select_related("crew", "user"), pk=member_id)
    form = LeavingForm(request.POST)

    def act() -> str:
        on = form.cleaned_data["on"] if form.is_valid() else clock.today()
        end_crew_member(member=member, on=on, at=clock.now(), by=user_of(request))
        return f"{member.user} ya no va en «{member.crew}»."

    tell(request, act, what="sacar a alguien de una cuadrilla")
    return redirect("workorders:crew", member.crew_id)


def _page(
    request: HttpRequest, found: Crew, form: CrewForm | None, member_form: forms.Form | None = None
) -> HttpResponse:
    data = ("name", "radio", "orders_a_day", "is_active")
    initial = {name: getattr(found, name) for name in data} | {"area": found.area_id}
    faulty = next((each for each in (form, member_form) if each is not None and each.errors), None)
    context = {
        "crew": found,
        "form": faulty,
        "crew_form": form or CrewForm(initial=initial),
        "member_form": member_form or _member_form(),
        "members": found.members.select_related("user").order_by("valid_until", "pk"),
        "today": clock.today(),
    }
    return render(request, "backoffice/workorders/crew.html", context, status=422 if faulty is not None else 200)


def _member_form(data: object = None) -> MemberForm:
    form = MemberForm(data, initial={"on": clock.today()})  # type: ignore[arg-type]
    people = form.fields["user"]
    assert isinstance(people, forms.ModelChoiceField)
    people.queryset = User.objects.filter(is_active=True, is_system=False).order_by("full_name")
    return form
