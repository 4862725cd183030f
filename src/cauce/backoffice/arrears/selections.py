"""The selections kept with a name."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cauce.backoffice.arrears.forms import SaveSelectionForm, query_of
from cauce.backoffice.arrears.shapes import SEE, SELECT, in_words, shown_on
from cauce.collections.models import SavedSelection
from cauce.collections.operations import save_selection, withdraw_selection
from cauce.collections.queries import ages_of
from cauce.collections.rules import Filters
from cauce.core import clock
from cauce.core.money import ZERO
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell


@screen(SEE)
def selections(request: HttpRequest) -> HttpResponse:
    """The selections, with what each one comes to in the last portfolio."""
    shown = shown_on(None)
    rows = []
    for selection in SavedSelection.objects.filter(is_active=True).select_related("saved_by").order_by("name"):
        filters = Filters.from_dict(selection.filters)
        ages = [] if shown.snapshot is None else ages_of(shown.snapshot, filters)
        rows.append(
            {
                "selection": selection,
                "said": in_words(filters),
                "accounts": sum(age.accounts for age in ages),
                "debt": sum((age.debt for age in ages), ZERO),
                "url": f"{reverse('arrears:accounts')}?{urlencode(query_of(filters))}",
            }
        )
    return render(request, "backoffice/arrears/selections.html", {"rows": rows, "shown": shown, "tab": "selections"})


@screen(SELECT, methods=("POST",))
def save(request: HttpRequest) -> HttpResponse:
    """Keep the selection of the list with a name."""
    form = SaveSelectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Escriba un nombre de hasta 80 letras para la selección.")
        return redirect(f"{reverse('arrears:accounts')}?{request.POST.get('pedido', '')[:600]}")

    def act() -> str:
        name = form.cleaned_data["nombre"]
        save_selection(name=name, filters=form.filters(), at=clock.now(), by=user_of(request))
        return f"Se guardó la selección «{name}»."

    tell(request, act, what="guardar una selección de cartera")
    return redirect("arrears:selections")


@screen(SELECT, methods=("POST",))
def withdraw(request: HttpRequest, selection_id: int) -> HttpResponse:
    """Take a selection off the list."""
    selection = get_object_or_404(SavedSelection, pk=selection_id)

    def act() -> str:
        withdraw_selection(selection=selection, at=clock.now(), by=user_of(request))
        return f"Se quitó la selección «{selection.name}»."

    tell(request, act, what="quitar una selección de cartera")
    return redirect("arrears:selections")
