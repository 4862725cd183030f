"""The filters that the lists of several capabilities share."""

from django import forms

from cauce.cashier.models import Desk
from cauce.registry.models import Route


class DeskFilter(forms.ModelChoiceField):
    """A desk, or all of them."""

    def __init__(self) -> None:
        super().__init__(
            label="Caja",
            required=False,
            queryset=Desk.objects.order_by("name"),
            to_field_name="code",
            empty_label="Todas",
        )


class RouteFilter(forms.ModelChoiceField):
    """A route by its number, or all of them."""

    def __init__(self) -> None:
        super().__init__(
            label="Ruta",
            required=False,
            queryset=Route.objects.order_by("number"),
            to_field_name="number",
            empty_label="Todas",
        )
