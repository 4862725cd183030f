"""Shapes of what is asked about the bank's files."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from cauce.cashier.models import BankMovement, BankResolution, Payment
from cauce.registry.models import Account
from cauce.registry.rules import account_number
from cauce.ui.reauthentication import ReauthenticatedForm
from cauce.ui.wording import code_name

Action = BankResolution.Action
LONGEST_REASON = 400


class FileForm(forms.Form):
    """The file that the bank or the store sent."""

    file = forms.FileField(
        label="Archivo del banco o de la tienda",
        allow_empty_file=True,
        error_messages={"required": "Elija el archivo en su equipo."},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/plain,text/csv"}),
    )


class MovementFilter(forms.Form):
    """Which movements to look at."""

    resultado = forms.ChoiceField(
        label="Resultado", required=False, choices=[("", "Todos"), *BankMovement.Outcome.choices]
    )
    motivo = forms.ChoiceField(label="Motivo", required=False)
    texto = forms.CharField(label="Referencia, cuenta o renglón", required=False, max_length=60)

    def __init__(self, *args: Any, codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motivo"].choices = [("", "Todos"), *((code, code_name(code)) for code in codes)]  # type: ignore[attr-defined]


class PendingFilter(forms.Form):
    """Which of the movements that wait to look at."""

    estado = forms.ChoiceField(
        label="Falta",
        required=False,
        choices=[("", "Todo"), ("proponer", "Que alguien proponga"), ("aprobar", "Que otra persona apruebe")],
    )
    motivo = forms.ChoiceField(label="Motivo", required=False)

    def __init__(self, *args: Any, codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motivo"].choices = [("", "Todos"), *((code, code_name(code)) for code in codes)]  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    """What to do with a movement; it asks only for what the file did not say."""

    action = forms.ChoiceField(label="¿Qué se hace?", error_messages={"required": "Elija qué se hace."})
    account = forms.CharField(
        label="Cuenta",
        required=False,
        max_length=14,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Escriba a qué cuenta se aplica."},
    )
    payment = forms.ChoiceField(
        label="Pago que deshace", required=False, error_messages={"required": "Elija el pago que se deshace."}
    )
    amount = forms.DecimalField(
        label="Importe según el banco",
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": "Escriba el importe que dice el estado de cuenta del banco.",
            "invalid": "Escriba un importe, como 345.20.",
            "min_value": "El importe debe ser mayor que cero.",
        },
    )
    effective_on = forms.DateField(
        label="Día del depósito según el banco",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "Escriba el día que dice el estado de cuenta del banco."},
    )
    reason = forms.CharField(
        label="Motivo",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Qué se encontró y con quién se confirmó.",
        error_messages={"required": "Escriba por qué: qué se encontró y con quién se confirmó."},
    )

    def __init__(
        self,
        *args: Any,
        actions: Sequence[BankResolution.Action],
        payments: Sequence[tuple[int, str]],
        asks_amount: bool,
        asks_day: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [(action.value, action.label) for action in actions]  # type: ignore[attr-defined]
        self.fields["payment"].choices = list(payments)  # type: ignore[attr-defined]
        unasked = {
            "account": Action.APPLY not in actions,
            "payment": Action.REVERSE not in actions,
            "amount": not asks_amount,
            "effective_on": not asks_day,
        }
        for name, is_unasked in unasked.items():
            if is_unasked:
                del self.fields[name]
        # What an action does not use may stay empty: the browser cannot know which, so it demands nothing.
        self.use_required_attribute = False
        chosen = self.data.get("action") if self.is_bound else None
        for name in ("account", "amount", "effective_on"):
            if name in self.fields:
                self.fields[name].required = chosen in (None, Action.APPLY)
        if "payment" in self.fields:
            self.fields["payment"].required = chosen in (None, Action.REVERSE)

    def clean(self) -> dict[str, Any]:
        """Find the account and the payment that were named."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("action") == Action.APPLY and cleaned.get("account"):
            number = account_number(cleaned["account"])
            found = Account.objects.filter(number=number or "").first()
            if found is None:
                self.add_error("account", "No existe esa cuenta; revise el número y vuelva a intentar.")
            cleaned["account"] = found
        else:
            cleaned["account"] = None
        chosen = cleaned.get("payment") if cleaned.get("action") == Action.REVERSE else None
        cleaned["payment"] = Payment.objects.filter(pk=chosen).first() if chosen else None
        return cleaned


class ApprovalForm(ReauthenticatedForm):
    """That another person agrees."""


class RefusalForm(forms.Form):
    """Why another person does not agree."""

    note = forms.CharField(
        label="Por qué no",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Escriba por qué no se aprueba: quien propuso lo va a leer."},
    )
