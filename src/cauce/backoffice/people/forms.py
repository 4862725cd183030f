"""Shapes of what is asked about people."""

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator

from cauce.registry.models import StaffLink
from cauce.ui.fields import choice_filter
from cauce.users.models import User
from cauce.users.roles import ROLES

ROLE_CHOICES = [(role.code, role.label) for role in ROLES]


class ThemeForm(forms.Form):
    """Light, dark, or as the machine has it."""

    theme = forms.ChoiceField(choices=User.Theme.choices)


class PersonForm(forms.Form):
    """Name, role and whether they may enter."""

    full_name = forms.CharField(label="Nombre completo", max_length=160)
    role = forms.ChoiceField(
        label="Puesto", choices=ROLE_CHOICES, help_text="El puesto da los permisos; no se dan uno por uno."
    )
    is_active = forms.BooleanField(label="Puede entrar al sistema", required=False)


class NewPersonForm(forms.Form):
    """Who enters for the first time."""

    username = forms.CharField(
        label="Usuario",
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text="Con lo que entrará: letras, números, punto o guion.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    full_name = forms.CharField(label="Nombre completo", max_length=160)
    role = forms.ChoiceField(label="Puesto", choices=ROLE_CHOICES)

    def clean_username(self) -> str:
        """Refuse a name that somebody has: opening it again would take their password away."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("Ese usuario ya existe. Elija otro, o abra a la persona en la lista.")
        return username


class StaffFilter(forms.Form):
    """Which people to list."""

    puesto = choice_filter("Puesto", ROLE_CHOICES)
    nombre = forms.CharField(label="Nombre o usuario", required=False, max_length=80)


class NameFilter(forms.Form):
    """Whose links to list."""

    nombre = forms.CharField(label="Nombre o usuario", required=False, max_length=80)


class LinkSearch(forms.Form):
    """Whom of the padrón to link somebody with."""

    q = forms.CharField(required=False, max_length=120)


class LinkForm(forms.Form):
    """Whom somebody is linked to, how and since what paper."""

    persona = forms.IntegerField(error_messages={"required": "Elija a la persona de la lista."})
    vinculo = forms.ChoiceField(label="Vínculo", choices=StaffLink.Kind.choices, initial=StaffLink.Kind.RELATIVE)
    nota = forms.CharField(
        label="Parentesco o interés",
        required=False,
        max_length=200,
        help_text="Hermana, suegro, socia; y el oficio de su declaración, si lo hay.",
    )
