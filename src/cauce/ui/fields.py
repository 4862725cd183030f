"""The fields that many forms share, defined once: pesos, days, why, the key of an act, a choice of a filter."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from secrets import token_urlsafe
from typing import Any

from django import forms

from cauce.registry.models import Account
from cauce.registry.rules import account_number

CENT = Decimal("0.01")
LONGEST_KEY = 60
LONGEST_REASON = 400
NUMBERS = {"inputmode": "decimal", "autocomplete": "off"}


def new_key() -> str:
    """The key of an act, made when its form is drawn: sent twice, it happens once."""
    return token_urlsafe(24)


def key_field() -> forms.CharField:
    """Where that key travels."""
    return forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_KEY)


def pesos_field(
    label: str,
    *,
    is_required: bool = True,
    least: Decimal | None = CENT,
    errors: Mapping[str, str] | None = None,
    help_text: str = "",
    extra: Mapping[str, str] | None = None,
    **bounds: Any,
) -> forms.DecimalField:
    """An amount in pesos; ``least`` is None where it may be negative, ``bounds`` are those of a decimal field."""
    said = {
        "required": "Escriba el importe.",
        "invalid": "Escriba un importe, como 345.20.",
        "min_value": "El importe debe ser mayor que cero.",
    }
    return forms.DecimalField(
        label=label,
        required=is_required,
        min_value=least,
        decimal_places=2,
        widget=forms.TextInput(attrs={**NUMBERS, **(extra or {})}),
        error_messages={**said, **(errors or {})},
        help_text=help_text,
        **({"max_digits": 12} | bounds),
    )


def day_field(label: str, *, required: str = "", help_text: str = "") -> forms.DateField:
    """A day; demanded when ``required`` says what to write."""
    return forms.DateField(
        label=label,
        required=bool(required),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=help_text,
        error_messages={"required": required} if required else None,
    )


def reason_field(label: str, *, required: str = "", help_text: str = "") -> forms.CharField:
    """Why something is done, in a few lines; demanded when ``required`` says what to write."""
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text,
        error_messages={"required": required} if required else None,
    )


def password_field(label: str, *, required: str, help_text: str, autocomplete: str) -> forms.CharField:
    """A password, never drawn again."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        help_text=help_text,
        error_messages={"required": required},
    )


def account_field(label: str, *, required: str, is_required: bool = True) -> forms.CharField:
    """The number of an account, as it is said or scanned; ``account_named`` finds it."""
    return forms.CharField(
        label=label,
        required=is_required,
        max_length=14,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": required},
    )


def account_named(text: str) -> Account | None:
    """The account whose number was written, with or without its zeros and spaces; None if there is none."""
    return Account.objects.filter(number=account_number(text) or "").select_related("holder").first()


def choice_filter(
    label: str, choices: Iterable[tuple[Any, Any]] = (), *, everything: str = "Todos"
) -> forms.ChoiceField:
    """One of a few, or all of them."""
    return forms.ChoiceField(label=label, required=False, choices=[("", everything), *choices])


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]], *, everything: str = "Todos") -> None:
    """Put in a ``choice_filter`` what there is to choose now."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", everything), *choices]
