"""The types of case and the templates of answers, changed by the staff without code."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.cases.models import AnswerTemplate, CaseKind, CaseType
from cauce.cases.operations import CaseTypeDetails, save_answer_template, save_case_type
from cauce.cases.rules.templates import PLACEHOLDERS
from cauce.core import clock
from cauce.registry.models import Hold
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.users.models import Area
from cauce.workorders.models import WorkOrderType

CHANGE_TYPES = "cases.change_casetype"
CHANGE_TEMPLATES = "cases.change_answertemplate"
_CODE = {"pattern": "[A-Z0-9-]+", "autocomplete": "off"}
_IN_USE = [("1", "En uso"), ("0", "Ya no se usa")]


class CodeField(forms.RegexField):
    """The key of a type or a template."""

    def __init__(self) -> None:
        super().__init__(
            r"^[A-Z0-9-]{2,24}$",
            label="Clave",
            widget=forms.TextInput(attrs=_CODE),
            help_text="Mayúsculas, números y guiones; no cambia después.",
            error_messages={
                "required": "Escriba la clave.",
                "invalid": "La clave lleva de 2 a 24 mayúsculas, números o guiones, como FUGA-CALLE.",
            },
        )


def in_use_field() -> forms.TypedChoiceField:
    """Whether it is offered."""
    return forms.TypedChoiceField(label="Estado", choices=_IN_USE, coerce=lambda mark: mark == "1", initial="1")


class CaseTypeForm(forms.Form):
    """What a type of case says."""

    code = CodeField()
    name = forms.CharField(label="Nombre", max_length=120, error_messages={"required": "Escriba el nombre."})
    kind = forms.ChoiceField(label="Clase", choices=CaseKind.choices)
    area = forms.ModelChoiceField(label="La resuelve", queryset=Area.objects.order_by("name"), empty_label=None)
    term_days = forms.IntegerField(
        label="Plazo en días hábiles",
        min_value=1,
        max_value=250,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Escriba el plazo.",
            "invalid": "Escriba un número de días.",
            "min_value": "El plazo es de un día hábil o más.",
            "max_value": "El plazo es de 250 días hábiles o menos.",
        },
    )
    legal_basis = forms.CharField(label="Fundamento", max_length=200, required=False)
    priority = forms.TypedChoiceField(
        label="Prioridad", choices=[(1, "Urgente"), (2, "Normal"), (3, "Puede esperar")], coerce=int, initial=2
    )
    needs_account = forms.ChoiceField(label="Lleva cuenta", choices=CaseType.NeedsAccount.choices, initial="IF_KNOWN")
    required_documents = forms.CharField(
        label="Documentos que pide",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Uno por renglón.",
    )
    opens = forms.MultipleChoiceField(
        label="Qué puede abrir", required=False, choices=CaseType.Opens.choices, widget=forms.CheckboxSelectMultiple
    )
    order_type = forms.ModelChoiceField(
        label="Orden que abre",
        required=False,
        queryset=WorkOrderType.objects.filter(is_active=True).order_by("name"),
        empty_label="Ninguna",
    )
    hold_kind = forms.ChoiceField(
        label="Retención que pone en la cuenta", required=False, choices=[("", "Ninguna"), *Hold.Kind.choices]
    )
    guidance = forms.CharField(
        label="Qué decir y qué preguntar", required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )
    is_active = in_use_field()

    def details(self) -> CaseTypeDetails:
        """What was written, as the operation takes it."""
        said = dict(self.cleaned_data)
        lines = said["required_documents"].splitlines()
        said["required_documents"] = [line.strip()[:120] for line in lines if line.strip()]
        return CaseTypeDetails(**said)


class TemplateForm(forms.Form):
    """What a template of answers says."""

    code = CodeField()
    name = forms.CharField(label="Nombre", max_length=120, error_messages={"required": "Escriba el nombre."})
    body = forms.CharField(
        label="Texto",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": "Escriba el texto de la plantilla."},
    )
    is_active = in_use_field()


@screen(CHANGE_TYPES)
def case_types(request: HttpRequest) -> HttpResponse:
    """The types of case, by kind and name."""
    rows = CaseType.objects.select_related("area", "order_type").order_by("kind", "name")
    return render(request, "backoffice/cases/case_types.html", {"rows": rows})


@screen(CHANGE_TYPES, methods=("GET", "POST"))
def new_case_type(request: HttpRequest) -> HttpResponse:
    """Add a type of case."""
    return _type_page(request, None)


@screen(CHANGE_TYPES, methods=("GET", "POST"))
def case_type(request: HttpRequest, case_type_code: str) -> HttpResponse:
    """Change a type of case."""
    return _type_page(request, get_object_or_404(CaseType, pk=case_type_code))


@screen(CHANGE_TEMPLATES)
def answer_templates(request: HttpRequest) -> HttpResponse:
    """The templates of answers."""
    return render(request, "backoffice/cases/templates.html", {"rows": AnswerTemplate.objects.order_by("name")})


@screen(CHANGE_TEMPLATES, methods=("GET", "POST"))
def new_template(request: HttpRequest) -> HttpResponse:
    """Add a template."""
    return _template_page(request, None)


@screen(CHANGE_TEMPLATES, methods=("GET", "POST"))
def answer_template(request: HttpRequest, template_code: str) -> HttpResponse:
    """Change a template."""
    return _template_page(request, get_object_or_404(AnswerTemplate, pk=template_code))


def _type_page(request: HttpRequest, found: CaseType | None) -> HttpResponse:
    initial: dict[str, Any] = {}
    if found is not None:
        initial = {name: getattr(found, name) for name in CaseTypeForm.base_fields}
        initial["required_documents"] = "\n".join(found.required_documents)
        initial["is_active"] = "1" if found.is_active else "0"
    form = CaseTypeForm(request.POST, initial=initial) if request.method == "POST" else CaseTypeForm(initial=initial)
    _fix_code(form, found)

    def act() -> Done:
        kept = save_case_type(details=form.details(), at=clock.now(), by=user_of(request))
        return f"El tipo «{kept.name}» quedó guardado.", redirect("cases:case_types")

    if request.method == "POST" and (response := done(request, form, act, what="cambiar un tipo de caso")):
        return response
    context = {"form": form, "found": found}
    return render(request, "backoffice/cases/case_type.html", context, status=422 if form.errors else 200)


def _template_page(request: HttpRequest, found: AnswerTemplate | None) -> HttpResponse:
    initial: dict[str, Any] = {}
    if found is not None:
        initial = {"code": found.code, "name": found.name, "body": found.body}
        initial["is_active"] = "1" if found.is_active else "0"
    form = TemplateForm(request.POST, initial=initial) if request.method == "POST" else TemplateForm(initial=initial)
    _fix_code(form, found)

    def act() -> Done:
        kept = save_answer_template(**form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"La plantilla «{kept.name}» quedó guardada.", redirect("cases:templates")

    if request.method == "POST" and (response := done(request, form, act, what="cambiar una plantilla")):
        return response
    context = {"form": form, "found": found, "placeholders": PLACEHOLDERS.items()}
    return render(request, "backoffice/cases/template.html", context, status=422 if form.errors else 200)


def _fix_code(form: forms.Form, found: CaseType | AnswerTemplate | None) -> None:
    if found is not None:
        form.fields["code"].disabled = True
