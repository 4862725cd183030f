"""The ladder, changed without anybody's code, and where an account stands on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.collections.forms import StepForm
from cauce.backoffice.collections.shapes import CHANGE_LADDER, SEE, act_mark
from cauce.collections.models import LadderStep
from cauce.collections.operations import LadderRejected, save_ladder_step
from cauce.collections.queries.ladder import account_standing, acts_of_account, present_ladder, taken_of
from cauce.collections.rules.ladder import names_of_uses, why_not, window
from cauce.core import clock
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done

ACTS_SHOWN = 60


@screen(SEE)
def steps(request: HttpRequest) -> HttpResponse:
    """Every rung, from the first."""
    found = list(LadderStep.objects.select_related("order_type").order_by("-is_active", "position"))
    names = {step.code: step.name for step in found}
    rows = [
        (step, [names.get(code, code) for code in step.predecessors], names_of_uses(step.use_classes)) for step in found
    ]
    context = {"rows": rows, "may_change": request.user.has_perm(CHANGE_LADDER)}
    return render(request, "backoffice/collections/steps.html", context)


@screen(CHANGE_LADDER, methods=("GET", "POST"))
def new_step(request: HttpRequest) -> HttpResponse:
    """Add a rung."""
    form = StepForm(request.POST or None)

    def act() -> Done:
        code = form.cleaned_data["code"].strip().upper()
        if LadderStep.objects.filter(code=code).exists():
            raise LadderRejected(f"Ya hay un peldaño con la clave «{code}»; corríjalo en lugar de repetirlo.")
        return _saved(request, code, form)

    if request.method == "POST" and (response := done(request, form, act, what="agregar un peldaño")):
        return response
    context = {"form": form}
    return render(request, "backoffice/collections/step.html", context, status=422 if form.errors else 200)


@screen(CHANGE_LADDER, methods=("GET", "POST"))
def step(request: HttpRequest, step_code: str) -> HttpResponse:
    """One rung, to be corrected; what was already done with accounts stays as it was."""
    found = get_object_or_404(LadderStep, pk=step_code)
    form = StepForm(request.POST) if request.method == "POST" else StepForm(initial=_initial(found))
    form.fields["code"].disabled = True
    form.initial["code"] = found.code

    def act() -> Done:
        return _saved(request, found.code, form)

    if request.method == "POST" and (response := done(request, form, act, what="cambiar un peldaño")):
        return response
    context = {"form": form, "step": found}
    return render(request, "backoffice/collections/step.html", context, status=422 if form.errors else 200)


@screen(SEE)
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Where the account stands, what comes next, from which day and what stops it, rung by rung."""
    accounts = Account.objects.select_related("holder", "connection__premises", "route", "tariff_code")
    found = get_object_or_404(accounts, pk=account_id)
    day = clock.today()
    told = account_standing(account_id, day=day)
    if told is None:
        raise Http404
    known, standing = told
    ladder, taken = present_ladder(), taken_of([account_id]).get(account_id, [])
    rungs = []
    for rung in ladder.rungs:
        if not rung.is_active:
            continue
        blocks = why_not(ladder, rung, known.owing, taken, day)
        opens = window(ladder, rung, taken) if rung.predecessors else None
        done_on = max((act.ended_on for act in taken if act.step == rung.code and act.ended_on), default=None)
        rungs.append((rung, blocks, opens, done_on, rung == standing.current, rung == standing.next))
    context = {
        "account": found,
        "owing": known.owing,
        "standing": standing,
        "rungs": rungs,
        "acts": [(act, act_mark(act)) for act in acts_of_account(account_id)[:ACTS_SHOWN]],
        "records": found.legal_records.select_related("document", "credential__user").order_by("-issued_at")[:20],
        "today": day,
    }
    return render(request, "backoffice/collections/account.html", context)


def _saved(request: HttpRequest, code: str, form: StepForm) -> Done:
    saved = save_ladder_step(code=code, details=form.details(), at=clock.now(), by=user_of(request))
    return f"Quedó «{saved}».", redirect("collections:steps")


def _initial(found: LadderStep) -> dict[str, object]:
    plain = (
        "code", "name", "kind", "position", "predecessors", "min_days", "max_days", "min_debt", "min_months",
        "use_classes", "channel", "charge", "unit_cost", "template", "legal_basis", "is_active",
    )  # fmt: skip
    return {**{name: getattr(found, name) for name in plain}, "order_type": found.order_type_id}
