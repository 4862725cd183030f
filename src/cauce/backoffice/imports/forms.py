"""Shapes of what is asked when a file is imported."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cauce.imports.models import ImportBatch, ImportFinding, ImportKind


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

    gravedad = forms.ChoiceField(
        label="Gravedad", required=False, choices=[("", "Todas"), *ImportFinding.Severities.choices]
    )
    motivo = forms.ChoiceField(label="Motivo", required=False)
    texto = forms.CharField(label="Renglón o texto", required=False, max_length=80)

    def __init__(self, *args: Any, codes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motivo"].choices = [("", "Todos"), *codes]  # type: ignore[attr-defined]


class BatchFilter(forms.Form):
    """Which imports to look at."""

    clase = forms.ChoiceField(label="Archivo de", required=False, choices=[("", "Todos"), *ImportKind.choices])
    estado = forms.ChoiceField(label="Estado", required=False, choices=[("", "Todos"), *ImportBatch.State.choices])
