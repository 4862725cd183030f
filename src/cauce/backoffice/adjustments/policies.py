"""The policies of adjustments: those in force and their versions, and how a new one comes to rule."""

from collections.abc import Callable
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.adjustments.forms import PolicyForm, RejectForm, ResolutionForm
from cauce.backoffice.adjustments.showing import SEE
from cauce.billing.models import AdjustmentPolicy
from cauce.billing.operations import (
    approve_adjustment_policy,
    propose_adjustment_policy,
    put_policy_in_force,
    refuse_adjustment_policy,
)
from cauce.billing.queries.adjustments import policies_in_force, rules_of
from cauce.core import clock
from cauce.core.es_mx import join_words
from cauce.tariffs.queries import concept_names
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.users.roles import role_label

PROPOSE_POLICY = "billing.propose_adjustmentpolicy"
APPROVE_POLICY = "billing.approve_adjustmentpolicy"
State = AdjustmentPolicy.State
TONES = {
    State.PROPOSED: ("accent", "hourglass"),
    State.APPROVED: ("note", "checks"),
    State.IN_FORCE: ("good", "circle-check"),
    State.REFUSED: ("bad", "circle-x"),
}


@screen(SEE)
def policies(request: HttpRequest) -> HttpResponse:
    """The policy of each kind in force today, those on their way, and the earlier ones."""
    ruling = policies_in_force(clock.today())
    others = AdjustmentPolicy.objects.exclude(pk__in=[policy.pk for policy in ruling]).order_by("-pk")
    context = {
        "ruling": [(policy, rules_of(policy), role_label(rules_of(policy).decides)) for policy in ruling],
        "others": [(policy, TONES[State(policy.state)]) for policy in others],
    }
    return render(request, "backoffice/adjustments/policies.html", context)


@screen(PROPOSE_POLICY, methods=("GET", "POST"))
def new_policy(request: HttpRequest) -> HttpResponse:
    """Propose a version of a kind's policy, beginning from the one in force."""
    base = AdjustmentPolicy.objects.filter(pk=_number(request.GET.get("desde", ""))).first()
    posted = request.method == "POST"
    form = PolicyForm(request.POST) if posted else PolicyForm(initial=_initial(base))

    def act() -> Done:
        made = propose_adjustment_policy(
            rules=form.rules(),
            valid_from=form.cleaned_data["valid_from"],
            legal_basis=form.cleaned_data["legal_basis"],
            at=clock.now(),
            by=user_of(request),
        )
        return f"Se propuso la política «{made.name}»; la aprueba el Director General.", redirect(
            "adjustments:policy", made.pk
        )

    response = done(request, form, act, what="proponer una política de ajustes") if posted else None
    context = {"form": form, "base": base}
    return response or render(request, "backoffice/adjustments/new_policy.html", context, status=422 if posted else 200)


@screen(SEE)
def policy(request: HttpRequest, adjustment_policy_id: int) -> HttpResponse:
    """One policy: its rules, who proposed and approved it, and its acuerdo."""
    return _page(request, _one(adjustment_policy_id))


@screen(APPROVE_POLICY, methods=("POST",))
def approve_policy(request: HttpRequest, adjustment_policy_id: int) -> HttpResponse:
    """Approve it as the Director General."""

    def act(found: AdjustmentPolicy, form: forms.Form) -> str:
        approve_adjustment_policy(policy=found, at=clock.now(), by=user_of(request))
        return f"Se aprobó la política «{found.name}»: regirá con el acuerdo del Consejo Directivo."

    return _do(request, adjustment_policy_id, forms.Form(request.POST), act, name="approval")


@screen(APPROVE_POLICY, methods=("POST",))
def put_in_force(request: HttpRequest, adjustment_policy_id: int) -> HttpResponse:
    """Write the acuerdo that puts it in force."""

    def act(found: AdjustmentPolicy, form: forms.Form) -> str:
        put_policy_in_force(policy=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Quedó el acuerdo: la política «{found.name}» rige desde su fecha."

    return _do(request, adjustment_policy_id, ResolutionForm(request.POST), act, name="resolution")


@screen(APPROVE_POLICY, methods=("POST",))
def refuse_policy(request: HttpRequest, adjustment_policy_id: int) -> HttpResponse:
    """Refuse it before it rules."""

    def act(found: AdjustmentPolicy, form: forms.Form) -> str:
        refuse_adjustment_policy(policy=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return f"Se rechazó la política «{found.name}»."

    return _do(request, adjustment_policy_id, RejectForm(request.POST), act, name="rejection")


def _do(
    request: HttpRequest,
    policy_id: int,
    form: forms.Form,
    act: Callable[[AdjustmentPolicy, forms.Form], str],
    *,
    name: str,
) -> HttpResponse:
    found = _one(policy_id)

    def doing() -> Done:
        return act(found, form), redirect("adjustments:policy", policy_id)

    response = done(request, form, doing, what=f"resolver la política «{found.name}»")
    return response or _page(request, _one(policy_id), status=422, **{name: form})


def _page(request: HttpRequest, found: AdjustmentPolicy, *, status: int = 200, **bound: forms.Form) -> HttpResponse:
    user, rules = user_of(request), rules_of(found)
    may, names = user.has_perm(APPROVE_POLICY), concept_names()
    context = {
        "policy": found,
        "rules": rules,
        "tone": TONES[State(found.state)],
        "decides": role_label(rules.decides),
        "concepts": join_words([names.get(concept, concept).lower() for concept in sorted(rules.concepts)]),
        "is_ruling": found.pk in {each.pk for each in policies_in_force(clock.today())},
        "may_approve": may and found.state == State.PROPOSED and found.proposed_by_id != user.pk,
        "may_resolve": may and found.state == State.APPROVED,
        "may_refuse": may and found.state in (State.PROPOSED, State.APPROVED),
        "resolution": bound.get("resolution") or ResolutionForm(),
        "rejection": bound.get("rejection") or RejectForm(),
        "wrong": next(iter(bound.values()), None),
    }
    return render(request, "backoffice/adjustments/policy.html", context, status=status)


def _initial(base: AdjustmentPolicy | None) -> dict[str, object]:
    if base is None:
        return {"valid_from": clock.today()}
    rules = rules_of(base)
    return {
        "kind": rules.code,
        "name": rules.name,
        "text": rules.text,
        "formula": rules.formula,
        "changes_tariff": rules.changes_tariff,
        "forgives": rules.forgives,
        "percent": rules.percent,
        "concepts": sorted(rules.concepts),
        "average_months": rules.average_months or None,
        "evidence": "\n".join(rules.evidence),
        "decides": rules.decides,
        "limit": _pesos(rules.limit),
        "director_limit": _pesos(rules.director_limit),
        "months_back": rules.months_back,
        "most_bills": rules.most_bills,
        "once_in_months": rules.once_in_months,
        "valid_from": clock.today(),
        "legal_basis": base.legal_basis,
    }


def _pesos(limit: Decimal | None) -> str:
    return "" if limit is None else f"{limit:.2f}"


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _one(policy_id: int) -> AdjustmentPolicy:
    return get_object_or_404(AdjustmentPolicy.objects.select_related("proposed_by", "approved_by"), pk=policy_id)
