"""Shapes of what is asked about the ladder, its batches, their delivery and the papers of legal acts."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django import forms

from cauce.collections.models import CollectionBatch, LadderAct, LadderStep, LegalRecord, NotifierCredential
from cauce.collections.rules import AGES, Filters
from cauce.collections.rules.ladder_file import StepDetails
from cauce.collections.rules.legal import BASES, FIELDS, OBLIGATORY
from cauce.registry.models import CYCLES, Account, Route, Sector
from cauce.tariffs.rules import USE_CLASS_NAMES
from cauce.ui.fields import (
    account_field,
    account_named,
    choice_filter,
    day_field,
    key_field,
    pesos_field,
    reason_field,
)
from cauce.users.models import User
from cauce.workorders.models import WorkOrderType

USES: Final = [(use.value, name) for use, name in USE_CLASS_NAMES.items()]
IMAGES: Final = ".jpg,.jpeg,.png,image/jpeg,image/png"
MOMENT: Final = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
LONG: Final = frozenset(
    {"Qué sucedió", "Hechos que se observaron", "Manifestaciones del visitado", "Objeto de la visita",
     "Cómo se cercioró del domicilio", "Toma, tubería o derivación encontrada"}
)  # fmt: skip


class BatchFilter(forms.Form):
    """Which batches."""

    estado = choice_filter("Estado", everything="Todas")
    peldano = choice_filter("Acción", everything="Todas")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "estado", CollectionBatch.State.choices)
        _offer(self, "peldano", LadderStep.objects.order_by("position").values_list("code", "name"))


class NewBatchForm(forms.Form):
    """Which rung is applied to which debtors, and how many a day."""

    llave = key_field()
    step = forms.ModelChoiceField(
        label="Acción",
        queryset=LadderStep.objects.filter(is_active=True).order_by("position"),
        empty_label="Elija la acción…",
        error_messages={"required": "Elija la acción de la escalera."},
    )
    day = day_field("Cartera al día", required="Escriba el día de la cartera.")
    capacity = forms.IntegerField(
        label="Cuántas por día",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="Lo que una cuadrilla o un notificador alcanza; la relación se parte en días.",
    )
    sector = forms.ModelChoiceField(
        label="Sector", queryset=Sector.objects.order_by("name"), required=False, empty_label="Todos"
    )
    route = forms.ModelChoiceField(
        label="Ruta", queryset=Route.objects.order_by("number"), required=False, empty_label="Todas"
    )
    cycle = forms.TypedChoiceField(
        label="Ciclo", choices=[("", "Todos"), *CYCLES], coerce=int, empty_value=None, required=False
    )
    use_classes = forms.MultipleChoiceField(
        label="Usos", choices=USES, required=False, widget=forms.CheckboxSelectMultiple
    )
    account_states = forms.MultipleChoiceField(
        label="Estado de la cuenta",
        choices=Account.State.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ages = forms.MultipleChoiceField(
        label="Antigüedad", choices=[(age.code, age.label) for age in AGES], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    min_debt = pesos_field("Adeudo desde", is_required=False)
    max_debt = pesos_field("Adeudo hasta", is_required=False)
    min_months = forms.IntegerField(label="Meses desde", required=False, min_value=0, max_value=600)
    max_months = forms.IntegerField(label="Meses hasta", required=False, min_value=0, max_value=600)

    @property
    def several(self) -> list[forms.BoundField]:
        """What is chosen several at a time."""
        return [self[name] for name in ("use_classes", "account_states", "ages")]

    def clean(self) -> dict[str, Any]:
        """Both ends of a range in order."""
        said: dict[str, Any] = super().clean() or {}
        for name, words in (("debt", "adeudo"), ("months", "número de meses")):
            least, most = said.get(f"min_{name}"), said.get(f"max_{name}")
            if least is not None and most is not None and least > most:
                self.add_error(f"max_{name}", f"El {words} final es menor que el inicial.")
        return said

    def filters(self) -> Filters:
        """The selection, as the rules know it."""
        said = self.cleaned_data
        return Filters(
            sector=None if said["sector"] is None else said["sector"].pk,
            route=None if said["route"] is None else said["route"].pk,
            cycle=said["cycle"],
            use_classes=tuple(said["use_classes"]),
            account_states=tuple(said["account_states"]),
            ages=tuple(said["ages"]),
            min_debt=said["min_debt"],
            max_debt=said["max_debt"],
            min_months=said["min_months"],
            max_months=said["max_months"],
        )


class ReasonForm(forms.Form):
    """Why an act is done."""

    reason = reason_field("Por qué", required="Escriba por qué.")


class SentForm(forms.Form):
    """The day on which messages were sent."""

    on = day_field("Día del envío", required="Escriba el día en que se enviaron.")


class StepForm(forms.Form):
    """A rung of the ladder."""

    code = forms.SlugField(label="Clave", max_length=24, error_messages={"required": "Escriba la clave."})
    name = forms.CharField(label="Nombre", max_length=120, error_messages={"required": "Escriba su nombre."})
    kind = forms.ChoiceField(label="Clase", choices=LadderStep.Kind.choices)
    position = forms.IntegerField(label="Lugar en la escalera", min_value=1, max_value=30_000)
    predecessors = forms.ModelMultipleChoiceField(
        label="Después de (cualquiera de éstos, ya entregado o hecho)",
        queryset=LadderStep.objects.order_by("position"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    min_days = forms.IntegerField(label="Días hábiles mínimos", min_value=0, max_value=3000, initial=0)
    max_days = forms.IntegerField(
        label="Días hábiles máximos",
        min_value=0,
        max_value=3000,
        required=False,
        help_text="Sin escribirlo no termina.",
    )
    min_debt = pesos_field("Adeudo vencido mínimo", least=Decimal(0), initial="0.00")
    min_months = forms.IntegerField(label="Meses de adeudo mínimos", min_value=1, max_value=600, initial=1)
    use_classes = forms.MultipleChoiceField(
        label="Usos (ninguno marcado es para todos)",
        choices=USES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ChoiceField(label="Por qué medio", choices=LadderStep.Channel.choices)
    charge = forms.CharField(
        label="Servicio que se cobra", max_length=24, required=False, help_text="Clave de los derechos de la ley: A06."
    )
    unit_cost = pesos_field("Lo que le cuesta al organismo cada una", least=Decimal(0), initial="0.00")
    order_type = forms.ModelChoiceField(
        label="Orden de trabajo que emite",
        queryset=WorkOrderType.objects.filter(is_active=True).order_by("name"),
        required=False,
        empty_label="Ninguna",
    )
    template = forms.CharField(
        label="Texto del documento o mensaje",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=(
            "Se llenan solos: {titular} {cuenta} {domicilio} {adeudo} {meses} {a_pagar} {gastos} {fecha} {folio} "
            "{organismo}"
        ),
    )
    legal_basis = forms.CharField(label="Fundamento", max_length=240, required=False)
    is_active = forms.BooleanField(label="En uso", required=False, initial=True)

    def details(self) -> StepDetails:
        """The rung as the operation takes it."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "code"}
        said["predecessors"] = tuple(step.pk for step in said["predecessors"])
        said["use_classes"] = tuple(said["use_classes"])
        said["order_type"] = "" if said["order_type"] is None else said["order_type"].pk
        return StepDetails(**said)


class DeliveryForm(forms.Form):
    """A folio that was read, and what came of it; the outcome and the day stay for the next one."""

    outcome = forms.ChoiceField(
        label="Resultado",
        choices=LadderAct.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Elija el resultado antes de leer folios."},
    )
    on = day_field("Día en que se entregó", required="Escriba el día en que se entregó.")
    folio = forms.CharField(
        label="Folio del aviso",
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": "Lea o escriba el folio del aviso."},
        help_text="Con el lector, uno tras otro; o escriba sólo el número y Entrar.",
    )
    note = forms.CharField(label="Nota", max_length=240, required=False)


class WalkForm(forms.Form):
    """What came of the notice at this door."""

    outcome = forms.ChoiceField(choices=LadderAct.Outcome.choices, error_messages={"required": "Elija el resultado."})
    note = forms.CharField(label="Nota", max_length=240, required=False)
    photo = forms.FileField(
        label="Fotografía", required=False, allow_empty_file=True, widget=forms.FileInput(attrs={"accept": IMAGES})
    )


class EffectForm(forms.Form):
    """Batches issued between which days, and within how many days a payment counts."""

    desde_dia = day_field("Emitidas del día")
    hasta_dia = day_field("Al día")
    dias = forms.IntegerField(label="Pagos dentro de (días)", required=False, min_value=1, max_value=365)


class RecordFilter(forms.Form):
    """Which papers of legal acts."""

    estado = choice_filter("Estado", LegalRecord.State.choices, everything="Todas")
    clase = choice_filter("Actuación", LegalRecord.Kind.choices, everything="Todas")


class NewRecordForm(forms.Form):
    """A paper of a legal act: of an account, or of a place without one."""

    llave = key_field()
    credential = forms.ModelChoiceField(
        label="Notificador o inspector",
        queryset=NotifierCredential.objects.none(),
        empty_label="Elija a quien la practica…",
        error_messages={"required": "Elija a quien la practica; si no aparece, expida antes su constancia."},
    )
    account = account_field("Cuenta", required="", is_required=False)
    place = forms.CharField(
        label="Domicilio", max_length=240, required=False, help_text="Sin escribirlo es el de la cuenta."
    )
    addressee = forms.CharField(
        label="A quién se dirige",
        max_length=160,
        required=False,
        help_text="Sin escribirlo es el titular. Si no se sabe: «Propietario, poseedor u ocupante».",
    )
    matter = forms.CharField(label="Asunto", max_length=240, required=False)
    legal_basis = forms.CharField(
        label="Fundamento", max_length=240, error_messages={"required": "Escriba el fundamento."}
    )

    def __init__(self, *args: Any, day: object, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["credential"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = NotifierCredential.objects.valid_on(day).select_related("user", "document").order_by("user")
        field.label_from_instance = lambda each: f"{each.user} · {each.position} ({each.document.folio})"  # type: ignore[method-assign,assignment]
        self.fields["legal_basis"].initial = BASES[kind]

    def clean_account(self) -> Account | None:
        """The account of the number that was written."""
        written = self.cleaned_data["account"]
        found = account_named(written) if written else None
        if written and found is None:
            raise forms.ValidationError("No hay cuenta con ese número; revíselo o déjelo en blanco si no es de una.")
        return found


class FillForm(forms.Form):
    """What was written on the paper when it was served."""

    happened_at = forms.DateTimeField(
        label="Cuándo se practicó",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=MOMENT,
        error_messages={"required": "Escriba el día y la hora en que se practicó."},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels = FIELDS[kind]
        for place, label in enumerate(self.labels):
            is_long = label in LONG
            self.fields[f"dato_{place}"] = forms.CharField(
                label=label,
                required=label in OBLIGATORY[kind],
                max_length=1500,
                widget=forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput(),
                error_messages={"required": f"Falta «{label}»."},
            )
        self.fields["file"] = forms.FileField(
            label="Hoja firmada, escaneada o en foto",
            required=False,
            allow_empty_file=True,
            widget=forms.FileInput(attrs={"accept": f"{IMAGES},.pdf,application/pdf"}),
            help_text="PDF o foto (JPG o PNG), de hasta 15 MB.",
        )

    def told(self) -> dict[str, str]:
        """What was written, by its label."""
        return {label: self.cleaned_data[f"dato_{place}"] for place, label in enumerate(self.labels)}

    def moment(self) -> datetime:
        """When it was."""
        when: datetime = self.cleaned_data["happened_at"]
        return when


class CredentialForm(forms.Form):
    """Who is named as notifier, by whom and until when."""

    user = forms.ModelChoiceField(
        label="Quién notifica",
        queryset=User.objects.filter(is_active=True, is_system=False).order_by("full_name"),
        empty_label="Elija a la persona…",
        error_messages={"required": "Elija a la persona."},
    )
    position = forms.CharField(
        label="Cargo", max_length=120, initial="Notificador e inspector",
        error_messages={"required": "Escriba el cargo."},
    )  # fmt: skip
    authority = forms.CharField(
        label="Quién la expide", max_length=160, initial="Director General",
        error_messages={"required": "Escriba quién la expide."},
    )  # fmt: skip
    legal_basis = forms.CharField(
        label="Fundamento", max_length=240, initial=BASES["SERVICE"],
        error_messages={"required": "Escriba el fundamento."},
    )  # fmt: skip
    valid_from = day_field("Vigente desde", required="Escriba desde cuándo.")
    valid_until = day_field("Vigente hasta", required="Escriba hasta cuándo.")


def _offer(form: forms.Form, name: str, choices: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", "Todas"), *choices]
