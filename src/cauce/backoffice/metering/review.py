"""The review of readings («crítica»), by keyboard: the list in the order of the street, and the case beside it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cauce.backoffice.metering.asking import Asked, asked_of, key_text, name_of
from cauce.backoffice.metering.forms import CorrectForm, EstimateForm, ReasonForm, TogetherForm
from cauce.backoffice.metering.shapes import (
    ACCEPT,
    AGAIN,
    CORRECT,
    ESTIMATE,
    PARK,
    PHRASES,
    REOPEN,
    REVIEW,
    REVISIT,
    SEE,
    SETTLE,
    TITLES,
    TOGETHER,
    Case,
    case_of,
)
from cauce.core import clock
from cauce.core.es_mx import count_of, format_volume
from cauce.metering.models import Reading, ReadingDecision, ReadingFinding, ReadingRound
from cauce.metering.operations import (
    Choice,
    Refusal,
    accept_reading,
    correct_reading,
    decide_together,
    estimate_consumption,
    park_reading,
    reopen_decision,
    request_second_visit,
    settle_finding,
)
from cauce.metering.queries import ReviewItem, anomalies_on, proposals, review_card, review_list
from cauce.metering.rules import AnomalyRules, Bills
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done

PAGE = 50
MOST_TOLD = 6


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that came back: of which act, and whose."""

    act: str
    form: forms.Form
    case: str = ""
    items: list[ReviewItem] = field(default_factory=list)


@screen(SEE)
def review(request: HttpRequest) -> HttpResponse:
    """What waits in a month, in the order of the street, and the case that is looked at."""
    return _page(request)


@screen(SEE)
def account_case(request: HttpRequest, round_id: int, account_id: int) -> HttpResponse:
    """One account of a round, decided or not."""
    return _case_page(request, round_id, account_id)


@screen(REVIEW, methods=("POST",))
def decide(request: HttpRequest, round_id: int, account_id: int) -> HttpResponse:
    """Decide one account of a round."""
    reading_round, account = _found(round_id, account_id)
    reading = Reading.objects.filter(pk=_number(request.POST.get("reading", "")) or 0, account=account).first()
    act = request.POST.get("hacer", "")
    case = _case(request, reading_round, account.pk, reading.pk if reading else None)
    form = form_of(act, case, request.POST)
    if form is None:
        raise Http404

    def doing() -> Done:
        said = _decide(act, form.cleaned_data, account, reading_round, reading, request)
        return said, redirect(_onwards(request, round_id, account_id))

    response = done(request, form, doing, what=f"decidir la lectura de la cuenta {account.number}")
    return response or _again(request, Refused(act, form, request.POST.get("caso", "")), round_id, account_id)


@screen(REVIEW, methods=("POST",))
def settle(request: HttpRequest, reading_finding_id: int) -> HttpResponse:
    """Say how a finding was attended."""
    finding = get_object_or_404(ReadingFinding.objects.select_related("round"), pk=reading_finding_id)
    form = ReasonForm(request.POST, phrases=PHRASES[SETTLE])

    def doing() -> Done:
        settle_finding(finding=finding, note=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        onwards = _onwards(request, finding.round_id, finding.account_id)
        return "El hallazgo quedó atendido.", redirect(onwards)

    response = done(request, form, doing, what="atender un hallazgo de lectura")
    refused = Refused(SETTLE, form, request.POST.get("caso", ""))
    return response or _again(request, refused, finding.round_id, finding.account_id)


@screen(REOPEN, methods=("POST",))
def reopen(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Open again what was decided, before it is billed."""
    decision = get_object_or_404(ReadingDecision.objects.select_related("round"), pk=decision_id)
    form = ReasonForm(request.POST, phrases=PHRASES[AGAIN])

    def doing() -> Done:
        reopen_decision(decision=decision, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        back = redirect("metering:account_case", decision.round_id, decision.account_id)
        return "La lectura quedó abierta: está otra vez en la crítica.", back

    response = done(request, form, doing, what="volver a abrir una lectura")
    return response or _case_page(request, decision.round_id, decision.account_id, Refused(AGAIN, form))


@screen(REVIEW, methods=("POST",))
def decide_many(request: HttpRequest) -> HttpResponse:
    """Decide in the same way all that was marked, or all of one reason."""
    asked = asked_of(request.GET)
    form = TogetherForm(request.POST, phrases=PHRASES[ACCEPT] + PHRASES[ESTIMATE])
    items = _together(asked, request.POST.get("de", ""), request.POST.getlist("marcados"))
    if not items:
        form.add_error(None, "No hay ninguna lectura marcada: márquelas en la lista o elija las de un motivo.")

    def doing() -> Done:
        decided, refusals = _decide_together(items, form.cleaned_data, request)
        if refusals:
            told = "; ".join(str(refusal.error) for refusal in refusals[:MOST_TOLD])
            more = f"; y {len(refusals) - MOST_TOLD} más" if len(refusals) > MOST_TOLD else ""
            some = count_of(len(refusals), "no se pudo decidir", "no se pudieron decidir")
            messages.error(request, f"{some}: {told}{more}")
        return f"Se decidieron {count_of(decided, 'cuenta', 'cuentas')}.", redirect(_onwards(request))

    response = done(request, form, doing, what="decidir lecturas por lote")
    return response or _page(request, Refused(TOGETHER, form, items=items))


def form_of(act: str, case: Case, data: Any = None) -> forms.Form | None:
    """The form of an act with a case; None when there is no such act."""
    if act == CORRECT:
        return CorrectForm(data, phrases=PHRASES[CORRECT])
    if act == ESTIMATE:
        rules = [
            (each.bills.value, f"{each.name.capitalize()}: {format_volume(each.volume_m3 or 0)}")
            for each in case.estimates
        ]
        return EstimateForm(data, phrases=PHRASES[ESTIMATE], rules=rules)
    return ReasonForm(data, phrases=PHRASES[act]) if act in PHRASES else None


def _decide(
    act: str,
    cleaned: Mapping[str, Any],
    account: Account,
    reading_round: ReadingRound,
    reading: Reading | None,
    request: HttpRequest,
) -> str:
    number, reason = account.number, cleaned["reason"]
    at, by = clock.now(), user_of(request)
    if act == ACCEPT:
        if reading is None:
            raise Http404
        decision = accept_reading(reading=reading, reason=reason, at=at, by=by)
        return f"Cuenta {number}: lectura aceptada, {format_volume(decision.volume_m3 or 0)}."
    if act == CORRECT:
        decision = correct_reading(
            account=account,
            reading_round=reading_round,
            value=cleaned["value"],
            taken_on=cleaned["taken_on"],
            reading=reading,
            reason=reason,
            at=at,
            by=by,
        )
        return f"Cuenta {number}: lectura corregida, {format_volume(decision.volume_m3 or 0)}."
    if act == ESTIMATE:
        decision = estimate_consumption(
            account=account,
            reading_round=reading_round,
            rule=Bills(cleaned["rule"]),
            reading=reading,
            reason=reason,
            at=at,
            by=by,
        )
        return f"Cuenta {number}: consumo estimado, {format_volume(decision.volume_m3 or 0)}."
    if act == REVISIT:
        request_second_visit(account=account, reading_round=reading_round, reading=reading, reason=reason, at=at, by=by)
        return f"Cuenta {number}: queda para segunda visita."
    if act == PARK:
        park_reading(account=account, reading_round=reading_round, reading=reading, reason=reason, at=at, by=by)
        return f"Cuenta {number}: apartada, no se factura este mes."
    raise Http404


def _decide_together(
    items: Sequence[ReviewItem], cleaned: Mapping[str, Any], request: HttpRequest
) -> tuple[int, list[Refusal]]:
    kind, _, rule = cleaned["what"].partition("/")
    by_round: defaultdict[int, list[Choice]] = defaultdict(list)
    for item in items:
        by_round[item.round_id].append(Choice(item.account_id, item.reading_id))
    decided, refusals = 0, list[Refusal]()
    for reading_round in ReadingRound.objects.filter(pk__in=by_round).order_by("pk"):
        outcome = decide_together(
            reading_round=reading_round,
            choices=by_round[reading_round.pk],
            kind=ReadingDecision.Kind(kind),
            rule=Bills(rule) if rule else None,
            reason=cleaned["reason"],
            at=clock.now(),
            by=user_of(request),
        )
        decided += outcome.decided
        refusals.extend(outcome.refused)
    return decided, refusals


def _together(asked: Asked, reason: str, marked: Sequence[str]) -> list[ReviewItem]:
    """What is decided at once: what was marked, or all of a reason that the filters let through."""
    if reason:
        return review_list(asked.rounds, asked.chosen._replace(reason=reason), limit=None, on=clock.today())
    wanted = set(marked)
    if not wanted:
        return []
    found = review_list(asked.rounds, asked.chosen, limit=None, on=clock.today())
    return [item for item in found if name_of(item) in wanted]


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    asked = asked_of(request.GET)
    table = anomalies_on(asked.period)
    found = review_list(asked.rounds, asked.chosen, after=asked.after, limit=PAGE + 1, table=table, on=clock.today())
    items, ahead = found[:PAGE], len(found) > PAGE
    wanted = (refused.case if refused else "") or request.GET.get("caso", "")
    index = next((place for place, item in enumerate(items) if name_of(item) == wanted), 0)
    item = items[index] if items else None
    act = refused.act if refused else request.GET.get("hacer", "")
    marked = set(request.GET.getlist("marcados"))
    context: dict[str, Any] = {
        "asked": asked,
        "form": asked.form,
        "is_filtered": asked.is_filtered,
        "rows": [(each, name_of(each), name_of(each) in marked) for each in items],
        "current": name_of(item) if item else "",
        "above": name_of(items[index - 1]) if items and index > 0 else "",
        "below": name_of(items[index + 1]) if index + 1 < len(items) else "",
        "next_page": key_text(items[-1].key) if ahead else "",
        "proposals": proposals(items, asked.period, table) if items else {},
        "marked": marked,
        "may_review": request.user.has_perm(REVIEW),
    }
    if item is not None and act != TOGETHER:
        context |= _of_case(request, item.round_id, item.account_id, item.reading_id, act, refused, table)
        context["finding_id"] = item.item_id if item.kind == "FINDING" else None
    elif item is not None:
        context |= _of_batch(asked, item, request, refused)
    return render(request, "backoffice/metering/review.html", context, status=422 if refused else 200)


def _of_batch(asked: Asked, item: ReviewItem, request: HttpRequest, refused: Refused | None) -> dict[str, Any]:
    marked = request.GET.getlist("marcados")
    reason = "" if marked else item.reason
    together = refused.items if refused else _together(asked, reason, marked)
    return {
        "hacer": TOGETHER,
        "together": together[:PAGE],
        "together_names": [name_of(each) for each in together] if marked else [],
        "together_count": len(together),
        "together_reason": reason,
        "act_form": refused.form if refused else TogetherForm(phrases=PHRASES[ACCEPT] + PHRASES[ESTIMATE]),
    }


def _of_case(
    request: HttpRequest,
    round_id: int,
    account_id: int,
    reading_id: int | None,
    act: str,
    refused: Refused | None,
    table: AnomalyRules | None = None,
) -> dict[str, Any]:
    case = _case(request, get_object_or_404(ReadingRound, pk=round_id), account_id, reading_id, table)
    form = refused.form if refused else (form_of(act, case) if act in case.acts else None)
    return {
        "case": case,
        "card": case.card,
        "hacer": act if form is not None else "",
        "act_title": TITLES.get(act, ""),
        "act_form": form,
        "reading_id": reading_id,
        "finding_id": next((each.pk for each in case.card.findings if each.settled_at is None), None),
    }


def _case(
    request: HttpRequest,
    reading_round: ReadingRound,
    account_id: int,
    reading_id: int | None,
    table: AnomalyRules | None = None,
) -> Case:
    try:
        card = review_card(reading_round=reading_round, account_id=account_id, reading_id=reading_id, table=table)
    except Account.DoesNotExist as error:
        raise Http404 from error
    return case_of(card, user_of(request), clock.now())


def _case_page(request: HttpRequest, round_id: int, account_id: int, refused: Refused | None = None) -> HttpResponse:
    act = refused.act if refused else request.GET.get("hacer", "")
    context = _of_case(request, round_id, account_id, None, act, refused)
    return render(request, "backoffice/metering/case.html", context, status=422 if refused else 200)


def _again(request: HttpRequest, refused: Refused, round_id: int, account_id: int) -> HttpResponse:
    if request.POST.get("caso"):
        return _page(request, refused)
    return _case_page(request, round_id, account_id, refused)


def _onwards(request: HttpRequest, reading_round_id: int = 0, account_id: int = 0) -> str:
    """Where one goes on: the next case of the list, or the account's own page when it was decided there."""
    if account_id and not request.POST.get("caso"):
        return reverse("metering:account_case", args=[reading_round_id, account_id])
    params = request.GET.copy()
    for name in ("hacer", "marcados", "caso"):
        params.pop(name, None)
    if request.POST.get("siguiente"):
        params["caso"] = request.POST["siguiente"]
    return f"{reverse('metering:review')}?{params.urlencode()}"


def _found(round_id: int, account_id: int) -> tuple[ReadingRound, Account]:
    return get_object_or_404(ReadingRound, pk=round_id), get_object_or_404(Account, pk=account_id)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
