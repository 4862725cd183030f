"""How the kinds of adjustment are written in their file, and what is wrong with one that cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from cauce.tariffs.rules.values import SERVICES

FORMULAS = ("REPRICE", "PERCENT", "AVERAGE")
DECIDERS = ("jefe", "director")
_KEYS = (
    "clave",
    "nombre",
    "texto",
    "formula",
    "porcentaje_maximo",
    "conceptos",
    "meses_promedio",
    "cambia_tarifa",
    "perdona",
    "evidencia",
    "decide",
    "limite",
    "limite_director",
    "meses_atras",
    "recibos",
    "una_vez_en_meses",
)
_REQUIRED = ("clave", "nombre", "texto", "formula", "evidencia", "decide", "limite", "limite_director")


class KindFault(Exception):
    """What is wrong with a kind of adjustment, in Spanish, naming its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRules:
    """A kind of adjustment as its policy says it; money in pesos, None where there is no limit.

    ``decides`` is the post that decides inside the policy, up to ``limit``; above ``director_limit`` the Consejo's
    resolution is needed. ``forgives`` when the reading was right and what is taken off is let go: the consumption stays
    as it was measured and the next reading does not charge it.
    """

    code: str
    name: str
    text: str
    formula: str
    percent: Decimal | None = None
    concepts: frozenset[str] = frozenset()
    average_months: int = 0
    changes_tariff: bool = False
    forgives: bool = False
    evidence: tuple[str, ...] = ()
    decides: str = "jefe"
    limit: Decimal | None = None
    director_limit: Decimal | None = None
    months_back: int | None = None
    most_bills: int | None = None
    once_in_months: int | None = None


def kind_rules(content: Mapping[str, Any]) -> KindRules:
    """Read a kind, strictly.

    :raises KindFault: if a key is missing or unknown, or a value makes no sense.
    """
    unknown = [key for key in content if key not in _KEYS]
    missing = [key for key in _REQUIRED if key not in content]
    if unknown or missing:
        raise KindFault(f"«{unknown[0]}» no se conoce" if unknown else f"falta «{missing[0]}»")
    code, formula, decides = str(content["clave"]), str(content["formula"]), str(content["decide"])
    if not code or not code.isidentifier() or not code.isupper() or len(code) > 24:
        raise KindFault(f"«clave»: «{code}» va en mayúsculas y sin espacios")
    for name in ("nombre", "texto"):
        if not str(content[name]).strip():
            raise KindFault(f"«{name}» está vacío")
    if formula not in FORMULAS:
        raise KindFault(f"«formula»: «{formula}» es una de {', '.join(FORMULAS)}")
    if decides not in DECIDERS:
        raise KindFault(f"«decide»: «{decides}» es uno de {', '.join(DECIDERS)}")
    evidence = tuple(str(name).strip() for name in content["evidencia"] or ())
    if not evidence or not all(evidence) or len(set(evidence)) != len(evidence):
        raise KindFault("«evidencia» nombra al menos un documento, sin repetir")
    concepts = frozenset(str(concept) for concept in content.get("conceptos") or ())
    percent = _pesos(content, "porcentaje_maximo")
    months = _whole(content, "meses_promedio") or 0
    if formula == "PERCENT" and (percent is None or not 0 < percent <= 100 or not concepts):
        raise KindFault("«formula: PERCENT» lleva «porcentaje_maximo», de 1 a 100, y «conceptos»")
    if concepts - set(SERVICES):
        raise KindFault(f"«conceptos» son de {', '.join(SERVICES)}")
    if formula == "AVERAGE" and not 1 <= months <= 24:
        raise KindFault("«formula: AVERAGE» lleva «meses_promedio», de 1 a 24")
    limit, director_limit = _pesos(content, "limite"), _pesos(content, "limite_director")
    if director_limit is not None and (limit is None or limit > director_limit):
        raise KindFault("«limite» no pasa de «limite_director»")
    return KindRules(
        code=code,
        name=str(content["nombre"]).strip(),
        text=str(content["texto"]).strip(),
        formula=formula,
        percent=percent,
        concepts=concepts,
        average_months=months,
        changes_tariff=bool(content.get("cambia_tarifa", False)),
        forgives=bool(content.get("perdona", False)),
        evidence=evidence,
        decides=decides,
        limit=limit,
        director_limit=director_limit,
        months_back=_whole(content, "meses_atras"),
        most_bills=_whole(content, "recibos"),
        once_in_months=_whole(content, "una_vez_en_meses"),
    )


def _pesos(content: Mapping[str, Any], key: str) -> Decimal | None:
    value = content.get(key)
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise KindFault(f"«{key}»: «{value}» no es un número") from error
    if not number.is_finite() or number < 0:
        raise KindFault(f"«{key}»: «{value}» no puede ser")
    return number


def _whole(content: Mapping[str, Any], key: str) -> int | None:
    number = _pesos(content, key)
    if number is None:
        return None
    if number != int(number) or number < 1:
        raise KindFault(f"«{key}»: «{content[key]}» es un número entero, uno o más")
    return int(number)
