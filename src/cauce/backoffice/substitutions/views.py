"""Who acts for whom, and on which days the office rests."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.substitutions.forms import HolidayForm, SubstitutionForm
from cauce.cases.operations import hand_over_post, take_back_post
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import done, tell
from cauce.users.models import Holiday, Substitution
from cauce.users.operations import add_holiday
from cauce.users.roles import role_label

DECLARE = "users.declare_substitution"
CHANGE_HOLIDAY = "users.change_holiday"


@screen(DECLARE)
def substitutions(request: HttpRequest) -> HttpResponse:
    """The suplencias, those in force first."""
    rows = Substitution.objects.select_related("absent", "substitute", "declared_by", "ended_by")
    today = clock.today()
    context = {
        "rows": [(row, role_label(row.role), _tone(row)) for row in rows.order_by("-valid_until", "-pk")[:200]],
        "today": today,
    }
    return render(request, "backoffice/substitutions/substitutions.html", context)


@screen(DECLARE, methods=("GET", "POST"))
def new_substitution(request: HttpRequest) -> HttpResponse:
    """Hand a post's powers to a substitute."""
    form = SubstitutionForm(request.POST or None, initial={"valid_from": clock.today(), "role": "coordinador"})

    def act() -> tuple[str, HttpResponse]:
        made = hand_over_post(**form.said(), at=clock.now(), by=user_of(request))
        said = f"{made.substitute} suple a {made.absent}. Los poderes empiezan y terminan solos en esas fechas."
        return said, redirect("substitutions:substitutions")

    if request.method == "POST" and (response := done(request, form, act, what="declarar una suplencia")):
        return response
    context = {"form": form}
    return render(
        request, "backoffice/substitutions/new_substitution.html", context, status=422 if form.errors else 200
    )


@screen(DECLARE, methods=("POST",))
def end(request: HttpRequest, substitution_id: int) -> HttpResponse:
    """Take the powers back now."""
    found = get_object_or_404(Substitution.objects.select_related("absent", "substitute"), pk=substitution_id)

    def act() -> str:
        take_back_post(substitution=found, at=clock.now(), by=user_of(request))
        return f"{found.substitute} ya no suple a {found.absent}."

    tell(request, act, what="terminar una suplencia")
    return redirect("substitutions:substitutions")


@screen(CHANGE_HOLIDAY, methods=("GET", "POST"))
def holidays(request: HttpRequest) -> HttpResponse:
    """The days on which the office rests, and adding one."""
    form = HolidayForm(request.POST or None)

    def act() -> tuple[str, HttpResponse]:
        made = add_holiday(**form.cleaned_data)
        return f"«{made.name}» ya no cuenta para los plazos ni admite visitas.", redirect("substitutions:holidays")

    if request.method == "POST" and (response := done(request, form, act, what="agregar un día inhábil")):
        return response
    context = {"form": form, "days": Holiday.objects.order_by("-day")[:100], "today": clock.today()}
    return render(request, "backoffice/substitutions/holidays.html", context, status=422 if form.errors else 200)


def _tone(row: Substitution) -> tuple[str, str, str]:
    today = clock.today()
    if row.ended_at is not None:
        return "Terminada", "", "x"
    if row.valid_until <= today:
        return "Concluida", "", "check"
    return ("Vigente", "good", "circle-check") if row.valid_from <= today else ("Próxima", "teal", "calendar")
