"""What is seen of a run before its draft and before its issue: padrón changes, and who is missing by name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cauce.billing.models import BillingRun
from cauce.billing.operations import acknowledge_changes, sign_guard
from cauce.billing.queries.changes import CHANGE_KINDS, pending_changes
from cauce.billing.queries.guard import guard_signature, missing_of_run, unsigned
from cauce.core import clock
from cauce.core.es_mx import count_of
from cauce.events.models import Event
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell
from cauce.ui.lists import Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind, workbook

_SEE = "billing.view_billingrun"
MISSING_SHOWN = 200
_MISSING_COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Ciclo", Kind.WHOLE, 8),
    Column("Por qué falta y qué hacer", width=80),
]
_CHANGE_COLUMNS = [
    Column("Cuándo", Kind.MOMENT),
    Column("Cuenta", width=12),
    Column("Qué es", width=24),
    Column("Qué pasó", width=90),
    Column("Quién", width=30),
]


@screen(_SEE)
def changes(request: HttpRequest, run_id: int) -> HttpResponse:
    """What changed of the cycle's padrón since it was billed, and who acknowledged the changes before."""
    found = _run(run_id)
    waiting = pending_changes(found)
    last = waiting.last()

    def more(page: object) -> dict[str, object]:
        rows = list(page.rows)  # type: ignore[attr-defined]
        numbers = dict(Account.objects.filter(pk__in=[row.account_id for row in rows]).values_list("pk", "number"))
        return {
            "run": found,
            "rows": [(row, numbers[row.account_id], CHANGE_KINDS[row.kind]) for row in rows],
            "waiting": waiting.count(),
            "until": last.pk if last else None,
            "acknowledged": found.acknowledgements.select_related("acknowledged_by").order_by("-pk"),
            "can_acknowledge": found.state in (BillingRun.State.DRAFT, BillingRun.State.COMPUTED),
        }

    return list_page(request, _changes(found), "backoffice/billing/changes.html", more)


@screen(_SEE)
def changes_workbook(request: HttpRequest, run_id: int) -> HttpResponse:
    """The same changes as a workbook."""
    return list_workbook(request, _changes(_run(run_id)))


@screen("billing.compute_run", methods=("POST",))
def acknowledge(request: HttpRequest, run_id: int) -> HttpResponse:
    """Acknowledge the changes up to the last one that the page showed."""
    found = _run(run_id)
    until = request.POST.get("until", "")

    def act() -> str:
        seen = acknowledge_changes(
            found, until_event=int(until) if until.isdecimal() else None, at=clock.now(), by=user_of(request)
        )
        if seen is None:
            return "No había cambios por ver."
        return f"Quedó enterado de {count_of(seen.changes, 'cambio', 'cambios')}; ya puede calcular."

    tell(request, act, what="darse por enterado de los cambios del padrón")
    return redirect("billing:run", found.pk)


@screen(_SEE)
def missing(request: HttpRequest, run_id: int) -> HttpResponse:
    """Who must be billed and is missing of the run, by name; what was signed of it."""
    found = _run(run_id)
    rows = missing_of_run(found)
    context = {
        "run": found,
        "rows": rows[:MISSING_SHOWN],
        "count": len(rows),
        "is_cut": len(rows) > MISSING_SHOWN,
        "signature": guard_signature(found),
        "unsigned": {account.id for account in unsigned(found)},
        "can_sign": found.state in (BillingRun.State.COMPUTED, BillingRun.State.APPROVED),
        "is_own": found.created_by_id == user_of(request).pk,
        "ids": ",".join(str(account.id) for account in rows),
    }
    return render(request, "backoffice/billing/missing.html", context)


@screen(_SEE)
def missing_workbook(request: HttpRequest, run_id: int) -> HttpResponse:
    """The missing accounts as a workbook."""
    found = _run(run_id)
    rows = ((each.number, each.holder, each.cycle, each.sentence) for each in missing_of_run(found))
    return workbook(f"faltan-{found.period:%Y-%m}-ciclo-{found.cycle}", _MISSING_COLUMNS, rows)


@screen("billing.approve_run", methods=("POST",))
def sign(request: HttpRequest, run_id: int) -> HttpResponse:
    """Sign that exactly the accounts that the page showed are left without bill."""
    found = _run(run_id)
    given = [each for each in request.POST.get("accounts", "").split(",") if each]
    if not all(each.isdecimal() for each in given):
        messages.error(request, "La lista de cuentas no llegó completa; vuelva a cargar la página.")
        return redirect("billing:missing", found.pk)

    def act() -> str:
        signature = sign_guard(
            found,
            reason=request.POST.get("reason", ""),
            accounts=[int(each) for each in given],
            at=clock.now(),
            by=user_of(request),
        )
        return f"Quedó firmado: {count_of(len(signature.accounts), 'cuenta', 'cuentas')} sin recibo."

    tell(request, act, what="firmar las cuentas que faltan de una corrida")
    return redirect("billing:missing", found.pk)


def _changes(found: BillingRun) -> Listing[Event]:
    numbers = dict(
        Account.objects.filter(pk__in=pending_changes(found).order_by().values("account_id")).values_list(
            "pk", "number"
        )
    )
    return Listing(
        rows=lambda chosen: pending_changes(found),
        order=["-at", "account_id"],
        name=f"cambios-del-padron-{found.period:%Y-%m}-ciclo-{found.cycle}",
        columns=_CHANGE_COLUMNS,
        cells=lambda row: (
            timezone.localtime(row.at).replace(tzinfo=None), numbers[row.account_id or 0], CHANGE_KINDS[row.kind],
            row.sentence, str(row.by),
        ),
    )  # fmt: skip


def _run(run_id: int) -> BillingRun:
    return get_object_or_404(BillingRun.objects.select_related("schedule", "created_by", "approved_by"), pk=run_id)
