"""Shapes of what is counted and declared; what it means is decided by the desk's operations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from cauce.backoffice.filters import DeskFilter
from cauce.cashier.models import CashSession, Desk, Tender
from cauce.cashier.operations import LARGEST_BLOCK
from cauce.cashier.queries.sessions import DECLARED
from cauce.cashier.rules import DENOMINATIONS
from cauce.registry.models import CYCLES
from cauce.ui.fields import choice_filter, day_field, key_field, password_field, reason_field

SMALLEST_BILL = Decimal(20)
LARGEST = Decimal("99999999.99")
MOST_PIECES = 100_000
AMOUNT_ERRORS = {
    "min_value": "El importe no puede ser negativo.",
    "max_decimal_places": "Escriba a lo más dos decimales.",
    "invalid": "Escriba el importe con números: 345.20.",
}


@dataclass(frozen=True, slots=True)
class PieceRow:
    """A bill or coin of a count: its name and its field."""

    label: str
    value: str
    field: forms.BoundField


class CountForm(forms.Form):
    """How many of each bill and coin there are; blank is none."""

    key = key_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, value in enumerate(DENOMINATIONS):
            attributes = {"inputmode": "numeric", "autocomplete": "off", "data-piece": f"{value:f}", "maxlength": "6"}
            if place == 0:
                attributes["autofocus"] = ""
            self.fields[_name_of(value)] = forms.IntegerField(
                label=_label_of(value),
                required=False,
                min_value=0,
                max_value=MOST_PIECES,
                widget=forms.TextInput(attrs=attributes),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"), "Escriba cuántas piezas hay, con un número entero."
                ),
            )

    @property
    def bills(self) -> Iterator[PieceRow]:
        """The bills, the largest first."""
        return self._rows(value for value in DENOMINATIONS if value >= SMALLEST_BILL)

    @property
    def coins(self) -> Iterator[PieceRow]:
        """The coins, the largest first."""
        return self._rows(value for value in DENOMINATIONS if value < SMALLEST_BILL)

    @property
    def pieces(self) -> dict[str, int]:
        """What a valid form counts."""
        named = {_key_of(value): self.cleaned_data.get(_name_of(value)) for value in DENOMINATIONS}
        return {key: number for key, number in named.items() if number}

    def _rows(self, values: Iterator[Decimal]) -> Iterator[PieceRow]:
        return (PieceRow(f"${value:,f}", f"{value:f}", self[_name_of(value)]) for value in values)


class OpenForm(CountForm):
    """Where to collect, and the float."""

    desk = forms.ModelChoiceField(
        label="Caja", queryset=Desk.objects.none(), empty_label=None, error_messages={"required": "Elija su caja."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = CashSession.objects.filter(closed_at__isnull=True).values("desk_id")
        free = Desk.objects.filter(is_active=True, is_attended=True).exclude(pk__in=taken)
        self.fields["desk"].queryset = free.order_by("name")  # type: ignore[attr-defined]


class WithdrawForm(CountForm):
    """The bag that leaves the drawer, what it holds and who receives it."""

    bag = forms.CharField(
        label="Bolsa",
        max_length=40,
        help_text="El número del sello.",
        error_messages={"required": "Escriba el número."},
    )
    taker = forms.CharField(
        label="Usuario de quien recibe", max_length=150, error_messages={"required": "Escriba quién recibe."}
    )
    password = password_field(
        "Su contraseña",
        required="Quien recibe debe confirmar con su contraseña.",
        help_text="La escribe quien recibe, para confirmar.",
        autocomplete="off",
    )


class CloseForm(CountForm):
    """What is counted and declared at the close, before any figure of the system is seen."""

    bag = forms.CharField(
        label="Bolsa del depósito", max_length=40, required=False, help_text="El número del sello de la última bolsa."
    )
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {
            "CARD": "Vouchers de tarjeta",
            "CHEQUE": "Cheques",
            "TRANSFER": "Transferencias",
        }
        for method in DECLARED:
            self.fields[f"declared_{method}"] = forms.DecimalField(
                label=names[method],
                required=False,
                min_value=0,
                max_value=LARGEST,
                decimal_places=2,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-next": ""}),
                error_messages=AMOUNT_ERRORS,
            )

    @property
    def sums(self) -> list[forms.BoundField]:
        """The sums of papers."""
        return [self[f"declared_{method}"] for method in DECLARED]

    @property
    def declared(self) -> dict[str, Decimal]:
        """What a valid form declares."""
        return {method: self.cleaned_data[f"declared_{method}"] or Decimal(0) for method in DECLARED}

    @property
    def told(self) -> list[tuple[str, Decimal]]:
        """The sums declared with the names of their methods."""
        return [(str(Tender.Method(method).label), amount) for method, amount in self.declared.items()]


class DrawerForm(CountForm):
    """A surprise count."""

    note = reason_field("Lo que manifestó el cajero", help_text="Va en el acta, tal como lo diga.")


class ReviewForm(forms.Form):
    """What a supervisor says of a close."""

    note = reason_field("Observaciones")


class SessionFilter(forms.Form):
    """Which sessions to list."""

    dia = day_field("Día")
    caja = DeskFilter()
    estado = choice_filter(
        "Estado", [("abierto", "Abiertos"), ("por-revisar", "Por revisar"), ("revisado", "Revisados")]
    )


class DayForm(forms.Form):
    """A day of cash."""

    dia = day_field("Día")


class BlockForm(forms.Form):
    """The receipts to print."""

    desk = forms.ModelChoiceField(
        label="Caja",
        queryset=Desk.objects.filter(is_active=True, is_attended=True).order_by("name"),
        empty_label=None,
        error_messages={"required": "Elija la caja."},
    )
    count = forms.IntegerField(
        label="Recibos",
        min_value=1,
        max_value=LARGEST_BLOCK,
        initial=40,
        help_text="Salen cuatro por hoja.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Escriba un número de 1 a {LARGEST_BLOCK}."
        ),
    )


class CaptureRow(forms.Form):
    """A paper receipt: its folio and what it says, or why it was spoilt."""

    key = key_field()
    folio = forms.CharField(label="Folio", required=False, max_length=24)
    account = forms.CharField(label="Cuenta", required=False, max_length=16)
    amount = forms.DecimalField(
        label="Importe",
        required=False,
        min_value=Decimal("0.01"),
        max_value=LARGEST,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages=AMOUNT_ERRORS | {"min_value": "El importe debe ser mayor que cero."},
    )
    method = forms.ChoiceField(
        label="Forma",
        choices=[
            (method.value, method.label)
            for method in (Tender.Method.CASH, Tender.Method.CARD, Tender.Method.CHEQUE, Tender.Method.TRANSFER)
        ],
    )
    reference = forms.CharField(label="Referencia", required=False, max_length=60)
    # Typed as they are written on the paper: a date of the browser's own takes many keys for each part.
    day = forms.DateField(
        label="Día",
        required=False,
        input_formats=["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"placeholder": "día/mes/año"}, format="%d/%m/%Y"),
        error_messages={"invalid": "Escriba el día como 15/10/2026."},
    )
    hour = forms.TimeField(
        label="Hora",
        required=False,
        input_formats=["%H:%M", "%H.%M", "%H%M"],
        widget=forms.TimeInput(attrs={"placeholder": "10:30"}, format="%H:%M"),
        error_messages={"invalid": "Escriba la hora como 10:30."},
    )
    spoilt = forms.CharField(label="Inutilizado por", required=False, max_length=200)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was said of its receipt."""
        return not any(self.cleaned_data.get(name) for name in ("account", "amount", "spoilt"))

    @property
    def received_at(self) -> datetime:
        """When the money of a valid row was received."""
        day: date = self.cleaned_data["day"]
        hour: time = self.cleaned_data["hour"]
        return timezone.make_aware(datetime.combine(day, hour))

    def clean(self) -> dict[str, Any]:
        """A row is blank, spoilt, or says account, amount, day and hour."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors or self.is_blank:
            return given
        if not given.get("folio"):
            self.add_error("folio", "Escriba el folio impreso.")
        if given.get("spoilt"):
            return given
        for name, words in (
            ("account", "Escriba la cuenta."),
            ("amount", "Escriba el importe."),
            ("day", "Escriba qué día se recibió."),
            ("hour", "Escriba a qué hora se recibió."),
        ):
            if not given.get(name):
                self.add_error(name, words)
        return given


class CycleForm(forms.Form):
    """Which routes to list."""

    ciclo = choice_filter("Ciclo", CYCLES)


def _key_of(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _name_of(value: Decimal) -> str:
    return f"p_{_key_of(value).replace('.', '_')}"


def _label_of(value: Decimal) -> str:
    return f"{'Billetes' if value >= SMALLEST_BILL else 'Monedas'} de ${value:,f}"
