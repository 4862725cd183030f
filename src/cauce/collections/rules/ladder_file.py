"""The file of the ladder of actions as it is written: its keys, and what may be wrong in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from string import Formatter
from typing import Final, TypeVar

from cauce.collections.rules.ladder import NAMES_OF_USE, StepTerms

Value = TypeVar("Value")

KIND_NAMES: Final[Mapping[str, str]] = {
    "recordatorio": "REMINDER",
    "aviso": "NOTICE",
    "invitación": "INVITATION",
    "inspección": "INSPECTION",
    "notificación": "NOTIFICATION",
    "verificación": "VERIFICATION",
    "autorización": "AUTHORISATION",
    "ejecución": "EXECUTION",
    "seguimiento": "FOLLOW_UP",
}
CHANNEL_NAMES: Final[Mapping[str, str]] = {
    "carta": "LETTER",
    "volante": "DOOR_HANGER",
    "correo": "EMAIL",
    "mensaje": "TEXT",
    "llamada": "CALL",
    "visita": "VISIT",
    "ninguno": "NONE",
}
USE_NAMES: Final[Mapping[str, str]] = {name: use_class for use_class, name in NAMES_OF_USE.items()}
WORDS_OF_TEXT: Final = frozenset(
    {"titular", "cuenta", "domicilio", "adeudo", "meses", "a_pagar", "fecha", "folio", "organismo", "gastos"}
)
"""What a text may name between braces, filled in for each account."""
LONGEST_CODE: Final = 24
LONGEST_NAME: Final = 120
LONGEST_BASIS: Final = 240
LONGEST_TEXT_MESSAGE: Final = 320
_OBLIGATORY: Final = frozenset({"nombre", "clase", "lugar"})
_OPTIONAL: Final = frozenset(
    {
        "despues_de",
        "dias_habiles",
        "adeudo_minimo",
        "meses_minimos",
        "usos",
        "canal",
        "cobra",
        "cuesta",
        "orden",
        "texto",
        "fundamento",
    }
)


class LadderFault(ValueError):
    """Something of the ladder is not as it must be; the message says where and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDetails(StepTerms):
    """A rung as it is told by the file or by a screen."""

    charge: str = ""
    unit_cost: Decimal = Decimal(0)
    order_type: str = ""
    template: str = ""
    legal_basis: str = ""


def fault_of(details: StepDetails) -> str:
    """What is wrong in a rung by itself, in Spanish; nothing if it is well."""
    if not details.name.strip() or len(details.name) > LONGEST_NAME:
        return f"escriba su nombre, de hasta {LONGEST_NAME} letras"
    if details.position < 1:
        return "su lugar en la escalera es 1 o más"
    if details.max_days is not None and details.max_days < details.min_days:
        return "el plazo máximo no puede ser menor que el mínimo"
    if details.min_debt < 0 or details.unit_cost < 0:
        return "un importe no puede ser negativo"
    if details.min_months < 1:
        return "los meses de adeudo son 1 o más"
    if len(details.legal_basis) > LONGEST_BASIS:
        return f"el fundamento lleva a lo más {LONGEST_BASIS} letras"
    if details.charge and not details.legal_basis.strip():
        return "lo que se cobra necesita su fundamento"
    if details.channel != "NONE" and details.channel != "CALL" and not details.template.strip():
        return "lo que se entrega o se envía necesita su texto"
    return fault_of_text(details.template, details.channel)


def fault_of_text(text: str, channel: str) -> str:
    """What is wrong in the text of a document; nothing if it is well."""
    try:
        named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return "en el texto, una llave «{» quedó sin cerrar"
    unknown = sorted(named - WORDS_OF_TEXT)
    if unknown:
        return f"el texto dice «{{{unknown[0]}}}»; use sólo {', '.join(sorted(WORDS_OF_TEXT))}"
    if channel == "TEXT" and len(text) > LONGEST_TEXT_MESSAGE:
        return f"un mensaje al celular lleva a lo más {LONGEST_TEXT_MESSAGE} letras"
    return ""


def fault_between(steps: Mapping[str, StepDetails]) -> str:
    """What is wrong among the rungs: a place taken twice, a predecessor that is not there or comes later."""
    places: dict[int, str] = {}
    for code, step in steps.items():
        if step.position in places:
            return f"«{code}» y «{places[step.position]}» tienen el mismo lugar, {step.position}"
        places[step.position] = code
    for code, step in steps.items():
        for before in step.predecessors:
            if before not in steps:
                return f"«{code}» va después de «{before}», que no está en la escalera"
            if steps[before].position >= step.position:
                return f"«{code}» va después de «{before}», que está más arriba o en el mismo lugar"
    return ""


def steps_of(content: object) -> dict[str, StepDetails]:
    """The rungs of the file, by code.

    :raises LadderFault: naming the code and what is wrong.
    """
    if not isinstance(content, dict) or not content:
        raise LadderFault("«escalera» debe llevar una clave por peldaño")
    steps = {_code(code): _step_of(str(code), told) for code, told in content.items()}
    fault = fault_between(steps)
    if fault:
        raise LadderFault(fault)
    return steps


def _step_of(code: str, told: object) -> StepDetails:
    if not isinstance(told, dict):
        raise LadderFault(f"peldaño «{code}»: escriba debajo sus datos")
    unknown = sorted(str(key) for key in set(told) - _OBLIGATORY - _OPTIONAL)
    if unknown:
        raise LadderFault(f"peldaño «{code}»: «{unknown[0]}» no es un dato de un peldaño")
    missing = sorted(_OBLIGATORY - set(told))
    if missing:
        raise LadderFault(f"peldaño «{code}»: falta «{missing[0]}»")
    least, most = _days(told.get("dias_habiles", [0, None]), code)
    details = StepDetails(
        name=str(told["nombre"]).strip(),
        kind=_one_of(KIND_NAMES, told["clase"], code, "clase"),
        position=_whole(told["lugar"], code, "lugar"),
        predecessors=tuple(str(each) for each in _list(told, "despues_de", code)),
        min_days=least,
        max_days=most,
        min_debt=_pesos(told.get("adeudo_minimo", 0), code, "adeudo_minimo"),
        min_months=_whole(told.get("meses_minimos", 1), code, "meses_minimos"),
        use_classes=tuple(_one_of(USE_NAMES, use, code, "usos") for use in _list(told, "usos", code)),
        channel=_one_of(CHANNEL_NAMES, told.get("canal", "ninguno"), code, "canal"),
        charge=str(told.get("cobra", "")).strip(),
        unit_cost=_pesos(told.get("cuesta", 0), code, "cuesta"),
        order_type=str(told.get("orden", "")).strip(),
        template=str(told.get("texto", "")).strip(),
        legal_basis=str(told.get("fundamento", "")).strip(),
    )
    fault = fault_of(details)
    if fault:
        raise LadderFault(f"peldaño «{code}»: {fault}")
    return details


def _code(code: object) -> str:
    if not isinstance(code, str) or not code.strip() or len(code) > LONGEST_CODE:
        raise LadderFault(f"«{code}» no es una clave: use de 1 a {LONGEST_CODE} letras, números y guiones")
    return code


def _one_of(names: Mapping[str, Value], name: object, code: str, key: str) -> Value:
    if name not in names:
        raise LadderFault(f"peldaño «{code}», «{key}»: «{name}» no es ninguno de: {', '.join(names)}")
    return names[str(name)]


def _whole(told: object, code: str, key: str) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or told < 0:
        raise LadderFault(f"peldaño «{code}»: «{key}» es un número entero")
    return told


def _pesos(told: object, code: str, key: str) -> Decimal:
    try:
        amount = Decimal(str(told))
    except InvalidOperation as error:
        raise LadderFault(f"peldaño «{code}»: «{key}» es un importe en pesos") from error
    if not amount.is_finite() or amount < 0:
        raise LadderFault(f"peldaño «{code}»: «{key}» es un importe en pesos, sin signo")
    return amount


def _list(told: Mapping[str, object], key: str, code: str) -> Sequence[object]:
    content = told.get(key, [])
    if not isinstance(content, list):
        raise LadderFault(f"peldaño «{code}»: «{key}» es una lista")
    return content


def _days(told: object, code: str) -> tuple[int, int | None]:
    """The least and the most business days, the second null when there is no end."""
    if not isinstance(told, list) or len(told) != 2:
        raise LadderFault(f"peldaño «{code}»: «dias_habiles» lleva el mínimo y el máximo, como [5, 60] o [5, null]")
    return _whole(told[0], code, "dias_habiles"), None if told[1] is None else _whole(told[1], code, "dias_habiles")
