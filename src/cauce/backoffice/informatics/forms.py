"""Shapes of what is asked of Informática."""

from django import forms

from cauce.cases.models import SystemRequest
from cauce.ui.fields import choice_filter, day_field, key_field, reason_field


class RequestFilter(forms.Form):
    """Which requests are shown."""

    estado = choice_filter("Estado", [("ABIERTAS", "Sin terminar"), *SystemRequest.State.choices])
    materia = choice_filter("Materia", SystemRequest.Category.choices, everything="Todas")
    clase = choice_filter("Clase", SystemRequest.Nature.choices, everything="Todas")
    prioridad = choice_filter("Prioridad", SystemRequest.Priority.choices, everything="Todas")
    palabra = forms.CharField(label="Asunto", required=False, max_length=80)


class RequestForm(forms.Form):
    """What somebody asks for."""

    llave = key_field()
    nature = forms.ChoiceField(label="Clase", choices=SystemRequest.Nature.choices)
    category = forms.ChoiceField(label="Materia", choices=SystemRequest.Category.choices)
    matter = forms.CharField(
        label="Asunto", max_length=160, error_messages={"required": "Escriba en pocas palabras qué pide."}
    )
    detail = forms.CharField(
        label="Detalle",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Qué pasa, en qué equipo o extensión y desde cuándo.",
        error_messages={"required": "Escriba qué pasa, en qué equipo o extensión y desde cuándo."},
    )
    benefit = forms.CharField(
        label="Para qué", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    priority = forms.TypedChoiceField(
        label="Prioridad", choices=SystemRequest.Priority.choices, coerce=int, initial=SystemRequest.Priority.NORMAL
    )


class AcceptForm(forms.Form):
    """What Informática says when it takes a request on."""

    effort = forms.ChoiceField(label="Esfuerzo", choices=SystemRequest.Effort.choices)
    priority = forms.TypedChoiceField(label="Prioridad", choices=SystemRequest.Priority.choices, coerce=int)
    target_on = day_field("Para cuándo")
    note = forms.CharField(label="Nota", required=False, max_length=400)


class NoteForm(forms.Form):
    """Why it is left for later."""

    note = reason_field("Por qué se deja para después", required="Escriba por qué se deja para después.")


class EndForm(forms.Form):
    """How it ended."""

    answer = reason_field("Qué se hizo, o por qué no se hará", required="Escriba qué se hizo o por qué no se hará.")


class MonthFilter(forms.Form):
    """Which month is reported."""

    mes = forms.DateField(
        label="Mes",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
    )
