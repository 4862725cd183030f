"""Shapes of what is announced and handed out."""

from datetime import datetime
from typing import Any

from django import forms

from cauce.announcements.models import Announcement, Offering, SupplyTurn
from cauce.registry.models import Account, Route, Sector
from cauce.ui.fields import choice_filter, day_field, key_field, reason_field

MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class AnnouncementFilter(forms.Form):
    """Which announcements are shown."""

    cuando = choice_filter(
        "Cuándo", [("VIGENTES", "Vigentes"), ("PROXIMOS", "Próximos"), ("PASADOS", "Terminados")], everything="Todos"
    )
    clase = choice_filter("Clase", Announcement.Kind.choices, everything="Todas")


class AnnouncementForm(forms.Form):
    """What is announced and to whom."""

    llave = key_field()
    kind = forms.ChoiceField(label="Clase", choices=Announcement.Kind.choices)
    title = forms.CharField(label="Título", max_length=120, error_messages={"required": "Escriba el título del aviso."})
    starts_at = forms.DateTimeField(
        label="Desde",
        input_formats=MOMENT_FORMATS,
        widget=MOMENT,
        error_messages={"required": "Escriba el día y la hora en que empieza."},
    )
    ends_at = forms.DateTimeField(
        label="Hasta",
        input_formats=MOMENT_FORMATS,
        widget=MOMENT,
        error_messages={"required": "Escriba el día y la hora en que termina."},
    )
    reason = forms.CharField(label="Motivo", max_length=160, required=False)
    body = forms.CharField(
        label="Texto del aviso",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Es lo que leen la ventanilla y quien contesta el teléfono, y lo que se imprime.",
        error_messages={"required": "Escriba el texto del aviso."},
    )
    is_for_everybody = forms.BooleanField(label="Es para todas las cuentas", required=False)
    sectors = forms.ModelMultipleChoiceField(
        label="Sectores", queryset=Sector.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )
    routes = forms.ModelMultipleChoiceField(
        label="Rutas",
        queryset=Route.objects.order_by("number"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="Con Ctrl elige varias.",
    )
    numbers = forms.CharField(
        label="Cuentas",
        required=False,
        max_length=2000,
        help_text="Números separados por coma o espacio, si es sólo para algunas.",
    )

    def clean_numbers(self) -> list[Account]:
        """The accounts named by their numbers."""
        wanted = [number.zfill(6) for number in self.cleaned_data["numbers"].replace(",", " ").split()]
        found = {account.number: account for account in Account.objects.filter(number__in=wanted)}
        missing = [number for number in wanted if number not in found]
        if missing:
            raise forms.ValidationError(f"No hay cuentas con estos números: {', '.join(missing)}.")
        return [found[number] for number in dict.fromkeys(wanted)]

    def said(self) -> dict[str, Any]:
        """What was written, as the operation takes it."""
        kept = {name: value for name, value in self.cleaned_data.items() if name not in ("llave", "numbers", "kind")}
        return kept | {"kind": Announcement.Kind(self.cleaned_data["kind"]), "accounts": self.cleaned_data["numbers"]}


class WithdrawalForm(forms.Form):
    """Why an announcement is withdrawn."""

    reason = reason_field("Por qué se retira", required="Escriba por qué se retira el aviso.")


class TurnForm(forms.Form):
    """A turn of supply."""

    sector = forms.ModelChoiceField(label="Sector", queryset=Sector.objects.order_by("name"), empty_label="Elija…")
    weekday = forms.TypedChoiceField(label="Día", choices=SupplyTurn.Weekday.choices, coerce=int)
    from_time = forms.TimeField(label="De", widget=forms.TimeInput(attrs={"type": "time"}))
    until_time = forms.TimeField(label="A", widget=forms.TimeInput(attrs={"type": "time"}))
    valid_from = day_field("Vigente desde", required="Escriba desde qué día.")


class OfferingForm(forms.Form):
    """A leaflet, an event or a course."""

    kind = forms.ChoiceField(label="Clase", choices=Offering.Kind.choices)
    name = forms.CharField(label="Nombre", max_length=120, error_messages={"required": "Escriba el nombre."})
    about = forms.CharField(
        label="De qué trata", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    happens_at = forms.DateTimeField(
        label="Cuándo es", required=False, input_formats=MOMENT_FORMATS, widget=MOMENT, help_text="Eventos y cursos."
    )
    place = forms.CharField(label="Dónde es", required=False, max_length=160)
    is_active = forms.BooleanField(label="Vigente", required=False, initial=True)

    def said(self) -> dict[str, Any]:
        """What was written, as the operation takes it."""
        moment: datetime | None = self.cleaned_data["happens_at"]
        return self.cleaned_data | {"kind": Offering.Kind(self.cleaned_data["kind"]), "happens_at": moment}


class StockForm(forms.Form):
    """What comes in or goes out."""

    quantity = forms.IntegerField(
        label="Cantidad",
        help_text="Con signo menos si salen.",
        error_messages={"required": "Escriba cuántos.", "invalid": "Escriba un número entero."},
    )
    reason = forms.CharField(label="Motivo", max_length=160, error_messages={"required": "Escriba el motivo."})


class AskForm(forms.Form):
    """What an area asks for."""

    quantity = forms.IntegerField(label="Cantidad", min_value=1, error_messages={"required": "Escriba cuántos."})
    note = forms.CharField(label="Para qué", required=False, max_length=160)
