"""The page of one meter: where it has been, how it counts, its warranty, its tests, and what can be done with it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.meters.forms import FactsForm, ProposeForm, PutAwayForm
from cauce.backoffice.meters.shapes import COMPLETE, PROPOSE, SEE, STATE_TONES, TEST, VERDICT_TONES
from cauce.core import clock
from cauce.core.periods import period_of
from cauce.metering.models import BenchTest, Meter, MeterInstallation, ParkMeter
from cauce.metering.queries import consumption_series
from cauce.metering.queries.park import park_table_on
from cauce.metering.queries.park_screens import MeterLife, life_of
from cauce.metering.rules import reason_name
from cauce.metering.rules.park import age_years, warranty_until
from cauce.ui.access import screen, user_of
from cauce.ui.fields import new_key
from cauce.workorders.models import WorkOrder

ADJUST = "billing.propose_adjustment"
MOST_ORDERS = 12


def one(meter_id: int) -> Meter:
    """The meter of an address."""
    return get_object_or_404(Meter, pk=meter_id)


@screen(SEE)
def meter(request: HttpRequest, meter_id: int) -> HttpResponse:
    """One meter."""
    return meter_page(request, one(meter_id))


def meter_page(request: HttpRequest, found: Meter, *, status: int = 200, **bound: forms.Form) -> HttpResponse:
    """The page of a meter; ``bound`` are the forms that were sent, by the name of their act."""
    user, today = user_of(request), clock.today()
    life = life_of(found)
    current = next((each for each in life.installations if each.removed_on is None), None)
    parked = ParkMeter.objects.filter(meter=found).first()
    ruling = park_table_on(today)
    until = (
        None
        if current is None or ruling is None
        else warranty_until(current.installed_on, ruling.rules.life_of(found.brand))
    )
    waiting = next((line for line in life.lines if line.is_open and line.installation == current), None)
    may_propose = current is not None and waiting is None and user.has_perm(PROPOSE)
    context: dict[str, Any] = {
        "meter": found,
        "life": life,
        "current": current,
        "parked": parked,
        "tone": None if parked is None else STATE_TONES[ParkMeter.State(parked.state)],
        "years": None if current is None else age_years(current.installed_on, today),
        "warranty_until": until,
        "in_warranty": until is not None and until >= today,
        "tests": [(test, VERDICT_TONES[BenchTest.Verdict(test.verdict)]) for test in life.tests],
        "findings": [(finding, reason_name(finding.code)) for finding in life.findings],
        "series": [] if current is None else consumption_series(current.account_id, period_of(today)),
        "orders": _orders(life),
        "failed": _failed(life),
        "waiting": waiting,
        "may_test": user.has_perm(TEST) and ruling is not None,
        "may_complete": user.has_perm(COMPLETE),
        "may_adjust": current is not None and user.has_perm(ADJUST),
        "facts_form": bound.get("facts") or FactsForm(initial=_facts(found)),
        "put_away_form": bound.get("put_away") or PutAwayForm(initial={"where": found.put_away or "STORE"}),
        "propose_form": ProposeForm(initial={"llave": new_key()}) if may_propose else None,
        "wrong": next(iter(bound.values()), None),
        "wrong_facts": "facts" in bound,
    }
    return render(request, "backoffice/meters/meter.html", context, status=status)


def _facts(found: Meter) -> dict[str, str]:
    return {name: getattr(found, name) for name in FactsForm.base_fields}


def _failed(life: MeterLife) -> BenchTest | None:
    """The last test that stands, if it failed."""
    last = next((test for test in life.tests if not _is_replaced(test)), None)
    return last if last is not None and last.verdict == BenchTest.Verdict.FAILED else None


def _is_replaced(test: BenchTest) -> bool:
    return hasattr(test, "replaced_by")


def _orders(life: MeterLife) -> list[WorkOrder]:
    """The orders about meters of the accounts where it is or was, while it was there."""
    accounts = {each.account_id for each in life.installations}
    orders = WorkOrder.objects.filter(account__in=accounts, type__code__startswith="MEDIDOR")
    rows = orders.select_related("document", "type").order_by("-issued_at", "-pk")
    return [order for order in rows[:MOST_ORDERS] if _was_there(life.installations, order)]


def _was_there(installations: list[MeterInstallation], order: WorkOrder) -> bool:
    on = clock.local_day(order.issued_at)
    return any(
        each.account_id == order.account_id
        and (each.installed_on is None or each.installed_on <= on)
        and (each.removed_on is None or on <= each.removed_on)
        for each in installations
    )
