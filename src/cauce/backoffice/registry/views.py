"""The padrón: lists, correction, doubtful fields and holds."""

from dataclasses import asdict
from functools import partial

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.registry.changes import changes_of
from cauce.backoffice.registry.forms import (
    AccountFilter,
    AccountForm,
    CustomerForm,
    FlagFilter,
    HoldForm,
    LiftForm,
    PremisesForm,
    ReasonForm,
    ResolutionForm,
)
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.metering.models import MeterInstallation
from cauce.registry.models import Account, Hold, PadronFlag
from cauce.registry.operations import (
    InvalidCustomer,
    InvalidTerms,
    change_account,
    change_customer,
    change_premises,
    lift_hold,
    place_hold,
    resolve_flag,
)
from cauce.registry.queries import details_of_customer, details_of_premises, terms_of
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook, tally
from cauce.ui.privacy import SEE_PERSONAL_DATA, masked
from cauce.ui.spreadsheets import Column, Kind
from cauce.ui.wording import code_name

SAVED = "El padrón quedó corregido."
ACCOUNT_ORDERS = {
    "cuenta": ["number"],
    "titular": ["holder__name_key"],
    "domicilio": ["connection__premises__address_key"],
    "ruta": ["route__number", "route_order"],
    "alta": ["opened_on"],
}
ACCOUNT_COLUMNS = [
    Column("Cuenta", width=12),
    Column("Reparto", width=14),
    Column("Titular", width=40),
    Column("RFC", width=16),
    Column("Teléfono", width=16),
    Column("Domicilio", width=52),
    Column("Giro", width=24),
    Column("Tarifa", width=20),
    Column("Ciclo", Kind.WHOLE, 8),
    Column("Ruta", width=8),
    Column("Orden", Kind.WHOLE, 10),
    Column("Estado", width=20),
    Column("Alcantarillado", width=14),
    Column("Tratamiento", width=14),
    Column("Medidor", width=18),
    Column("Alta", Kind.DATE, 14),
]
FLAG_COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Domicilio", width=52),
    Column("Ruta", width=8),
    Column("Aviso", width=30),
    Column("Campo", width=14),
    Column("Qué pasa y qué hacer", width=80),
    Column("Detectado", Kind.MOMENT, 18),
]


@screen("registry.view_account")
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts that the filters let through, in the order asked for, page by page."""
    listing = _accounts(request)
    return list_page(
        request,
        listing,
        "backoffice/registry/accounts.html",
        lambda page: {"total": tally(listing.asked(request.GET).rows)},
    )


@screen("registry.view_account")
def accounts_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook; personal data by halves for who may not see it."""
    return list_workbook(request, _accounts(request))


@screen("registry.resolve_flag")
def flags(request: HttpRequest) -> HttpResponse:
    """The doubtful fields that nobody has attended, by kind and route."""
    counted = _flags_by_code()
    return list_page(
        request,
        _flags(counted),
        "backoffice/registry/flags.html",
        lambda page: {"counted": counted, "total": sum(count for _, count in counted)},
    )


@screen("registry.resolve_flag")
def flags_workbook(request: HttpRequest) -> HttpResponse:
    """The doubtful fields as a workbook, to work them on the street."""
    return list_workbook(request, _flags(_flags_by_code()))


@screen("registry.resolve_flag", methods=("POST",))
def attend_flag(request: HttpRequest, flag_id: int) -> HttpResponse:
    """Say how a doubtful field was attended."""
    flag = get_object_or_404(PadronFlag, pk=flag_id)
    form = ResolutionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Escriba cómo se atendió el aviso: qué se verificó o qué se corrigió.")
    else:

        def act() -> str:
            resolve_flag(flag=flag, resolution=form.cleaned_data["resolution"], at=clock.now(), by=user_of(request))
            return f"Aviso atendido: {code_name(flag.code)}."

        tell(request, act, what=f"atender un aviso de la cuenta {flag.account}")
    return redirect("registry:account", flag.account_id)


@screen("registry.view_account")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """What the padrón says of an account, its doubtful fields, its holds and its changes."""
    found = _account(account_id)
    today = clock.today()
    context = {
        "account": found,
        "flags": found.flags.pending().order_by("code"),
        "holds": found.holds.select_related("placed_by", "lifted_by").order_by("-pk"),
        "open_holds": set(found.holds.open_on(today).values_list("pk", flat=True)),
        "roles": found.roles.filter(valid_until=None).select_related("customer").order_by("pk"),
        "changes": changes_of(found, sees_personal_data=request.user.has_perm(SEE_PERSONAL_DATA)),
        "lift_form": LiftForm(),
    }
    return render(request, "backoffice/registry/account.html", context)


@screen("registry.change_account", methods=("GET", "POST"))
def edit_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Change the terms of the account: tariff, cycle, route, services."""
    found = _account(account_id)
    form = AccountForm(request.POST or None, initial=asdict(terms_of(found)))
    if request.method == "POST" and form.is_valid():
        try:
            change_account(
                account=found,
                terms=form.terms(),
                reason=form.cleaned_data["reason"],
                at=clock.now(),
                by=user_of(request),
            )
        except InvalidTerms as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return _saved(request, found)
    groups = [
        ("Tarifa", ["tariff_code", "category", "activity"]),
        ("Servicios", ["has_water", "has_sewerage", "has_treatment"]),
        ("Lectura y reparto", ["cycle", "route", "route_order", "delivery_code"]),
        ("Toma", ["dwellings", "diameter", "discharge_m3", "pupils", "exemption"]),
        ("", ["notes"]),
    ]
    return _edit(request, found, form, "Cuenta", groups)


@screen("registry.change_customer", methods=("GET", "POST"))
def edit_customer(request: HttpRequest, account_id: int) -> HttpResponse:
    """Correct the holder's name and contact; a change of holder is a procedure, not a correction."""
    found = _account(account_id)
    form = CustomerForm(request.POST or None, initial=asdict(details_of_customer(found.holder)))
    if request.method == "POST" and form.is_valid():
        try:
            change_customer(
                customer=found.holder,
                details=form.details(),
                reason=form.cleaned_data["reason"],
                at=clock.now(),
                by=user_of(request),
            )
        except InvalidCustomer as error:
            for name, mistake in error.mistakes.items():
                form.add_error(name, mistake)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return _saved(request, found)
    groups = [("", ["name", "kind"]), ("", ["rfc", "curp"]), ("", ["phone", "email"])]
    return _edit(request, found, form, "Titular", groups)


@screen("registry.change_account", methods=("GET", "POST"))
def edit_premises(request: HttpRequest, account_id: int) -> HttpResponse:
    """Correct where the place is."""
    found = _account(account_id)
    premises = found.connection.premises
    form = PremisesForm(request.POST or None, initial=asdict(details_of_premises(premises)))

    def act() -> Done:
        change_premises(
            premises=premises,
            details=form.details(),
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
        )
        return SAVED, redirect("registry:account", found.pk)

    response = done(request, form, act, what=f"corregir el predio de la cuenta {found}")
    if response is not None:
        return response
    groups = [
        ("", ["street", "exterior_number", "interior_number"]),
        ("", ["colony", "postal_code"]),
        ("", ["latitude", "longitude"]),
    ]
    return _edit(request, found, form, "Predio", groups)


@screen("registry.place_hold", methods=("GET", "POST"))
def place_account_hold(request: HttpRequest, account_id: int) -> HttpResponse:
    """Stop the reduction, the surcharges or the billing of an account, with a reason."""
    found = _account(account_id)
    form = HoldForm(request.POST or None)

    def act() -> Done:
        captured = form.cleaned_data | {"kind": Hold.Kind(form.cleaned_data["kind"])}
        place_hold(account=found, valid_from=clock.today(), at=clock.now(), by=user_of(request), **captured)
        return "La retención quedó puesta.", redirect("window:account", found.pk)

    response = done(request, form, act, what=f"retener la cuenta {found}")
    if response is not None:
        return response
    return render(
        request, "backoffice/registry/hold.html", {"account": found, "form": form}, status=422 if form.errors else 200
    )


@screen("registry.lift_hold", methods=("POST",))
def lift_account_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """End a hold today, with a reason."""
    hold = get_object_or_404(Hold, pk=hold_id)
    form = LiftForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Escriba por qué se levanta la retención.")
    else:

        def act() -> str:
            lift_hold(
                hold=hold, on=clock.today(), reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request)
            )
            return "La retención quedó levantada."

        tell(request, act, what=f"levantar una retención de la cuenta {hold.account}")
    return redirect("registry:account", hold.account_id)


def _account(account_id: int) -> Account:
    related = ("holder", "connection__premises", "route", "tariff_code")
    return get_object_or_404(Account.objects.select_related(*related), pk=account_id)


def _saved(request: HttpRequest, found: Account) -> HttpResponse:
    messages.success(request, SAVED)
    return redirect("registry:account", found.pk)


def _edit(
    request: HttpRequest, found: Account, form: ReasonForm, what: str, groups: list[tuple[str, list[str]]]
) -> HttpResponse:
    drawn = [(title, [form[name] for name in names]) for title, names in groups]
    context = {"account": found, "form": form, "what": what, "groups": drawn}
    return render(request, "backoffice/registry/edit.html", context, status=422 if form.errors else 200)


def _filtered_accounts(chosen: Chosen) -> QuerySet[Account]:
    in_place = MeterInstallation.objects.current().filter(account=OuterRef("pk"))
    pending = PadronFlag.objects.pending().filter(account=OuterRef("pk"))
    serial = in_place.values("meter__serial")[:1]
    rows = Account.objects.select_related("holder", "connection__premises", "route", "tariff_code").annotate(
        serial=serial
    )
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if chosen["tarifa"]:
        rows = rows.filter(tariff_code=chosen["tarifa"])
    if chosen["ciclo"]:
        rows = rows.filter(cycle=chosen["ciclo"])
    if chosen["ruta"]:
        rows = rows.filter(route=chosen["ruta"])
    for answer, exists in ((chosen["medidor"], Exists(in_place)), (chosen["avisos"], Exists(pending))):
        if answer:
            rows = rows.filter(exists if answer == "si" else ~exists)
    return rows


def _accounts(request: HttpRequest) -> Listing[Account]:
    return Listing(
        rows=_filtered_accounts,
        order="cuenta",
        form=AccountFilter,
        name="padron",
        columns=ACCOUNT_COLUMNS,
        cells=partial(_account_cells, sees_personal_data=request.user.has_perm(SEE_PERSONAL_DATA)),
        sorts=ACCOUNT_ORDERS,
    )


def _account_cells(found: Account, *, sees_personal_data: bool) -> tuple[object, ...]:
    holder = found.holder
    rfc, phone = holder.rfc, holder.phone
    if not sees_personal_data:
        rfc, phone = rfc and masked("rfc", rfc), phone and masked("phone", phone)
    return (
        found.number,
        found.delivery_code,
        holder.name,
        rfc,
        phone,
        found.connection.premises.address,
        found.activity,
        str(found.tariff_code),
        found.cycle,
        found.route.number,
        found.route_order,
        found.get_state_display(),
        "sí" if found.has_sewerage else "no",
        "sí" if found.has_treatment else "no",
        found.serial,  # type: ignore[attr-defined]
        found.opened_on,
    )


def _flags_by_code() -> list[tuple[str, int]]:
    counted = PadronFlag.objects.pending().values_list("code").annotate(flags=Count("id"))
    return list(counted.order_by("-flags", "code"))


def _filtered_flags(chosen: Chosen) -> QuerySet[PadronFlag]:
    rows = PadronFlag.objects.pending().select_related(
        "account__holder", "account__connection__premises", "account__route"
    )
    if chosen["aviso"]:
        rows = rows.filter(code=chosen["aviso"])
    if chosen["ruta"]:
        rows = rows.filter(account__route=chosen["ruta"])
    return rows


def _flag_cells(flag: PadronFlag) -> tuple[object, ...]:
    return (
        flag.account.number,
        flag.account.holder.name,
        flag.account.connection.premises.address,
        flag.account.route.number,
        code_name(flag.code),
        flag.field,
        flag.message,
        flag.raised_at,
    )


def _flags(counted: list[tuple[str, int]]) -> Listing[PadronFlag]:
    codes = [(code, f"{code_name(code)} ({count:,})") for code, count in counted]
    return Listing(
        rows=_filtered_flags,
        order=["code", "account__number"],
        form=lambda params: FlagFilter(params, codes=codes),
        name="avisos-del-padron",
        columns=FLAG_COLUMNS,
        cells=_flag_cells,
        sheet_order=["account__route__number", "account__route_order"],
    )
