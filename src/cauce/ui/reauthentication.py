"""Asking for the password again before an act that undoes money: the session alone is not enough."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_post_parameters

from cauce.ui.fields import password_field
from cauce.users.models import User

FIELD = "password"

# Put under @screen: what was typed never reaches a report of errors.
hides_password = sensitive_post_parameters(FIELD)


class ReauthenticatedForm(forms.Form):
    """A form that is sent with the password of who is signed in; failing counts as failing to enter.

    The password is looked at once the rest is right, so that a slip elsewhere spends no attempt, and it is never drawn
    again; what else was typed stays.
    """

    password = password_field(
        "Su contraseña",
        required="Escriba su contraseña para confirmar que es usted.",
        help_text="Se pide otra vez porque esto mueve dinero ya cobrado.",
        autocomplete="current-password",
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Look at the password, last of all."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and FIELD in cleaned:
            mistake = self._mistake(cleaned.pop(FIELD))
            if mistake:
                self.add_error(FIELD, mistake)
        return cleaned

    def _mistake(self, password: str) -> str:
        user = cast(User, self.request.user)
        try:
            is_right = get_adapter().reauthenticate(user, password)
        except forms.ValidationError:
            return "Demasiados intentos con la contraseña equivocada; espere cinco minutos y vuelva a intentar."
        return "" if is_right else "La contraseña no es la suya; escríbala otra vez. Lo demás se conservó."
