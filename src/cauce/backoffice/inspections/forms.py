"""Shapes of the agenda of aforos."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from cauce.registry.models import Sector
from cauce.ui.fields import NUMBERS, account_field, choice_filter, day_field, key_field, reason_field
from cauce.users.models import User
from cauce.workorders.models import AgendaSlot, HomeInspection, InspectionAct, InspectionReminder, Technician
from cauce.workorders.operations import MOST_PLACES, InspectionReport
from cauce.workorders.rules.inspections import MOST_OF_A_FIXTURE, MOST_PERSONS, Basis

WEEKDAYS = [(0, "Lunes"), (1, "Martes"), (2, "Miércoles"), (3, "Jueves"), (4, "Viernes")]
WHEN = "%Y-%m-%dT%H:%M"


class InspectionFilter(forms.Form):
    """Which aforos to list."""

    estado = choice_filter("Estado", HomeInspection.State.choices)
    tecnico = choice_filter("Técnico")
    conclusion = choice_filter("Conclusión", InspectionAct.Conclusion.choices, everything="Todas")
    del_dia = day_field("Del")
    al_dia = day_field("Al")
    cuenta = forms.CharField(label="Folio o cuenta", required=False, max_length=14)


class PlaceForm(forms.Form):
    """The half day whose button was pressed; going over what it holds is asked apart."""

    slot = forms.ModelChoiceField(
        queryset=AgendaSlot.objects.select_related("technician__user"),
        label="Lugar",
        error_messages={"required": "Elija un lugar de la agenda.", "invalid_choice": "Elija un lugar de la agenda."},
    )
    over_capacity = forms.BooleanField(label="Pasar del cupo de ese medio día", required=False)


class BookingForm(PlaceForm):
    """Whom the technician will find and what for."""

    llave = key_field()
    account = account_field("Cuenta", required="Escriba la cuenta a la que se hará el aforo.")
    contact_name = forms.CharField(
        label="Quién recibe", max_length=160, error_messages={"required": "Escriba quién recibirá al técnico."}
    )
    contact_phone = forms.CharField(
        label="Teléfono", max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    matter = forms.CharField(
        label="Motivo",
        max_length=160,
        error_messages={"required": "Escriba el motivo: consumo alto, posible fuga, prueba del medidor…"},
    )
    detail = forms.CharField(label="Detalle", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    is_charged = forms.BooleanField(label="Se cobra", required=False)
    over_reason = forms.CharField(label="Por qué se pasa del cupo", required=False, max_length=160)


class MoveForm(PlaceForm):
    """Why an aforo goes to another half day."""

    reason = forms.CharField(
        label="Por qué se reprograma",
        max_length=160,
        error_messages={"required": "Escriba por qué se reprograma y quién lo pidió."},
    )


class AgainForm(PlaceForm):
    """Another place for an aforo in which nobody was found: there is nothing else to say."""


class MissForm(forms.Form):
    """What was seen when nobody was found."""

    note = forms.CharField(label="Qué se vio", required=False, max_length=160)


class CancelForm(forms.Form):
    """Why it is given up."""

    reason = reason_field("Por qué se cancela", required="Escriba por qué se cancela el aforo y quién lo pidió.")


class ReminderForm(forms.Form):
    """How somebody was reminded and what they said."""

    means = forms.ChoiceField(label="Medio", choices=InspectionReminder.Means.choices)
    outcome = forms.CharField(label="Qué dijo", required=False, max_length=160)


class OpeningForm(forms.Form):
    """Which half days to open, in bulk."""

    technicians = forms.ModelMultipleChoiceField(
        label="Técnicos",
        queryset=Technician.objects.filter(is_active=True).select_related("user").order_by("user__full_name"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Marque al menos un técnico."},
    )
    first = day_field("Desde", required="Escriba desde qué día.")
    last = day_field("Hasta", required="Escriba hasta qué día.")
    weekdays = forms.TypedMultipleChoiceField(
        label="Días de la semana",
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Marque al menos un día de la semana."},
    )
    halves = forms.MultipleChoiceField(
        label="Medios días",
        choices=AgendaSlot.Half.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Marque la mañana, la tarde o las dos."},
    )
    places = forms.IntegerField(
        label="Lugares",
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        help_text="En blanco: los de cada técnico.",
    )
    sector = forms.ModelChoiceField(
        label="Sector",
        required=False,
        queryset=Sector.objects.order_by("name"),
        empty_label="El de la primera casa",
    )


class SlotForm(forms.Form):
    """What a half day holds and where it is spent."""

    places = forms.IntegerField(
        label="Lugares",
        min_value=1,
        max_value=MOST_PLACES,
        error_messages={"required": "Escriba cuántos lugares tiene."},
    )
    sector = forms.ModelChoiceField(
        label="Sector", required=False, queryset=Sector.objects.order_by("name"), empty_label="El de la primera casa"
    )


class CloseForm(forms.Form):
    """Why nobody goes."""

    reason = forms.CharField(
        label="Por qué se cierra",
        max_length=120,
        error_messages={"required": "Escriba por qué se cierra: incapacidad, vehículo en taller, otra comisión…"},
    )


class TechnicianForm(forms.Form):
    """Who makes aforos and how many in a half day."""

    user = forms.ModelChoiceField(
        label="Persona",
        queryset=User.objects.filter(is_active=True, is_system=False).order_by("full_name"),
        error_messages={"required": "Elija a la persona."},
    )
    morning_places = forms.IntegerField(label="En la mañana", min_value=0, max_value=MOST_PLACES, initial=4)
    afternoon_places = forms.IntegerField(label="En la tarde", min_value=0, max_value=MOST_PLACES, initial=3)
    is_active = forms.BooleanField(label="En servicio", required=False, initial=True)


class ActForm(forms.Form):
    """What the act tells, in the order of the paper."""

    received_by = forms.CharField(
        label="Quién atendió", max_length=160, error_messages={"required": "Escriba quién atendió al técnico."}
    )
    inspected_at = forms.DateTimeField(
        label="Cuándo fue",
        input_formats=[WHEN, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format=WHEN, attrs={"type": "datetime-local"}),
        error_messages={"required": "Escriba el día y la hora de la visita."},
    )
    meter_serial = forms.CharField(label="Medidor visto", required=False, max_length=24)
    reading = forms.IntegerField(
        label="Lectura", required=False, min_value=0, max_value=99_999_999, widget=forms.TextInput(attrs=NUMBERS)
    )
    persons = forms.IntegerField(
        label="Personas", required=False, min_value=0, max_value=MOST_PERSONS, widget=forms.TextInput(attrs=NUMBERS)
    )
    leaks = forms.CharField(
        label="Fugas encontradas", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    test_litres = forms.DecimalField(
        label="Litros vaciados",
        required=False,
        max_digits=8,
        decimal_places=2,
        widget=forms.TextInput(attrs=NUMBERS),
    )
    registered_litres = forms.DecimalField(
        label="Litros que registró el medidor",
        required=False,
        max_digits=8,
        decimal_places=2,
        widget=forms.TextInput(attrs=NUMBERS),
    )
    conclusion = forms.ChoiceField(
        label="Conclusión",
        choices=InspectionAct.Conclusion.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Elija la conclusión del aforo."},
    )
    recommendations = forms.CharField(
        label="Recomendaciones", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    was_signed = forms.BooleanField(label="Firmó quien atendió", required=False)

    def __init__(self, basis: Basis, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [fixture.code for fixture in basis.fixtures]
        for fixture in basis.fixtures:
            self.fields[f"mueble_{fixture.code}"] = forms.IntegerField(
                label=fixture.name,
                required=False,
                min_value=0,
                max_value=MOST_OF_A_FIXTURE,
                widget=forms.TextInput(attrs=NUMBERS),
            )

    @property
    def fixtures(self) -> list[forms.BoundField]:
        """The fields of the counts."""
        return [self[f"mueble_{code}"] for code in self.codes]

    def clean_inspected_at(self) -> datetime:
        """The moment, in the utility's time zone."""
        moment: datetime = self.cleaned_data["inspected_at"]
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    def told(self) -> InspectionReport:
        """The act as the operation takes it."""
        said = self.cleaned_data
        names = (
            "received_by", "inspected_at", "meter_serial", "reading", "persons", "leaks", "test_litres",
            "registered_litres", "conclusion", "recommendations", "was_signed",
        )  # fmt: skip
        fixtures = {code: said[f"mueble_{code}"] or 0 for code in self.codes}
        return InspectionReport(**{name: said[name] for name in names}, fixtures=fixtures)
