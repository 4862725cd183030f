"""Which readings to look at."""

from typing import Any

from django import forms

from cauce.ui.fields import choice_filter, offer


class ReviewFilter(forms.Form):
    """Reason, route and reader."""

    motivo = choice_filter("Motivo")
    ruta = forms.CharField(label="Ruta", required=False, max_length=4)
    lecturista = forms.CharField(label="Lecturista", required=False, max_length=3)

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "motivo", reasons)
