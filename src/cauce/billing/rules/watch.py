"""The rules of the watch list as their file says them, and what is wrong with one that cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cauce.core.text import fold
from cauce.tariffs.rules.values import UseClass

KINDS = {
    "giro": "ACTIVITY",
    "consumo": "CONSUMPTION",
    "preferencial": "PREFERENTIAL",
    "cuota-fija-con-medidor": "FLAT_WITH_METER",
    "iva": "VAT",
    "exencion": "EXEMPTION",
    "viviendas": "DWELLINGS",
}
_SAID = ("nombre", "mira", "fundamento", "que_hacer")
# The figures that each kind of rule takes, all of them asked for.
_FIGURES: Mapping[str, tuple[str, ...]] = {
    "ACTIVITY": ("palabras", "usos"),
    "CONSUMPTION": ("usos", "meses", "m3_por_vivienda"),
    "PREFERENTIAL": ("claves", "vigencia_meses"),
    "FLAT_WITH_METER": (),
    "VAT": (),
    "EXEMPTION": ("usos",),
    "DWELLINGS": ("usos", "mas_de"),
}


class WatchFault(Exception):
    """What is wrong with a rule of the watch list, in Spanish, naming it."""


@dataclass(frozen=True, slots=True)
class WatchRuleFacts:
    """A rule as its file says it."""

    code: str
    name: str
    kind: str
    parameters: Mapping[str, Any]
    legal_basis: str
    advice: str
    place: int


def watch_rules_of(content: object) -> list[WatchRuleFacts]:
    """Read the rules of a file's content.

    :raises WatchFault: naming the rule and its key: unknown, missing, of another type.
    """
    rules = content.get("reglas") if isinstance(content, Mapping) else None
    if not isinstance(rules, Mapping) or not rules:
        raise WatchFault("falta la lista «reglas»")
    return [_rule(str(code), given, place) for place, (code, given) in enumerate(rules.items(), 1)]


def _rule(code: str, given: object, place: int) -> WatchRuleFacts:
    if not isinstance(given, Mapping):
        raise WatchFault(f"la regla {code} no dice nada")
    for key in _SAID:
        if not str(given.get(key) or "").strip():
            raise WatchFault(f"a la regla {code} le falta «{key}»")
    kind = KINDS.get(str(given["mira"]))
    if kind is None:
        raise WatchFault(f"la regla {code} mira «{given['mira']}»; puede ser {', '.join(KINDS)}")
    figures = _FIGURES[kind]
    if unknown := sorted(map(str, set(given) - {*_SAID, *figures})):
        raise WatchFault(f"la regla {code} trae «{unknown[0]}», que no se conoce")
    return WatchRuleFacts(
        code=code,
        name=str(given["nombre"]).strip(),
        kind=kind,
        parameters={key: _figure(code, key, given.get(key)) for key in figures},
        legal_basis=str(given["fundamento"]).strip(),
        advice=str(given["que_hacer"]).strip(),
        place=place,
    )


def _figure(code: str, key: str, value: object) -> Any:
    if key in ("meses", "m3_por_vivienda", "vigencia_meses", "mas_de"):
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise WatchFault(f"en la regla {code} «{key}» es un número entero, de 1 en adelante")
        return value
    if not isinstance(value, list) or not value:
        raise WatchFault(f"en la regla {code} «{key}» es una lista")
    texts = [str(each).strip() for each in value]
    if key == "usos":
        if unknown := sorted(set(texts) - {use.value for use in UseClass}):
            raise WatchFault(f"en la regla {code} el uso «{unknown[0]}» no se conoce")
        return texts
    return [fold(text) for text in texts] if key == "palabras" else texts
