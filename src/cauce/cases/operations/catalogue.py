"""The types of case and the templates of answers: changed one by one on their screens, or loaded from a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import yaml
from django.db import transaction

from cauce.cases.events import ANSWER_TEMPLATE_CHANGED, CASE_CATALOGUE_LOADED, CASE_TYPE_CHANGED
from cauce.cases.models import AnswerTemplate, CaseKind, CaseType
from cauce.cases.operations.refusals import CaseCatalogueRejected
from cauce.cases.rules.templates import template_fault
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.registry.models import Hold
from cauce.users.models import Area, User
from cauce.workorders.models import WorkOrderType


@dataclass(frozen=True, slots=True)
class CaseTypeDetails:
    """What a type of case says."""

    code: str
    name: str
    kind: str
    area: Area
    term_days: int
    legal_basis: str = ""
    priority: int = 2
    needs_account: str = CaseType.NeedsAccount.IF_KNOWN
    required_documents: Sequence[str] = field(default_factory=list)
    opens: Sequence[str] = field(default_factory=list)
    order_type: WorkOrderType | None = None
    hold_kind: str = ""
    guidance: str = ""
    is_active: bool = True


_NAMES: Final = tuple(each.name for each in fields(CaseTypeDetails))
_KINDS: Final = {
    "solicitud": CaseKind.REQUEST,
    "inconformidad": CaseKind.COMPLAINT,
    "reporte": CaseKind.REPORT,
    "aclaracion": CaseKind.CLARIFICATION,
}
_PRIORITIES: Final = {"urgente": 1, "normal": 2, "puede esperar": 3}
_OPENS: Final = {
    "orden": CaseType.Opens.ORDER,
    "aforo": CaseType.Opens.INSPECTION,
    "ajuste": CaseType.Opens.ADJUSTMENT,
    "tramite": CaseType.Opens.PROCEDURE,
}
_ACCOUNT: Final = {
    "siempre": CaseType.NeedsAccount.YES,
    "si-se-sabe": CaseType.NeedsAccount.IF_KNOWN,
    "nunca": CaseType.NeedsAccount.NO,
}
_HOLDS: Final = {
    "inconformidad": Hold.Kind.COMPLAINT,
    "recurso": Hold.Kind.APPEAL,
    "pago-en-aclaracion": Hold.Kind.PAYMENT_TRACED,
    "facturacion": Hold.Kind.BILLING,
    "vulnerable": Hold.Kind.VULNERABLE,
}
_NEEDED: Final = frozenset({"nombre", "clase", "area", "plazo_dias"})
_ALLOWED: Final = _NEEDED | {
    "fundamento",
    "prioridad",
    "cuenta",
    "documentos",
    "abre",
    "orden",
    "retencion",
    "guia",
    "en_uso",
}


@transaction.atomic
def save_case_type(*, details: CaseTypeDetails, at: datetime, by: User) -> CaseType:
    """Add a type of case, or change the one with that code. Idempotent: the same again changes nothing.

    Cases already open keep the last day they were given.

    :raises CaseCatalogueRejected: if it lacks its code or name, its term or priority is impossible, or it opens orders
        without saying which.
    """
    kept, has_changed = _keep_type(details)
    if has_changed:
        _tell(CASE_TYPE_CHANGED, "CaseType", {"code": kept.code, "name": kept.name}, at, by)
    return kept


@transaction.atomic
def save_answer_template(
    *, code: str, name: str, body: str, is_active: bool = True, at: datetime, by: User
) -> AnswerTemplate:
    """Add a template of answers, or change the one with that code. Idempotent: the same again changes nothing.

    :raises CaseCatalogueRejected: if it lacks its code or name, or asks for something that does not exist.
    """
    kept, has_changed = _keep_template(code, name, body, is_active=is_active)
    if has_changed:
        _tell(ANSWER_TEMPLATE_CHANGED, "AnswerTemplate", {"code": kept.code, "name": kept.name}, at, by)
    return kept


@transaction.atomic
def load_case_catalogue(*, path: Path, at: datetime, by: User) -> int:
    """Take the types of case and the templates of answers from a YAML file: all of it, or nothing.

    Idempotent: the same file again changes nothing. What the file does not name stays as it is.

    :returns: how many types and templates were added or changed.
    :raises CaseCatalogueRejected: naming the file and the type or template that has a fault.
    """
    types, templates = _content_of(path)
    areas = {area.name: area for area in Area.objects.all()}
    orders = {kind.code: kind for kind in WorkOrderType.objects.all()}
    changed_types = changed_templates = 0
    for code, told in types.items():
        where = f"«{path.name}», tipo «{code}»"
        changed_types += _or_where(where, lambda: _keep_type(_details(code, told, areas, orders)))  # noqa: B023
    for code, told in templates.items():
        where = f"«{path.name}», plantilla «{code}»"
        changed_templates += _or_where(where, lambda: _keep_told_template(code, told))  # noqa: B023
    if changed_types or changed_templates:
        facts = {"types": changed_types, "templates": changed_templates}
        _tell(CASE_CATALOGUE_LOADED, "CaseType", facts, at, by)
    return changed_types + changed_templates


def _or_where(where: str, keep: Any) -> bool:
    try:
        return bool(keep()[1])
    except CaseCatalogueRejected as error:
        raise CaseCatalogueRejected(f"{where}: {error}") from error


def _keep_type(details: CaseTypeDetails) -> tuple[CaseType, bool]:
    fault = _type_fault(details)
    if fault:
        raise CaseCatalogueRejected(fault)
    wanted = {name: getattr(details, name) for name in _NAMES}
    wanted["required_documents"] = [text.strip() for text in details.required_documents if text.strip()]
    wanted["opens"] = list(details.opens)
    found = CaseType.objects.select_for_update(no_key=True).filter(pk=details.code).first()
    if found is None:
        return CaseType.objects.create(**wanted), True
    changed = [name for name, value in wanted.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, wanted[name])
    if changed:
        found.save(update_fields=changed)
    return found, bool(changed)


def _type_fault(details: CaseTypeDetails) -> str:
    if not details.code.strip() or not details.name.strip():
        return "escriba la clave y el nombre"
    if not 1 <= details.term_days <= 250:
        return "el plazo es de 1 a 250 días hábiles"
    if details.priority not in (1, 2, 3):
        return "la prioridad es 1 (urgente), 2 (normal) o 3 (puede esperar)"
    if details.order_type is not None and CaseType.Opens.ORDER not in details.opens:
        return "dice qué orden abre, pero «orden» no está en lo que puede abrir"
    if details.hold_kind and details.needs_account == CaseType.NeedsAccount.NO:
        return "pone una retención, y sin cuenta no hay qué retener"
    return ""


def _keep_template(code: str, name: str, body: str, *, is_active: bool) -> tuple[AnswerTemplate, bool]:
    if not code.strip() or not name.strip():
        raise CaseCatalogueRejected("escriba la clave y el nombre de la plantilla")
    fault = template_fault(body)
    if fault:
        raise CaseCatalogueRejected(fault)
    body = body.replace("\r", "").strip()
    found = AnswerTemplate.objects.select_for_update(no_key=True).filter(pk=code).first()
    if found is None:
        return AnswerTemplate.objects.create(code=code, name=name.strip(), body=body, is_active=is_active), True
    if (found.name, found.body, found.is_active) == (name.strip(), body, is_active):
        return found, False
    found.name, found.body, found.is_active = name.strip(), body, is_active
    found.save(update_fields=["name", "body", "is_active"])
    return found, True


def _tell(kind: EventKind, subject: str, facts: Mapping[str, object], at: datetime, by: User) -> None:
    publish(kind, subject_kind=subject, subject_id=0, facts=facts, at=at, by=by)


class _Loader(yaml.SafeLoader):
    """Reads YAML, refusing a key that is written twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"«{key}» está repetida", node.start_mark)
        return super().construct_mapping(node, deep)


def _content_of(path: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The types and templates of a file, as they are written.

    :raises CaseCatalogueRejected: naming the file and what is wrong in it.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except yaml.constructor.ConstructorError as error:
        line = "" if error.problem_mark is None else f", renglón {error.problem_mark.line + 1}"
        raise CaseCatalogueRejected(f"«{path.name}»{line}: la clave {error.problem}; déjela una vez.") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseCatalogueRejected(f"No se pudo leer «{path.name}»; revise que exista y que sea YAML.") from error
    if not isinstance(content, dict) or not set(content) <= {"tipos", "plantillas"} or not content.get("tipos"):
        raise CaseCatalogueRejected(f"«{path.name}» debe llevar «tipos» y, si las hay, «plantillas»; nada más.")
    types, templates = content["tipos"], content.get("plantillas") or {}
    if not isinstance(types, dict) or not isinstance(templates, dict):
        raise CaseCatalogueRejected(f"«{path.name}»: escriba cada tipo y cada plantilla con su clave.")
    return types, templates


def _details(code: str, told: Any, areas: Mapping[str, Area], orders: Mapping[str, WorkOrderType]) -> CaseTypeDetails:
    missing = sorted(_NEEDED - set(told if isinstance(told, dict) else ()))
    if missing:
        raise CaseCatalogueRejected(f"le falta: {', '.join(missing)}")
    unknown = sorted(str(name) for name in set(told) - _ALLOWED)
    if unknown:
        raise CaseCatalogueRejected(f"no se conoce «{unknown[0]}»; puede llevar: {', '.join(sorted(_ALLOWED))}")
    if told["area"] not in areas:
        raise CaseCatalogueRejected(f"no existe el área «{told['area']}»; hay: {', '.join(sorted(areas))}")
    order = told.get("orden")
    if order is not None and order not in orders:
        raise CaseCatalogueRejected(f"no existe el tipo de orden «{order}»; cargue antes «ordenes.yaml»")
    if not isinstance(told["plazo_dias"], int):
        raise CaseCatalogueRejected("«plazo_dias» es un número entero de días hábiles")
    return CaseTypeDetails(
        code=str(code),
        name=str(told["nombre"]),
        kind=_one_of(_KINDS, told["clase"], "clase"),
        area=areas[told["area"]],
        term_days=told["plazo_dias"],
        legal_basis=str(told.get("fundamento", "")),
        priority=int(_one_of(_PRIORITIES, told.get("prioridad", "normal"), "prioridad")),
        needs_account=_one_of(_ACCOUNT, told.get("cuenta", "si-se-sabe"), "cuenta"),
        required_documents=_texts(told, "documentos"),
        opens=[_one_of(_OPENS, each, "abre") for each in _texts(told, "abre")],
        order_type=None if order is None else orders[order],
        hold_kind=_one_of(_HOLDS, told["retencion"], "retencion") if told.get("retencion") else "",
        guidance=" ".join(str(told.get("guia", "")).split()),
        is_active=bool(told.get("en_uso", True)),
    )


def _keep_told_template(code: str, told: Any) -> tuple[AnswerTemplate, bool]:
    if not isinstance(told, dict) or not {"nombre", "texto"} <= set(told) <= {"nombre", "texto", "en_uso"}:
        raise CaseCatalogueRejected("lleva «nombre», «texto» y, si hace falta, «en_uso»")
    return _keep_template(str(code), str(told["nombre"]), str(told["texto"]), is_active=bool(told.get("en_uso", True)))


def _one_of(known: Mapping[str, Any], word: object, key: str) -> str:
    if word not in known:
        raise CaseCatalogueRejected(f"«{key}: {word}» no se conoce; puede ser: {', '.join(known)}")
    return str(known[str(word)])


def _texts(told: Mapping[str, Any], key: str) -> list[str]:
    texts = told.get(key) or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise CaseCatalogueRejected(f"«{key}» es una lista de textos")
    return texts
