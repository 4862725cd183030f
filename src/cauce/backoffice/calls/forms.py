"""Shapes of a call and of a recado."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from cauce.cases.models import Call, CaseType
from cauce.cases.operations import CallFacts
from cauce.registry.models import Account
from cauce.ui.fields import choice_filter, day_field, key_field
from cauce.users.models import Area, User
from cauce.workorders.models import WorkOrderType

MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
# What the panel offers; what becomes a case, an order or an aforo is told by the next question.
CASE, ORDER, INSPECTION = Call.Outcome.CASE, Call.Outcome.ORDER, Call.Outcome.INSPECTION
OUTCOMES = [
    (Call.Outcome.INFORMED, "Se informó"),
    (CASE, "Levantar un caso"),
    (ORDER, "Levantar una orden"),
    (INSPECTION, "Agendar un aforo"),
    (Call.Outcome.CALL_BACK, "Prometer llamar"),
    (Call.Outcome.MESSAGE, "Dejar recado"),
    (Call.Outcome.TRANSFERRED, "Se transfirió"),
    (Call.Outcome.NO_ANSWER, "No contestó"),
    (Call.Outcome.CUT, "Se cortó"),
]


class CallFilter(forms.Form):
    """Which calls are shown."""

    resultado = choice_filter("Resultado", Call.Outcome.choices)
    telefono = forms.CharField(label="Teléfono", required=False, max_length=20)
    cuenta = forms.CharField(label="Cuenta", required=False, max_length=12)
    desde_dia = day_field("Desde")
    hasta_dia = day_field("Hasta")


class CallForm(forms.Form):
    """What is written while somebody talks."""

    llave = key_field()
    empezo = forms.DateTimeField(widget=forms.HiddenInput)
    devuelve = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sentido = forms.ChoiceField(label="Sentido", choices=Call.Direction.choices, required=False)
    phone = forms.CharField(
        label="Teléfono",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "autofocus": True}),
    )
    caller_name = forms.CharField(
        label="Quién llama", required=False, max_length=160, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    account = forms.CharField(
        label="Cuenta",
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="Se llena al elegir una de las que tienen ese teléfono; también puede escribirla.",
    )
    matter = forms.CharField(
        label="Asunto", max_length=160, error_messages={"required": "Escriba el asunto de la llamada."}
    )
    notes = forms.CharField(
        label="Qué se dijo", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    outcome = forms.ChoiceField(label="Resultado", choices=OUTCOMES, initial=Call.Outcome.INFORMED)
    case_type = forms.ModelChoiceField(
        label="Tipo de caso",
        queryset=CaseType.objects.filter(is_active=True).order_by("name"),
        required=False,
        empty_label="Elija…",
    )
    order_type = forms.ModelChoiceField(
        label="Tipo de orden",
        queryset=WorkOrderType.objects.filter(is_active=True).order_by("name"),
        required=False,
        empty_label="Elija…",
    )
    place = forms.CharField(label="Dónde es", required=False, max_length=240, help_text="Si no es el de la cuenta.")
    extension = forms.CharField(label="Extensión", required=False, max_length=12)
    call_back_at = forms.DateTimeField(
        label="Llamar a más tardar",
        required=False,
        input_formats=MOMENT_FORMATS,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    for_user = forms.ModelChoiceField(
        label="Recado para",
        queryset=User.objects.filter(is_active=True, is_system=False).order_by("full_name"),
        required=False,
        empty_label="Elija…",
    )
    for_area = forms.ModelChoiceField(
        label="o para el área", queryset=Area.objects.order_by("name"), required=False, empty_label="Elija…"
    )

    def clean_account(self) -> Account | None:
        """The account of that number."""
        number = "".join(filter(str.isdigit, self.cleaned_data["account"]))
        if not number:
            return None
        found = Account.objects.filter(number=number.zfill(6)).first()
        if found is None:
            raise forms.ValidationError(f"No hay cuenta {number}; búsquela por nombre o domicilio, o déjela en blanco.")
        return found

    def clean(self) -> dict[str, Any]:
        """What each outcome needs to be said."""
        cleaned: dict[str, Any] = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome == CASE and not cleaned.get("case_type"):
            self.add_error("case_type", "Elija el tipo de caso.")
        if outcome == ORDER and not cleaned.get("order_type"):
            self.add_error("order_type", "Elija el tipo de orden.")
        if outcome == INSPECTION and not cleaned.get("account") and "account" not in self.errors:
            self.add_error("account", "Un aforo es de una cuenta: elíjala.")
        if outcome == Call.Outcome.MESSAGE and not (cleaned.get("for_user") or cleaned.get("for_area")):
            self.add_error("for_user", "Diga para quién o para qué área es el recado.")
        return cleaned

    def facts(self, returns: Call | None, now: datetime) -> CallFacts:
        """What was written, as the operations take it."""
        said = self.cleaned_data
        return CallFacts(
            started_at=min(said["empezo"], now),
            direction=Call.Direction(said["sentido"] or Call.Direction.IN),
            phone=said["phone"],
            caller_name=said["caller_name"],
            account=said["account"],
            matter=said["matter"],
            notes=said["notes"],
            outcome=Call.Outcome(said["outcome"]),
            extension=said["extension"],
            call_back_at=said["call_back_at"],
            returns=returns,
        )


class MessageForm(forms.Form):
    """A recado."""

    text = forms.CharField(
        label="Recado",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Escriba el recado."},
    )
    for_user = CallForm.base_fields["for_user"]
    for_area = CallForm.base_fields["for_area"]


def started(now: datetime) -> str:
    """The moment a call began, as the form carries it."""
    return timezone.localtime(now).isoformat(timespec="seconds")
