"""What the screen of a payment shows: its lines, what can be paid of them, and what was typed so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cauce.backoffice.desk.cart import Cart, Line
from cauce.backoffice.desk.forms import ADVANCE, ALL, DIRECTED, EACH, OTHER, OVERDUE, CollectForm
from cauce.cashier.queries.desk import AccountDue
from cauce.core import es_mx
from cauce.core.money import ZERO

TYPED = tuple(CollectForm.base_fields)


@dataclass(frozen=True, slots=True)
class Choice:
    """A way of paying: what it pays, and its key; ``amount`` is none when the cashier says how much."""

    value: str
    label: str
    detail: str
    amount: Decimal | None
    key: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the payment as its table shows it; ``amount`` is what is typed in it."""

    line: Line
    is_ticked: bool
    amount: str
    without_url: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A field that was filled wrong, and how to put it right."""

    field: str
    label: str
    words: str


def choices_of(lines: Sequence[Line], chosen: str) -> list[Choice]:
    """What can be paid of these lines, the exact amount first."""
    exact = sum((line.exact for line in lines if not line.refusal), ZERO)
    overdue = sum((line.overdue for line in lines if not line.refusal), ZERO)
    rows: list[tuple[str, str, str, Decimal | None, str]] = []
    accounts = [line.account for line in lines if line.account is not None]
    if exact > 0 or not accounts:
        words = "la orden completa" if not accounts else "con recargos a hoy"
        rows.append((ALL, "Exacto", words, exact, "E"))
    if accounts and ZERO < overdue < exact:
        rows.append((OVERDUE, "Sólo lo vencido", "pasó su límite", overdue, "V"))
    if accounts:
        rows.append((OTHER, "Otro importe", _other_words(lines), None, "O"))
    if len(lines) > 1 and accounts:
        rows.append((EACH, "Cada una", "el importe de la lista", None, "I"))
    if len(lines) == 1 and accounts:
        rows.append((ADVANCE, "Anticipo", "lo que debe y, además, lo que escriba", None, "A"))
        rows += _directed(accounts[0])
    known = {row[0] for row in rows}
    if chosen not in known:
        chosen = rows[0][0] if rows else ALL
    return [Choice(value, label, words, amount, key, value == chosen) for value, label, words, amount, key in rows]


def rows_of(request: HttpRequest, cart: Cart, lines: Sequence[Line], shares: Mapping[str, Decimal] | None) -> list[Row]:
    """The lines with their tick, and the amount typed or worked out for each."""
    posted = request.method == "POST"
    ticked = set(request.POST.getlist("paga"))
    rows = []
    for line in lines:
        amount = request.POST.get(f"monto_{line.key}", f"{line.exact:.2f}")
        if shares is not None:
            amount = f"{shares.get(line.key, ZERO):.2f}"
        rest = cart.without(line.key)
        back = f"{reverse('desk:collect')}?{rest.query}" if rest.query else reverse("desk:home")
        rows.append(Row(line, (line.key in ticked if posted else True) and not line.refusal, amount, back))
    return rows


def mistakes_of(form: CollectForm | None) -> list[Mistake]:
    """What was typed wrong, in the order of the form."""
    if form is None:
        return []
    return [
        Mistake(name, str(form.fields[name].label or ""), str(words))
        for name, errors in form.errors.items()
        if name in form.fields
        for words in errors
    ]


def typed_values(request: HttpRequest) -> dict[str, str]:
    """What the form holds, to be shown again as it was typed."""
    return {name: request.POST.get(name, _asked(request, name)) for name in TYPED}


def _asked(request: HttpRequest, name: str) -> str:
    """The amount that the page that sent here asks for."""
    return request.GET.get(name, "") if name == "importe" else ""


def carried_values(request: HttpRequest) -> list[tuple[str, Any]]:
    """Every field of the form, for the check to send it on as it came."""
    names = ("cuentas", "ordenes", *TYPED)
    pairs = [(name, request.POST.get(name, "")) for name in names]
    pairs += [("paga", key) for key in request.POST.getlist("paga")]
    return pairs + [(name, value) for name, value in request.POST.items() if name.startswith("monto_")]


def _other_words(lines: Sequence[Line]) -> str:
    if len(lines) > 1:
        return "lo más viejo primero"
    return "una parte, o más de lo que debe"


def _directed(account: AccountDue) -> list[tuple[str, str, str, Decimal | None, str]]:
    rows: list[tuple[str, str, str, Decimal | None, str]] = [
        (
            f"{DIRECTED}{due.order.document.pk}",
            f"Orden {due.folio}",
            f"{due.order.get_kind_display().lower()}, sólo esa orden",
            due.amount,
            "",
        )
        for due in account.orders
        if due.order.account_id is not None
    ]
    rows += [
        (
            f"{DIRECTED}{note.document.pk}",
            f"Pagaré {note.document.folio}",
            f"{note.label}, vence el {es_mx.format_date(note.due_on)}",
            note.amount,
            "",
        )
        for note in account.notes
    ]
    if len(account.bills) > 1 or account.orders or account.notes:
        rows += [
            (
                f"{DIRECTED}{bill.document.pk}",
                f"Recibo {bill.document.folio}",
                f"sólo {es_mx.format_period(bill.period)}" if bill.period else "sólo ese recibo",
                bill.amount,
                "",
            )
            for bill in account.bills
        ]
    return rows
