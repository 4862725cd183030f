"""Shapes of a suplencia and of a day of rest."""

from datetime import timedelta
from typing import Any

from django import forms

from cauce.ui.fields import day_field
from cauce.users.models import User
from cauce.users.roles import ROLES


class SubstitutionForm(forms.Form):
    """Who substitutes whom, by which document and when."""

    absent = forms.ModelChoiceField(label="Quién se ausenta", queryset=User.objects.none(), empty_label="Elija…")
    role = forms.ChoiceField(label="Puesto que se suple", choices=[(role.code, role.label) for role in ROLES])
    substitute = forms.ModelChoiceField(label="Quién lo suple", queryset=User.objects.none(), empty_label="Elija…")
    document_number = forms.CharField(
        label="Oficio", max_length=60, error_messages={"required": "Escriba el número del oficio."}
    )
    reason = forms.CharField(label="Motivo", max_length=160, error_messages={"required": "Escriba el motivo."})
    valid_from = day_field("Desde", required="Escriba el primer día.")
    last_day = day_field("Hasta", required="Escriba el último día.", help_text="Ese día todavía cuenta.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(is_system=False, is_active=True).order_by("full_name")
        for name in ("absent", "substitute"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = staff

    def said(self) -> dict[str, Any]:
        """What was written, as the operation takes it."""
        kept = dict(self.cleaned_data)
        return kept | {"valid_until": kept.pop("last_day") + timedelta(days=1)}


class HolidayForm(forms.Form):
    """A day of rest."""

    day = day_field("Día", required="Escriba el día.")
    name = forms.CharField(label="Nombre", max_length=120, error_messages={"required": "Escriba cómo se llama."})
    legal_basis = forms.CharField(
        label="Fundamento", max_length=200, error_messages={"required": "Escriba qué lo dispone."}
    )
