"""Shapes of what is asked about an order."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone

from cauce.registry.models import Account, Sector
from cauce.ui.fields import account_field, account_named, day_field, key_field, reason_field
from cauce.users.models import Area, User
from cauce.workorders.models import (
    ClosingField,
    Crew,
    Material,
    Origin,
    WorkOrder,
    WorkOrderResult,
    WorkOrderType,
)
from cauce.workorders.rules.reports import WorkOrderReport

MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
MATERIAL_ROWS = 6
IMAGES = ".jpg,.jpeg,.png,image/jpeg,image/png"


class NewOrderForm(forms.Form):
    """What is to be done, where and for whom."""

    llave = key_field()
    type = forms.ModelChoiceField(
        label="Tipo de orden",
        queryset=WorkOrderType.objects.filter(is_active=True).order_by("name"),
        empty_label="Elija el tipo…",
        error_messages={"required": "Elija el tipo de orden."},
    )
    account = account_field("Cuenta", required="", is_required=False)
    place = forms.CharField(
        label="Dónde",
        max_length=240,
        required=False,
        help_text="Sin escribirlo es el domicilio de la cuenta. Si la calle no tiene número, ponga «S/N».",
    )
    sector = forms.ModelChoiceField(
        label="Sector", queryset=Sector.objects.order_by("name"), required=False, empty_label="El de la cuenta"
    )
    matter = forms.CharField(
        label="Asunto", max_length=160, error_messages={"required": "Escriba qué hay que hacer y por qué."}
    )
    detail = forms.CharField(label="Detalle", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    contact_name = forms.CharField(label="Con quién", max_length=160, required=False)
    contact_phone = forms.CharField(label="Teléfono", max_length=20, required=False)
    priority = forms.TypedChoiceField(
        label="Prioridad",
        choices=[("", "La del tipo"), *WorkOrder.Priority.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    origin_kind = forms.ChoiceField(
        label="De dónde viene",
        choices=[(kind, Origin(kind).label) for kind in ("DESK", "CALL", "RADIO", "READING", "COLLECTIONS")],
    )

    def clean_account(self) -> Account | None:
        """The account of the number that was written."""
        written = self.cleaned_data["account"]
        found = account_named(written) if written else None
        if written and found is None:
            raise forms.ValidationError("No hay cuenta con ese número; revíselo o búsquela en la ventanilla.")
        return found

    def said(self) -> dict[str, Any]:
        """What was written, as the operation takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "llave"}


class ReasonForm(forms.Form):
    """Why an act is done."""

    reason = reason_field("Por qué", required="Escriba por qué.")


class ReassignForm(ReasonForm):
    """To which area an order passes."""

    area = forms.ModelChoiceField(
        label="Área",
        queryset=Area.objects.order_by("name"),
        empty_label="Elija…",
        error_messages={"required": "Elija el área."},
    )
    field_order = ["area", "reason"]


class MoveForm(forms.Form):
    """To which crew and day a programmed order passes."""

    crew = forms.ModelChoiceField(
        label="Cuadrilla",
        queryset=Crew.objects.filter(is_active=True).order_by("name"),
        empty_label="Elija…",
        error_messages={"required": "Elija la cuadrilla."},
    )
    day = day_field("Día", required="Escriba el día.")
    reason = forms.CharField(label="Motivo", required=False, max_length=160)


class MergeForm(ReasonForm):
    """Which orders are done in the same visit."""

    orders = forms.ModelMultipleChoiceField(
        queryset=WorkOrder.objects.all(), error_messages={"required": "Marque al menos una orden para unirla."}
    )


class FileForm(forms.Form):
    """A photograph or a paper of an order."""

    label = forms.CharField(
        label="Qué es", max_length=80, error_messages={"required": "Escriba qué es: fotografía de la fuga, croquis…"}
    )
    file = forms.FileField(
        label="Archivo",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": f"{IMAGES},.pdf,application/pdf"}),
        error_messages={"required": "Elija el archivo."},
        help_text="PDF o foto (JPG o PNG), de hasta 15 MB.",
    )


class FolioForm(forms.Form):
    """The folio of a sheet, written or scanned."""

    folio = forms.CharField(
        label="Folio de la hoja",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": "Escriba o escanee el folio de la hoja."},
        help_text="Con el lector, o sólo el número: 123.",
    )

    def number(self) -> int:
        """The number of the folio; zero when there is none in it."""
        return int("".join(filter(str.isdigit, self.cleaned_data["folio"])) or 0)


class ReportForm(forms.Form):
    """What the sheet of an order says; it asks what its kind asks."""

    llave = key_field()
    is_done = forms.TypedChoiceField(
        label="¿Se hizo?",
        choices=[("si", "Sí, se hizo"), ("no", "No se pudo")],
        coerce=lambda value: value == "si",
        widget=forms.RadioSelect,
        error_messages={"required": "Diga si se hizo."},
    )
    reason = forms.ChoiceField(label="Si no se hizo, por qué", required=False)
    crew = forms.ModelChoiceField(
        label="Cuadrilla", queryset=Crew.objects.none(), required=False, empty_label="Ninguna"
    )
    means = forms.ChoiceField(label="Cómo llegó", choices=WorkOrderResult.Means.choices)
    finished_at = forms.DateTimeField(
        label="Cuándo fue",
        input_formats=MOMENT_FORMATS,
        widget=MOMENT,
        error_messages={"required": "Escriba el día y la hora en que se atendió."},
    )
    reading = forms.IntegerField(label="Lectura", required=False, min_value=0, max_value=999_999_999)
    seal = forms.CharField(label="Sello", required=False, max_length=24)
    meter_serial = forms.CharField(label="Serie del nuevo", required=False, max_length=24)
    meter_brand = forms.CharField(label="Marca", required=False, max_length=40)
    initial_reading = forms.IntegerField(label="Lectura inicial", required=False, min_value=0, max_value=999_999_999)
    diameter = forms.CharField(label="Diámetro", required=False, max_length=20)
    notes = forms.CharField(label="Notas", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    photo = forms.FileField(
        label="Fotografía", required=False, allow_empty_file=True, widget=forms.FileInput(attrs={"accept": IMAGES})
    )

    def __init__(self, order: WorkOrder, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        reasons = order.type.reasons_not_done
        if reasons:
            choices = [("", "—"), *((reason, reason) for reason in reasons)]
            self.fields["reason"] = forms.ChoiceField(label="Si no se hizo, por qué", required=False, choices=choices)
        else:
            self.fields["reason"] = forms.CharField(label="Si no se hizo, por qué", required=False, max_length=80)
        crew_field = self.fields["crew"]
        assert isinstance(crew_field, forms.ModelChoiceField)
        crew_field.queryset = Crew.objects.filter(area=order.area, is_active=True).order_by("name")
        names = {code.lower() for code in order.type.closing_fields} & set(self.fields)
        self.asked = sorted(names, key=list(self.fields).index)
        if "meter_serial" in names:
            self.asked.insert(self.asked.index("meter_serial") + 1, "meter_brand")
        for name in self.asked:
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @property
    def asked_fields(self) -> list[forms.BoundField]:
        """What the kind of order asks to be filled in."""
        return [self[name] for name in self.asked]

    def materials(self) -> tuple[tuple[str, Decimal], ...]:
        """What was used, by the rows in which a quantity was written.

        :raises ValidationError: when a quantity is no number or its row names no material.
        """
        used = []
        for code, written in self.material_rows():
            if not written:
                continue
            try:
                quantity = Decimal(written.replace(",", ""))
            except InvalidOperation:
                raise forms.ValidationError(f"«{written}» no es una cantidad de material.") from None
            if not code or not quantity.is_finite() or abs(quantity) > 99_999_999:
                raise forms.ValidationError("Elija el material de cada cantidad y escriba la cantidad como número.")
            used.append((code, quantity))
        return tuple(used)

    def material_rows(self) -> list[tuple[str, str]]:
        """The rows of materials as they were sent, or the usual ones of the kind to fill in."""
        if self.is_bound:
            return [
                (str(self.data.get(f"material-{row}", "")), str(self.data.get(f"cantidad-{row}", "")).strip())
                for row in range(MATERIAL_ROWS)
            ]
        usual = list(self.order.type.usual_materials.order_by("pk").values_list("material", flat=True))
        return [(code, "") for code in [*usual, *[""] * MATERIAL_ROWS][:MATERIAL_ROWS]]

    def clean(self) -> dict[str, Any]:
        """What was used, with the rest."""
        cleaned = super().clean() or {}
        cleaned["materials"] = self.materials()
        return cleaned

    def report(self, photos: tuple[int, ...]) -> WorkOrderReport:
        """What was written, as the operation takes it."""
        outside = {"llave", "crew", "photo"}
        told = {name: value for name, value in self.cleaned_data.items() if name not in outside}
        if told["is_done"]:
            told["reason"] = ""
        return WorkOrderReport(**told, photos=photos)


class CrewForm(forms.Form):
    """A crew."""

    name = forms.CharField(label="Nombre", max_length=80, error_messages={"required": "Escriba el nombre."})
    area = forms.ModelChoiceField(
        label="Área",
        queryset=Area.objects.order_by("name"),
        empty_label="Elija…",
        error_messages={"required": "Elija el área."},
    )
    radio = forms.CharField(label="Unidad de radio", max_length=16, required=False)
    orders_a_day = forms.IntegerField(label="Órdenes que hace al día", min_value=1, max_value=200, initial=8)
    is_active = forms.BooleanField(label="En servicio", required=False, initial=True)


class MemberForm(forms.Form):
    """Who enters a crew, and when."""

    user = forms.ModelChoiceField(
        label="Persona",
        queryset=User.objects.none(),
        empty_label="Elija…",
        error_messages={"required": "Elija a la persona."},
    )
    on = day_field("Desde", required="Escriba desde qué día.")


class LeavingForm(forms.Form):
    """When somebody leaves a crew."""

    on = day_field("Sale el", required="Escriba qué día sale.")


class MaterialForm(forms.Form):
    """A material."""

    code = forms.CharField(label="Clave", max_length=24, error_messages={"required": "Escriba la clave."})
    name = forms.CharField(label="Material", max_length=120, error_messages={"required": "Escriba el nombre."})
    unit = forms.CharField(label="Unidad", max_length=16, error_messages={"required": "Escriba la unidad."})
    is_active = forms.BooleanField(label="En uso", required=False, initial=True)


class TypeForm(forms.Form):
    """A kind of order."""

    code = forms.CharField(label="Clave", max_length=24, error_messages={"required": "Escriba la clave."})
    name = forms.CharField(label="Nombre", max_length=120, error_messages={"required": "Escriba el nombre."})
    area = forms.ModelChoiceField(
        label="Área que la hace", queryset=Area.objects.order_by("name"), error_messages={"required": "Elija el área."}
    )
    term_hours = forms.IntegerField(label="Plazo en horas hábiles", min_value=1, max_value=2000, initial=16)
    priority = forms.TypedChoiceField(label="Prioridad", choices=WorkOrder.Priority.choices, coerce=int, initial=2)
    concept = forms.CharField(
        label="Servicio de la ley que la paga",
        required=False,
        max_length=24,
        help_text="La clave del derecho. Al pagarse en caja, la orden se emite sola.",
    )
    needs_account = forms.BooleanField(label="Es de una cuenta", required=False, initial=True)
    needs_photo = forms.BooleanField(label="Pide fotografía", required=False)
    is_leak = forms.BooleanField(
        label="Repara una fuga", required=False, help_text="Así se cuenta en el parte de novedades."
    )
    closing_fields = forms.MultipleChoiceField(
        label="Qué se llena al hacerla",
        choices=ClosingField.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    effect = forms.ChoiceField(label="Qué cambia al hacerse", choices=WorkOrderType.Effect.choices)
    reasons_not_done = forms.CharField(
        label="Por qué puede no hacerse",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Un motivo en cada renglón.",
    )
    instructions = forms.CharField(
        label="Indicaciones", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    materials = forms.CharField(
        label="Materiales usuales",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Clave y cantidad en cada renglón: SELLO 1",
    )
    is_active = forms.BooleanField(label="En uso", required=False, initial=True)

    def clean_reasons_not_done(self) -> tuple[str, ...]:
        """The reasons, one from each line."""
        return tuple(line.strip() for line in self.cleaned_data["reasons_not_done"].splitlines() if line.strip())

    def clean_materials(self) -> tuple[tuple[str, Decimal], ...]:
        """The usual materials, one from each line."""
        found = []
        known = set(Material.objects.values_list("code", flat=True))
        for line in filter(None, (line.strip() for line in self.cleaned_data["materials"].splitlines())):
            code, _, written = line.rpartition(" ")
            try:
                quantity = Decimal(written)
            except InvalidOperation:
                raise forms.ValidationError(f"«{line}»: escriba la clave y la cantidad, como SELLO 1.") from None
            if code.strip().upper() not in known:
                raise forms.ValidationError(f"No hay material con la clave «{code.strip()}»; agréguelo antes.")
            found.append((code.strip().upper(), quantity))
        return tuple(found)


def local_moment(at: datetime) -> datetime:
    """A moment as a form shows it."""
    return timezone.localtime(at).replace(tzinfo=None, second=0, microsecond=0)
