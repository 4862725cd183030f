"""A form to look at: one field of each kind, some of them wrong."""

from django import forms


class SampleForm(forms.Form):
    """Fields of every kind; nothing is saved."""

    name = forms.CharField(label="Nombre completo", max_length=80, help_text="Como está en su identificación.")
    cycle = forms.ChoiceField(label="Ciclo", choices=[("1", "Ciclo 1"), ("2", "Ciclo 2"), ("3", "Ciclo 3")])
    opened_on = forms.DateField(label="Fecha de alta", widget=forms.DateInput(attrs={"type": "date"}))
    amount = forms.DecimalField(label="Importe", min_value=0, decimal_places=2)
    reason = forms.CharField(label="Motivo", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agrees = forms.BooleanField(label="Leí el aviso de privacidad al usuario")
