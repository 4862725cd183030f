"""Shapes of what is asked about a shared meter."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from cauce.registry.models import Account
from cauce.ui.fields import account_field, account_named, choice_filter, day_field, reason_field

MOST_PARTS = 999
IN_FORCE, ENDED = "vigente", "terminado"
PREFIX = "partes_"


class PartsForm(forms.Form):
    """How many parts each account bears, and from which month; the names are those of the address."""

    desde = forms.DateField(
        label="Desde el día primero de",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Diga desde qué mes: su día primero.",
            "invalid": "Escriba el día.",
        },
    )

    def __init__(self, data: Mapping[str, Any] | None, *, accounts: Sequence[Account], initial: Mapping[str, Any]):
        super().__init__(data, initial=dict(initial))
        for account in accounts:
            self.fields[f"{PREFIX}{account.pk}"] = forms.IntegerField(
                label=f"{account.number} · {account.holder.name}",
                required=False,
                min_value=1,
                max_value=MOST_PARTS,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={
                    "invalid": "Escriba partes enteras, como 2.",
                    "min_value": "Cada cuenta lleva al menos una parte; vacío si no comparte.",
                    "max_value": "Son demasiadas partes.",
                },
            )

    @property
    def parts(self) -> dict[int, int]:
        """Whole parts by account; who was left empty does not share."""
        said = self.cleaned_data
        return {
            int(name.removeprefix(PREFIX)): value
            for name, value in said.items()
            if name.startswith(PREFIX) and value is not None
        }

    @property
    def since(self) -> date:
        """The day from which it is divided so."""
        day: date = self.cleaned_data["desde"]
        return day


class ReasonForm(forms.Form):
    """Why it is divided so."""

    reason = reason_field("Por qué", required="Escriba por qué se reparte así el medidor.")


class EndForm(forms.Form):
    """Until when it is shared."""

    valid_until = day_field(
        "Último reparto antes del", required="Diga desde qué día primero de mes ya no se reparte.",
        help_text="El día primero del mes que ya no se reparte.",
    )  # fmt: skip


class ParentForm(forms.Form):
    """From whose connection one comes out."""

    parent = account_field("Cuenta de la que sale", required="Escriba el número de la cuenta.", is_required=False)
    hung_because = reason_field("Cómo se supo", required="Escriba cómo se supo: la orden, el plano o la visita.")

    def clean_parent(self) -> Account | None:
        """The account that was written; None if it was left blank.

        :raises forms.ValidationError: if there is no such account.
        """
        text = self.cleaned_data["parent"].strip()
        if not text:
            return None
        found = account_named(text)
        if found is None:
            raise forms.ValidationError(f"No hay una cuenta {text}: revise el número.")
        return found


class ShareFilter(forms.Form):
    """Which ones to list."""

    estado = choice_filter("Estado", [(IN_FORCE, "Vigente"), (ENDED, "Terminado")])
    texto = forms.CharField(label="Cuenta, medidor o nombre", required=False, max_length=60)
