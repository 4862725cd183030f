"""The laws and regulations of the office as their file says them."""

from collections.abc import Mapping
from dataclasses import dataclass

KINDS = {
    "ley": "LAW",
    "codigo": "CODE",
    "reglamento": "REGULATION",
    "constitucion": "CONSTITUTION",
    "jurisprudencia": "CRITERION",
    "norma-interna": "INTERNAL",
}
NORM_FIELDS = ("name", "kind", "publication", "subject", "cited_as", "of_the_post", "place")
_KEYS = ("nombre", "clase", "publicacion", "trata_de", "se_cita", "del_puesto")


class NormFault(Exception):
    """What is wrong with the file of laws and regulations, in Spanish."""


@dataclass(frozen=True, slots=True)
class NormFacts:
    """A law or regulation as the file says it; ``cited_as`` are the words by which a legal basis names it."""

    code: str
    name: str
    kind: str
    publication: str
    subject: str
    cited_as: list[str]
    of_the_post: bool
    place: int


def norms_of(content: object) -> list[NormFacts]:
    """Read the laws and regulations of a file's content.

    :raises NormFault: naming the one that is wrong and its key.
    """
    given = content.get("normas") if isinstance(content, Mapping) else None
    if not isinstance(given, Mapping) or not given:
        raise NormFault("falta la lista «normas»")
    return [_norm(str(code), facts, place) for place, (code, facts) in enumerate(given.items(), 1)]


def _norm(code: str, given: object, place: int) -> NormFacts:
    if not isinstance(given, Mapping):
        raise NormFault(f"la norma {code} no dice nada")
    if unknown := sorted(map(str, set(given) - set(_KEYS))):
        raise NormFault(f"la norma {code} trae «{unknown[0]}», que no se conoce")
    for key in ("nombre", "clase", "publicacion", "trata_de"):
        if not str(given.get(key) or "").strip():
            raise NormFault(f"a la norma {code} le falta «{key}»")
    kind = KINDS.get(str(given["clase"]))
    if kind is None:
        raise NormFault(f"la norma {code} es de clase «{given['clase']}»; puede ser {', '.join(KINDS)}")
    cited = given.get("se_cita", [])
    if not isinstance(cited, list):
        raise NormFault(f"en la norma {code} «se_cita» es una lista de palabras")
    return NormFacts(
        code=code,
        name=str(given["nombre"]).strip(),
        kind=kind,
        publication=str(given["publicacion"]).strip(),
        subject=str(given["trata_de"]).strip(),
        cited_as=[str(words).strip() for words in cited],
        of_the_post=given.get("del_puesto") is True,
        place=place,
    )


def cited_in(legal_basis: str, cited_as: list[str]) -> bool:
    """Whether a legal basis names a law or regulation by any of the words it goes by."""
    told = legal_basis.casefold()
    return any(words.casefold() in told for words in cited_as)
