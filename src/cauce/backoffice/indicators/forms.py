"""Shapes of what is asked of the indicator."""

from typing import Any

from django import forms

from cauce.reports.queries.indicators import Cut, Figure
from cauce.ui.fields import choice_filter, day_field, offer
from cauce.users.models import Area
from cauce.workorders.models import Crew, WorkOrderType

CUTS = {"tipo": Cut.TYPE, "area": Cut.AREA, "cuadrilla": Cut.CREW}
NO_CREW = "ninguna"


class ScopeForm(forms.Form):
    """Which orders: when they were issued, and of which type, area or crew."""

    desde_dia = day_field("Emitidas del día")
    hasta_dia = day_field("Al día")
    tipo = choice_filter("Tipo")
    area = choice_filter("Área", everything="Todas")
    cuadrilla = choice_filter("Cuadrilla", everything="Todas")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "tipo", WorkOrderType.objects.order_by("name").values_list("code", "name"))
        areas = Area.objects.filter(pk__in=WorkOrderType.objects.values("area")).order_by("name")
        offer(self, "area", areas.values_list("pk", "name"), everything="Todas")
        offer(self, "cuadrilla", Crew.objects.order_by("name").values_list("pk", "name"), everything="Todas")


class IndicatorForm(ScopeForm):
    """The same, and by what the figures are told apart."""

    corte = choice_filter("Desglosar", [("area", "Por área"), ("cuadrilla", "Por cuadrilla")], everything="Por tipo")


class BehindForm(ScopeForm):
    """The same, and which figure's list."""

    cifra = forms.ChoiceField(
        label="Cifra", required=False, choices=[(figure.value, figure.label) for figure in Figure]
    )
    field_order = ["cifra"]
