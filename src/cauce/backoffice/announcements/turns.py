"""Tandeo: when each sector has water."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.announcements.models import SupplyTurn
from cauce.announcements.operations import end_supply_turn, set_supply_turn
from cauce.announcements.queries import supply_turns_on
from cauce.backoffice.announcements.forms import TurnForm
from cauce.backoffice.announcements.views import SEE
from cauce.core import clock
from cauce.ui.access import screen
from cauce.ui.acts import done, tell

CHANGE = "announcements.change_supplyturn"


@screen(SEE)
def turns(request: HttpRequest) -> HttpResponse:
    """The week of each sector that has water by turns."""
    return _page(request, TurnForm(initial={"valid_from": clock.today()}))


@screen(CHANGE, methods=("POST",))
def add_turn(request: HttpRequest) -> HttpResponse:
    """Give a sector water on a day of the week."""
    form = TurnForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        turn = set_supply_turn(**form.cleaned_data)
        return f"Quedó el turno: {turn}.", redirect("announcements:turns")

    return done(request, form, act, what="cambiar el tandeo") or _page(request, form, status=422)


@screen(CHANGE, methods=("POST",))
def end_turn(request: HttpRequest, turn_id: int) -> HttpResponse:
    """A turn is no longer in force from today on."""
    turn = get_object_or_404(SupplyTurn.objects.select_related("sector"), pk=turn_id)

    def act() -> str:
        end_supply_turn(turn=turn, on=clock.today())
        return f"Terminó el turno: {turn}."

    tell(request, act, what="cambiar el tandeo")
    return redirect("announcements:turns")


def _page(request: HttpRequest, form: TurnForm, *, status: int = 200) -> HttpResponse:
    weeks: dict[str, dict[int, list[SupplyTurn]]] = {}
    for turn in supply_turns_on(clock.today()):
        weeks.setdefault(turn.sector.name, {}).setdefault(turn.weekday, []).append(turn)
    days = SupplyTurn.Weekday.choices
    context = {
        "days": days,
        "weeks": [(name, [(label, week.get(number, [])) for number, label in days]) for name, week in weeks.items()],
        "today": clock.today().weekday(),
        "may_change": request.user.has_perm(CHANGE),
        "form": form,
    }
    return render(request, "backoffice/announcements/turns.html", context, status=status)
