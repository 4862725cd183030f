"""Shapes of what is asked to sign."""

from typing import Any

from django import forms

from cauce.documents.models import SignatureRequest
from cauce.ui.fields import choice_filter, day_field, offer, reason_field
from cauce.ui.reauthentication import ReauthenticatedForm


class TrayFilter(forms.Form):
    """Which papers of the tray."""

    clase = choice_filter("Clase", everything="Todas")

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "clase", [(kind, kind) for kind in kinds], everything="Todas")


class SignForm(ReauthenticatedForm):
    """The papers that were marked, and the password."""

    item = forms.ModelMultipleChoiceField(
        label="Documentos",
        queryset=SignatureRequest.objects.none(),
        error_messages={
            "required": "Marque por lo menos un documento para firmarlo.",
            "invalid_choice": "Uno de los documentos ya no espera su firma; revise la lista.",
        },
    )
    field_order = ["item", "password"]

    def __init__(self, *args: Any, waiting: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["item"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = waiting
        self.fields["password"].help_text = "Se pide otra vez porque firmar es un acto suyo, con fecha y hora."


class ReturnForm(forms.Form):
    """What is wrong with the paper."""

    note = reason_field(
        "Qué hay que corregir",
        required="Escriba por qué se devuelve: quien lo pidió tiene que saber qué corregir.",
        help_text="Lo lee quien pidió la firma.",
    )


class HistoryFilter(forms.Form):
    """Which signatures of the history."""

    estado = choice_filter("Estado", SignatureRequest.State.choices)
    mias = choice_filter("De quién", [("pedi", "Las que pedí"), ("resolvi", "Las que resolví")], everything="Todas")
    desde_dia = day_field("Pedidas desde")
    palabra = forms.CharField(label="Qué es", required=False, max_length=80)
