"""What a person, a place and an account are described with when they are captured."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from cauce.core.text import digits_of, fold
from cauce.registry.rules.contact import is_email, is_phone
from cauce.registry.rules.identity import is_curp, is_rfc
from cauce.registry.rules.text import fold_repeated, search_text

# Three letters and the date are a company's; four, a person's, however many of the rest were left out.
_COMPANY_RFC: Final = re.compile(r"[A-ZÑ&]{3}[0-9]{6}")
_PERSON_RFC: Final = re.compile(r"[A-ZÑ&]{4}[0-9]{6}")

_COMPANY_WORDS = frozenset(
    {"SA", "SC", "AC", "SAPI", "SPR", "RL", "CV", "PRESIDENCIA", "ESCUELA", "INSTITUTO", "COMITE", "SECRETARIA"}
)


class CustomerKind(StrEnum):
    """Persona física or persona moral."""

    PERSON = "PERSON"
    COMPANY = "COMPANY"


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """Who somebody is and how to reach them."""

    name: str
    kind: CustomerKind = CustomerKind.PERSON
    rfc: str = ""
    curp: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class PremisesDetails:
    """Where a place is; coordinates in degrees."""

    street: str
    exterior_number: str = ""
    interior_number: str = ""
    colony: str = ""
    postal_code: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None

    @property
    def address_key(self) -> str:
        """The address folded to be compared and sorted."""
        return address_key(self.street, self.exterior_number, self.interior_number, self.colony, self.postal_code)


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """Under which terms an account is served, read and billed. ``route`` is the route's number; volumes in m³."""

    tariff_code: str
    cycle: int
    route: str
    route_order: int
    delivery_code: str = ""
    category: str = ""
    activity: str = ""
    has_water: bool = True
    has_sewerage: bool = False
    has_treatment: bool = False
    discharge_m3: int | None = None
    pupils: int | None = None
    exemption: str = ""
    dwellings: int = 1
    diameter: str = ""
    notes: str = ""


def account_search_text(names: Iterable[str], premises: PremisesDetails) -> str:
    """The words by which an account is found: its people's names and its address."""
    return search_text(
        (
            *names,
            premises.street,
            premises.exterior_number,
            premises.interior_number,
            premises.colony,
            premises.postal_code,
        )
    )


def address_key(*parts: str) -> str:
    """Street, numbers, colonia and postal code folded into one line, as wide as the column that keeps it."""
    return " ".join(filter(None, map(fold_repeated, parts)))[:400]


def phone_key(phone: str) -> str:
    """The digits by which a telephone is looked up."""
    return digits_of(phone)[:20]


def customer_kind(name: str, rfc: str, curp: str) -> CustomerKind:
    """Person or company: the CURP says person, the RFC says by its letters, and failing both, the words of the name."""
    if curp or _PERSON_RFC.match(rfc):
        return CustomerKind.PERSON
    if _COMPANY_RFC.match(rfc):
        return CustomerKind.COMPANY
    found = fold(name).replace(".", "").replace(",", " ").split()
    return CustomerKind.PERSON if _COMPANY_WORDS.isdisjoint(found) else CustomerKind.COMPANY


def customer_mistakes(details: CustomerDetails) -> dict[str, str]:
    """What is wrong in the details of a person, by field: the sentence that the form shows beside it."""
    mistakes: dict[str, str] = {}
    if not details.name.strip():
        mistakes["name"] = "Escriba el nombre de la persona."
    if details.rfc and not is_rfc(details.rfc):
        mistakes["rfc"] = "El RFC no es válido: cópielo de la constancia de situación fiscal o déjelo en blanco."
    if details.curp and not is_curp(details.curp):
        mistakes["curp"] = "La CURP no es válida: cópiela de la constancia de la CURP o déjela en blanco."
    if details.phone and not is_phone(details.phone):
        mistakes["phone"] = "El teléfono lleva 10 dígitos, con su lada."
    if details.email and not is_email(details.email):
        mistakes["email"] = "Escriba un solo correo, como nombre@dominio.com, o déjelo en blanco."
    return mistakes
