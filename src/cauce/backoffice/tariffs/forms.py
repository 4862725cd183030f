"""What the simulator, the laws, the sweeps and the watch list ask."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from cauce.billing.models import SweepDifference, WatchRule
from cauce.core.es_mx import format_long_period
from cauce.core.periods import format_period, parse_period
from cauce.registry.models import Route
from cauce.tariffs.models import Schedule as LoadedLaw
from cauce.tariffs.models import TariffCode
from cauce.tariffs.rules import Schedule, Usage
from cauce.ui.fields import choice_filter, offer, reason_field
from cauce.ui.reauthentication import ReauthenticatedForm

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


class _Files(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files, each as it came."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each of them, under the same rules."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(each, initial) for each in given]


class LawFilesForm(forms.Form):
    """The files of a law."""

    archivos = _FilesField(
        label="Archivos de la ley",
        widget=_Files(attrs={"multiple": True, "accept": ".yaml,.yml,.csv"}),
        help_text="ley.yaml, sus tablas (tarifa, cuota fija, derechos) y casos.csv si lo tiene, todos juntos.",
        error_messages={"required": "Elija los archivos de la ley: ley.yaml y sus tablas."},
    )


class LawReasonForm(forms.Form):
    """Why a pending law is left aside or taken up."""

    motivo = reason_field("Motivo", required="Escriba el motivo: queda en la historia de la ley.")


class PutInForceForm(ReauthenticatedForm):
    """The article by which more water may cost less at an edge, and the password."""

    fundamento = reason_field(
        "Fundamento de lo que baja",
        help_text="Sólo si alguna orilla de sus tablas baja: el artículo de la ley que lo dice así.",
    )
    field_order = ["fundamento", "password"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = "Se pide otra vez porque desde su fecha se cobra con esta ley."


class CompareForm(forms.Form):
    """Which law with which."""

    anterior = forms.ModelChoiceField(
        label="Ley de hoy",
        queryset=LoadedLaw.objects.none(),
        empty_label=None,
        error_messages={"required": "Elija la ley con que se cobra hoy."},
    )
    nueva = forms.ModelChoiceField(
        label="Ley que se compara",
        queryset=LoadedLaw.objects.none(),
        empty_label=None,
        error_messages={"required": "Elija la ley que se compara."},
    )

    def __init__(self, *args: Any, laws: QuerySet[LoadedLaw], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("anterior", "nueva"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = laws


class ComparedFilter(forms.Form):
    """Which accounts of a comparison."""

    quien = choice_filter("Quién", [("MAS", "Paga más"), ("MENOS", "Paga menos")])
    tarifa = choice_filter("Tarifa", everything="Todas")
    ruta = choice_filter("Ruta", everything="Todas")

    def __init__(self, *args: Any, routes: QuerySet[Route], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = TariffCode.objects.order_by("code")
        offer(self, "tarifa", [(code.pk, str(code)) for code in codes], everything="Todas")
        offer(self, "ruta", [(route.pk, route.number) for route in routes], everything="Todas")


class SweepForm(forms.Form):
    """Which month is computed again."""

    mes = forms.RegexField(
        r"^\d{4}-(0[1-9]|1[0-2])$",
        label="Mes facturado",
        widget=forms.TextInput(attrs={"type": "month"}),
        error_messages={"required": "Elija el mes.", "invalid": "Escriba el mes como 2026-09."},
    )


class SweepFilter(forms.Form):
    """Which differences of a sweep."""

    que = choice_filter("Qué no cuadra", SweepDifference.Kind.choices)


class WatchFilter(forms.Form):
    """Which findings of the watch list."""

    regla = choice_filter("Regla", everything="Todas")
    tarifa = choice_filter("Tarifa", everything="Todas")
    ruta = choice_filter("Ruta", everything="Todas")
    estado = choice_filter(
        "Estado", [("DESCARTADOS", "Descartados"), ("PASADOS", "Ya no se ven")], everything="Por atender"
    )

    def __init__(
        self,
        *args: Any,
        rules: QuerySet[WatchRule],
        codes: QuerySet[TariffCode],
        routes: QuerySet[Route],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "regla", [(rule.pk, rule.name) for rule in rules], everything="Todas")
        offer(self, "tarifa", [(code.pk, str(code)) for code in codes], everything="Todas")
        offer(self, "ruta", [(route.pk, route.number) for route in routes], everything="Todas")


class DismissFindingForm(forms.Form):
    """Why what a rule sees is no fault."""

    motivo = reason_field(
        "Por qué no es una falta",
        required="Escriba por qué no es una falta: queda en la historia de la cuenta.",
    )


class NormTextForm(forms.Form):
    """The published text of a law or regulation."""

    archivo = forms.FileField(
        label="Texto publicado (PDF)",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": "Elija el archivo con el texto publicado."},
    )
