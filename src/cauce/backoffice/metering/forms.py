"""What is asked when readings are reviewed and rounds are prepared."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from cauce.core.periods import format_period, parse_period
from cauce.metering.models import ReadingDecision
from cauce.metering.rules import BILLS_NAMES, SEVERITY_NAMES, Bills
from cauce.registry.models import CYCLES
from cauce.ui.fields import LONGEST_REASON, choice_filter, day_field, offer, reason_field
from cauce.users.models import User

OTHER = "otro"
KINDS = [
    (kind.value, kind.label)
    for kind in (
        ReadingDecision.Kind.ACCEPTED,
        ReadingDecision.Kind.CORRECTED,
        ReadingDecision.Kind.ESTIMATED,
        ReadingDecision.Kind.REVISIT,
        ReadingDecision.Kind.PARKED,
        ReadingDecision.Kind.REOPENED,
    )
]


class ReviewFilter(forms.Form):
    """Reason, route and reader."""

    motivo = choice_filter("Motivo")
    ruta = forms.CharField(label="Ruta", required=False, max_length=4)
    lecturista = forms.CharField(label="Lecturista", required=False, max_length=3)

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "motivo", reasons)


class MonthForm(forms.Form):
    """A month and a cycle."""

    mes = forms.CharField(label="Mes", required=False, widget=forms.TextInput(attrs={"type": "month"}))
    ciclo = choice_filter("Ciclo", CYCLES)

    def clean_mes(self) -> date | None:
        """The month, None when it was left empty.

        :raises forms.ValidationError: if it is not a month.
        """
        text = self.cleaned_data["mes"].strip()
        if not text:
            return None
        try:
            return parse_period(text)
        except ValueError as error:
            raise forms.ValidationError("Escriba el mes como 2026-10.") from error


class ListFilter(MonthForm):
    """What of the review list is wanted."""

    motivo = choice_filter("Motivo")
    ruta = forms.CharField(label="Ruta", required=False, max_length=4)
    lecturista = forms.CharField(label="Lecturista", required=False, max_length=3)
    gravedad = choice_filter("Gravedad", SEVERITY_NAMES.items())
    detiene = choice_filter("Qué hace", [("si", "Detiene el recibo"), ("no", "Sólo se lista")])

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], period: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "motivo", reasons)
        self.fields["mes"].initial = format_period(period)


class DecidedFilter(MonthForm):
    """Which decisions are wanted."""

    decision = choice_filter("Decisión", KINDS)


class ReasonForm(forms.Form):
    """Why it is decided so: one of the ready reasons, or another that is written."""

    frase = forms.ChoiceField(label="Motivo", required=False, widget=forms.RadioSelect)
    motivo = forms.CharField(
        label="Otro motivo",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, phrases: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["frase"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*((each, each) for each in phrases), (OTHER, "Otro, que escribo")]
        field.initial = phrases[0] if phrases else OTHER

    def clean(self) -> dict[str, Any]:
        """What was written rules over the ready reason."""
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("frase", "")
        reason = cleaned.get("motivo", "").strip() or ("" if chosen == OTHER else chosen)
        if not reason and "motivo" not in self.errors:
            self.add_error("motivo", "Elija un motivo o escriba por qué se decide así.")
        return {**cleaned, "reason": reason}


class CorrectForm(ReasonForm):
    """The figure that the meter really had."""

    value = forms.IntegerField(
        label="Lectura correcta",
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
        error_messages={
            "required": "Escriba la cifra que tiene el medidor.",
            "invalid": "Escriba sólo números, como 1254.",
            "min_value": "La lectura no puede ser menor que cero.",
        },
    )
    taken_on = day_field("Cuándo se leyó", help_text="Si la deja en blanco, vale la fecha de la lectura que hay.")


class EstimateForm(ReasonForm):
    """By which rule."""

    rule = forms.ChoiceField(
        label="Con qué se estima",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Elija con qué se estima.",
            "invalid_choice": "Esa regla no la deja la tabla de anomalías.",
        },
    )

    def __init__(self, *args: Any, rules: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rule"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(rules)
        field.initial = rules[0][0] if rules else None


class TogetherForm(ReasonForm):
    """What is decided of many at once."""

    what = forms.ChoiceField(
        label="Qué se decide",
        choices=[
            ("ACCEPTED", "Aceptar la lectura"),
            ("ESTIMATED/AVERAGE_6", f"Estimar con {BILLS_NAMES[Bills.AVERAGE_6]}"),
            ("ESTIMATED/PREVIOUS_PLUS_AVERAGE", f"Estimar con {BILLS_NAMES[Bills.PREVIOUS_PLUS_AVERAGE]}"),
            ("ESTIMATED/MINIMUM", f"Estimar con {BILLS_NAMES[Bills.MINIMUM]}"),
            ("REVISIT", "Segunda visita"),
            ("PARKED", "Apartar"),
        ],
        error_messages={"required": "Elija qué se decide."},
    )


class ReaderForm(forms.Form):
    """A reader and their user."""

    code = forms.CharField(
        label="Clave",
        max_length=3,
        help_text="La que escribe la terminal: tres letras o números.",
        error_messages={"required": "Escriba la clave de la terminal."},
    )
    name = forms.CharField(label="Nombre", max_length=120, error_messages={"required": "Escriba el nombre."})
    user = forms.ModelChoiceField(
        label="Usuario",
        required=False,
        queryset=User.objects.none(),
        empty_label="Sin usuario",
        help_text="Con él captura con el teléfono, y no decide sus propias lecturas.",
    )
    is_active = forms.BooleanField(label="Lee rutas", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["user"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = User.objects.filter(is_active=True, is_system=False).order_by("full_name")


class MoveForm(forms.Form):
    """Where an account of a route goes."""

    cuenta = forms.IntegerField(min_value=1)
    lugar = forms.IntegerField(
        label="Lugar",
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": "Escriba a qué lugar va.",
            "invalid": "El lugar es un número, como 12.",
            "min_value": "El primer lugar es el 1.",
        },
    )


class WalkForm(forms.Form):
    """The walk that is accepted, as it was shown."""

    huella = forms.CharField(widget=forms.HiddenInput)
    motivo = reason_field("Motivo", required="Escriba por qué se ordena así.")
