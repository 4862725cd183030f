"""The gestiones: of everybody, and of one account, where they are written."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.arrears.forms import ContactFilter, ContactForm
from cauce.backoffice.arrears.shapes import SEE
from cauce.collections.models import CollectionContact
from cauce.collections.operations import log_contact
from cauce.collections.queries import contacts_of, overdue_debts
from cauce.core import clock
from cauce.core.money import ZERO
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import done
from cauce.ui.fields import account_named, new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind

LOG = "collections.log_contact"
ON_PAGE = 50
TONES = {
    "PENDING": ("accent", "clock"),
    "KEPT": ("good", "circle-check"),
    "PARTLY": ("note", "coin"),
    "BROKEN": ("bad", "circle-x"),
    "REPLACED": ("", "refresh"),
}
COLUMNS = (
    Column("Cuándo", Kind.MOMENT, 18),
    Column("Cuenta", width=12),
    Column("Titular", width=34),
    Column("Medio", width=18),
    Column("Con quién", width=20),
    Column("Nombre", width=26),
    Column("Resultado", width=30),
    Column("Debía", Kind.MONEY, 14),
    Column("Prometió", Kind.MONEY, 14),
    Column("Para el", Kind.DATE, 14),
    Column("Promesa", width=20),
    Column("Pagó", Kind.MONEY, 14),
    Column("Nota", width=50),
    Column("Quién la hizo", width=28),
)


def _rows(chosen: Chosen) -> QuerySet[CollectionContact]:
    rows = CollectionContact.objects.select_related("account__holder", "recorded_by")
    columns = {"promesa": "promise_state", "resultado": "result", "medio": "means"}
    rows = rows.filter(**{column: chosen[name] for name, column in columns.items() if chosen[name]})
    if chosen["desde_dia"]:
        rows = rows.filter(contacted_at__date__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(contacted_at__date__lte=chosen["hasta_dia"])
    if text := (chosen["cuenta"] or "").strip():
        account = account_named(text)
        rows = rows.none() if account is None else rows.filter(account=account)
    return rows


def _cells(contact: CollectionContact) -> tuple[object, ...]:
    return (
        contact.contacted_at,
        contact.account.number,
        contact.account.holder.name,
        contact.get_means_display(),
        contact.get_person_display(),
        contact.person_name,
        contact.get_result_display(),
        contact.debt,
        contact.promise_amount,
        contact.promise_on,
        contact.get_promise_state_display() if contact.promise_state else "",
        contact.paid,
        contact.note,
        contact.recorded_by,
    )


CONTACTS = Listing(
    rows=_rows, order=["-contacted_at"], form=ContactFilter, name="gestiones", columns=COLUMNS, cells=_cells
)


@screen(SEE)
def contacts(request: HttpRequest) -> HttpResponse:
    """The gestiones, the last first."""
    return list_page(
        request,
        CONTACTS,
        "backoffice/arrears/contacts.html",
        lambda page: {"tab": "contacts", "rows": [(contact, *_tone(contact)) for contact in page.rows]},
    )


@screen(SEE)
def contacts_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, CONTACTS)


@screen(SEE)
def account_contacts(request: HttpRequest, account_id: int) -> HttpResponse:
    """The gestiones with one account, and where a new one is written."""
    account = _account(account_id)
    form = ContactForm(initial={"llave": new_key(), "medio": CollectionContact.Means.CALL})
    return render(request, "backoffice/arrears/account_contacts.html", _of_account(account, form))


@screen(LOG, methods=("POST",))
def new_contact(request: HttpRequest, account_id: int) -> HttpResponse:
    """Write down a contact."""
    account = _account(account_id)
    form = ContactForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        key = f"gestion/{form.cleaned_data['llave']}"
        contact = log_contact(account=account, facts=form.facts(), at=clock.now(), by=user_of(request), key=key)
        return f"Quedó anotada la gestión: {contact.get_result_display().lower()}.", redirect(
            "arrears:account_contacts", account.pk
        )

    response = done(request, form, act, what="anotar una gestión de cobranza")
    return response or render(
        request, "backoffice/arrears/account_contacts.html", _of_account(account, form), status=422
    )


def _account(account_id: int) -> Account:
    return get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=account_id)


def _of_account(account: Account, form: ContactForm) -> dict[str, object]:
    found = list(contacts_of(account.pk)[:ON_PAGE])
    return {
        "account": account,
        "form": form,
        "debt": overdue_debts([account.pk], day=clock.today()).get(account.pk, ZERO),
        "rows": [(contact, *_tone(contact)) for contact in found],
        "pending": next((contact for contact in found if contact.promise_state == "PENDING"), None),
    }


def _tone(contact: CollectionContact) -> tuple[str, str]:
    return TONES.get(contact.promise_state, ("", ""))
