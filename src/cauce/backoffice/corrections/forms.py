"""Shapes of what is asked to put a payment right."""

from datetime import date
from decimal import Decimal
from secrets import token_urlsafe
from typing import Any

from django import forms

from cauce.cashier.models import CashSession, Desk, Refund, Tender
from cauce.ui.reauthentication import ReauthenticatedForm

LONGEST_KEY = 60
LONGEST_REASON = 400
CENT = Decimal("0.01")
DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def new_key() -> str:
    """The key of an act, made when its form is drawn: sent twice, it happens once."""
    return token_urlsafe(24)


def pesos(label: str, *, required: bool = True) -> forms.DecimalField:
    """An amount in pesos."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=CENT,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": "Escriba el importe.",
            "invalid": "Escriba un importe, como 345.20.",
            "min_value": "El importe debe ser mayor que cero.",
        },
    )


def reason(label: str, help_text: str, required: str) -> forms.CharField:
    """Why it is done."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text,
        error_messages={"required": required},
    )


class PaymentFilter(forms.Form):
    """Which payments to list."""

    folio = forms.CharField(label="Comprobante", required=False, max_length=40)
    cuenta = forms.CharField(label="Cuenta", required=False, max_length=12)
    importe = pesos("Importe", required=False)
    dia = forms.DateField(label="Día", required=False, widget=DATE)
    caja = forms.ModelChoiceField(
        label="Caja", required=False, queryset=Desk.objects.order_by("name"), empty_label="Todas"
    )


class RefundFilter(forms.Form):
    """Which refunds to list."""

    estado = forms.ChoiceField(label="Estado", required=False, choices=[("", "Todas"), *Refund.State.choices])


class ActForm(ReauthenticatedForm):
    """What every act on a payment asks: its key, why, and the password."""

    llave = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_KEY)
    reason = reason("Motivo", "Queda en la historia de la cuenta.", "Escriba por qué se hace.")


class DrawerField(forms.ModelChoiceField):
    """A drawer by its desk and who has it."""

    def label_from_instance(self, obj: CashSession) -> str:
        """What the list says of it."""
        return f"{obj.desk.name}, {obj.cashier}"


class ReverseForm(ActForm):
    """Out of which drawer the cash goes, when there is cash."""

    session = DrawerField(
        label="Caja de la que sale el efectivo",
        queryset=CashSession.objects.none(),
        empty_label=None,
        error_messages={
            "required": "El efectivo sale de una caja con turno abierto hoy; abra un turno y vuelva.",
            "invalid_choice": "Esa caja ya no tiene turno abierto; elija otra.",
        },
    )

    def __init__(self, *args: Any, drawers: list[CashSession], cash: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cash <= 0:
            del self.fields["session"]
            return
        field = self.fields["session"]
        assert isinstance(field, DrawerField)
        field.queryset = CashSession.objects.filter(pk__in=[drawer.pk for drawer in drawers]).select_related(
            "desk", "cashier"
        )


class MoveForm(ActForm):
    """Where the payment goes: a number that the page already found."""

    a = forms.CharField(widget=forms.HiddenInput, max_length=40)


class MethodForm(ActForm):
    """The method that it really was, with its reference."""

    forma = forms.ChoiceField(widget=forms.HiddenInput, choices=Tender.Method.choices)
    reference = forms.CharField(
        label="Autorización, número de cheque o referencia",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Escriba la autorización de la tarjeta, el número del cheque o la referencia."},
    )
    institution = forms.CharField(label="Banco", required=False, max_length=60)


class DishonourForm(ActForm):
    """When the bank took it back and why."""

    bank_on = forms.DateField(
        label="Fecha en que el banco lo devolvió",
        widget=DATE,
        error_messages={"required": "Escriba la fecha del aviso del banco."},
    )
    reason = reason(
        "Causa que da el banco",
        "Sale en la carta al usuario: fondos insuficientes, firma, cuenta cancelada…",
        "Escriba la causa que da el banco.",
    )


class RefundForm(forms.Form):
    """How much is asked to be given back, and why."""

    llave = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_KEY)
    party = forms.ChoiceField(label="A nombre de")
    amount = pesos("Importe por devolver")
    reason = reason(
        "Motivo", "Quién lo pidió y con qué papel: solicitud, identificación.", "Escriba por qué se devuelve."
    )

    def __init__(self, *args: Any, holders: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["party"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(party_id), name) for party_id, name in holders.items()]
        if len(holders) == 1:
            field.widget = forms.HiddenInput()
            field.initial = str(next(iter(holders)))


class DecisionForm(ReauthenticatedForm):
    """What is decided about a refund."""

    decision = forms.ChoiceField(
        choices=[("autorizar", "Autorizar"), ("rechazar", "Rechazar")], widget=forms.HiddenInput
    )
    note = forms.CharField(
        label="Resolución",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Si se rechaza, diga por qué.",
    )


class PayRefundForm(forms.Form):
    """How a refund is paid."""

    llave = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_KEY)
    reference = forms.CharField(
        label="Referencia de la transferencia",
        max_length=60,
        error_messages={"required": "Escriba la referencia que dio el banco."},
    )

    def __init__(self, *args: Any, is_cash: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_cash:
            del self.fields["reference"]


class DayFilter(forms.Form):
    """Of which day."""

    dia = forms.DateField(label="Día", required=False, widget=DATE)

    def day(self, today: date) -> date:
        """The day asked for, or today."""
        return (self.cleaned_data.get("dia") if self.is_valid() else None) or today
