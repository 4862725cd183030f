"""Receiving a case: its type by its words, what to say and to ask, and what follows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.cases.forms import NewCaseForm
from cauce.cases.models import CaseType, Channel, WindowTicket
from cauce.cases.operations import CaseRefused, receive_case
from cauce.cases.queries.cases import similar_open_cases, types_in_use
from cauce.core import clock
from cauce.core.es_mx import format_date
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import account_named, new_key

RECEIVE = "cases.add_case"


@screen(RECEIVE, methods=("GET", "POST"))
def new_case(request: HttpRequest) -> HttpResponse:
    """Receive a case: first its type, then what is said."""
    account = _account(request.GET.get("cuenta", ""))
    ticket = _ticket(request.GET.get("turno", ""))
    case_type = CaseType.objects.select_related("area").filter(code=request.GET.get("tipo", ""), is_active=True).first()
    if case_type is None:
        return _choose(request, account)
    user = user_of(request)
    if request.method == "POST":
        form = NewCaseForm(request.POST, case_type=case_type, user=user)
    else:
        channel = Channel.WINDOW if request.GET.get("canal") not in Channel.values else request.GET["canal"]
        initial = {"llave": new_key(), "channel": channel}
        form = NewCaseForm(case_type=case_type, user=user, initial=initial)

    def act() -> Done:
        said = form.cleaned_data
        facts = {name: said[name] for name in ("reporter_name", "reporter_phone", "reporter_email", "place", "matter")}
        found = account or account_named(said["account"])
        if said["account"] and found is None:
            raise CaseRefused(f"No hay una cuenta {said['account']}; corríjala o déjela vacía.")
        facts |= {name: said[name] for name in ("told", "channel", "priority")}
        case = receive_case(
            facts={**facts, "type": case_type, "account": found, "ticket": ticket},
            takes_it=said["follows"] == form.TAKES,
            area=case_type.area if said["follows"] == form.ROUTES else None,
            at=clock.now(),
            by=user,
            key=f"caso/{said['llave']}",
        )
        told = (
            f"Quedó {case.document.folio}: se contesta a más tardar el {format_date(case.due_on)}. Entregue el acuse."
        )
        return told, redirect("cases:case", case.pk)

    if request.method == "POST" and (response := done(request, form, act, what=f"recibir un caso de la {account}")):
        return response
    context = {
        "form": form,
        "type": case_type,
        "account": account,
        "similar": similar_open_cases(case_type, None if account is None else account.pk),
    }
    return render(request, "backoffice/cases/new_case.html", context, status=422 if form.errors else 200)


def _choose(request: HttpRequest, account: Account | None) -> HttpResponse:
    text = request.GET.get("q", "")
    params = request.GET.copy()
    for name in ("q", "tipo"):
        params.pop(name, None)
    context = {"types": types_in_use(text), "query": text, "account": account, "params": params.urlencode()}
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"backoffice/cases/{'type_hits' if is_part else 'choose_type'}.html", context)


def _account(text: str) -> Account | None:
    if not text.isdecimal():
        return None
    return get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=int(text))


def _ticket(text: str) -> WindowTicket | None:
    return WindowTicket.objects.filter(pk=int(text)).first() if text.isdecimal() else None
