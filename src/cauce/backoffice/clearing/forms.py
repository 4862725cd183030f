"""Shapes of what is asked about money in transit."""

from django import forms

from cauce.cashier.models import ClearingMatch, Desk
from cauce.ui.reauthentication import ReauthenticatedForm

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
PESOS = forms.TextInput(attrs={"inputmode": "decimal"})


class ItemFilter(forms.Form):
    """Which things in transit to list."""

    clase = forms.ChoiceField(label="Libro", required=False, choices=ClearingMatch.Kind.choices)
    dia = forms.DateField(label="Del día", required=False, widget=DATE)
    caja = forms.ModelChoiceField(
        label="Caja",
        required=False,
        queryset=Desk.objects.order_by("name"),
        to_field_name="code",
        empty_label="Todas",
    )
    texto = forms.CharField(label="Folio, cuenta o referencia", required=False, max_length=40)


class MatchForm(forms.Form):
    """What the bank says of the things that were chosen."""

    llave = forms.CharField(widget=forms.HiddenInput, max_length=60)
    kind = forms.ChoiceField(widget=forms.HiddenInput, choices=ClearingMatch.Kind.choices)
    bank_on = forms.DateField(
        label="Fecha del banco", widget=DATE, error_messages={"required": "Escriba la fecha en que lo abonó el banco."}
    )
    received = forms.DecimalField(
        label="Abonado", max_digits=12, decimal_places=2, widget=PESOS,
        help_text="Negativo si el banco cargó pagos que se cancelaron.",
        error_messages={"required": "Escriba cuánto abonó el banco."},
    )  # fmt: skip
    fee = forms.DecimalField(label="Comisión", required=False, max_digits=12, decimal_places=2, widget=PESOS)
    reference = forms.CharField(label="Referencia del banco", required=False, max_length=60)
    reason = forms.CharField(
        label="Si difiere, por qué", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReversalForm(ReauthenticatedForm):
    """Why a match is undone, and the password of who undoes it."""

    llave = forms.CharField(widget=forms.HiddenInput, max_length=60)
    reason = forms.CharField(
        label="Por qué se deshace",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Escriba por qué se deshace la conciliación."},
    )
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

    clase = forms.ChoiceField(label="Libro", required=False, choices=[("", "Todos"), *ClearingMatch.Kind.choices])
    desde_dia = forms.DateField(label="Banco desde", required=False, widget=DATE)
    hasta_dia = forms.DateField(label="Hasta", required=False, widget=DATE)
