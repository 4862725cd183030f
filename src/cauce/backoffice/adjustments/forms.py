"""Shapes of what is asked about an adjustment; the names of the quote are those of its address."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from cauce.billing.models import Adjustment, AdjustmentPolicy, Bill
from cauce.billing.rules.adjustment_kinds import DECIDERS, KindRules
from cauce.billing.rules.adjustments import Correction, Formula
from cauce.core.es_mx import format_money, format_period, format_volume
from cauce.tariffs.models import TariffCode
from cauce.tariffs.rules.values import SERVICES
from cauce.ui.fields import choice_filter, day_field, key_field, pesos_field, reason_field
from cauce.users.roles import role_label

_PAPERS = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
_YES_NO = (("", "como está"), ("si", "sí"), ("no", "no"))
_WHOLE = {"inputmode": "numeric", "autocomplete": "off"}
_SERVICE_LABELS = {"AGUA": "Agua", "ALCANTARILLADO": "Alcantarillado", "TRATAMIENTO": "Tratamiento"}


class QuoteForm(forms.Form):
    """Which bills, by which kind, and what each one should be."""

    clase = forms.ChoiceField(
        label="Clase de ajuste", widget=forms.RadioSelect, error_messages={"required": "Elija la clase de ajuste."}
    )
    recibo = forms.MultipleChoiceField(
        label="Recibos",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Marque al menos un recibo para ajustarlo."},
    )
    porcentaje = forms.DecimalField(
        label="Descuento, %",
        required=False,
        max_digits=6,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": "Escriba un porcentaje, como 50."},
    )
    tarifa = forms.ChoiceField(label="Tarifa correcta", required=False)
    categoria = forms.CharField(label="Categoría (cuota fija)", required=False, max_length=20)
    drenaje = forms.ChoiceField(label="Alcantarillado", required=False, choices=_YES_NO)
    tratamiento = forms.ChoiceField(label="Tratamiento", required=False, choices=_YES_NO)
    caso = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, kinds: Sequence[KindRules], bills: Sequence[Bill]) -> None:
        super().__init__(data)
        self.kinds = {kind.code: kind for kind in kinds}
        self.bills = {str(bill.pk): bill for bill in bills}
        self.fields["clase"].choices = [(kind.code, kind.name) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["recibo"].choices = [(pk, _bill_label(bill)) for pk, bill in self.bills.items()]  # type: ignore[attr-defined]
        codes = [(code.code, str(code)) for code in TariffCode.objects.order_by("code")]
        self.fields["tarifa"].choices = [("", "como está"), *codes]  # type: ignore[attr-defined]
        for pk, bill in self.bills.items():
            self.fields[f"m3_{pk}"] = forms.IntegerField(
                label=f"m³ correctos de {format_period(bill.period)}",
                required=False,
                widget=forms.TextInput(attrs=_WHOLE),
                error_messages={"invalid": "Escriba metros cúbicos enteros, como 18."},
            )

    @property
    def chosen_kind(self) -> KindRules | None:
        """The kind chosen, if it is one of those in force."""
        return self.kinds.get(str(self["clase"].value() or ""))

    def corrections(self) -> list[tuple[Bill, Correction]]:
        """What is asked of each bill, the oldest first."""
        said, kind = self.cleaned_data, self.kinds[self.cleaned_data["clase"]]
        asked = []
        for pk in sorted(said["recibo"], key=lambda pk: self.bills[pk].period):
            is_priced, is_wrong_class = kind.formula == Formula.REPRICE, kind.changes_tariff
            correction = Correction(
                m3=said[f"m3_{pk}"] if is_priced else None,
                tariff_code=said["tarifa"] or None if is_wrong_class else None,
                category=said["categoria"] or None if is_wrong_class else None,
                has_sewerage=_yes(said["drenaje"]) if is_wrong_class else None,
                has_treatment=_yes(said["tratamiento"]) if is_wrong_class else None,
                percent=said["porcentaje"] if kind.formula == Formula.PERCENT else None,
            )
            asked.append((self.bills[pk], correction))
        return asked


def _bill_label(bill: Bill) -> str:
    volume = "cuota fija" if bill.volume_m3 is None else format_volume(bill.volume_m3)
    return f"{format_period(bill.period)} · {bill.document.folio} · {volume} · {format_money(bill.total)}"


def _yes(answer: str) -> bool | None:
    return None if not answer else answer == "si"


class ProposalForm(forms.Form):
    """The yes to what the quote says: its key, why, and a file for each paper that the policy asks for."""

    llave = key_field()
    motivo = reason_field("Por qué se ajusta", required="Escriba por qué se ajusta: queda en el ajuste y en la carta.")

    def demand(self, names: Sequence[str]) -> None:
        """Ask for these papers."""
        for position, name in enumerate(names):
            self.fields[f"evidencia_{position}"] = forms.FileField(
                label=name,
                error_messages={"required": f"Falta adjuntar «{name}»: sin evidencia no se propone el ajuste."},
                widget=forms.FileInput(attrs={"accept": _PAPERS}),
                help_text="PDF o foto." if position == 0 else "",
            )


class AuthoriseForm(forms.Form):
    """The yes of who decides, with the Consejo's resolution when it is needed."""

    resolution = forms.CharField(
        label="Acuerdo del Consejo Directivo",
        required=False,
        max_length=120,
        help_text="Número, como CD-12/2026.",
        error_messages={"required": "Escriba el número del acuerdo del Consejo Directivo."},
    )
    resolved_on = day_field("Fecha del acuerdo")
    note = reason_field("Observaciones")

    def __init__(self, *args: Any, needs_board: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].required = needs_board
        self.fields["resolved_on"].required = needs_board
        self.fields["resolved_on"].error_messages["required"] = "Escriba la fecha del acuerdo del Consejo Directivo."


class RefuseForm(forms.Form):
    """The no of who decides."""

    note = reason_field("Por qué se niega", required="Escriba por qué se niega: va en la carta del usuario.")


class WithdrawForm(forms.Form):
    """Taking it back."""

    note = reason_field("Por qué se retira", required="Escriba por qué se retira el ajuste.")


class ApplyForm(forms.Form):
    """The key of the act."""

    llave = key_field()


class UndoForm(forms.Form):
    """Asking that it is left as it was."""

    llave = key_field()
    reason = reason_field("Por qué se deshace", required="Escriba por qué se deshace el ajuste.")


class AdjustmentFilter(forms.Form):
    """Which adjustments to list."""

    estado = choice_filter("Estado", Adjustment.State.choices)
    clase = choice_filter("Clase", everything="Todas")
    texto = forms.CharField(label="Folio o cuenta", required=False, max_length=20)
    desde_dia = day_field("Propuesto desde")
    hasta_dia = day_field("Hasta")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = dict(AdjustmentPolicy.objects.order_by("pk").values_list("kind", "name"))
        self.fields["clase"].choices = [("", "Todas"), *sorted(kinds.items(), key=lambda each: each[1])]  # type: ignore[attr-defined]


class PolicyForm(forms.Form):
    """A version of a kind's policy, as its file would write it."""

    kind = forms.CharField(
        label="Clave",
        max_length=24,
        help_text="La de una clase que ya existe la sustituye; otra, en MAYÚSCULAS y sin espacios, es una clase nueva.",
        error_messages={"required": "Escriba la clave de la clase."},
    )
    name = forms.CharField(label="Nombre", max_length=80, error_messages={"required": "Escriba el nombre."})
    text = reason_field("Qué dice la política", required="Escriba qué dice la política.")
    formula = forms.ChoiceField(
        label="Fórmula",
        choices=(
            ("REPRICE", "Calcular de nuevo, con el consumo o la tarifa correctos"),
            ("PERCENT", "Descontar un porcentaje"),
            ("AVERAGE", "Cobrar el promedio de los meses medidos antes"),
        ),
    )
    changes_tariff = forms.BooleanField(label="También puede cambiar tarifa y servicios", required=False)
    forgives = forms.BooleanField(
        label="La lectura fue correcta: lo que se quita se perdona",
        required=False,
        help_text="Sin marcar, se corrige también el consumo y la próxima lectura cuenta desde el correcto.",
    )
    percent = forms.DecimalField(label="Porcentaje máximo", required=False, max_value=100, min_value=Decimal("0.01"))
    concepts = forms.MultipleChoiceField(
        label="De qué conceptos",
        required=False,
        choices=[(concept, _SERVICE_LABELS[concept]) for concept in SERVICES],
        widget=forms.CheckboxSelectMultiple,
    )
    average_months = forms.IntegerField(label="Meses del promedio", required=False, min_value=1, max_value=24)
    evidence = forms.CharField(
        label="Documentos que pide",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Uno por renglón.",
        error_messages={"required": "Escriba al menos un documento."},
    )
    decides = forms.ChoiceField(
        label="Dentro de la política decide", choices=[(post, role_label(post)) for post in DECIDERS]
    )
    limit = pesos_field("Hasta, pesos", is_required=False, help_text="En blanco, sin límite.")
    director_limit = pesos_field(
        "Límite del Director General, pesos",
        is_required=False,
        help_text="Arriba, hace falta el acuerdo del Consejo. En blanco, sin límite.",
    )
    months_back = forms.IntegerField(label="Recibos de hace, meses", required=False, min_value=1, max_value=120)
    most_bills = forms.IntegerField(label="Recibos a la vez", required=False, min_value=1, max_value=60)
    once_in_months = forms.IntegerField(label="Una vez cada, meses", required=False, min_value=1, max_value=120)
    valid_from = day_field("Rige desde", required="Escriba desde cuándo rige.")
    legal_basis = forms.CharField(
        label="Fundamento", max_length=240, error_messages={"required": "Escriba el fundamento."}
    )

    def rules(self) -> dict[str, Any]:
        """The policy as its file would write it."""
        said = self.cleaned_data
        written = {
            "clave": said["kind"].strip().upper(),
            "nombre": said["name"],
            "texto": said["text"],
            "formula": said["formula"],
            "porcentaje_maximo": said["percent"] if said["formula"] == "PERCENT" else None,
            "conceptos": said["concepts"] if said["formula"] == "PERCENT" else None,
            "meses_promedio": said["average_months"] if said["formula"] == "AVERAGE" else None,
            "cambia_tarifa": said["changes_tariff"] or None,
            "perdona": said["forgives"] or None,
            "evidencia": [line.strip() for line in said["evidence"].splitlines() if line.strip()],
            "decide": said["decides"],
            "limite": said["limit"],
            "limite_director": said["director_limit"],
            "meses_atras": said["months_back"],
            "recibos": said["most_bills"],
            "una_vez_en_meses": said["once_in_months"],
        }
        kept = ("limite", "limite_director")
        return {key: value for key, value in written.items() if value is not None or key in kept}


class ResolutionForm(forms.Form):
    """The acuerdo that puts a policy in force."""

    resolution = forms.CharField(
        label="Número del acuerdo", max_length=120, error_messages={"required": "Escriba el número del acuerdo."}
    )
    resolved_on = day_field("Fecha del acuerdo", required="Escriba la fecha del acuerdo.")


class RejectForm(forms.Form):
    """Why a policy is refused."""

    reason = reason_field("Por qué se rechaza", required="Escriba por qué se rechaza la política.")
