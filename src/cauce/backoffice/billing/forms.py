"""Shapes of what is asked of a run."""

from django import forms

from cauce.billing.rules.bounds import UNUSUAL_NAMES
from cauce.billing.rules.calendar import MOVABLE, STAGE_NAMES
from cauce.core.periods import parse_period
from cauce.registry.models import CYCLES
from cauce.ui.fields import choice_filter, day_field


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


class YearFilter(forms.Form):
    """Which year of the calendar to show."""

    anio = forms.IntegerField(label="Año", required=False, min_value=2000, max_value=2100)


class MoveDaysForm(forms.Form):
    """A work of a cycle, its new days and why."""

    stage = forms.ChoiceField(label="Trabajo", choices=[(stage.value, STAGE_NAMES[stage]) for stage in MOVABLE])
    starts_on = day_field("Primer día", required="Escriba el primer día.")
    ends_on = day_field("Último día", required="Escriba el último día.")
    reason = forms.CharField(label="Motivo", max_length=400, error_messages={"required": "Escriba el motivo."})


class DayForm(forms.Form):
    """A day."""

    on = day_field("Día", required="Escriba el día.")


class UnusualFilter(forms.Form):
    """Which unusual drafts to list."""

    que = choice_filter("Qué tiene", list(UNUSUAL_NAMES.items()))
    vista = choice_filter("Vista", [("no", "Sin ver"), ("si", "Vistas")])
    ruta = forms.CharField(label="Ruta", required=False, max_length=4)
    tarifa = forms.CharField(label="Tarifa", required=False, max_length=6)


class LookForm(forms.Form):
    """Which unusual drafts were looked at, and what was found."""

    unusual = forms.MultipleChoiceField(error_messages={"required": "Marque al menos una."})
    note = forms.CharField(max_length=400, error_messages={"required": "Escriba qué encontró."})


class CheckForm(forms.Form):
    """What came of a draft of the sample."""

    result = forms.ChoiceField(choices=[("bien", "Está bien"), ("mal", "Está mal")])
    note = forms.CharField(required=False, max_length=400)
