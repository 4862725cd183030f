"""Shapes of what is asked when a file is imported."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cauce.imports.models import ImportBatch, ImportFinding, ImportKind
from cauce.ui.fields import choice_filter, offer


class UploadForm(forms.Form):
    """The kind of file and the file."""

    kind = forms.ChoiceField(label="¿Qué archivo es?", error_messages={"required": "Elija qué archivo es."})
    file = forms.FileField(
        label="Archivo",
        allow_empty_file=True,
        error_messages={"required": "Elija el archivo en su equipo."},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/plain,text/csv"}),
    )

    def __init__(self, *args: Any, kinds: Sequence[ImportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]


class FindingFilter(forms.Form):
    """Which findings to look at."""

    gravedad = choice_filter("Gravedad", ImportFinding.Severities.choices, everything="Todas")
    motivo = choice_filter("Motivo")
    texto = forms.CharField(label="Renglón o texto", required=False, max_length=80)

    def __init__(self, *args: Any, codes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "motivo", codes)


class BatchFilter(forms.Form):
    """Which imports to look at."""

    clase = choice_filter("Archivo de", ImportKind.choices)
    estado = choice_filter("Estado", ImportBatch.State.choices)
