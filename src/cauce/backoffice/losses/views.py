"""Stolen and destroyed meters: reported from the account, followed while they are estimated, replaced."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.losses.forms import LossFilter, ReplaceForm, ReportForm
from cauce.core import clock
from cauce.core.periods import period_of
from cauce.core.text import digits_of, fold
from cauce.metering.models import Consumption, MeterLoss
from cauce.metering.operations import replace_lost_meter, report_meter_loss, tell_meter_found
from cauce.metering.queries import current_installation
from cauce.metering.rules import BILLS_NAMES
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind
from cauce.workorders.queries import orders_of_account
from cauce.workorders.rules.states import PENDING

SEE = "metering.view_reading"
REPORT = "metering.report_loss"
# What is ordered to put a new one in.
REPLACEMENT = "MEDIDOR-CAMBIO"
State = MeterLoss.State
TONES = {
    State.OPEN: ("accent", "alert-triangle"),
    State.REPLACED: ("good", "circle-check"),
    State.FOUND: ("note", "eye"),
}
COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Medidor", width=18),
    Column("Qué pasó", width=14),
    Column("Fecha", Kind.DATE, 14),
    Column("Denuncia o acta", width=24),
    Column("Última lectura", Kind.WHOLE, 14),
    Column("Quién paga", width=16),
    Column("Por qué", width=40),
    Column("Estado", width=14),
    Column("Reportado", Kind.MOMENT, 18),
    Column("Reportó", width=26),
    Column("Cerrado", Kind.MOMENT, 18),
]
RELATED = ("account__holder", "account__connection__premises", "installation__meter", "reported_by", "closed_by")


@screen(SEE)
def losses(request: HttpRequest) -> HttpResponse:
    """The reports that the filters let through, the last first, page by page."""

    def more(page: Page[MeterLoss]) -> Mapping[str, object]:
        return {"rows": [(row, TONES[State(row.state)]) for row in page.rows]}

    return list_page(request, _LOSSES, "backoffice/losses/losses.html", more)


@screen(SEE)
def losses_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _LOSSES)


@screen(REPORT, methods=("GET", "POST"))
def report(request: HttpRequest, account_id: int) -> HttpResponse:
    """Report that the meter of an account was stolen or destroyed."""
    account = get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=account_id)
    installation = current_installation(account.pk)
    open_now = MeterLoss.objects.filter(account=account, state=State.OPEN).first()
    if open_now is not None:
        return redirect("losses:loss", open_now.pk)
    posted = request.method == "POST"
    form = ReportForm(request.POST) if posted else ReportForm(initial={"happened_on": clock.today()})

    def act() -> Done:
        said = form.cleaned_data
        assert installation is not None
        made = report_meter_loss(
            installation=installation,
            kind=MeterLoss.Kind(said["kind"]),
            happened_on=said["happened_on"],
            report_number=said["report_number"],
            account_of_facts=said["account_of_facts"],
            payer=MeterLoss.Payer(said["payer"]),
            payer_reason=said["payer_reason"],
            at=clock.now(),
            by=user_of(request),
        )
        told = "Quedó reportado: la cuenta se cobra por estimación hasta que se reponga. Pida la orden para reponerlo."
        return told, redirect("losses:loss", made.pk)

    if installation is not None:
        response = done(request, form, act, what=f"reportar el medidor de la cuenta {account}")
        if response is not None:
            return response
    context = {"account": account, "installation": installation, "form": form}
    return render(request, "backoffice/losses/report.html", context, status=422 if posted else 200)


@screen(SEE)
def loss(request: HttpRequest, loss_id: int) -> HttpResponse:
    """One report: its evidence, what was estimated meanwhile, its orders."""
    return _page(request, _named(loss_id))


@screen(REPORT, methods=("POST",))
def replace(request: HttpRequest, loss_id: int) -> HttpResponse:
    """Close it with the meter that was put in its place."""
    lost, form = _named(loss_id), ReplaceForm(request.POST)

    def act() -> Done:
        placed = replace_lost_meter(loss=lost, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Se repuso con el medidor {placed.meter.serial}.", redirect("losses:loss", lost.pk)

    response = done(request, form, act, what=f"reponer el medidor de la cuenta {lost.account}")
    return response or _page(request, _named(loss_id), form, status=422)


@screen(REPORT, methods=("POST",))
def found(request: HttpRequest, loss_id: int) -> HttpResponse:
    """Close it because the meter is there and is read again."""
    lost = _named(loss_id)

    def act() -> str:
        tell_meter_found(loss=lost, at=clock.now(), by=user_of(request))
        return f"El medidor {lost.installation.meter.serial} se recuperó: se vuelve a leer."

    tell(request, act, what=f"cerrar el reporte del medidor de la cuenta {lost.account}")
    return redirect("losses:loss", lost.pk)


def _page(request: HttpRequest, lost: MeterLoss, form: ReplaceForm | None = None, *, status: int = 200) -> HttpResponse:
    user = user_of(request)
    is_open = lost.state == State.OPEN
    orders = orders_of_account(lost.account_id) if user.has_perm("workorders.view_workorder") else []
    since = [order for order in orders if order.issued_at >= lost.reported_at]
    placed = current_installation(lost.account_id)
    context = {
        "loss": lost,
        "tone": TONES[State(lost.state)],
        "estimated": _estimated(lost),
        "orders": [order for order in since if order.type_id == REPLACEMENT or order.state in PENDING],
        "placed": None if placed is None or placed.pk == lost.installation_id else placed,
        "order_type": REPLACEMENT,
        "may_close": is_open and user.has_perm(REPORT),
        "form": form or ReplaceForm(initial=_suggested(lost)),
    }
    return render(request, "backoffice/losses/loss.html", context, status=status)


def _suggested(lost: MeterLoss) -> dict[str, object]:
    """The meter that an order already put in its place, or today and zero."""
    placed = current_installation(lost.account_id)
    if placed is None or placed.pk == lost.installation_id:
        return {"installed_on": clock.today(), "initial_value": 0}
    return {
        "serial": placed.meter.serial,
        "brand": placed.meter.brand,
        "diameter": placed.meter.diameter,
        "digits": placed.meter.register_digits,
        "installed_on": placed.installed_on,
        "initial_value": placed.initial_value,
    }


def _estimated(lost: MeterLoss) -> list[tuple[Consumption, str]]:
    """The months estimated since it was lost, with their rule in words, the last first."""
    rows = Consumption.objects.filter(
        account=lost.account_id,
        superseded_at__isnull=True,
        source=Consumption.Source.ESTIMATED,
        period__gte=period_of(lost.happened_on),
    )
    return [(row, BILLS_NAMES.get(row.estimate_rule, "")) for row in rows.order_by("-period")]


def _named(loss_id: int) -> MeterLoss:
    return get_object_or_404(MeterLoss.objects.select_related(*RELATED), pk=loss_id)


def _filtered(chosen: Chosen) -> QuerySet[MeterLoss]:
    rows = MeterLoss.objects.select_related(*RELATED)
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if chosen["que"]:
        rows = rows.filter(kind=chosen["que"])
    if chosen["paga"]:
        rows = rows.filter(payer=chosen["paga"])
    if chosen["desde_dia"]:
        rows = rows.filter(happened_on__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(happened_on__lte=chosen["hasta_dia"])
    if text := chosen["texto"].strip():
        rows = rows.filter(_about(text))
    return rows


def _about(text: str) -> Q:
    about = Q(report_number__icontains=text) | Q(account__holder__name_key__contains=fold(text))
    about |= Q(installation__meter__serial=text.upper())
    if digits := digits_of(text):
        about |= Q(account__number=digits.zfill(6))
    return about


def _cells(row: MeterLoss) -> tuple[object, ...]:
    return (
        row.account.number,
        row.account.holder.name,
        row.installation.meter.serial,
        row.get_kind_display(),
        row.happened_on,
        row.report_number,
        row.last_value,
        row.get_payer_display(),
        row.payer_reason,
        row.get_state_display(),
        row.reported_at,
        row.reported_by,
        row.closed_at,
    )


_LOSSES = Listing(
    rows=_filtered,
    order=["-reported_at"],
    form=LossFilter,
    name="medidores-robados",
    columns=COLUMNS,
    cells=_cells,
)
