"""What a lineamiento says, in one text that can be sealed; its states, and what a month of its checklist comes to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Final

from cauce.core.money import ZERO

DRAFT, REVIEW, AUTHORISED, REPLACED, WITHDRAWN = "DRAFT", "REVIEW", "AUTHORISED", "REPLACED", "WITHDRAWN"
VERSION_EDGES: Final = frozenset(
    {
        (DRAFT, REVIEW),
        (REVIEW, DRAFT),
        (REVIEW, AUTHORISED),
        (AUTHORISED, REPLACED),
        (DRAFT, WITHDRAWN),
        (REVIEW, WITHDRAWN),
        (AUTHORISED, WITHDRAWN),
    }
)
"""Draft, under review, authorised, replaced by the next one; or withdrawn, from any of the first three."""

MONTH_EDGES: Final = frozenset({("OPEN", "CLOSED")})

COMPLIES, FAILS, NOT_APPLICABLE = "COMPLIES", "FAILS", "NOT_APPLICABLE"

FIGURES: Final[Mapping[str, str]] = {
    "RECIBOS_REVISADOS": "Recibos del mes calculados otra vez, y cuántos no cuadran",
    "VIGILANCIA_ABIERTA": "Hallazgos de la vigilancia de tarifas sin atender al fin del mes",
    "AJUSTES_CON_EVIDENCIA": "Ajustes aplicados en el mes con su evidencia",
    "CONDONACIONES_CON_LIMITE": "Condonaciones aplicadas en el mes con su motivo y quien las resolvió",
    "AVISOS_ENTREGADOS": "Avisos de adeudo emitidos en el mes y entregados",
    "REDUCCIONES_CON_AVISO": "Reducciones y suspensiones hechas en el mes con aviso previo entregado",
    "RECONEXIONES_A_TIEMPO": "Reconexiones del mes hechas en su plazo",
}
"""The figures that may stand beside a point of a checklist; what counts them is above, in the reports."""

LONGEST_TITLE, LONGEST_BASIS, LONGEST_POINT, MOST_CLAUSES, MOST_POINTS = 120, 240, 240, 40, 20


class GuidelineFault(ValueError):
    """A lineamiento that cannot be, in one Spanish sentence without its final point."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause and what it rests on."""

    text: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the checklist: what is checked, how, what it should be, and the figure that stands beside it."""

    what: str
    how: str
    target: str
    figure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineText:
    """Everything that a version says."""

    title: str
    purpose: str
    clauses: Sequence[Clause]
    points: Sequence[Point]
    roles: Sequence[str]


def checked(text: GuidelineText, *, known_roles: Collection[str]) -> GuidelineText:
    """The same text without idle spaces, once it is whole.

    :raises GuidelineFault: saying what is missing and where.
    """
    tidy = GuidelineText(
        title=_line(text.title),
        purpose=_line(text.purpose),
        clauses=[Clause(_line(each.text), _line(each.legal_basis)) for each in text.clauses],
        points=[Point(_line(each.what), _line(each.how), _line(each.target), each.figure) for each in text.points],
        roles=list(dict.fromkeys(text.roles)),
    )
    if not tidy.title or len(tidy.title) > LONGEST_TITLE:
        raise GuidelineFault(f"el título lleva de 1 a {LONGEST_TITLE} letras")
    if not tidy.purpose:
        raise GuidelineFault("falta para qué es el lineamiento")
    if not 1 <= len(tidy.clauses) <= MOST_CLAUSES:
        raise GuidelineFault(f"lleva de 1 a {MOST_CLAUSES} cláusulas")
    if not 1 <= len(tidy.points) <= MOST_POINTS:
        raise GuidelineFault(f"la lista de verificación lleva de 1 a {MOST_POINTS} puntos")
    for number, clause in enumerate(tidy.clauses, start=1):
        if not clause.text or not clause.legal_basis:
            raise GuidelineFault(f"a la cláusula {number} le falta su texto o su fundamento")
        if len(clause.legal_basis) > LONGEST_BASIS:
            raise GuidelineFault(f"el fundamento de la cláusula {number} pasa de {LONGEST_BASIS} letras")
    for number, point in enumerate(tidy.points, start=1):
        _check_point(number, point)
    if not tidy.roles or set(tidy.roles) - set(known_roles):
        raise GuidelineFault("diga qué puestos lo leen y se obligan, de los que hay")
    return tidy


def _check_point(number: int, point: Point) -> None:
    if not (point.what and point.how and point.target):
        raise GuidelineFault(f"al punto {number} de la lista le falta qué se revisa, cómo o su meta")
    if max(len(point.what), len(point.how), len(point.target)) > LONGEST_POINT:
        raise GuidelineFault(f"el punto {number} de la lista pasa de {LONGEST_POINT} letras en una de sus partes")
    if point.figure and point.figure not in FIGURES:
        raise GuidelineFault(f"el punto {number} de la lista nombra una cifra que el sistema no lleva")


def _line(text: str) -> str:
    return " ".join(text.split())


def sealed_text(text: GuidelineText, *, number: int, valid_from: date) -> str:
    """What is sealed when a version is authorised: every word that it says, a line each, as the database has it."""
    return "\n".join(
        [
            f"{text.title}|{number}|{valid_from.isoformat()}|{','.join(text.roles)}",
            text.purpose,
            *(f"{place}|{each.text}|{each.legal_basis}" for place, each in enumerate(text.clauses, start=1)),
            *(
                f"{place}|{each.what}|{each.how}|{each.target}|{each.figure}"
                for place, each in enumerate(text.points, start=1)
            ),
        ]
    )


def fingerprint(sealed: str) -> str:
    """The SHA-256 of a sealed text."""
    return sha256(sealed.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found in a point of the checklist in a month: whether it complies, a note, and the figure beside it."""

    outcome: str
    note: str = ""
    figure: str = ""


def compliance(outcomes: Sequence[str]) -> Decimal | None:
    """What complies of what applies, in percent with one decimal; None when nothing applies."""
    applying = [each for each in outcomes if each in (COMPLIES, FAILS)]
    if not applying:
        return None
    complying = Decimal(sum(each == COMPLIES for each in applying))
    return (complying * 100 / len(applying)).quantize(Decimal("0.1")) if complying else ZERO
