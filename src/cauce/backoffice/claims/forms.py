"""Shapes of what is asked about a claim."""

from typing import Any

from django import forms

from cauce.cashier.models import PaymentClaim
from cauce.cashier.operations import BankFacts, ClaimedPayment, Slip
from cauce.ui.fields import choice_filter, day_field, key_field, pesos_field, reason_field


class ClaimForm(forms.Form):
    """What the customer's slip says."""

    llave = key_field()
    amount = pesos_field("Importe", errors={"required": "Escriba el importe que dice la ficha."})
    paid_on = day_field("Fecha del pago", required="Escriba la fecha que dice la ficha.")
    institution = forms.CharField(
        label="Banco o tienda", max_length=60, error_messages={"required": "Escriba dónde se pagó."}
    )
    branch = forms.CharField(label="Sucursal", max_length=40, required=False)
    reference = forms.CharField(
        label="Referencia",
        max_length=60,
        required=False,
        help_text="Los números de la ficha: referencia, autorización o folio. Con ellos se encuentra más pronto.",
    )
    told = forms.CharField(
        label="Qué dice el usuario", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    slip = forms.FileField(
        label="Ficha o comprobante",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        help_text="PDF o foto (JPG o PNG), de hasta 15 MB.",
    )

    def claimed(self) -> ClaimedPayment:
        """What was captured, as the operation takes it."""
        kept = {name: value for name, value in self.cleaned_data.items() if name not in ("llave", "slip")}
        return ClaimedPayment(**kept)

    def file(self) -> Slip | None:
        """The file that was left, if any."""
        sent = self.cleaned_data["slip"]
        return None if sent is None else Slip(sent.name, sent.read())


class FindingForm(forms.Form):
    """Where the money is: a row of a file, or what the bank's statement says."""

    movement = forms.IntegerField(widget=forms.HiddenInput, required=False)
    amount = pesos_field("Importe", is_required=False)
    deposited_on = day_field("Fecha del depósito")
    reference = forms.CharField(label="Referencia del banco", required=False, max_length=60)
    note = forms.CharField(label="Observaciones", required=False, max_length=400)

    def facts(self) -> BankFacts | None:
        """What the statement says, when all of it was written."""
        said = self.cleaned_data
        if said["amount"] is None or said["deposited_on"] is None:
            return None
        return BankFacts(amount=said["amount"], deposited_on=said["deposited_on"], reference=said["reference"])


class RefusalForm(forms.Form):
    """Why a claim does not proceed."""

    reason = reason_field("Por qué no procede", required="Escriba por qué no procede: el usuario lo va a preguntar.")


class ReplacementForm(forms.Form):
    """Why another voucher is issued."""

    why = reason_field("Por qué se expide otro", required="Escriba por qué se canceló el pago y se expide otro vale.")


class MovedForm(forms.Form):
    """The receipt that brought the payment from another account."""

    receipt = forms.IntegerField()


class KeyForm(forms.Form):
    """The key of an act that is done once."""

    llave = forms.CharField(max_length=60)


class ClaimFilter(forms.Form):
    """Which claims to list."""

    estado = choice_filter("Estado", PaymentClaim.State.choices, everything="Todas")
    cuenta = forms.CharField(label="Cuenta", required=False, max_length=12)
    desde_dia = day_field("Recibida desde")
    hasta_dia = day_field("Hasta")


class VoucherFilter(forms.Form):
    """Which vouchers to list."""

    estado = choice_filter("Estado", [("sin", "Por aplicar"), ("con", "Aplicados")])
    texto = forms.CharField(label="Folio o cuenta", required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["texto"].widget.attrs["autofocus"] = True
