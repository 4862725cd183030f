"""What the simulator asks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from cauce.core.es_mx import format_long_period
from cauce.core.periods import format_period, parse_period
from cauce.tariffs.rules import Schedule, Usage

LARGEST_VOLUME_M3 = 1_000_000


class WhenForm(forms.Form):
    """The month, which decides by which law the rest is asked."""

    mes = forms.ChoiceField(label="Periodo")

    def __init__(self, *args: Any, periods: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mes"].choices = [  # type: ignore[attr-defined]
            (format_period(period), format_long_period(period).capitalize()) for period in reversed(periods)
        ]


class SimulatorForm(WhenForm):
    """A use to be priced; the names are those of the address, so that a simulation can be shared."""

    clave = forms.ChoiceField(label="Clave")
    m3 = forms.IntegerField(
        label="Consumo en m³",
        min_value=0,
        max_value=LARGEST_VOLUME_M3,
        error_messages={"required": "Escriba los m³, o marque «Sin medidor»."},
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )
    sin_medidor = forms.BooleanField(label="Sin medidor (cuota fija)", required=False)
    categoria = forms.ChoiceField(label="Categoría", required=False)
    drenaje = forms.BooleanField(label="Alcantarillado", required=False)
    tratamiento = forms.BooleanField(label="Tratamiento", required=False)
    viviendas = forms.IntegerField(label="Viviendas en la toma", required=False, min_value=1, max_value=999)
    alumnos = forms.IntegerField(label="Alumnos", required=False, min_value=0, max_value=99_999)
    exencion = forms.ChoiceField(label="Exención", required=False)
    lectura_anterior = forms.DateField(
        label="Fecha de la lectura anterior", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    lectura_actual = forms.DateField(
        label="Fecha de la lectura actual", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    solo_descarga = forms.BooleanField(label="Pozo propio: sólo descarga al drenaje", required=False)
    m3_descargados = forms.IntegerField(
        label="m³ descargados (aforo)", required=False, min_value=0, max_value=LARGEST_VOLUME_M3
    )

    PARTICULARS = (
        "viviendas",
        "categoria",
        "lectura_anterior",
        "lectura_actual",
        "alumnos",
        "exencion",
        "m3_descargados",
        "solo_descarga",
    )

    def __init__(self, *args: Any, periods: Sequence[date], law: Schedule, **kwargs: Any) -> None:
        super().__init__(*args, periods=periods, **kwargs)
        # A browser must not ask for a volume that the use has not.
        self.fields["m3"].required = not (self["sin_medidor"].value() or self["solo_descarga"].value())
        categories = sorted({category for _, category in law.flat_fees.fees if category})
        choices: dict[str, list[tuple[str, str]]] = {
            "clave": [(code, f"{code} {entry.name}") for code, entry in law.tariff_codes.items()],
            "categoria": [("", "Ninguna"), *((category, category.capitalize()) for category in categories)],
            "exencion": [("", "Ninguna"), *((code, item.name) for code, item in law.parameters.exemptions.items())],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two readings are needed to count the days between them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("lectura_anterior")) != bool(cleaned.get("lectura_actual")):
            self.add_error("lectura_actual", "Ponga las dos fechas de lectura, o ninguna.")
        return cleaned

    @property
    def has_particulars(self) -> bool:
        """Whether one of the rarer facts is given, so that they are shown open."""
        return any(self[name].value() for name in self.PARTICULARS if name != "viviendas") or self[
            "viviendas"
        ].value() not in ("", "1", None)

    def usage(self) -> Usage:
        """The use as the rules take it; only of a valid form."""
        facts = self.cleaned_data
        is_metered = not facts["sin_medidor"] and not facts["solo_descarga"]
        return Usage(
            tariff_code=facts["clave"],
            period=parse_period(facts["mes"]),
            m3=facts["m3"] if is_metered else None,
            category=facts["categoria"] or None,
            has_water=not facts["solo_descarga"],
            has_sewerage=facts["drenaje"],
            has_treatment=facts["tratamiento"],
            discharge_m3=facts["m3_descargados"] if facts["solo_descarga"] else None,
            dwellings=facts["viviendas"] or 1,
            exemption=facts["exencion"] or None,
            pupils=facts["alumnos"],
            read_from=facts["lectura_anterior"],
            read_until=facts["lectura_actual"],
        )
