"""Shapes of what is asked of the reports."""

from django import forms

from cauce.ui.fields import day_field, key_field


class DayForm(forms.Form):
    """Which day."""

    dia = day_field("Día")


class MonthForm(forms.Form):
    """Which month."""

    mes = forms.DateField(
        label="Mes",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
    )


class SendDayForm(DayForm):
    """Which day is sent, with its key."""

    llave = key_field()


class SendMonthForm(MonthForm):
    """Which month is sent, with its key."""

    llave = key_field()
