"""Shapes of what is asked of the portfolio."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.http import QueryDict

from cauce.collections.models import CollectionContact
from cauce.collections.operations import ContactFacts
from cauce.collections.rules import AGES, CAUSES, MONTH_BANDS, Filters
from cauce.registry.models import CYCLES, Account, Route, Sector
from cauce.tariffs.models import TariffCode
from cauce.tariffs.rules import USE_CLASS_NAMES
from cauce.ui.fields import choice_filter, day_field, key_field, offer, pesos_field

YES, NO = "SI", "NO"
CUTS: Final = {
    "uso": "Uso",
    "tarifa": "Tarifa",
    "sector": "Sector",
    "ruta": "Ruta",
    "estado": "Estado de la cuenta",
    "causa": "Causa",
    "meses": "Meses de adeudo",
    "medidor": "Medidor",
    "convenio": "Convenio",
}


class RouteField(forms.ChoiceField):
    """A route by its number, which is known by heart: a list of thousands would weigh more than the page."""

    widget = forms.TextInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "missing": "No hay una ruta con ese número; revíselo o déjelo en blanco."
    }

    def to_python(self, value: Any) -> Any:
        """Its id; the zeros before the number may be left out."""
        number = str(value or "").strip()
        if not number:
            return None
        known = dict(Route.objects.filter(number__in={number, number.zfill(4)}).values_list("number", "pk"))
        found = known.get(number) or known.get(number.zfill(4))
        if found is None:
            raise forms.ValidationError(self.error_messages["missing"], code="missing")
        return found

    def valid_value(self, value: Any) -> bool:
        """What was found is one."""
        return True


class PortfolioFilter(forms.Form):
    """Which debtors, of the portfolio of which day."""

    dia = day_field("Cartera al día")
    sector = choice_filter("Sector")
    uso = choice_filter("Uso", [(use.value, name) for use, name in USE_CLASS_NAMES.items()])
    tarifa = choice_filter("Tarifa", everything="Todas")
    estado = choice_filter("Estado de la cuenta", Account.State.choices)
    causa = choice_filter("Por qué debe", [(cause.code, cause.label) for cause in CAUSES])
    meses = choice_filter("Meses de adeudo", [(band.code, band.label) for band in MONTH_BANDS])
    antiguedad = choice_filter("Antigüedad", [(age.code, age.label) for age in AGES], everything="Todas")
    medidor = choice_filter("Medidor", [(YES, "Con medidor"), (NO, "Sin medidor")], everything="Con y sin")
    convenio = choice_filter("Convenio vigente", [(YES, "Con convenio"), (NO, "Sin convenio")], everything="Con y sin")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "sector", Sector.objects.order_by("name").values_list("pk", "name"))
        offer(self, "tarifa", _tariffs(), everything="Todas")

    def filters(self) -> Filters:
        """What was asked for, as the rules know it; what was written wrong asks for nothing."""
        self.is_valid()
        return filters_of(self.cleaned_data)


class FiguresFilter(PortfolioFilter):
    """The same, and by what the figures are told apart."""

    corte = choice_filter(
        "Desglosar por", [(code, name) for code, name in CUTS.items() if code != "uso"], everything="Uso"
    )


class MovementFilter(FiguresFilter):
    """The day shown and the one that it is compared with."""

    desde = forms.DateField(required=False)


class AccountsFilter(PortfolioFilter):
    """The same, and what only the list of accounts asks."""

    ruta = RouteField(
        label="Ruta",
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 4, "size": 6, "autocomplete": "off", "placeholder": "Todas"}),
    )
    ciclo = choice_filter("Ciclo", CYCLES)
    meses_min = forms.IntegerField(label="Meses desde", required=False, min_value=0, max_value=600)
    meses_max = forms.IntegerField(label="Meses hasta", required=False, min_value=0, max_value=600)
    adeudo_min = pesos_field("Adeudo desde", is_required=False)
    adeudo_max = pesos_field("Adeudo hasta", is_required=False)
    field_order = ["dia", "sector", "ruta"]


def filters_of(chosen: Mapping[str, Any]) -> Filters:
    """The filters of what was chosen in a form."""
    band = next((band for band in MONTH_BANDS if band.code == chosen.get("meses")), None)
    return Filters(
        sector=_number(chosen.get("sector")),
        route=chosen.get("ruta"),
        use_classes=_one(chosen.get("uso")),
        tariff_codes=_one(chosen.get("tarifa")),
        min_debt=chosen.get("adeudo_min"),
        max_debt=chosen.get("adeudo_max"),
        min_months=chosen.get("meses_min") if band is None else band.first,
        max_months=chosen.get("meses_max") if band is None else band.last,
        ages=_one(chosen.get("antiguedad")),
        account_states=_one(chosen.get("estado")),
        causes=_one(chosen.get("causa")),
        with_agreement=_yes_or_no(chosen.get("convenio")),
        has_meter=_yes_or_no(chosen.get("medidor")),
        cycle=_number(chosen.get("ciclo")),
    )


def query_of(filters: Filters) -> dict[str, str]:
    """The address that asks for ``filters``; what a form cannot say of them is left out."""
    band = next(
        (
            band
            for band in MONTH_BANDS
            if filters.min_months is not None and (band.first, band.last) == (filters.min_months, filters.max_months)
        ),
        None,
    )
    asked = {
        "sector": filters.sector,
        "ruta": None if filters.route is None else Route.objects.values_list("number", flat=True).get(pk=filters.route),
        "uso": _first(filters.use_classes),
        "tarifa": _first(filters.tariff_codes),
        "adeudo_min": filters.min_debt,
        "adeudo_max": filters.max_debt,
        "meses": None if band is None else band.code,
        "meses_min": filters.min_months if band is None else None,
        "meses_max": filters.max_months if band is None else None,
        "antiguedad": _first(filters.ages),
        "estado": _first(filters.account_states),
        "causa": _first(filters.causes),
        "convenio": _said(filters.with_agreement),
        "medidor": _said(filters.has_meter),
        "ciclo": filters.cycle,
    }
    return {name: str(value) for name, value in asked.items() if value is not None and value != ""}


class SaveSelectionForm(forms.Form):
    """The name of a selection, and what it asks for, as its address says it."""

    nombre = forms.CharField(
        label="Nombre de la selección",
        max_length=80,
        error_messages={"required": "Escriba un nombre para la selección."},
    )
    pedido = forms.CharField(widget=forms.HiddenInput, max_length=600, required=False)

    def filters(self) -> Filters:
        """What its address asks for."""
        form = AccountsFilter(QueryDict(self.cleaned_data["pedido"]))
        return form.filters()


class TakeForm(forms.Form):
    """The day whose portfolio is taken, and whether again."""

    dia = day_field("Cartera al día", required="Escriba el día de la cartera.")
    de_nuevo = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ContactFilter(forms.Form):
    """Which gestiones are shown."""

    promesa = choice_filter("Promesa", CollectionContact.Promise.choices, everything="Con y sin promesa")
    resultado = choice_filter("Resultado", CollectionContact.Result.choices)
    medio = choice_filter("Medio", CollectionContact.Means.choices)
    desde_dia = day_field("Desde")
    hasta_dia = day_field("Hasta")
    cuenta = forms.CharField(label="Cuenta", required=False, max_length=14)


class ContactForm(forms.Form):
    """A contact with a debtor."""

    llave = key_field()
    medio = forms.ChoiceField(label="Medio", choices=CollectionContact.Means.choices)
    con_quien = forms.ChoiceField(label="Con quién", choices=CollectionContact.Person.choices)
    nombre = forms.CharField(label="Nombre de quien respondió", required=False, max_length=120)
    resultado = forms.ChoiceField(label="Resultado", choices=CollectionContact.Result.choices)
    promesa_dia = day_field("Pagará el", help_text="Sólo si prometió pagar.")
    promesa_importe = pesos_field("Pagará", is_required=False, help_text="En pesos; sólo si prometió pagar.")
    nota = forms.CharField(label="Nota", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def facts(self) -> ContactFacts:
        """What the operation is told."""
        said = self.cleaned_data
        return ContactFacts(
            means=said["medio"],
            person=said["con_quien"],
            person_name=said["nombre"],
            result=said["resultado"],
            note=said["nota"],
            promise_on=said["promesa_dia"],
            promise_amount=said["promesa_importe"],
        )


def _tariffs() -> list[tuple[str, str]]:
    codes = TariffCode.objects.order_by("code").values_list("code", "name")
    return [(code, f"{code} {name}") for code, name in codes]


def _number(value: str | None) -> int | None:
    return int(value) if value else None


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _first(values: tuple[str, ...]) -> str | None:
    return values[0] if values else None


def _yes_or_no(value: str | None) -> bool | None:
    return {YES: True, NO: False}.get(value or "")


def _said(value: bool | None) -> str | None:
    return None if value is None else YES if value else NO
