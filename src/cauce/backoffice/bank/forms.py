"""Shapes of what is asked about the bank's files."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cauce.cashier.models import BankMovement, BankResolution, Payment
from cauce.ui.fields import account_field, account_named, choice_filter, day_field, offer, pesos_field, reason_field
from cauce.ui.reauthentication import ReauthenticatedForm
from cauce.ui.wording import code_name

Action = BankResolution.Action


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

    resultado = choice_filter("Resultado", BankMovement.Outcome.choices)
    motivo = choice_filter("Motivo")
    texto = forms.CharField(label="Referencia, cuenta o renglón", required=False, max_length=60)

    def __init__(self, *args: Any, codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "motivo", ((code, code_name(code)) for code in codes))


class PendingFilter(forms.Form):
    """Which of the movements that wait to look at."""

    estado = choice_filter(
        "Falta",
        [("proponer", "Que alguien proponga"), ("aprobar", "Que otra persona apruebe")],
        everything="Todo",
    )
    motivo = choice_filter("Motivo")

    def __init__(self, *args: Any, codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "motivo", ((code, code_name(code)) for code in codes))


class ProposalForm(forms.Form):
    """What to do with a movement; it asks only for what the file did not say."""

    action = forms.ChoiceField(label="¿Qué se hace?", error_messages={"required": "Elija qué se hace."})
    account = account_field("Cuenta", required="Escriba a qué cuenta se aplica.", is_required=False)
    payment = forms.ChoiceField(
        label="Pago que deshace", required=False, error_messages={"required": "Elija el pago que se deshace."}
    )
    amount = pesos_field(
        "Importe según el banco",
        is_required=False,
        errors={"required": "Escriba el importe que dice el estado de cuenta del banco."},
    )
    effective_on = day_field(
        "Día del depósito según el banco", required="Escriba el día que dice el estado de cuenta del banco."
    )
    reason = reason_field(
        "Motivo",
        required="Escriba por qué: qué se encontró y con quién se confirmó.",
        help_text="Qué se encontró y con quién se confirmó.",
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
            found = account_named(cleaned["account"])
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

    note = reason_field("Por qué no", required="Escriba por qué no se aprueba: quien propuso lo va a leer.")
