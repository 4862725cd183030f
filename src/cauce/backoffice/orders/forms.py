"""Shapes of what is asked to issue, find and cancel an orden de pago."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from cauce.cashier.models import PaymentOrder
from cauce.core.periods import parse_period
from cauce.registry.models import Customer
from cauce.registry.rules.details import CustomerDetails, CustomerKind
from cauce.tariffs.rules.values import OneOffCharge
from cauce.ui.fields import choice_filter, day_field, key_field, offer

MOST_OF_A_SERVICE = Decimal("9999.99")
LARGEST_ADVANCE = Decimal("999999.99")
QUANTITY_PREFIX = "c_"
_TOO_MANY = "A lo más 9,999.99 de un servicio; si son más, emita otra orden."


class ServicesForm(forms.Form):
    """How many of each service of the law; the names are those of the address."""

    def __init__(self, *args: Any, services: Mapping[str, OneOffCharge], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, service in services.items():
            self.fields[f"{QUANTITY_PREFIX}{code}"] = forms.DecimalField(
                label=service.name,
                required=False,
                min_value=Decimal("0.01"),
                max_value=MOST_OF_A_SERVICE,
                decimal_places=2,
                error_messages={
                    "min_value": "La cantidad debe ser mayor que cero.",
                    "max_value": _TOO_MANY,
                    "max_decimal_places": "Escriba a lo más dos decimales.",
                    "invalid": "Escriba la cantidad con números: 1, 2.5.",
                },
                widget=forms.NumberInput(
                    attrs={"inputmode": "decimal", "autocomplete": "off", "step": "any", "placeholder": " "}
                ),
            )

    def clean(self) -> dict[str, Any]:
        """Something is asked for."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.asked():
            self.add_error(None, "Escriba la cantidad de al menos un servicio.")
        return cleaned

    def asked(self) -> dict[str, Decimal]:
        """Quantities by the code of the service."""
        return {name.removeprefix(QUANTITY_PREFIX): value for name, value in self.cleaned_data.items() if value}


class DebtForm(forms.Form):
    """To which day, and which periods."""

    al = forms.DateField(
        label="Adeudo al día",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="La orden sirve hasta ese día. Si se paga antes, se cobran los recargos de ese día.",
        error_messages={"required": "Elija hasta qué día.", "invalid": "Esa fecha no existe."},
    )
    cuales = forms.ChoiceField(choices=[("todo", "Todo"), ("vencido", "Sólo lo vencido"), ("elegidos", "Los marcados")])
    periodo = forms.MultipleChoiceField(label="Periodos", required=False)

    def __init__(self, *args: Any, periods: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["periodo"].choices = [(period, period) for period in periods]  # type: ignore[attr-defined]

    def chosen(self) -> set[date]:
        """The periods that were ticked."""
        return {parse_period(period) for period in self.cleaned_data["periodo"]}


class AdvanceForm(forms.Form):
    """How much stays in favour."""

    importe = forms.DecimalField(
        label="Importe del anticipo, pesos",
        min_value=Decimal("0.01"),
        max_value=LARGEST_ADVANCE,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off", "step": "0.01"}),
        error_messages={
            "required": "Escriba de cuánto es el anticipo.",
            "invalid": "Escriba el importe con números: 350.00.",
            "min_value": "El anticipo debe ser mayor que cero.",
            "max_value": "Un anticipo es de a lo más $999,999.99.",
        },
    )


class ConfirmForm(forms.Form):
    """What the person saw when they said yes, and the key of that yes."""

    llave = key_field()
    total = forms.DecimalField(max_digits=14, decimal_places=2, widget=forms.HiddenInput)


class WhomForm(forms.Form):
    """Whose order it is."""

    q = forms.CharField(label="Cuenta o persona", required=False, max_length=120)


class NewPersonForm(forms.Form):
    """Somebody without account who is to pay something."""

    name = forms.CharField(
        label="Nombre completo", max_length=200, error_messages={"required": "Escriba el nombre de la persona."}
    )
    kind = forms.ChoiceField(label="Tipo de persona", choices=Customer.Kind.choices)
    phone = forms.CharField(label="Teléfono", required=False, max_length=40)
    rfc = forms.CharField(label="RFC", required=False, max_length=20)

    def details(self) -> CustomerDetails:
        """What was captured, as the operation takes it."""
        return CustomerDetails(**(self.cleaned_data | {"kind": CustomerKind(self.cleaned_data["kind"])}))


class OrderFilter(forms.Form):
    """Which orders to list."""

    estado = choice_filter("Estado", PaymentOrder.State.choices, everything="Todas")
    tipo = choice_filter("Qué paga", PaymentOrder.Kind.choices, everything="Todo")
    emisor = forms.TypedChoiceField(label="Emitió", required=False, coerce=int, empty_value=None)
    dia = day_field("Emitida el")
    cuenta = forms.CharField(label="Cuenta, folio o nombre", required=False, max_length=80)

    def __init__(self, *args: Any, issuers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "emisor", issuers)


class CancelForm(forms.Form):
    """Why an order is cancelled."""

    llave = key_field()
    motivo = forms.CharField(
        label="¿Por qué se cancela?",
        max_length=400,
        error_messages={"required": "Escriba por qué se cancela la orden de pago."},
    )
