"""The table by use of the office's file as it is written: its keys, and what may be wrong in them."""

from typing import Final

from cauce.collections.rules.by_use import (
    LEGAL_MINIMUM,
    NOTHING,
    REDUCTION,
    SUSPENSION,
    ServiceTerms,
    fault_of_terms,
)
from cauce.collections.rules.ladder_file import USE_NAMES, LadderFault

ACTION_WORDS: Final = {"reducción": REDUCTION, "suspensión": SUSPENSION, "nada": NOTHING}
_OBLIGATORY: Final = frozenset({"uso", "accion", "fundamento"})
_OPTIONAL: Final = frozenset({"giros", "litros"})
_LONGEST_CODE: Final = 24


def service_terms_of(content: object) -> list[ServiceTerms]:
    """The rows of the table by use, in their order.

    :raises LadderFault: naming the row and what is wrong in it.
    """
    if not isinstance(content, dict) or not content:
        raise LadderFault("«servicio» debe llevar una clave por renglón de la tabla por uso")
    rows = [_row_of(code, told) for code, told in content.items()]
    seen: set[str] = set()
    for row in rows:
        if row.activities:
            continue
        if row.use_class in seen:
            raise LadderFault(f"servicio «{row.code}»: ya hay otro renglón para el resto de ese uso")
        seen.add(row.use_class)
    return rows


def _row_of(code: object, told: object) -> ServiceTerms:
    if not isinstance(code, str) or not code.strip() or len(code) > _LONGEST_CODE:
        raise LadderFault(f"servicio «{code}» no es una clave: use de 1 a {_LONGEST_CODE} letras, números y guiones")
    if not isinstance(told, dict):
        raise LadderFault(f"servicio «{code}»: escriba debajo sus datos")
    unknown = sorted(str(key) for key in set(told) - _OBLIGATORY - _OPTIONAL)
    missing = sorted(_OBLIGATORY - set(told))
    if unknown:
        raise LadderFault(f"servicio «{code}»: «{unknown[0]}» no es un dato de la tabla por uso")
    if missing:
        raise LadderFault(f"servicio «{code}»: falta «{missing[0]}»")
    activities, litres = told.get("giros", []), told.get("litros", LEGAL_MINIMUM)
    if told["uso"] not in USE_NAMES:
        raise LadderFault(f"servicio «{code}»: «{told['uso']}» no es ninguno de: {', '.join(USE_NAMES)}")
    if told["accion"] not in ACTION_WORDS:
        raise LadderFault(f"servicio «{code}»: «{told['accion']}» no es ninguno de: {', '.join(ACTION_WORDS)}")
    if not isinstance(activities, list):
        raise LadderFault(f"servicio «{code}»: «giros» es una lista")
    if not isinstance(litres, int) or isinstance(litres, bool):
        raise LadderFault(f"servicio «{code}»: «litros» es un número entero")
    row = ServiceTerms(
        code=code,
        use_class=USE_NAMES[told["uso"]],
        activities=tuple(str(word).strip() for word in activities),
        action=ACTION_WORDS[told["accion"]],
        litres_per_person_day=litres,
        legal_basis=str(told["fundamento"]).strip(),
    )
    fault = fault_of_terms(row)
    if fault:
        raise LadderFault(f"servicio «{code}»: {fault}")
    return row
