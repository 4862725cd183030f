"""Shapes of what is asked about money in transit."""

from django import forms

from cauce.backoffice.filters import DeskFilter
from cauce.cashier.models import ClearingMatch
from cauce.ui.fields import choice_filter, day_field, key_field, pesos_field, reason_field
from cauce.ui.reauthentication import ReauthenticatedForm


class ItemFilter(forms.Form):
    """Which things in transit to list."""

    clase = forms.ChoiceField(label="Libro", required=False, choices=ClearingMatch.Kind.choices)
    dia = day_field("Del día")
    caja = DeskFilter()
    texto = forms.CharField(label="Folio, cuenta o referencia", required=False, max_length=40)


class MatchForm(forms.Form):
    """What the bank says of the things that were chosen."""

    llave = key_field()
    kind = forms.ChoiceField(widget=forms.HiddenInput, choices=ClearingMatch.Kind.choices)
    bank_on = day_field("Fecha del banco", required="Escriba la fecha en que lo abonó el banco.")
    received = pesos_field(
        "Abonado",
        least=None,
        help_text="Negativo si el banco cargó pagos que se cancelaron.",
        errors={"required": "Escriba cuánto abonó el banco."},
    )
    fee = pesos_field("Comisión", is_required=False, least=None)
    reference = forms.CharField(label="Referencia del banco", required=False, max_length=60)
    reason = reason_field("Si difiere, por qué")


class ReversalForm(ReauthenticatedForm):
    """Why a match is undone, and the password of who undoes it."""

    llave = key_field()
    reason = reason_field("Por qué se deshace", required="Escriba por qué se deshace la conciliación.")
    field_order = ("llave", "reason", "password")


class LinesForm(forms.Form):
    """Lines of the bank's statement, pasted or in a file."""

    text = forms.CharField(
        label="Renglones del estado de cuenta",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "placeholder": "15/10/2026  DEP 0012  12,450.00"}
        ),
        help_text="Uno por renglón: fecha, referencia e importe, como salen al copiarlos de una hoja de cálculo.",
    )
    file = forms.FileField(
        label="O un archivo CSV",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    def clean(self) -> dict[str, object]:
        """The text, from where it was given."""
        given = super().clean() or {}
        sent = given.get("file")
        if sent is not None:
            content = sent.read()
            try:
                given["text"] = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                given["text"] = content.decode("cp1252", errors="replace")
        if not str(given.get("text") or "").strip():
            raise forms.ValidationError("Pegue los renglones del estado de cuenta o elija el archivo.")
        return given


class MatchFilter(forms.Form):
    """Which matches to list."""

    clase = choice_filter("Libro", ClearingMatch.Kind.choices)
    desde_dia = day_field("Banco desde")
    hasta_dia = day_field("Hasta")
