"""The texts of written answers: only placeholders of this page are filled, and nothing of a template is ever run."""

import re
from collections.abc import Mapping
from typing import Final

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "folio": "el folio del caso",
    "fecha": "la fecha de la carta",
    "nombre": "a quién se le contesta",
    "cuenta": "el número de la cuenta",
    "domicilio": "dónde es",
    "tipo": "el tipo de caso",
    "asunto": "el asunto",
    "recibido": "el día en que se recibió",
    "plazo": "los días hábiles del plazo",
    "vence": "el último día del plazo",
    "fundamento": "el fundamento del tipo de caso",
    "sentido": "en qué sentido se resolvió",
    "respuesta": "la respuesta con que se resolvió",
    "area": "el área que lo atendió",
    "telefono": "el teléfono del organismo",
}
"""What a template may ask for, and what each one says."""

TO_BE_WRITTEN: Final = "(escriba aquí"
"""How a template marks what somebody has to write by hand."""

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_BRACE = re.compile(r"[{}]")


def template_fault(body: str) -> str:
    """What is wrong with a template, as a sentence that says how to mend it; nothing when it is right.

    >>> template_fault("Estimado {nombre}:")
    ''
    """
    if not body.strip():
        return "Escriba el texto de la plantilla."
    for mark in ("{{", "}}", "{%", "%}"):
        if mark in body:
            return (
                f"La plantilla lleva «{mark}», que aquí no significa nada: los datos se piden con una sola llave, "
                "como {nombre}."
            )
    for name in _PLACEHOLDER.findall(body):
        if name not in PLACEHOLDERS:
            known = ", ".join("{" + each + "}" for each in PLACEHOLDERS)
            return f"La plantilla pide «{{{name}}}», que no existe. Puede usar: {known}."
    if _BRACE.search(_PLACEHOLDER.sub("", body)):
        return "La plantilla tiene una llave sin su pareja: escriba el dato completo, como {nombre}, o quite la llave."
    return ""


def filled(body: str, facts: Mapping[str, str]) -> str:
    """A right template with its facts in place; what the facts hold is never filled again.

    :raises ValueError: if the template is not right.
    :raises KeyError: if a fact is missing, which is a bug.
    """
    fault = template_fault(body)
    if fault:
        raise ValueError(fault)
    return _PLACEHOLDER.sub(lambda found: facts[found.group(1)], body)


def answer_fault(body: str) -> str:
    """What is wrong with the text of an answer that is about to be issued; nothing when it may be."""
    if not body.strip():
        return "Escriba el texto de la respuesta."
    if TO_BE_WRITTEN in body:
        return f"La respuesta todavía dice «{TO_BE_WRITTEN}…»: escríbalo antes de emitir la carta."
    if _BRACE.search(body):
        return "La respuesta todavía lleva un dato entre llaves: escríbalo o quítelo antes de emitir la carta."
    return ""


def paragraphs(body: str) -> list[str]:
    """The paragraphs of a text, which blank lines part."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", body.replace("\r", "")) if part.strip()]
