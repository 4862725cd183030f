"""Shapes of what is asked about a condonación."""

from django import forms

from cauce.agreements.models import SurchargeWaiver
from cauce.ui.fields import choice_filter, day_field, key_field, pesos_field, reason_field


class WaiverForm(forms.Form):
    """How much and why."""

    llave = key_field()
    amount = pesos_field(
        "Recargos que se condonan, pesos", errors={"required": "Escriba cuántos pesos de recargos se condonan."}
    )
    reason = reason_field("Motivo", required="Escriba por qué se condonan los recargos: queda en el acto.")


class DecisionForm(forms.Form):
    """The answer to a request: refusing says why."""

    note = reason_field("Respuesta")


class WaiverFilter(forms.Form):
    """Which waivers to list."""

    estado = choice_filter("Estado", SurchargeWaiver.State.choices, everything="Todas")
    texto = forms.CharField(label="Folio o cuenta", required=False, max_length=20)
    desde_dia = day_field("Pedida desde")
    hasta_dia = day_field("Hasta")
