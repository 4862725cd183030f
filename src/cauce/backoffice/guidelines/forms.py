"""Shapes of what is asked about a lineamiento: its text, how it is decided, and a month of its checklist."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from cauce.core.periods import format_period, parse_period
from cauce.guidelines.models import CheckResult, Guideline, GuidelineCheck
from cauce.guidelines.rules import (
    FIGURES,
    LONGEST_BASIS,
    LONGEST_POINT,
    LONGEST_TITLE,
    MOST_CLAUSES,
    MOST_POINTS,
    Answer,
    Clause,
    GuidelineText,
    Point,
)
from cauce.ui.fields import choice_filter, day_field, key_field, offer, reason_field
from cauce.users.roles import ROLES

# Those who look on from outside bind themselves to nothing.
_OUTSIDE = ("consejo", "auditor")
_POSTS = [(role.code, role.label) for role in ROLES if role.code not in _OUTSIDE]
_MORE_CLAUSES, _MORE_POINTS, _FIRST_CLAUSES, _FIRST_POINTS = 2, 1, 4, 3
_PLACE = {"inputmode": "numeric", "autocomplete": "off"}


class VersionForm(forms.Form):
    """What a version says: as many clauses and points as it has, and some more; the blank ones are left out."""

    llave = key_field()
    edicion = forms.IntegerField(required=False, widget=forms.HiddenInput)
    clausulas = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_CLAUSES)
    puntos = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_POINTS)
    titulo = forms.CharField(
        label="Título", max_length=LONGEST_TITLE, error_messages={"required": "Escriba el título del lineamiento."}
    )
    para_que = forms.CharField(
        label="Para qué es",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Escriba para qué es el lineamiento."},
    )
    vigente_desde = day_field(
        "Rige desde",
        required="Escriba desde qué día rige.",
        help_text="Lo confirma quien autoriza: nunca hacia atrás.",
    )
    puestos = forms.MultipleChoiceField(
        label="Puestos que lo leen y se obligan",
        choices=_POSTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Marque al menos un puesto: alguien tiene que leerlo."},
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.clause_count = self._count("clausulas", MOST_CLAUSES)
        self.point_count = self._count("puntos", MOST_POINTS)
        for number in range(self.clause_count):
            self._add_clause(number)
        for number in range(self.point_count):
            self._add_point(number)

    def _count(self, name: str, most: int) -> int:
        asked = str(self.data.get(name, "")) if self.is_bound else str(self.initial.get(name, 1))
        return min(int(asked), most) if asked.isdecimal() else 1

    def _add_clause(self, number: int) -> None:
        said = number + 1
        self.fields[f"clausula_{number}_lugar"] = _place_field(f"Lugar de la cláusula {said}", said)
        self.fields[f"clausula_{number}_texto"] = forms.CharField(
            label=f"Cláusula {said}", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
        )
        self.fields[f"clausula_{number}_fundamento"] = forms.CharField(
            label=f"Fundamento de la cláusula {said}", required=False, max_length=LONGEST_BASIS
        )

    def _add_point(self, number: int) -> None:
        said = number + 1
        self.fields[f"punto_{number}_lugar"] = _place_field(f"Lugar del punto {said}", said)
        for part, label in (("que", "Qué se revisa"), ("como", "Cómo"), ("meta", "Meta")):
            self.fields[f"punto_{number}_{part}"] = forms.CharField(
                label=f"{label}, punto {said}", required=False, max_length=LONGEST_POINT
            )
        self.fields[f"punto_{number}_cifra"] = forms.ChoiceField(
            label=f"Cifra del sistema, punto {said}", required=False, choices=[("", "Ninguna"), *FIGURES.items()]
        )

    def clause_rows(self) -> list[tuple[forms.BoundField, ...]]:
        """The fields of each clause."""
        return [self._row("clausula", number, ("lugar", "texto", "fundamento")) for number in range(self.clause_count)]

    def point_rows(self) -> list[tuple[forms.BoundField, ...]]:
        """The fields of each point of the checklist."""
        parts = ("lugar", "que", "como", "meta", "cifra")
        return [self._row("punto", number, parts) for number in range(self.point_count)]

    def _row(self, what: str, number: int, parts: Sequence[str]) -> tuple[forms.BoundField, ...]:
        return tuple(self[f"{what}_{number}_{part}"] for part in parts)

    def text(self) -> GuidelineText:
        """What was written, in the order of its places; the rows left blank are not there."""
        said = self.cleaned_data
        clauses = [
            (
                said[f"clausula_{n}_lugar"] or n + 1,
                n,
                Clause(said[f"clausula_{n}_texto"], said[f"clausula_{n}_fundamento"]),
            )
            for n in range(self.clause_count)
        ]
        points = [
            (
                said[f"punto_{n}_lugar"] or n + 1,
                n,
                Point(*(said[f"punto_{n}_{part}"] for part in ("que", "como", "meta", "cifra"))),
            )
            for n in range(self.point_count)
        ]
        return GuidelineText(
            title=said["titulo"],
            purpose=said["para_que"],
            clauses=[each for _, _, each in sorted(clauses, key=_by_place) if each.text or each.legal_basis],
            points=[each for _, _, each in sorted(points, key=_by_place) if each.what or each.how or each.target],
            roles=said["puestos"],
        )


class NewGuidelineForm(VersionForm):
    """The first version of a lineamiento, with its kind."""

    clase = forms.ChoiceField(label="Clase", choices=Guideline.Kind.choices)


class RewriteForm(VersionForm):
    """A draft written again; a later version says what changes."""

    cambios = forms.CharField(
        label="Qué cambia respecto de la versión anterior",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def initial_of(text: GuidelineText | None) -> dict[str, Any]:
    """What the form of a text begins with, and some blank rows more."""
    if text is None:
        return {"clausulas": _FIRST_CLAUSES, "puntos": _FIRST_POINTS}
    initial: dict[str, Any] = {
        "titulo": text.title,
        "para_que": text.purpose,
        "puestos": list(text.roles),
        "clausulas": min(len(text.clauses) + _MORE_CLAUSES, MOST_CLAUSES),
        "puntos": min(len(text.points) + _MORE_POINTS, MOST_POINTS),
    }
    for number, clause in enumerate(text.clauses):
        initial |= {f"clausula_{number}_texto": clause.text, f"clausula_{number}_fundamento": clause.legal_basis}
    for number, point in enumerate(text.points):
        parts = {"que": point.what, "como": point.how, "meta": point.target, "cifra": point.figure}
        initial |= {f"punto_{number}_{part}": value for part, value in parts.items()}
    return initial


def _place_field(label: str, said: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        initial=said,
        min_value=1,
        max_value=99,
        widget=forms.TextInput(attrs=_PLACE),
        error_messages={"invalid": "Escriba su lugar con un número, como 2."},
    )


def _by_place(row: tuple[int, int, object]) -> tuple[int, int]:
    return row[0], row[1]


class AuthoriseForm(forms.Form):
    """The yes of who authorises: from when, and by which paper."""

    edicion = forms.IntegerField(widget=forms.HiddenInput)
    valid_from = day_field("Rige desde", required="Escriba desde qué día rige.")
    resolution = forms.CharField(
        label="Oficio o acuerdo", required=False, max_length=120, help_text="Con que se autoriza, si lo hay."
    )


class ReturnForm(forms.Form):
    """What is to be corrected."""

    reason = reason_field("Qué hay que corregir", required="Escriba qué hay que corregir.")


class WithdrawForm(forms.Form):
    """Why it is withdrawn."""

    reason = reason_field("Por qué se retira", required="Escriba por qué se retira.")


class AcknowledgeForm(forms.Form):
    """«Leí y me obligo»: of what was on the screen."""

    huella = forms.CharField(widget=forms.HiddenInput, max_length=64)


class StartForm(forms.Form):
    """Another version, begun once."""

    llave = key_field()


class ReaderFilter(forms.Form):
    """Who has read a version and who lacks."""

    acuse = choice_filter("Acuse", (("falta", "Les falta"), ("leido", "Ya leyeron")))


class MonthForm(forms.Form):
    """A month of a checklist: the result of each point, with its note."""

    mes = forms.CharField(widget=forms.HiddenInput, max_length=7)
    edicion = forms.IntegerField(required=False, widget=forms.HiddenInput)
    conclusion = forms.CharField(
        label="Conclusión del mes", required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: Any = None, *, points: Sequence[GuidelineCheck], initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.points = points
        for point in points:
            self.fields[f"resultado_{point.number}"] = forms.ChoiceField(
                label=f"Resultado del punto {point.number}",
                required=False,
                choices=[("", "Sin capturar"), *CheckResult.Outcome.choices],
            )
            self.fields[f"nota_{point.number}"] = forms.CharField(
                label=f"Nota del punto {point.number}", required=False, max_length=400
            )

    def rows(self) -> list[tuple[GuidelineCheck, forms.BoundField, forms.BoundField]]:
        """Each point with its fields."""
        return [(each, self[f"resultado_{each.number}"], self[f"nota_{each.number}"]) for each in self.points]

    def answers(self, figures: Mapping[str, str]) -> dict[int, Answer]:
        """What was answered, with the figure of each point."""
        said = self.cleaned_data
        return {
            each.number: Answer(
                said[f"resultado_{each.number}"], said[f"nota_{each.number}"], figures.get(each.figure, "")
            )
            for each in self.points
            if said[f"resultado_{each.number}"]
        }


class CloseForm(forms.Form):
    """The month to be closed."""

    mes = forms.CharField(widget=forms.HiddenInput, max_length=7)


class ResultsFilter(forms.Form):
    """Which lineamiento, and up to which month."""

    lineamiento = choice_filter("Lineamiento")
    hasta = forms.CharField(
        label="Hasta el mes",
        required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        offer(self, "lineamiento", Guideline.objects.order_by("pk").values_list("pk", "name"))

    def clean_hasta(self) -> date | None:
        """The month as a period."""
        return period_asked(self.cleaned_data["hasta"], wrong="Escriba un mes, como 2026-10.")


def period_asked(text: str, *, wrong: str) -> date | None:
    """The period that a text says, None when it says nothing.

    :raises forms.ValidationError: if it is not a month.
    """
    if not text:
        return None
    try:
        return parse_period(text)
    except ValueError as error:
        raise forms.ValidationError(wrong) from error


def month_text(period: date) -> str:
    """How a period travels in an address: ``2026-10``."""
    return format_period(period)
