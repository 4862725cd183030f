"""Shapes of the inbox: which pile, and where many cases go at once."""

from typing import Any

from django import forms
from django.http import QueryDict

from cauce.cases.models import Case, CaseType, Channel
from cauce.cases.queries.holders import areas_with_staff
from cauce.cases.queries.inbox import PILES
from cauce.ui.fields import choice_filter, offer, reason_field
from cauce.users.models import Area


class InboxFilter(forms.Form):
    """Which pile, and what of it."""

    pila = choice_filter("Pila", list(PILES.items())[:-1], everything="Todos los abiertos")
    tipo = choice_filter("Tipo")
    prioridad = choice_filter("Prioridad", Case.Priority.choices, everything="Todas")
    canal = choice_filter("Canal", Channel.choices)
    texto = forms.CharField(label="Folio o palabras", required=False, max_length=80)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        offer(self, "tipo", CaseType.objects.order_by("name").values_list("code", "name"))


class BulkForm(forms.Form):
    """The cases that were marked, and where they go."""

    caso = forms.ModelMultipleChoiceField(
        queryset=Case.objects.all(),
        error_messages={
            "required": "Marque al menos un caso de la lista.",
            "invalid_choice": "Un caso de la lista ya no existe; actualice la página.",
            "invalid_pk_value": "Un caso de la lista ya no existe; actualice la página.",
        },
    )
    area = forms.ModelChoiceField(
        label="Canalizar a",
        queryset=Area.objects.none(),
        empty_label="Elija…",
        error_messages={
            "required": "Elija a qué área van.",
            "invalid_choice": "Esa área no tiene personal; elija otra.",
        },
    )
    note = reason_field("Qué se pide al área", required="Escriba qué se pide al área.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = areas_with_staff()
