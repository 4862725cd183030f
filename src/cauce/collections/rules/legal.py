"""The papers of a legal act: which one follows which, what each one asks to be filled in, and what it says."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

FOLLOWS: Final[Mapping[str, str]] = {"SERVICE": "SUMMONS", "RETURN": "SERVICE", "VISIT_ACT": "VISIT_ORDER"}
"""What a paper may follow: a cédula its citatorio, a razón its cédula, an acta its order of visit."""
MUST_FOLLOW: Final = frozenset({"RETURN", "VISIT_ACT"})
"""Without what it follows, it makes no sense: a cédula may be served without a citatorio."""

_WHO: Final = (
    "Persona que atendió",
    "Carácter con que se ostenta",
    "Se identificó con",
)
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "SUMMONS": (
        *_WHO,
        "Deberá esperar al notificador el día",
        "A las",
        "Se dejó en poder de",
    ),
    "SERVICE": (
        *_WHO,
        "Documento que se entrega",
        "Número de hojas",
        "Recibió: nombre y firma",
    ),
    "RETURN": (
        "Cómo se cercioró del domicilio",
        *_WHO,
        "Qué sucedió",
        "Si se negó a recibir o a firmar, por qué",
    ),
    "VISIT_ORDER": (
        "Objeto de la visita",
        "Lugares que se visitan",
        "Periodo o hechos que se revisan",
        "Recibió la orden: nombre y firma",
    ),
    "VISIT_ACT": (
        *_WHO,
        "Primer testigo: nombre y domicilio",
        "Segundo testigo: nombre y domicilio",
        "Quién designó a los testigos",
        "Hechos que se observaron",
        "Toma, tubería o derivación encontrada",
        "Manifestaciones del visitado",
        "Hora en que terminó",
    ),
}
OBLIGATORY: Final[Mapping[str, tuple[str, ...]]] = {
    "SUMMONS": ("Persona que atendió", "Deberá esperar al notificador el día", "A las"),
    "SERVICE": ("Persona que atendió", "Documento que se entrega"),
    "RETURN": ("Cómo se cercioró del domicilio", "Qué sucedió"),
    "VISIT_ORDER": ("Objeto de la visita",),
    "VISIT_ACT": (
        "Persona que atendió",
        "Primer testigo: nombre y domicilio",
        "Segundo testigo: nombre y domicilio",
        "Hechos que se observaron",
        "Hora en que terminó",
    ),
}
BASES: Final[Mapping[str, str]] = {
    "SUMMONS": "Código Territorial para el Estado y los Municipios de Guanajuato, artículo 319",
    "SERVICE": "Código Territorial para el Estado y los Municipios de Guanajuato, artículos 318 y 320",
    "RETURN": "Código Territorial para el Estado y los Municipios de Guanajuato, artículo 320",
    "VISIT_ORDER": "Código Territorial para el Estado y los Municipios de Guanajuato, artículos 335 y 336",
    "VISIT_ACT": "Código Territorial para el Estado y los Municipios de Guanajuato, artículos 336 y 337",
}
LONGEST_FIELD: Final = 1500


def fault_in_fields(kind: str, fields: Mapping[str, str]) -> str:
    """What is lacking or wrong in what was written on a paper, in Spanish; nothing if it is well."""
    unknown = sorted(set(fields) - set(FIELDS[kind]))
    if unknown:
        return f"«{unknown[0]}» no es un dato de ese documento"
    lacking = [label for label in OBLIGATORY[kind] if not fields.get(label, "").strip()]
    if lacking:
        return f"falta «{lacking[0]}»"
    if any(len(value) > LONGEST_FIELD for value in fields.values()):
        return f"cada dato lleva a lo más {LONGEST_FIELD:,} letras"
    return ""


def fault_in_order(kind: str, before: str | None) -> str:
    """Whether a paper may follow another (None, it follows none), in Spanish; nothing if it may."""
    if before is None:
        return "esa actuación sigue a otra: levántela desde ella" if kind in MUST_FOLLOW else ""
    return "" if FOLLOWS.get(kind) == before else "esa actuación no sigue a la que eligió"


def next_kind(kind: str) -> str | None:
    """The paper that follows one of this kind."""
    return next((after for after, before in FOLLOWS.items() if before == kind), None)


def serves_on(day: date, *, valid_from: date, valid_until: date, revoked_on: date | None) -> bool:
    """Whether a credential lets its holder serve a paper on a day."""
    return valid_from <= day <= valid_until and (revoked_on is None or day < revoked_on)


def fault_in_moment(happened_at: datetime, *, issued_at: datetime, at: datetime) -> str:
    """What is wrong in when a paper was served, in Spanish; nothing if it is well."""
    if happened_at > at:
        return "la diligencia no puede ser de un momento que no ha llegado"
    if happened_at.date() < issued_at.date():
        return "la diligencia no puede ser de antes de que se emitiera el documento"
    return ""
