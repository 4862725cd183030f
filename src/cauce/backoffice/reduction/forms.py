"""Shapes of what is asked about the reduction of the service."""

from typing import Any

from django import forms

from cauce.collections.models import Infraction, LadderAct, OrderRecall
from cauce.collections.operations import MOST_DAYS, MOST_PERSONS
from cauce.documents.models import Document
from cauce.registry.models import Account
from cauce.ui.fields import account_field, account_named, choice_filter, day_field, key_field, reason_field
from cauce.ui.reauthentication import ReauthenticatedForm
from cauce.workorders.models import WorkOrder

MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
IMAGES = ".jpg,.jpeg,.png,.pdf,image/jpeg,image/png,application/pdf"


class RelationFilter(forms.Form):
    """Which accounts of a relación."""

    estado = choice_filter("Estado", LadderAct.State.choices)


class AuthoriseForm(ReauthenticatedForm):
    """The accounts that were marked, or all that may be, and the password."""

    acto = forms.ModelMultipleChoiceField(
        label="Cuentas",
        queryset=LadderAct.objects.none(),
        required=False,
        error_messages={"invalid_choice": "Una de las cuentas ya no espera autorización; revise la lista."},
    )
    todas = forms.BooleanField(label="Todas las que pueden, hasta 200", required=False)
    field_order = ["acto", "todas", "password"]

    def __init__(self, *args: Any, waiting: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["acto"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = waiting
        self.fields["password"].help_text = "Se pide otra vez porque autorizar es un acto suyo, con fecha y hora."

    def clean(self) -> dict[str, Any]:
        """Something must be marked; it is looked at before the password, so that a slip spends no attempt."""
        if not self.errors and not self.cleaned_data.get("acto") and not self.cleaned_data.get("todas"):
            self.add_error("acto", "Marque por lo menos una cuenta, o todas las que pueden.")
        return super().clean()


class ExcludeForm(forms.Form):
    """Why an account is taken out."""

    reason = reason_field(
        "Por qué se saca",
        required="Escriba por qué se saca la cuenta de la relación.",
        help_text="Queda en su historia y en la relación.",
    )


class VoucherForm(forms.Form):
    """For how many people and days the home has its water by voucher."""

    llave = key_field()
    persons = forms.IntegerField(
        label="Personas que viven ahí",
        min_value=1,
        max_value=MOST_PERSONS,
        error_messages={"required": "Escriba cuántas personas viven ahí."},
    )
    days = forms.IntegerField(
        label="Días",
        min_value=1,
        max_value=MOST_DAYS,
        initial=15,
        error_messages={"required": "Escriba para cuántos días es el vale."},
    )


class DeliveryForm(forms.Form):
    """Who received a voucher, and when."""

    received_by = forms.CharField(
        label="Quién lo recibió", max_length=160, error_messages={"required": "Escriba quién recibió el vale."}
    )
    on = day_field("Qué día", required="Escriba qué día se entregó.")


class OrdersFilter(forms.Form):
    """Which acts of execution."""

    estado = choice_filter("Estado", LadderAct.State.choices)
    desde_dia = day_field("Emitidas desde")


class RecallFilter(forms.Form):
    """Which recalls."""

    quedo = choice_filter("Cómo quedó", OrderRecall.Outcome.choices)
    deshecho = choice_filter("Pago", [("si", "Se deshizo: hay que revisar")])
    desde_dia = day_field("Desde")


class LateForm(forms.Form):
    """What a crew did that should not have been done any more."""

    order = forms.CharField(
        label="Folio de la orden",
        max_length=24,
        error_messages={"required": "Escriba el folio de la orden, como OT-000123."},
    )
    acted_at = forms.DateTimeField(
        label="Cuándo la hicieron",
        widget=MOMENT,
        input_formats=MOMENT_FORMATS,
        error_messages={"required": "Escriba el día y la hora en que la hicieron."},
    )
    note = reason_field(
        "Qué hicieron",
        required="Escriba qué hizo la cuadrilla: lectura, sello y a qué hora.",
        help_text="Lectura, sello y quién lo dijo.",
    )

    def clean_order(self) -> WorkOrder:
        """The order of the folio that was written."""
        series, _, number = self.cleaned_data["order"].strip().upper().rpartition("-")
        found = None
        if number.isdecimal():
            document = Document.objects.filter(series=series or "OT", number=int(number)).first()
            found = None if document is None else WorkOrder.objects.filter(pk=document.pk).first()
        if found is None:
            raise forms.ValidationError("No hay orden con ese folio; revíselo en la hoja.")
        return found


class InfractionFilter(forms.Form):
    """Which procedures."""

    estado = choice_filter("Estado", Infraction.State.choices)
    desde_dia = day_field("Registradas desde")


class InfractionForm(forms.Form):
    """What was found, where and when."""

    llave = key_field()
    account = account_field("Cuenta", required="Escriba la cuenta.")
    found_on = day_field("Qué día se vio", required="Escriba qué día se vio.")
    told = reason_field(
        "Qué se encontró",
        required="Escriba qué se encontró: sello roto, derivación, reductor retirado…",
    )
    order = forms.CharField(
        label="Orden en que se vio",
        max_length=24,
        required=False,
        help_text="Si la vio una cuadrilla, su folio; si no, se emite una inspección.",
    )
    evidence = forms.FileField(
        label="Fotografía o acta", required=False, widget=forms.ClearableFileInput(attrs={"accept": IMAGES})
    )

    def clean_account(self) -> Account:
        """The account of the number that was written."""
        found = account_named(self.cleaned_data["account"])
        if found is None:
            raise forms.ValidationError("No hay cuenta con ese número; revíselo o búsquela en la ventanilla.")
        return found

    def clean_order(self) -> WorkOrder | None:
        """The order of the folio, if one was written."""
        written = self.cleaned_data["order"].strip().upper()
        if not written:
            return None
        number = written.rpartition("-")[2]
        found = (
            WorkOrder.objects.filter(document__series="OT", document__number=int(number)).first()
            if (number.isdecimal())
            else None
        )
        if found is None:
            raise forms.ValidationError("No hay orden con ese folio; revíselo en la hoja.")
        return found


class NotifyForm(forms.Form):
    """To whom it was told, and when."""

    notified_on = day_field("Qué día se notificó", required="Escriba qué día se notificó.")
    to = forms.CharField(
        label="A quién",
        max_length=160,
        help_text="Nombre y con qué se identificó.",
        error_messages={"required": "Escriba a quién se entregó y con qué se identificó."},
    )


class HearForm(forms.Form):
    """What the person said."""

    heard_on = day_field("Qué día se le oyó", required="Escriba qué día se le oyó.")
    defence = reason_field("Qué manifestó", required="Escriba qué manifestó el usuario y qué pruebas dejó.")


class FineForm(ReauthenticatedForm):
    """Why it is fined, and the password."""

    decision = reason_field("Por qué se multa", required="Escriba por qué: es lo que se notifica al usuario.")
    field_order = ["decision", "password"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = "Se pide otra vez porque la multa se carga a la cuenta."


class DismissForm(forms.Form):
    """Why it is not fined."""

    decision = reason_field("Por qué no se sanciona", required="Escriba por qué: es lo que se notifica al usuario.")
