"""Shapes of what is asked of a run."""

from django import forms

from cauce.core.periods import parse_period
from cauce.registry.models import CYCLES
from cauce.ui.fields import choice_filter


class OpenRunForm(forms.Form):
    """The month and the cycle to bill."""

    period = forms.CharField(
        label="Mes",
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-09", "pattern": r"\d{4}-\d{2}"}),
        help_text="Año y mes, como 2026-09.",
    )
    cycle = forms.TypedChoiceField(label="Ciclo", choices=CYCLES, coerce=int)

    def clean_period(self) -> object:
        """The first day of the month."""
        try:
            return parse_period(self.cleaned_data["period"])
        except ValueError:
            raise forms.ValidationError("Escriba el mes como 2026-09.") from None


class ReasonForm(forms.Form):
    """Why a run is discarded or a draft set apart."""

    reason = forms.CharField(label="Motivo", max_length=400, error_messages={"required": "Escriba el motivo."})


class LeftOutFilter(forms.Form):
    """Which of the accounts without bill to list."""

    resultado = choice_filter("Resultado", [("PARKED", "Apartadas"), ("HELD", "Retenidas"), ("EXEMPT", "Exentas")])
    regla = forms.CharField(label="Regla", required=False, max_length=32)
