"""Shapes of what is captured of the padrón; what it may say is decided by its operations."""

from typing import Any

from django import forms

from cauce.backoffice.filters import RouteFilter
from cauce.registry.models import CYCLES, Account, Customer, Hold, Route
from cauce.registry.rules.details import AccountTerms, CustomerDetails, CustomerKind, PremisesDetails
from cauce.tariffs.models import TariffCode
from cauce.ui.fields import choice_filter, offer, reason_field

YES_NO = [("si", "Sí"), ("no", "No")]


class AccountFilter(forms.Form):
    """Which accounts to list."""

    estado = choice_filter("Estado", Account.State.choices)
    tarifa = forms.ModelChoiceField(
        label="Tarifa", required=False, queryset=TariffCode.objects.order_by("code"), empty_label="Todas"
    )
    ciclo = choice_filter("Ciclo", CYCLES)
    ruta = RouteFilter()
    medidor = choice_filter("Con medidor", YES_NO, everything="Todas")
    avisos = choice_filter("Con avisos", YES_NO, everything="Todas")


class FlagFilter(forms.Form):
    """Which doubtful fields to list."""

    aviso = choice_filter("Aviso")
    ruta = RouteFilter()

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "aviso", codes)


class ReasonForm(forms.Form):
    """Why the padrón changes; the base of every correction."""

    reason = reason_field(
        "Motivo del cambio",
        required="Escriba por qué cambia el padrón.",
        help_text="Queda en la historia de la cuenta: qué papel o qué visita lo respalda.",
    )


class AccountForm(ReasonForm):
    """The terms of an account."""

    tariff_code = forms.ModelChoiceField(label="Tarifa", queryset=TariffCode.objects.order_by("code"), empty_label=None)
    category = forms.CharField(label="Categoría", required=False, max_length=24)
    activity = forms.CharField(label="Giro", required=False, max_length=120)
    cycle = forms.TypedChoiceField(label="Ciclo", choices=CYCLES, coerce=int)
    route = forms.ModelChoiceField(
        label="Ruta", queryset=Route.objects.order_by("number"), to_field_name="number", empty_label=None
    )
    route_order = forms.IntegerField(label="Orden en la ruta", min_value=0)
    delivery_code = forms.CharField(label="Reparto", required=False, max_length=10)
    has_water = forms.BooleanField(label="Agua potable", required=False)
    has_sewerage = forms.BooleanField(label="Alcantarillado", required=False)
    has_treatment = forms.BooleanField(label="Tratamiento", required=False)
    dwellings = forms.IntegerField(label="Viviendas en la toma", min_value=1, max_value=999)
    diameter = forms.CharField(label="Diámetro de la toma", required=False, max_length=20)
    discharge_m3 = forms.IntegerField(label="Descarga mensual, m³", required=False, min_value=0)
    pupils = forms.IntegerField(label="Alumnos", required=False, min_value=0)
    exemption = forms.CharField(label="Exención", required=False, max_length=24)
    notes = forms.CharField(label="Observaciones", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def terms(self) -> AccountTerms:
        """What was captured, as the operation takes it."""
        captured = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        captured["tariff_code"] = captured["tariff_code"].code
        captured["route"] = captured["route"].number
        return AccountTerms(**captured)


class CustomerForm(ReasonForm):
    """Who the holder is and how to reach them."""

    name = forms.CharField(label="Nombre", max_length=200)
    kind = forms.ChoiceField(label="Tipo de persona", choices=Customer.Kind.choices)
    rfc = forms.CharField(label="RFC", required=False, max_length=20)
    curp = forms.CharField(label="CURP", required=False, max_length=24)
    phone = forms.CharField(label="Teléfono", required=False, max_length=40)
    email = forms.CharField(label="Correo", required=False, max_length=160)

    def details(self) -> CustomerDetails:
        """What was captured, as the operation takes it."""
        captured = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        captured["kind"] = CustomerKind(captured["kind"])
        return CustomerDetails(**captured)


class PremisesForm(ReasonForm):
    """Where the place is."""

    street = forms.CharField(label="Calle", max_length=160)
    exterior_number = forms.CharField(label="Número exterior", required=False, max_length=40)
    interior_number = forms.CharField(label="Número interior", required=False, max_length=40)
    colony = forms.CharField(label="Colonia", required=False, max_length=120)
    postal_code = forms.CharField(label="Código postal", required=False, max_length=10)
    latitude = forms.DecimalField(label="Latitud", required=False, max_digits=9, decimal_places=6)
    longitude = forms.DecimalField(label="Longitud", required=False, max_digits=9, decimal_places=6)

    def details(self) -> PremisesDetails:
        """What was captured, as the operation takes it."""
        return PremisesDetails(**{name: value for name, value in self.cleaned_data.items() if name != "reason"})


class HoldForm(forms.Form):
    """What stops, why and until when."""

    kind = forms.ChoiceField(label="Clase", choices=Hold.Kind.choices)
    reason = forms.CharField(
        label="Motivo",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Con el número de oficio, expediente o reporte, si lo hay.",
        error_messages={"required": "Escriba el motivo de la retención."},
    )
    stops_reduction = forms.BooleanField(label="Detiene la reducción del servicio", required=False, initial=True)
    stops_surcharges = forms.BooleanField(label="Detiene los recargos", required=False)
    stops_billing = forms.BooleanField(label="Detiene la facturación", required=False)
    valid_until = forms.DateField(
        label="Hasta",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Ese día ya no rige. En blanco: hasta que alguien la levante.",
    )


class LiftForm(forms.Form):
    """Why a hold is lifted."""

    reason = forms.CharField(
        label="¿Por qué se levanta?", max_length=400, error_messages={"required": "Escriba por qué se levanta."}
    )


class ResolutionForm(forms.Form):
    """How a doubtful field was attended."""

    resolution = forms.CharField(
        label="¿Cómo se atendió?",
        max_length=400,
        error_messages={"required": "Escriba qué se verificó o qué se corrigió."},
    )
