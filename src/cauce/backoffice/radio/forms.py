"""Shapes of a radio message."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from cauce.cases.models import RadioMessage
from cauce.cases.operations import RadioFacts
from cauce.registry.models import Account
from cauce.ui.fields import choice_filter, day_field, key_field
from cauce.workorders.models import WorkOrder, WorkOrderResult, WorkOrderType
from cauce.workorders.rules.reports import WorkOrderReport

BECOMES = [
    ("NADA", "Sólo se anota"),
    ("ORDEN", "Se vuelve orden"),
    ("HECHA", "Dice que una orden se hizo"),
    ("NO_HECHA", "Dice que una orden no se pudo"),
]


class RadioFilter(forms.Form):
    """Which messages are shown."""

    asunto = choice_filter("Asunto", RadioMessage.Matter.choices)
    unidad = forms.CharField(label="Unidad", required=False, max_length=16)
    enterado = choice_filter("Enterado", [("NO", "Sin enterado"), ("SI", "Enterados")])
    desde_dia = day_field("Desde")


class RadioForm(forms.Form):
    """What a unit says, as it is heard."""

    llave = key_field()
    unit = forms.CharField(
        label="Unidad",
        max_length=16,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "list": "unidades"}),
        error_messages={"required": "Escriba qué unidad habla."},
    )
    hora = forms.TimeField(
        label="Hora",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text="Ahora, si no se escribe.",
    )
    direction = forms.ChoiceField(label="Sentido", choices=RadioMessage.Direction.choices)
    matter = forms.ChoiceField(label="Asunto", choices=RadioMessage.Matter.choices)
    message = forms.CharField(
        label="Mensaje",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Escriba el mensaje."},
    )
    place = forms.CharField(
        label="Lugar", required=False, max_length=240, help_text="Si no hay número, «S/N» también es un domicilio."
    )
    account = forms.CharField(label="Cuenta", required=False, max_length=12)
    becomes = forms.ChoiceField(label="Qué se hace", choices=BECOMES)
    order_type = forms.ModelChoiceField(
        label="Tipo de orden", queryset=WorkOrderType.objects.filter(is_active=True).order_by("name"), required=False
    )
    order = forms.CharField(label="Folio de la orden", required=False, max_length=20)
    reason = forms.CharField(label="Por qué no se pudo", required=False, max_length=80)
    reading = forms.IntegerField(label="Lectura", required=False, min_value=0)
    seal = forms.CharField(label="Sello", required=False, max_length=24)
    meter_serial = forms.CharField(label="Medidor instalado", required=False, max_length=24)
    initial_reading = forms.IntegerField(label="Lectura inicial", required=False, min_value=0)
    notes = forms.CharField(label="Qué se hizo", required=False, max_length=400)

    def clean_account(self) -> Account | None:
        """The account of that number."""
        number = "".join(filter(str.isdigit, self.cleaned_data["account"]))
        if not number:
            return None
        found = Account.objects.filter(number=number.zfill(6)).first()
        if found is None:
            raise forms.ValidationError(f"No hay cuenta {number}; déjela en blanco si no la dicen.")
        return found

    def clean_order(self) -> WorkOrder | None:
        """The order of that folio: its number is enough."""
        number = "".join(filter(str.isdigit, self.cleaned_data["order"]))
        if not number:
            return None
        found = WorkOrder.objects.filter(document__series="OT", document__number=int(number))
        order = found.select_related("document", "type").first()
        if order is None:
            raise forms.ValidationError(f"No hay orden OT-{int(number):06d}; pida que repitan el folio.")
        return order

    def clean(self) -> dict[str, Any]:
        """What each thing that it becomes needs to be said."""
        cleaned: dict[str, Any] = super().clean() or {}
        becomes = cleaned.get("becomes")
        if becomes == "ORDEN" and not cleaned.get("order_type"):
            self.add_error("order_type", "Elija el tipo de orden.")
        if becomes in ("HECHA", "NO_HECHA") and "order" not in self.errors and cleaned.get("order") is None:
            self.add_error("order", "Escriba el folio de la orden.")
        if becomes == "NO_HECHA" and not cleaned.get("reason"):
            self.add_error("reason", "Escriba por qué no se pudo hacer.")
        return cleaned

    def heard_at(self, now: datetime) -> datetime:
        """When it was heard: today at that hour, or now."""
        said = self.cleaned_data["hora"]
        if said is None:
            return now
        return timezone.localtime(now).replace(hour=said.hour, minute=said.minute, second=0, microsecond=0)

    def facts(self, now: datetime) -> RadioFacts:
        """What was heard, as the operations take it."""
        said = self.cleaned_data
        return RadioFacts(
            unit=said["unit"],
            matter=RadioMessage.Matter(said["matter"]),
            message=said["message"],
            place=said["place"],
            account=said["account"],
            direction=RadioMessage.Direction(said["direction"]),
            heard_at=self.heard_at(now),
        )

    def report(self, now: datetime) -> WorkOrderReport:
        """What was dictated of the order."""
        said = self.cleaned_data
        return WorkOrderReport(
            is_done=said["becomes"] == "HECHA",
            reason="" if said["becomes"] == "HECHA" else said["reason"],
            reading=said["reading"],
            seal=said["seal"],
            meter_serial=said["meter_serial"],
            initial_reading=said["initial_reading"],
            notes=said["notes"] or said["message"],
            means=WorkOrderResult.Means.RADIO,
            finished_at=self.heard_at(now),
        )
