"""Shapes of what is asked about months paid ahead."""

from django import forms

from cauce.agreements.models import Prepayment
from cauce.ui.fields import choice_filter, day_field, key_field, reason_field

MOST_MONTHS = 12


class MonthsForm(forms.Form):
    """How many months to quote; the name is that of the address."""

    meses = forms.IntegerField(
        label="Meses que se pagan",
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="Vacío: todos los que quedan del año.",
        error_messages={
            "invalid": "Escriba un número de meses, como 6.",
            "min_value": "Al menos un mes.",
            "max_value": "A lo más los 12 meses del año.",
        },
    )


class OfferForm(forms.Form):
    """The yes to what was quoted: its key and how many months."""

    llave = key_field()
    meses = forms.IntegerField(min_value=1, max_value=MOST_MONTHS, widget=forms.HiddenInput)


class CancelForm(forms.Form):
    """Why months paid ahead are given up."""

    reason = reason_field("Por qué", required="Escriba por qué se cancela: lo pidió el titular, cambió de domicilio.")


class PrepaymentFilter(forms.Form):
    """Which ones to list."""

    estado = choice_filter("Estado", Prepayment.State.choices)
    texto = forms.CharField(label="Folio, cuenta o nombre", required=False, max_length=80)
    desde_dia = day_field("Ofrecida desde")
    hasta_dia = day_field("Hasta")
