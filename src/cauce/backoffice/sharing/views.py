"""Shared meters: listed, and from the account: who shares, who depends on whom, how it is divided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.sharing.forms import IN_FORCE, PREFIX, EndForm, ParentForm, PartsForm, ReasonForm, ShareFilter
from cauce.core import clock
from cauce.core.es_mx import format_date
from cauce.core.periods import next_period, period_of
from cauce.core.text import digits_of, fold
from cauce.metering.models import MeterInstallation, MeterShare
from cauce.metering.operations import change_sharing, end_sharing, share_meter
from cauce.metering.queries import MeasuredMonth, current_installation, last_month_of, shares_of
from cauce.metering.rules.dependents import share_volume
from cauce.registry.models import Account
from cauce.registry.operations import hang_connection
from cauce.registry.queries import premises_at
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind

SEE = "metering.view_reading"
SHARE = "metering.share_meter"
RELATED = ("holder", "connection__premises")
MOST_SHOWN = 60
COLUMNS = [
    Column("Cuenta con el medidor", width=22),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Partes", Kind.WHOLE, 8),
    Column("Desde", Kind.DATE, 14),
    Column("Hasta", Kind.DATE, 14),
    Column("Motivo", width=50),
    Column("Lo anotó", width=26),
]


@dataclass(frozen=True, slots=True)
class Member:
    """An account of a shared meter: its parts, and the m³ that a month gave or would give it."""

    account: Account
    parts: int
    is_principal: bool
    m3: int | None


@screen(SEE)
def shares(request: HttpRequest) -> HttpResponse:
    """The parts of meters that the filters let through, the last first, page by page."""
    return list_page(request, _SHARES, "backoffice/sharing/shares.html", lambda page: {"rows": page.rows})


@screen(SEE)
def shares_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _SHARES)


@screen(SEE)
def account_meter(request: HttpRequest, account_id: int) -> HttpResponse:
    """Who shares the meter of an account and in which parts, what it measures and what measures it."""
    return _page(request, _account(account_id))


@screen(SHARE, methods=("GET", "POST"))
def divide(request: HttpRequest, account_id: int) -> HttpResponse:
    """Divide the meter of an account, or divide it otherwise: seen first with its last month."""
    principal, members = _group(_account(account_id))
    neighbours = _who_may_share(principal)
    initial: dict[str, object] = {f"{PREFIX}{share.account_id}": share.parts for share in members}
    initial |= {"desde": _suggested(members, clock.today())}
    if not members:
        initial[f"{PREFIX}{principal.pk}"] = 1
    form = PartsForm(request.GET or None, accounts=[principal, *neighbours], initial=initial)
    reason = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> Done:
        facts = {"parts": form.parts, "valid_from": form.since, "reason": reason.cleaned_data["reason"]}
        operation = change_sharing if members else share_meter
        operation(principal=principal, **facts, at=clock.now(), by=user_of(request))
        said = f"El medidor de la cuenta {principal.number} se reparte así desde el {format_date(form.since)}."
        return said, redirect("sharing:account_meter", principal.pk)

    if request.method == "POST" and form.is_valid():
        response = done(request, reason, act, what=f"repartir el medidor de la cuenta {principal}")
        if response is not None:
            return response
    month = last_month_of(principal.pk)
    context = {
        "account": principal,
        "form": form,
        "reason": reason,
        "is_change": bool(members),
        "neighbours": neighbours,
        "month": month,
        "preview": _preview(form, [principal, *neighbours], month) if form.is_bound and form.is_valid() else [],
        "address": request.GET.urlencode(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "backoffice/sharing/divide.html", context, status=status)


@screen(SHARE, methods=("POST",))
def end(request: HttpRequest, account_id: int) -> HttpResponse:
    """Stop dividing a meter from a month on."""
    principal, _ = _group(_account(account_id))
    form = EndForm(request.POST)

    def act() -> Done:
        day = form.cleaned_data["valid_until"]
        ended = end_sharing(principal=principal, valid_until=day, at=clock.now(), by=user_of(request))
        said = f"El medidor deja de repartirse el {format_date(day)}." if ended else "No se repartía."
        return said, redirect("sharing:account_meter", principal.pk)

    response = done(request, form, act, what=f"terminar el reparto del medidor de la cuenta {principal}")
    return response or _page(request, principal, form, status=422)


@screen(SHARE, methods=("POST",))
def hang(request: HttpRequest, account_id: int) -> HttpResponse:
    """Say from whose connection this one comes out, or that it does not any more."""
    account = _account(account_id)
    form = ParentForm(request.POST)

    def act() -> Done:
        parent, reason = form.cleaned_data["parent"], form.cleaned_data["hung_because"]
        hang_connection(account=account, parent=parent, reason=reason, at=clock.now(), by=user_of(request))
        said = f"La toma sale de la de la cuenta {parent.number}." if parent else "La toma ya no depende de otra."
        return said, redirect("sharing:account_meter", account.pk)

    response = done(request, form, act, what=f"decir de qué toma sale la de la cuenta {account}")
    return response or _page(request, account, hanging=form, status=422)


def _page(
    request: HttpRequest,
    account: Account,
    form: EndForm | None = None,
    *,
    hanging: ParentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    principal, members = _group(account)
    month = last_month_of(principal.pk) if members else None
    volumes = [None] * len(members) if month is None else _divided(members, month)
    children = _children(principal)
    context = {
        "account": account,
        "principal": principal,
        "meter": current_installation(principal.pk),
        "members": [
            Member(share.account, share.parts, share.account_id == principal.pk, m3)
            for share, m3 in zip(members, volumes, strict=True)
        ],
        "since": members[0].valid_from if members else None,
        "reason": members[0].reason if members else "",
        "whole": sum(share.parts for share in members),
        "month": month,
        "parents": _of_connection(account.connection.parent_id),
        "children": children,
        "children_month": last_month_of(principal.pk) if children and month is None else month,
        "past": MeterShare.objects.filter(principal=principal, valid_until__isnull=False)
        .select_related("account__holder")
        .order_by("-valid_until", "pk")[:MOST_SHOWN],
        "may_share": user_of(request).has_perm(SHARE),
        "hanging": hanging or ParentForm(),
        "form": form or EndForm(initial={"valid_until": next_period(period_of(clock.today()))}),
    }
    return render(request, "backoffice/sharing/account_meter.html", context, status=status)


def _divided(members: Sequence[MeterShare], month: MeasuredMonth) -> list[int | None]:
    return list(share_volume(month.remainder_m3, [share.parts for share in members]))


def _preview(form: PartsForm, accounts: Sequence[Account], month: MeasuredMonth | None) -> list[Member]:
    """How the last month would have been divided with the parts that were written."""
    sharing = [account for account in accounts if account.pk in form.parts]
    parts = [form.parts[account.pk] for account in sharing]
    volumes = share_volume(month.remainder_m3, parts) if month is not None and parts else [None] * len(parts)
    return [
        Member(account, share, account.pk == accounts[0].pk, m3)
        for account, share, m3 in zip(sharing, parts, volumes, strict=True)
    ]


def _suggested(members: Sequence[MeterShare], today: date) -> date:
    """The present month, or the next when it is divided otherwise since this one."""
    this = period_of(today)
    return next_period(this) if members and members[0].valid_from >= this else this


def _group(account: Account) -> tuple[Account, list[MeterShare]]:
    """The account that has the meter and the parts of it, its own first; itself and none when it is not shared."""
    members = list(shares_of(account.pk))
    if not members or members[0].principal_id == account.pk:
        return account, members
    return _account(members[0].principal_id), members


def _who_may_share(principal: Account) -> list[Account]:
    """The accounts of the same place, whatever their inner number, without a meter of their own."""
    metered = MeterInstallation.objects.current().filter(account=OuterRef("pk"))
    return list(
        Account.objects.filter(connection__premises__in=premises_at(principal.connection.premises), merged_into=None)
        .exclude(pk=principal.pk)
        .exclude(state=Account.State.CLOSED)
        .filter(~Exists(metered))
        .select_related(*RELATED)
        .order_by("number")[:MOST_SHOWN]
    )


def _children(account: Account) -> list[Account]:
    return list(
        Account.objects.filter(connection__parent=account.connection_id, merged_into=None)
        .select_related(*RELATED)
        .order_by("number")[:MOST_SHOWN]
    )


def _of_connection(connection_id: int | None) -> list[Account]:
    if connection_id is None:
        return []
    found = Account.objects.filter(connection=connection_id, merged_into=None)
    return list(found.select_related(*RELATED).order_by("number"))


def _account(account_id: int) -> Account:
    return get_object_or_404(Account.objects.select_related(*RELATED), pk=account_id)


def _filtered(chosen: Chosen) -> QuerySet[MeterShare]:
    rows = MeterShare.objects.select_related("principal", "account__holder", "shared_by")
    if chosen["estado"]:
        rows = rows.filter(valid_until__isnull=chosen["estado"] == IN_FORCE)
    if text := chosen["texto"].strip():
        rows = rows.filter(_about(text))
    return rows


def _about(text: str) -> Q:
    about = Q(account__holder__name_key__contains=fold(text))
    about |= Q(principal__installations__meter__serial=text.upper(), principal__installations__removed_on=None)
    if digits := digits_of(text):
        number = digits.zfill(6)
        about |= Q(account__number=number) | Q(principal__number=number)
    return about


def _cells(row: MeterShare) -> tuple[object, ...]:
    return (
        row.principal.number,
        row.account.number,
        row.account.holder.name,
        row.parts,
        row.valid_from,
        row.valid_until,
        row.reason,
        row.shared_by,
    )


_SHARES = Listing(
    rows=_filtered,
    order=["-valid_from", "principal"],
    form=ShareFilter,
    name="medidores-compartidos",
    columns=COLUMNS,
    cells=_cells,
)
