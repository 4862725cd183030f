"""Shapes of what is typed at the desk; what it pays and whether it is enough is decided by the rules."""

from decimal import Decimal
from typing import Any

from django import forms

from cauce.cashier.models import Tender
from cauce.cashier.rules.collecting import OtherMethod

ALL, OVERDUE, OTHER, ADVANCE, EACH, DIRECTED = "todo", "vencido", "otro", "anticipo", "cada", "d"
LONGEST_KEY = 60


class PesosField(forms.DecimalField):
    """An amount as people type it: with or without the sign and the commas."""

    def __init__(self, *, label: str, required: bool = False) -> None:
        super().__init__(
            label=label,
            required=required,
            min_value=Decimal("0.00"),
            max_digits=12,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "invalid": "escriba un importe, como 345.20",
                "min_value": "no puede ser negativo",
                "max_digits": "es demasiado grande",
                "max_whole_digits": "es demasiado grande",
                "max_decimal_places": "no puede tener fracciones de centavo",
            },
        )

    def to_python(self, value: Any) -> Any:
        """Read what was typed."""
        if isinstance(value, str):
            value = value.replace("$", "").replace(",", "").replace(" ", "")
        return super().to_python(value)


def _text(label: str, longest: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CollectForm(forms.Form):
    """A payment as it is typed: what is paid and with what."""

    llave = forms.CharField(max_length=LONGEST_KEY)
    que = forms.CharField(max_length=24)
    importe = PesosField(label="Importe")
    efectivo = PesosField(label="Efectivo recibido")
    tarjeta = PesosField(label="Importe con tarjeta")
    tarjeta_autorizacion = _text("Autorización", 24)
    tarjeta_digitos = forms.RegexField(
        r"\d{4}",
        label="Últimos 4 dígitos",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
        error_messages={"invalid": "son cuatro números"},
    )
    tarjeta_banco = _text("Banco de la terminal", 40)
    cheque = PesosField(label="Importe con cheque")
    cheque_numero = _text("Número de cheque", 24)
    cheque_banco = _text("Banco", 40)
    transferencia = PesosField(label="Importe por transferencia")
    transferencia_referencia = _text("Clave de rastreo o referencia", 40)
    transferencia_banco = _text("Banco", 40)

    def clean(self) -> dict[str, Any]:
        """Ask each method for what proves it."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name, proof, words in (
            ("tarjeta", "tarjeta_autorizacion", "escriba la autorización que salió en el voucher"),
            ("cheque", "cheque_numero", "escriba el número del cheque"),
            ("transferencia", "transferencia_referencia", "escriba la clave de rastreo o la referencia"),
        ):
            if given.get(name) and not given.get(proof):
                self.add_error(proof, words)
        if given.get("cheque_numero") and not given.get("cheque_banco"):
            self.add_error("cheque_banco", "escriba de qué banco es el cheque")
        return given

    @property
    def others(self) -> list[OtherMethod]:
        """What is not cash; a method that is proved and says no amount pays what is left."""
        given = self.cleaned_data
        ending = f"****{given['tarjeta_digitos']}" if given["tarjeta_digitos"] else ""
        card_bank = " ".join(part for part in (given["tarjeta_banco"], ending) if part)
        rows = (
            (Tender.Method.CARD, given["tarjeta"], given["tarjeta_autorizacion"], card_bank),
            (Tender.Method.CHEQUE, given["cheque"], given["cheque_numero"], given["cheque_banco"]),
            (
                Tender.Method.TRANSFER,
                given["transferencia"],
                given["transferencia_referencia"],
                given["transferencia_banco"],
            ),
        )
        return [
            OtherMethod(method.value, amount or None, reference, institution)
            for method, amount, reference, institution in rows
            if amount or reference
        ]


class PaymentFilter(forms.Form):
    """Which payments of the session to list."""

    q = forms.CharField(label="Folio, cuenta, nombre o importe", required=False, max_length=80)
