"""Shapes of what is asked about pagarés."""

from typing import Any

from django import forms

from cauce.agreements.models import PromissoryNote
from cauce.ui.fields import choice_filter, day_field

OUTSTANDING, NOT_KEPT, TO_RETURN = "PENDIENTES", "POR-RESGUARDAR", "POR-DEVOLVER"
GROUPS = [
    (OUTSTANDING, "Pendientes de pago"),
    (NOT_KEPT, "Firmados, por resguardar"),
    (TO_RETURN, "Pagados, por devolver"),
]


class NoteFilter(forms.Form):
    """Which notes to list."""

    estado = choice_filter("Estado", [*GROUPS, *PromissoryNote.State.choices])
    texto = forms.CharField(label="Folio, cuenta o nombre", required=False, max_length=80)
    desde_dia = day_field("Vencen desde")
    hasta_dia = day_field("Hasta")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["texto"].widget.attrs["autofocus"] = True


class KeepForm(forms.Form):
    """Where the papers that were ticked are kept."""

    nota = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": "Marque al menos un pagaré."})
    where = forms.CharField(
        label="Dónde quedan",
        max_length=120,
        error_messages={"required": "Escriba dónde quedan los pagarés: la caja fuerte, el expediente."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.getlist("nota") if hasattr(self.data, "getlist") else []
        self.fields["nota"].choices = [(one, one) for one in sent if one.isdecimal()]  # type: ignore[attr-defined]


class ReturnForm(forms.Form):
    """Who takes a paid note."""

    to = forms.CharField(
        label="A quién se devuelve",
        max_length=120,
        error_messages={"required": "Escriba a quién se devuelve el pagaré."},
    )
