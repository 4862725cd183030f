"""When what is stored now answers a doubt that was raised on the padrón."""

from dataclasses import dataclass
from decimal import Decimal

from cauce.registry.rules.colonies import ColonyCatalogue
from cauce.registry.rules.contact import is_email, is_phone
from cauce.registry.rules.identity import is_curp, is_rfc
from cauce.registry.rules.padron import LATITUDES, LONGITUDES, PROVISIONAL_PREFIX, is_hostile


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """What the padrón says now of an account, its holder and its place; coordinates in degrees."""

    name: str
    rfc: str
    curp: str
    phone: str
    email: str
    street: str
    colony: str
    postal_code: str
    latitude: Decimal | None
    longitude: Decimal | None
    activity: str
    notes: str
    route: str


def is_answered(code: str, facts: StoredFacts, colonies: ColonyCatalogue) -> bool:
    """Whether the doubt ``code`` no longer stands.

    Only for doubts that the stored values can answer: a repeated meter, a possible duplicate or spaces that were
    trimmed want a person's word.
    """
    match code:
        case "RFC_INVALIDO":
            return not facts.rfc or is_rfc(facts.rfc)
        case "CURP_INVALIDA":
            return not facts.curp or is_curp(facts.curp)
        case "TELEFONO_LONGITUD":
            return not facts.phone or is_phone(facts.phone)
        case "EMAIL_INVALIDO":
            return not facts.email or is_email(facts.email)
        case "COLONIA_CP":
            return colonies.has(facts.postal_code, facts.colony)
        case "COORDENADAS":
            return _within(facts.latitude, LATITUDES) and _within(facts.longitude, LONGITUDES)
        case "TEXTO_HOSTIL":
            return not any(map(is_hostile, (facts.name, facts.street, facts.colony, facts.activity, facts.notes)))
        case "RUTA_VACIA":
            return not facts.route.startswith(PROVISIONAL_PREFIX)
        case _:
            return False


def _within(degrees: Decimal | None, limits: tuple[Decimal, Decimal]) -> bool:
    return degrees is None or limits[0] <= degrees <= limits[1]
