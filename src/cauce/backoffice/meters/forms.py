"""Shapes of what is asked of the park: filters, a meter's facts, a test's litres, why something is decided."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from cauce.backoffice.filters import RouteFilter
from cauce.metering.models import BenchTest, Meter, ParkMeter, ParkSnapshot, ReplacementProposal
from cauce.metering.queries.park import figures_kept
from cauce.metering.rules.bench import Standard
from cauce.metering.rules.park import AGE_BANDS, NO_BAND, REASON_NAMES
from cauce.registry.models import Sector
from cauce.tariffs.rules import USE_CLASS_NAMES
from cauce.ui.fields import choice_filter, day_field, key_field, offer, reason_field

NOTHING_KNOWN = "SIN"
USES = [(each.value, name) for each, name in USE_CLASS_NAMES.items()]
BANDS = [*((band.code, band.name) for band in AGE_BANDS), (NO_BAND, "Sin fecha de instalación")]
_DECIMALS = {"inputmode": "decimal", "autocomplete": "off"}


class SectorFilter(forms.ModelChoiceField):
    """A sector, or all of them."""

    def __init__(self) -> None:
        super().__init__(label="Sector", required=False, queryset=Sector.objects.order_by("name"), empty_label="Todos")


class ParkFilter(forms.Form):
    """Of which part of the town the figures are."""

    ruta = RouteFilter()
    sector = SectorFilter()
    uso = choice_filter("Uso", USES)


class MeterFilter(ParkFilter):
    """Which meters a list shows; each figure of the park leads to one of these."""

    estado = choice_filter("Estado", ParkMeter.State.choices)
    marca = choice_filter("Marca", everything="Todas")
    diametro = choice_filter("Diámetro")
    antiguedad = choice_filter("Antigüedad", BANDS, everything="Toda")
    clase = choice_filter("Clase", everything="Todas")
    parado = choice_filter("Parado", [("SI", "Sí"), ("NO", "No")])
    garantia = choice_filter("En garantía", [("SI", "Sí"), ("NO", "No")])
    sospecha = choice_filter("Sospecha", [("SI", "Cualquiera"), *REASON_NAMES.items(), ("NO", "Ninguna")])
    serie = forms.CharField(label="Serie", required=False, max_length=24, widget=forms.TextInput(attrs={"size": 14}))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        offer_kinds(self)


class SuspectFilter(ParkFilter):
    """Which suspects are ranked."""

    marca = choice_filter("Marca", everything="Todas")
    motivo = choice_filter("Motivo", REASON_NAMES.items())
    se_paga_en = choice_filter(
        "Se paga en", [("12", "un año o menos"), ("24", "dos años o menos"), ("36", "tres años o menos")]
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        offer_kinds(self)


def offer_kinds(form: forms.Form) -> None:
    """Put in the filters the brands, diameters and classes that the last park told, which are counted already."""
    kept = ParkSnapshot.objects.order_by("-day").values_list("figures", flat=True).first()
    figures = figures_kept(kept or [])
    for name, everything in (("marca", "Todas"), ("diametro", "Todos"), ("clase", "Todas")):
        if name in form.fields:
            known = sorted(figure.key for figure in figures if figure.cut == name and figure.key)
            offer(form, name, [*((each, each) for each in known), (NOTHING_KNOWN, "Sin dato")], everything=everything)


class TestFilter(forms.Form):
    """Which tests a list shows."""

    resultado = choice_filter("Resultado", BenchTest.Verdict.choices)
    desde_dia = day_field("Desde")
    hasta_dia = day_field("Hasta")
    serie = forms.CharField(label="Serie", required=False, max_length=24)


class ProposalFilter(forms.Form):
    """Which proposals a list shows."""

    estado = choice_filter("Estado", ReplacementProposal.State.choices, everything="Todas")


class FactsForm(forms.Form):
    """What a meter is."""

    brand = forms.CharField(label="Marca", required=False, max_length=40)
    diameter = forms.CharField(label="Diámetro", required=False, max_length=20, help_text="Como 1/2 o 3/4.")
    model_name = forms.CharField(label="Modelo", required=False, max_length=40)
    accuracy_class = forms.CharField(
        label="Clase metrológica", required=False, max_length=12, help_text="Como B o R100."
    )


class PutAwayForm(forms.Form):
    """Where a meter that is in no account is."""

    where = forms.ChoiceField(label="Dónde queda", choices=Meter.PutAway.choices, error_messages={"required": "Elija."})
    reason = reason_field("Por qué", required="Escriba por qué queda así.")


class BenchTestForm(forms.Form):
    """What the act of a test says: who, where, by which standard, and the litres at each flow."""

    tested_on = day_field("Fecha de la prueba", required="Escriba la fecha de la prueba.")
    bench = forms.CharField(label="Banco", max_length=80, error_messages={"required": "Escriba qué banco la hizo."})
    tester = forms.CharField(
        label="Quién la hizo", max_length=120, error_messages={"required": "Escriba quién hizo la prueba."}
    )
    certificate = forms.CharField(
        label="Folio del certificado", max_length=60, error_messages={"required": "Escriba el folio del certificado."}
    )
    note = reason_field("Observaciones")
    llave = key_field()

    def __init__(self, data: Any = None, *, standard: Standard, is_correction: bool, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.standard = standard
        for flow in standard.flows:
            self.fields[_passed(flow.name)] = _litres(f"{flow.name}: litros que pasaron")
            self.fields[_registered(flow.name)] = _litres(f"{flow.name}: litros que registró", least=Decimal(0))
        if is_correction:
            self.fields["note"] = reason_field("Por qué se corrige", required="Escriba por qué se corrige la prueba.")

    @property
    def flows(self) -> Iterator[tuple[Any, Any, Any]]:
        """Each flow with its two fields, to be drawn side by side."""
        for flow in self.standard.flows:
            yield flow, self[_passed(flow.name)], self[_registered(flow.name)]

    def litres(self) -> dict[str, tuple[Decimal, Decimal]]:
        """What passed and what was registered at each flow."""
        said = self.cleaned_data
        return {flow.name: (said[_passed(flow.name)], said[_registered(flow.name)]) for flow in self.standard.flows}


class ProposeForm(forms.Form):
    """Which meters are proposed to be changed, and why."""

    medidor = forms.MultipleChoiceField(error_messages={"required": "Marque al menos un medidor de la lista."})
    reason = reason_field("Por qué se propone", required="Escriba por qué se propone el reemplazo.")
    llave = key_field()

    def __init__(self, data: QueryDict | None = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        sent = [] if data is None else [each for each in data.getlist("medidor") if each.isdecimal()]
        self.fields["medidor"].choices = [(each, each) for each in sent]  # type: ignore[attr-defined]


class ApproveForm(forms.Form):
    """What is noted when it is approved."""

    note = reason_field("Observaciones")


class DecisionForm(forms.Form):
    """Why a proposal is refused or taken back."""

    note = reason_field("Por qué", required="Escriba por qué.")


def _passed(flow: str) -> str:
    return f"paso_{flow}"


def _registered(flow: str) -> str:
    return f"registro_{flow}"


def _litres(label: str, least: Decimal = Decimal("0.01")) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=least,
        max_digits=8,
        decimal_places=2,
        widget=forms.TextInput(attrs=_DECIMALS),
        error_messages={
            "required": "Escriba los litros.",
            "invalid": "Escriba los litros, como 99.5.",
            "min_value": "Los litros que pasaron son más de cero.",
        },
    )
