"""Shapes of what is asked and said about a case."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from cauce.cases.models import AnswerTemplate, Case, CaseKind, CaseType, Channel
from cauce.cases.queries.holders import areas_with_staff
from cauce.core.es_mx import count_of
from cauce.ui.fields import account_field, choice_filter, day_field, key_field, offer, reason_field
from cauce.users.models import Area, User
from cauce.workorders.models import AgendaSlot, WorkOrderType
from cauce.workorders.queries import FreePlace
from cauce.workorders.queries.agenda import told_slot

FILES = {"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}


class CaseFilter(forms.Form):
    """Which cases are shown."""

    estado = choice_filter("Estado", [("ABIERTOS", "Abiertos"), ("VENCIDOS", "Vencidos"), *Case.State.choices])
    clase = choice_filter("Clase", CaseKind.choices, everything="Todas")
    tipo = choice_filter("Tipo")
    area = choice_filter("Área", everything="Todas")
    canal = choice_filter("Canal", Channel.choices)
    desde_dia = day_field("Recibidos desde")
    hasta_dia = day_field("hasta")
    texto = forms.CharField(label="Folio o palabras", required=False, max_length=80)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        offer(self, "tipo", CaseType.objects.order_by("name").values_list("code", "name"))
        areas = [(str(pk), name) for pk, name in Area.objects.order_by("name").values_list("pk", "name")]
        offer(self, "area", areas, everything="Todas")


class NewCaseForm(forms.Form):
    """What somebody says, and what follows."""

    STAYS, TAKES, ROUTES = "STAYS", "TAKES", "ROUTES"

    llave = key_field()
    told = forms.CharField(
        label="Qué dice el usuario",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "data-focus-me": ""}),
        error_messages={"required": "Escriba qué dice el usuario, con sus palabras."},
    )
    account = account_field("Cuenta", required="Escriba el número de la cuenta.", is_required=False)
    place = forms.CharField(
        label="Dónde es",
        max_length=240,
        required=False,
        help_text="Sin número: «S/N». Con cuenta, se toma su domicilio.",
    )
    reporter_name = forms.CharField(label="Quién lo dice", max_length=160, required=False)
    reporter_phone = forms.CharField(
        label="Teléfono", max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    reporter_email = forms.EmailField(
        label="Correo", required=False, error_messages={"invalid": "Escriba el correo completo, como maria@correo.mx."}
    )
    matter = forms.CharField(label="Asunto", max_length=160, required=False)
    channel = forms.ChoiceField(label="Por dónde llegó", choices=Channel.choices, initial=Channel.WINDOW)
    priority = forms.TypedChoiceField(label="Prioridad", choices=Case.Priority.choices, coerce=int)
    follows = forms.ChoiceField(label="Qué sigue", widget=forms.RadioSelect)

    def __init__(self, *args: Any, case_type: CaseType, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["follows"]
        assert isinstance(field, forms.ChoiceField)
        choices = [(self.STAYS, "Queda en mi área, sin tomar")]
        if user.has_perm("cases.attend_case"):
            choices.insert(0, (self.TAKES, "Lo atiendo yo"))
        if user.has_perm("cases.route_case") and case_type.area_id != user.area_id:
            choices.insert(0, (self.ROUTES, f"Se canaliza a {case_type.area}"))
        field.choices = choices
        field.initial = choices[0][0]
        self.fields["priority"].initial = case_type.priority


class RouteForm(forms.Form):
    """Where a case goes, and what is asked there."""

    area = forms.ModelChoiceField(
        label="Área",
        queryset=Area.objects.none(),
        empty_label="Elija…",
        error_messages={
            "required": "Elija a qué área va.",
            "invalid_choice": "Esa área no tiene personal; elija otra.",
        },
    )
    note = reason_field("Qué se pide al área", required="Escriba qué se pide al área: quien lo reciba lo va a leer.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = areas_with_staff()


class NoteForm(forms.Form):
    """Something to be read by whoever attends."""

    note = reason_field("Nota", required="Escriba la nota.")


class ReturnForm(forms.Form):
    """Why a case goes back."""

    reason = reason_field(
        "Por qué se devuelve", required="Escriba por qué se devuelve: quien lo mandó tiene que saberlo."
    )


class PauseForm(forms.Form):
    """What is awaited."""

    note = reason_field("Qué se espera del usuario", required="Escriba qué se espera del usuario.")


class ResumeForm(forms.Form):
    """How it goes on."""

    note = reason_field("Qué trajo o dijo")


class ContactForm(forms.Form):
    """Somebody asked again."""

    channel = forms.ChoiceField(label="Por dónde", choices=Channel.choices, initial=Channel.PHONE)
    note = reason_field("Qué dijo")


class ResolveForm(forms.Form):
    """How a case is answered."""

    outcome = forms.ChoiceField(
        label="Sentido",
        choices=[("", "Elija…"), *Case.Outcome.choices],
        error_messages={"required": "Elija en qué sentido se resuelve."},
    )
    resolution = forms.CharField(
        label="Respuesta al usuario",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Escriba la respuesta que se da al usuario."},
    )


class CloseForm(forms.Form):
    """How it ended for the customer."""

    satisfaction = forms.TypedChoiceField(
        label="Satisfacción",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "No la dijo"), (5, "5, muy satisfecho"), (4, "4"), (3, "3"), (2, "2"), (1, "1, nada satisfecho")],
    )


class ReopenForm(forms.Form):
    """Why it is attended again."""

    reason = reason_field(
        "Por qué se reabre", required="Escriba por qué se reabre: qué no quedó o qué dice el usuario."
    )


class WithdrawForm(forms.Form):
    """Why it is left."""

    reason = reason_field("Por qué desiste", required="Escriba por qué desiste el usuario y cómo lo dijo.")


class DuplicateForm(forms.Form):
    """Of which case it is a duplicate."""

    folio = forms.CharField(
        label="Folio del otro caso",
        max_length=20,
        error_messages={"required": "Escriba el folio del caso que sigue, como INC-000012."},
    )
    note = reason_field("Por qué es el mismo")


class AttachForm(forms.Form):
    """A paper or a photograph, and what it is."""

    document_name = forms.CharField(
        label="Qué documento es",
        max_length=120,
        widget=forms.TextInput(attrs={"list": "documentos-del-tipo", "autocomplete": "off"}),
        error_messages={"required": "Diga qué documento es: identificación, recibo, fotografía…"},
    )
    file = forms.FileField(
        label="Archivo",
        allow_empty_file=True,
        widget=forms.FileInput(attrs=FILES),
        help_text="PDF o foto (JPG o PNG), de hasta 15 MB.",
        error_messages={"required": "Elija el archivo."},
    )


class OrderForm(forms.Form):
    """Which order the case needs."""

    llave = key_field()
    type = forms.ModelChoiceField(
        label="Tipo de orden",
        queryset=WorkOrderType.objects.filter(is_active=True).order_by("name"),
        empty_label="Elija…",
        error_messages={"required": "Elija qué tipo de orden hace falta."},
    )
    detail = reason_field("Indicaciones", help_text="Vacío: lleva lo que dijo el usuario.")


class InspectForm(forms.Form):
    """When somebody goes to the house, and who receives them."""

    llave = key_field()
    slot = forms.ModelChoiceField(
        label="Cuándo",
        queryset=AgendaSlot.objects.all(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Elija cuándo.", "invalid_choice": "Ese medio día ya no está; elija otro."},
    )
    contact_name = forms.CharField(
        label="Quién recibe", max_length=160, error_messages={"required": "Escriba quién recibe al técnico."}
    )
    contact_phone = forms.CharField(
        label="Teléfono", max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )

    is_charged = forms.BooleanField(label="Se cobra", required=False)
    over_reason = forms.CharField(
        label="Por qué se pasa del cupo",
        max_length=160,
        required=False,
        help_text="Sólo si elige un medio día que ya está lleno; queda escrito en el caso.",
    )

    def offer_places(self, places: Sequence[FreePlace], full: Sequence[AgendaSlot] = ()) -> None:
        """Show the half days that have a place left and, for who may go over, those that are full."""
        field = self.fields["slot"]
        assert isinstance(field, forms.ModelChoiceField)
        field.choices = [
            *((place.slot.pk, f"{place.told}, {count_of(place.left, 'lugar', 'lugares')}") for place in places),
            *((slot.pk, f"{told_slot(slot)}, lleno") for slot in full),
        ]


class AnswerForm(forms.Form):
    """The letter."""

    llave = key_field()
    template = forms.ModelChoiceField(
        queryset=AnswerTemplate.objects.all(), required=False, to_field_name="code", widget=forms.HiddenInput
    )
    addressee = forms.CharField(
        label="A quién", max_length=160, error_messages={"required": "Escriba a quién va dirigida la respuesta."}
    )
    body = forms.CharField(
        label="Texto",
        max_length=12000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Una línea en blanco separa los párrafos.",
        error_messages={"required": "Escriba el texto de la respuesta."},
    )


class DeliveryForm(forms.Form):
    """Who received the letter."""

    received_by = forms.CharField(
        label="Quién la recibió", max_length=160, error_messages={"required": "Escriba quién la recibió."}
    )
    means = forms.CharField(
        label="Cómo",
        max_length=40,
        initial="En ventanilla",
        widget=forms.TextInput(attrs={"list": "medios", "autocomplete": "off"}),
        error_messages={"required": "Escriba por qué medio se entregó."},
    )
