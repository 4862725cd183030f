"""Shapes of what is asked about a lost meter."""

from django import forms

from cauce.metering.models import MeterLoss
from cauce.ui.fields import choice_filter, day_field, reason_field

WHOLE = {"inputmode": "numeric", "autocomplete": "off"}


class ReportForm(forms.Form):
    """What happened to the meter, its evidence, and who pays the new one."""

    kind = forms.ChoiceField(
        label="Qué pasó",
        choices=MeterLoss.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Diga si lo robaron o lo destruyeron."},
    )
    happened_on = day_field("Cuándo", required="Escriba el día en que se perdió, o en que se dieron cuenta.")
    report_number = forms.CharField(
        label="Denuncia o acta",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="El número de la carpeta de investigación del Ministerio Público, o el del acta de la cuadrilla.",
    )
    account_of_facts = reason_field("Qué se reportó", required="Escriba qué contó quien lo reporta.")
    payer = forms.ChoiceField(
        label="Quién paga la reposición",
        choices=MeterLoss.Payer.choices,
        widget=forms.RadioSelect,
        help_text="El organismo sólo paga un robo con el número de su denuncia o acta.",
        error_messages={"required": "Diga quién paga el medidor nuevo."},
    )
    payer_reason = reason_field("Por qué lo paga", required="Escriba por qué lo paga quien lo paga.")


class ReplaceForm(forms.Form):
    """The meter that was put in its place."""

    serial = forms.CharField(
        label="Serie",
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Copie la serie de la carátula."},
    )
    brand = forms.CharField(label="Marca", required=False, max_length=40)
    diameter = forms.CharField(label="Diámetro", required=False, max_length=20)
    digits = forms.IntegerField(
        label="Dígitos del registro",
        required=False,
        min_value=3,
        max_value=9,
        widget=forms.NumberInput(attrs=WHOLE),
        help_text="Sólo si la marca no está en la ley.",
    )
    installed_on = day_field("Instalado el", required="Escriba el día en que se instaló.")
    initial_value = forms.IntegerField(
        label="Lectura inicial",
        min_value=0,
        widget=forms.NumberInput(attrs=WHOLE),
        error_messages={"required": "Escriba la lectura con que se instaló; cero si es nuevo."},
    )


class LossFilter(forms.Form):
    """Which reports to list."""

    estado = choice_filter("Estado", MeterLoss.State.choices)
    que = choice_filter("Qué pasó", MeterLoss.Kind.choices)
    paga = choice_filter("Quién paga", MeterLoss.Payer.choices)
    texto = forms.CharField(label="Cuenta, serie, denuncia o nombre", required=False, max_length=60)
    desde_dia = day_field("Desde")
    hasta_dia = day_field("Hasta")
