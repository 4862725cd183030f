"""The file of the kinds of orders and of materials, as it is written: its keys, and what may be wrong in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

Value = TypeVar("Value")

FIELD_NAMES: Final[Mapping[str, str]] = {
    "lectura": "READING",
    "sello": "SEAL",
    "serie": "METER_SERIAL",
    "diámetro": "DIAMETER",
    "lectura inicial": "INITIAL_READING",
}
EFFECT_NAMES: Final[Mapping[str, str]] = {
    "ninguno": "NONE",
    "instala medidor": "METER_INSTALLED",
    "cambia medidor": "METER_CHANGED",
    "retira medidor": "METER_REMOVED",
    "reconecta": "RECONNECTED",
    "reduce": "REDUCED",
}
PRIORITY_NAMES: Final[Mapping[str, int]] = {"urgente": 1, "normal": 2, "puede esperar": 3}
NEEDED_BY_EFFECT: Final[Mapping[str, frozenset[str]]] = {
    "METER_INSTALLED": frozenset({"METER_SERIAL", "INITIAL_READING"}),
    "METER_CHANGED": frozenset({"READING", "METER_SERIAL", "INITIAL_READING"}),
    "METER_REMOVED": frozenset({"READING"}),
}
"""What an order must bring for its effect to be possible."""

_OBLIGATORY: Final = frozenset({"nombre", "area", "plazo_horas"})
_OPTIONAL: Final = frozenset(
    {
        "prioridad",
        "servicio",
        "de_una_cuenta",
        "fotografia",
        "fuga",
        "al_cerrar",
        "motivos_de_no_hecha",
        "efecto",
        "indicaciones",
        "materiales",
    }
)
LONGEST_CODE: Final = 24
LONGEST_REASON: Final = 80


class FileFault(ValueError):
    """Something of the file is not as it must be; the message says where and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDetails:
    """A kind of order as it is told by the file or by a screen."""

    name: str
    area: str
    term_hours: int
    priority: int = 2
    concept: str = ""
    needs_account: bool = True
    needs_photo: bool = False
    is_leak: bool = False
    closing_fields: tuple[str, ...] = ()
    reasons_not_done: tuple[str, ...] = ()
    effect: str = "NONE"
    instructions: str = ""
    materials: tuple[tuple[str, Decimal], ...] = ()
    is_active: bool = True


def fault_of(details: TypeDetails) -> str:
    """What is wrong in a kind of order, in Spanish; nothing if it is well."""
    if not details.name.strip():
        return "escriba su nombre"
    if details.term_hours < 1:
        return "el plazo es de una hora hábil o más"
    if details.effect != "NONE" and not details.needs_account:
        return "lo que cambia un medidor o una cuenta se hace en una cuenta"
    names = {code: name for name, code in FIELD_NAMES.items()}
    lacking = sorted(
        names[code] for code in NEEDED_BY_EFFECT.get(details.effect, frozenset()) - set(details.closing_fields)
    )
    if lacking:
        return f"por lo que cambia al hacerse debe pedir al cerrar: {', '.join(lacking)}"
    if any(len(reason) > LONGEST_REASON for reason in details.reasons_not_done):
        return f"un motivo de no hecha lleva a lo más {LONGEST_REASON} letras"
    if any(quantity <= 0 for _, quantity in details.materials):
        return "la cantidad de un material es mayor que cero"
    return ""


def materials_of(content: object) -> dict[str, tuple[str, str]]:
    """The materials of the file: by code, their name and unit.

    :raises FileFault: naming the code and what is wrong.
    """
    if not isinstance(content, dict):
        raise FileFault("«materiales» debe llevar una clave por material, con «nombre» y «unidad»")
    found: dict[str, tuple[str, str]] = {}
    for code, told in content.items():
        if not isinstance(told, dict) or set(told) != {"nombre", "unidad"}:
            raise FileFault(f"material «{code}»: escriba sólo «nombre» y «unidad»")
        found[_code(code)] = (str(told["nombre"]).strip(), str(told["unidad"]).strip())
    return found


def types_of(content: object) -> dict[str, TypeDetails]:
    """The kinds of orders of the file, by code.

    :raises FileFault: naming the code and what is wrong.
    """
    if not isinstance(content, dict) or not content:
        raise FileFault("«tipos» debe llevar una clave por tipo de orden")
    return {_code(code): _type_of(str(code), told) for code, told in content.items()}


def _type_of(code: str, told: object) -> TypeDetails:
    if not isinstance(told, dict):
        raise FileFault(f"tipo «{code}»: escriba debajo sus datos")
    unknown = sorted(str(key) for key in set(told) - _OBLIGATORY - _OPTIONAL)
    if unknown:
        raise FileFault(f"tipo «{code}»: «{unknown[0]}» no es un dato de un tipo de orden")
    missing = sorted(_OBLIGATORY - set(told))
    if missing:
        raise FileFault(f"tipo «{code}»: falta «{missing[0]}»")
    term = told["plazo_horas"]
    if not isinstance(term, int) or isinstance(term, bool):
        raise FileFault(f"tipo «{code}»: «plazo_horas» es un número entero de horas hábiles")
    details = TypeDetails(
        name=str(told["nombre"]).strip(),
        area=str(told["area"]).strip(),
        term_hours=term,
        priority=_one_of(PRIORITY_NAMES, told.get("prioridad", "normal"), code, "prioridad"),
        concept=str(told.get("servicio", "")).strip(),
        needs_account=_yes(told.get("de_una_cuenta", True), code, "de_una_cuenta"),
        needs_photo=_yes(told.get("fotografia", False), code, "fotografia"),
        is_leak=_yes(told.get("fuga", False), code, "fuga"),
        closing_fields=tuple(_one_of(FIELD_NAMES, name, code, "al_cerrar") for name in _list(told, "al_cerrar", code)),
        reasons_not_done=tuple(str(reason).strip() for reason in _list(told, "motivos_de_no_hecha", code)),
        effect=_one_of(EFFECT_NAMES, told.get("efecto", "ninguno"), code, "efecto"),
        instructions=str(told.get("indicaciones", "")).strip(),
        materials=_usual(told.get("materiales", {}), code),
    )
    fault = fault_of(details)
    if fault:
        raise FileFault(f"tipo «{code}»: {fault}")
    return details


def _code(code: object) -> str:
    if not isinstance(code, str) or not code.strip() or len(code) > LONGEST_CODE:
        raise FileFault(f"«{code}» no es una clave: use de 1 a {LONGEST_CODE} letras, números y guiones")
    return code


def _one_of(names: Mapping[str, Value], name: object, code: str, key: str) -> Value:
    if name not in names:
        raise FileFault(f"tipo «{code}», «{key}»: «{name}» no es ninguno de: {', '.join(names)}")
    return names[str(name)]


def _yes(told: object, code: str, key: str) -> bool:
    if not isinstance(told, bool):
        raise FileFault(f"tipo «{code}»: «{key}» es sí (true) o no (false)")
    return told


def _list(told: Mapping[str, object], key: str, code: str) -> list[object]:
    content = told.get(key, [])
    if not isinstance(content, list):
        raise FileFault(f"tipo «{code}»: «{key}» es una lista")
    return content


def _usual(content: object, code: str) -> tuple[tuple[str, Decimal], ...]:
    if not isinstance(content, dict):
        raise FileFault(f"tipo «{code}»: «materiales» lleva cada clave con su cantidad")
    try:
        return tuple((str(material), Decimal(str(quantity))) for material, quantity in content.items())
    except InvalidOperation as error:
        raise FileFault(f"tipo «{code}»: la cantidad de un material es un número") from error
