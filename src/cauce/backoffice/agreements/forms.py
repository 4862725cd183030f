"""Shapes of what is asked of an agreement."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from cauce.agreements.models import PaymentAgreement
from cauce.agreements.rules import Terms
from cauce.core.money import ZERO
from cauce.core.periods import parse_period
from cauce.registry.models import Customer
from cauce.registry.rules.details import CustomerDetails, CustomerKind
from cauce.ui.fields import choice_filter, day_field, key_field, pesos_field, reason_field

Capacity = PaymentAgreement.Capacity


class TermsForm(forms.Form):
    """What somebody asks for and who signs it; the names are those of the address."""

    enganche = pesos_field(
        "Enganche, pesos", least=ZERO, errors={"required": "Escriba de cuánto es el enganche; cero si no da."}
    )
    parcialidades = forms.IntegerField(
        label="Parcialidades",
        min_value=1,
        max_value=60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": "Escriba en cuántas parcialidades.",
            "invalid": "Escriba un número de parcialidades, como 6.",
            "min_value": "Al menos una parcialidad.",
            "max_value": "A lo más 60 parcialidades.",
        },
    )
    primera = day_field("Primera parcialidad", help_text="Si no es día hábil, pasa al siguiente.")
    condonar = pesos_field(
        "Recargos que se condonan", is_required=False, least=ZERO, errors={"min_value": "No puede ser negativo."}
    )
    firma = forms.ChoiceField(label="Firma", choices=Capacity.choices, widget=forms.RadioSelect)
    firmante = forms.CharField(
        label="Quién firma", required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    obligado = forms.IntegerField(required=False, widget=forms.HiddenInput)
    nombre_aval = forms.CharField(
        label="Aval", required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    aval = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reestructura = forms.IntegerField(required=False, widget=forms.HiddenInput)
    periodo = forms.MultipleChoiceField(label="También entran", required=False)

    def offer_periods(self, periods: Sequence[str]) -> None:
        """Let these billed periods that are not due yet be ticked."""
        self.fields["periodo"].choices = [(period, period) for period in periods]  # type: ignore[attr-defined]

    def terms(self) -> Terms:
        """What was asked for, as the rules take it."""
        return Terms(
            down_payment=self.cleaned_data["enganche"],
            instalments=self.cleaned_data["parcialidades"],
            first_due_on=self.cleaned_data["primera"],
            waived=self.cleaned_data["condonar"] or ZERO,
            also=tuple(parse_period(period) for period in self.cleaned_data["periodo"]),
        )


class ProposalForm(forms.Form):
    """The yes to what the simulator says: its key, the carta poder, and why when it goes to be authorised."""

    llave = key_field()
    carta = forms.FileField(
        label="Carta poder",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        help_text="PDF o foto, con la identificación de quien la firma.",
    )
    motivo = reason_field(
        "Por qué se pide",
        required="Escriba por qué se pide: lo lee quien autoriza.",
        help_text="Lo lee quien autoriza: qué pasó y por qué conviene aceptarlo.",
    )

    def __init__(self, *args: Any, is_request: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motivo"].required = is_request


class SignerForm(forms.Form):
    """Somebody who signs and is not in the padrón."""

    nombre = forms.CharField(
        label="Nombre completo", max_length=200, error_messages={"required": "Escriba el nombre de quien firma."}
    )
    telefono = forms.CharField(label="Teléfono", required=False, max_length=40)
    rfc = forms.CharField(label="RFC", required=False, max_length=20)

    def details(self) -> CustomerDetails:
        """What was captured, as the operation takes it."""
        said = self.cleaned_data
        return CustomerDetails(
            name=said["nombre"], kind=CustomerKind(Customer.Kind.PERSON), phone=said["telefono"], rfc=said["rfc"]
        )


class GrantForm(forms.Form):
    """The yes to a request, with what is to be observed."""

    note = reason_field("Observaciones")


class RefusalForm(forms.Form):
    """Why a request is refused."""

    note = reason_field("Por qué se niega", required="Escriba por qué se niega: se le dirá a quien lo pidió.")


class EndForm(forms.Form):
    """Why an agreement is withdrawn or cancelled."""

    llave = key_field()
    reason = reason_field("Por qué", required="Escriba por qué.")


class KeyForm(forms.Form):
    """The key of an act that is done once."""

    llave = key_field()


class KeepForm(forms.Form):
    """Where the signed papers are kept."""

    where = forms.CharField(
        label="Dónde quedan",
        max_length=120,
        initial="Caja fuerte",
        error_messages={"required": "Escriba dónde quedan los pagarés: la caja fuerte, el expediente."},
    )


HEALTH = [
    ("vencidos", "Con pagarés vencidos"),
    ("por-vencer", "Con pagarés por vencer en 7 días"),
    ("corriente", "Al corriente"),
]


class AgreementFilter(forms.Form):
    """Which agreements to list."""

    estado = choice_filter("Estado", PaymentAgreement.State.choices)
    pago = choice_filter("Cómo va", HEALTH)
    texto = forms.CharField(label="Folio, cuenta o nombre", required=False, max_length=80)
    desde_dia = day_field("Pedido desde")
    hasta_dia = day_field("Hasta")


class MonitorFilter(forms.Form):
    """Since when the agreements are counted."""

    desde_dia = day_field("Firmados desde")

    def since(self, otherwise: date) -> date:
        """The day that was chosen."""
        chosen: date | None = self.cleaned_data.get("desde_dia") if self.is_valid() else None
        return chosen or otherwise
