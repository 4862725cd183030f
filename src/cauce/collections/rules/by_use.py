"""What may be done to the service of who does not pay, by use (Ley General de Aguas, art. 9). Pure.

The drainage is never closed, whatever the use; a dwelling's water is reduced to what people need to live, never cut.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cauce.core.es_mx import count_of, format_money, format_quantity
from cauce.core.text import fold

REDUCTION: Final = "REDUCTION"
SUSPENSION: Final = "SUSPENSION"
NOTHING: Final = "NOTHING"

# The kind of order that each thing that may be done gives, and the one of who cannot have a reductor.
ORDER_TYPES: Final[Mapping[str, str]] = {REDUCTION: "REDUCCION", SUSPENSION: "SUSPENSION"}
VOUCHER_ORDER_TYPE: Final = "REDUCCION-VALE"
NO_ROOM_FOR_REDUCTOR: Final = "No cabe el reductor"

# Uses whose water is never wholly suspended, whatever a file says: who lives, studies or is cared for there.
NEVER_SUSPENDED: Final = frozenset({"DOMESTIC", "MIXED", "PUBLIC_SCHOOL", "PRIVATE_SCHOOL"})
PROTECTED_ACTIVITIES: Final = (
    "HOSPITAL", "CLINICA", "CONSULTORIO", "SALUD", "SANATORIO", "ASILO", "GUARDERIA", "ESCUELA", "KINDER",
    "PRIMARIA", "SECUNDARIA", "PREPARATORIA", "COLEGIO", "ALBERGUE", "CASA HOGAR",
)  # fmt: skip
PERSONS_SUPPOSED: Final = 4
LEGAL_MINIMUM: Final = 50

ACTION_NAMES: Final[Mapping[str, str]] = {
    REDUCTION: "Reducción al mínimo vital",
    SUSPENSION: "Suspensión total del agua",
    NOTHING: "Nada",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTerms:
    """A row of the table by use: what may be done, the litres that each person keeps in a day, and by which law."""

    code: str
    use_class: str
    activities: tuple[str, ...] = ()
    action: str
    litres_per_person_day: int = LEGAL_MINIMUM
    legal_basis: str


def fault_of_terms(terms: ServiceTerms) -> str:
    """What is wrong in a row of the table, in Spanish; nothing if it is well."""
    if terms.action not in ACTION_NAMES:
        return f"«{terms.action}» no es algo que se pueda hacer: reducción, suspensión o nada"
    if not terms.legal_basis.strip():
        return "falta su fundamento"
    if terms.action == SUSPENSION and terms.use_class in NEVER_SUSPENDED:
        return "en una vivienda o una escuela el agua no se suspende: sólo se reduce (Ley General de Aguas, art. 9)"
    if terms.action == SUSPENSION and any(_is_of(word, PROTECTED_ACTIVITIES) for word in terms.activities):
        return "donde se atiende la salud o se estudia el agua no se suspende: sólo se reduce"
    if terms.action == REDUCTION and terms.litres_per_person_day < LEGAL_MINIMUM:
        return f"a cada persona le quedan {LEGAL_MINIMUM} litros al día o más"
    return ""


def terms_for(table: Iterable[ServiceTerms], *, use_class: str, activity: str = "") -> ServiceTerms | None:
    """The row that rules a use and a giro: the one that names the giro, else the one of the rest of its use.

    What the law protects is never left to a table: a giro of health or of school that no row names is reduced at most.
    None when no row is of the use: then nothing may be done.
    """
    rows = [row for row in table if row.use_class == use_class]
    named = [row for row in rows if row.activities and _is_of(activity, row.activities)]
    rest = [row for row in rows if not row.activities]
    found = next(iter(named or rest), None)
    if found is None or found.action != SUSPENSION:
        return found
    if use_class in NEVER_SUSPENDED or _is_of(activity, PROTECTED_ACTIVITIES):
        return ServiceTerms(
            code=found.code,
            use_class=use_class,
            activities=found.activities,
            action=REDUCTION,
            litres_per_person_day=max(found.litres_per_person_day, LEGAL_MINIMUM),
            legal_basis=found.legal_basis,
        )
    return found


def vital_minimum(persons: int | None, terms: ServiceTerms) -> int:
    """The litres that a home keeps in a day; when nobody counted its people, those of the usual ones."""
    return (persons or PERSONS_SUPPOSED) * terms.litres_per_person_day


def matter_of(action: str, debt: Decimal, months: int) -> str:
    """What the order is for, in a line."""
    what = "Suspensión total del agua" if action == SUSPENSION else "Reducción del servicio"
    return f"{what} por adeudo vencido de {format_money(debt)} ({count_of(months, 'mes', 'meses')})"


def reason_of(
    terms: ServiceTerms,
    *,
    debt: Decimal,
    months: int,
    refused_below: Decimal,
    authorisation: str,
    persons: int | None,
    has_voucher: bool = False,
) -> str:
    """Why the order is given and how far it may go, as it is printed on it."""
    owed = (
        f"Motivo: adeudo vencido de {format_money(debt)}, {count_of(months, 'mes', 'meses')}. "
        f"Autorización {authorisation}. Fundamento: {terms.legal_basis}."
    )
    return " ".join((owed, _limits_of(terms, persons, has_voucher=has_voucher), _before_of(refused_below)))


def _limits_of(terms: ServiceTerms, persons: int | None, *, has_voucher: bool) -> str:
    drainage = "El drenaje no se cierra en ningún caso."
    if terms.action == SUSPENSION:
        return f"Se cierra el agua en banqueta o medidor. {drainage}"
    litres = format_quantity(vital_minimum(persons, terms))
    counted = count_of(persons, "persona", "personas") if persons else f"{PERSONS_SUPPOSED} personas supuestas"
    kept = f"{litres} litros al día ({counted} por {terms.litres_per_person_day} litros)"
    if has_voucher:
        return f"No cabe el reductor: entregue el vale de agua por {kept} antes de limitar la toma. {drainage}"
    return (
        f"Deje pasar por lo menos {kept}: nunca deje sin agua. Si no cabe el reductor no cierre; repórtelo con "
        f"el motivo «{NO_ROOM_FOR_REDUCTOR}» para que se emita el vale de agua. {drainage}"
    )


def _before_of(refused_below: Decimal) -> str:
    return f"No se hace si el adeudo vencido bajó de {format_money(refused_below)}: pregunte antes por radio."


def _is_of(activity: str, words: Iterable[str]) -> bool:
    told = fold(activity)
    return bool(told) and any(fold(word) in told for word in words)
