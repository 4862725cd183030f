"""Shapes of what is asked to put a payment right."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from cauce.cashier.models import CashSession, Desk, Refund, Tender
from cauce.ui.fields import choice_filter, day_field, key_field, pesos_field, reason_field
from cauce.ui.reauthentication import ReauthenticatedForm


class PaymentFilter(forms.Form):
    """Which payments to list."""

    folio = forms.CharField(label="Comprobante", required=False, max_length=40)
    cuenta = forms.CharField(label="Cuenta", required=False, max_length=12)
    importe = pesos_field("Importe", is_required=False)
    dia = day_field("Día")
    caja = forms.ModelChoiceField(
        label="Caja", required=False, queryset=Desk.objects.order_by("name"), empty_label="Todas"
    )


class RefundFilter(forms.Form):
    """Which refunds to list."""

    estado = choice_filter("Estado", Refund.State.choices, everything="Todas")


class ActForm(ReauthenticatedForm):
    """What every act on a payment asks: its key, why, and the password."""

    llave = key_field()
    reason = reason_field("Motivo", required="Escriba por qué se hace.", help_text="Queda en la historia de la cuenta.")


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

    bank_on = day_field("Fecha en que el banco lo devolvió", required="Escriba la fecha del aviso del banco.")
    reason = reason_field(
        "Causa que da el banco",
        required="Escriba la causa que da el banco.",
        help_text="Sale en la carta al usuario: fondos insuficientes, firma, cuenta cancelada…",
    )


class RefundForm(forms.Form):
    """How much is asked to be given back, and why."""

    llave = key_field()
    party = forms.ChoiceField(label="A nombre de")
    amount = pesos_field("Importe por devolver")
    reason = reason_field(
        "Motivo",
        required="Escriba por qué se devuelve.",
        help_text="Quién lo pidió y con qué papel: solicitud, identificación.",
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
    note = reason_field("Resolución", help_text="Si se rechaza, diga por qué.")


class PayRefundForm(forms.Form):
    """How a refund is paid."""

    llave = key_field()
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

    dia = day_field("Día")

    def day(self, today: date) -> date:
        """The day asked for, or today."""
        return (self.cleaned_data.get("dia") if self.is_valid() else None) or today
