"""Opening accounts and changing what the padrón says of them, of their people and of their places."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Final

import pghistory
from django.db import transaction

from cauce.core.errors import DomainError
from cauce.core.text import fold
from cauce.events.operations import publish
from cauce.registry.events import (
    ACCOUNT_CHANGED,
    ACCOUNT_OPENED,
    CUSTOMER_CHANGED,
    CUSTOMER_REGISTERED,
    PREMISES_CHANGED,
)
from cauce.registry.models import Account, AccountRole, Connection, Customer, Premises, Route
from cauce.registry.operations.flags import settle_corrected_flags
from cauce.registry.operations.numbers import lock_account_numbers
from cauce.registry.queries import (
    details_of_customer,
    details_of_premises,
    highest_account_number,
    known_tariff_codes,
    terms_of,
)
from cauce.registry.rules.accounts import SHORTEST_NUMBER, account_number
from cauce.registry.rules.details import (
    AccountTerms,
    CustomerDetails,
    PremisesDetails,
    account_search_text,
    customer_mistakes,
    phone_key,
)
from cauce.users.models import User

TERM_LABELS: Final[Mapping[str, str]] = {
    "tariff_code": "tarifa",
    "cycle": "ciclo",
    "route": "ruta",
    "route_order": "orden",
    "delivery_code": "reparto",
    "category": "categoría",
    "activity": "giro",
    "has_water": "agua potable",
    "has_sewerage": "alcantarillado",
    "has_treatment": "tratamiento",
    "discharge_m3": "descarga",
    "pupils": "alumnos",
    "exemption": "exención",
    "dwellings": "viviendas",
    "diameter": "diámetro",
    "notes": "observaciones",
}
CUSTOMER_LABELS: Final[Mapping[str, str]] = {
    "name": "nombre",
    "kind": "tipo",
    "rfc": "RFC",
    "curp": "CURP",
    "phone": "teléfono",
    "email": "correo",
}
PREMISES_LABELS: Final[Mapping[str, str]] = {
    "street": "calle",
    "exterior_number": "número exterior",
    "interior_number": "número interior",
    "colony": "colonia",
    "postal_code": "código postal",
    "latitude": "latitud",
    "longitude": "longitud",
}
# The history is read by more people than the ones who may read personal data: it names what changed, not the values.
PRIVATE: Final = frozenset({"name", "rfc", "curp", "phone", "email"})


class AccountNumberTaken(DomainError):
    """Another account has that number."""


class InvalidAccountNumber(DomainError):
    """The number is not 6 to 10 digits."""


class InvalidTerms(DomainError):
    """The account would be left so that it could not be read or billed. ``field`` is the term that is wrong."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidCustomer(DomainError):
    """Something that was captured of a person is not right; ``mistakes`` has a sentence by field."""

    def __init__(self, mistakes: Mapping[str, str]) -> None:
        super().__init__(" ".join(mistakes.values()))
        self.mistakes = dict(mistakes)


class InvalidPremises(DomainError):
    """A place without street, or with half a coordinate."""


class ReasonMissing(DomainError):
    """Every change of the padrón says why."""


@transaction.atomic
def register_customer(*, details: CustomerDetails, at: datetime, by: User) -> Customer:
    """Register somebody who will use the service, owe or pay. Not idempotent: namesakes are different people.

    :raises InvalidCustomer: if the name is missing or RFC, CURP, telephone or e-mail are not right.
    """
    if mistakes := customer_mistakes(details):
        raise InvalidCustomer(mistakes)
    customer = Customer.objects.create(**_customer_columns(details))
    publish(
        CUSTOMER_REGISTERED,
        subject_kind="Customer",
        subject_id=customer.pk,
        facts={"customer": customer.name},
        at=at,
        by=by,
    )
    return customer


@transaction.atomic
def open_account(
    *,
    holder: Customer,
    premises: PremisesDetails,
    terms: AccountTerms,
    opened_on: date,
    at: datetime,
    by: User,
    number: str | None = None,
) -> Account:
    """Open an account with its premises, its connection and its holder; without ``number`` it takes the next one.

    The contract, its papers and its charges belong to the procedure. Not idempotent; a number is used once.

    :raises InvalidAccountNumber: if the number is not 6 to 10 digits.
    :raises AccountNumberTaken: if another account has it.
    :raises InvalidPremises: without street, or with half a coordinate.
    :raises InvalidTerms: if the account could not be read or billed under these terms.
    """
    _check_premises(premises)
    route = _checked_route(terms, None)
    place = Premises.objects.create(**_premises_columns(premises))
    pipe = Connection.objects.create(premises=place, dwellings=terms.dwellings, diameter=terms.diameter)
    account = Account.objects.create(
        number=_free_number(number),
        connection=pipe,
        holder=holder,
        opened_on=opened_on,
        search_text=account_search_text([holder.name], premises),
        **_account_columns(terms, route),
    )
    AccountRole.objects.create(account=account, customer=holder, role=AccountRole.Role.HOLDER, valid_from=opened_on)
    publish(
        ACCOUNT_OPENED,
        subject_kind="Account",
        subject_id=account.pk,
        account_id=account.pk,
        facts={"account": account.number, "holder": holder.name},
        at=at,
        by=by,
    )
    return account


@transaction.atomic
def change_account(*, account: Account, terms: AccountTerms, reason: str, at: datetime, by: User) -> Account:
    """Change the terms of an account; what it said before stays in its history, with the reason.

    Idempotent: terms that are already so change nothing and publish nothing.

    :raises ReasonMissing: without reason.
    :raises InvalidTerms: if the account could not be read or billed under these terms.
    """
    _check_reason(reason)
    # Held first and read afterwards: what is joined to a row that was waited for is as it was before the wait.
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    account = Account.objects.select_related("route", "connection").get(pk=account.pk)
    before = terms_of(account)
    changes = _differences(before, terms, TERM_LABELS)
    if not changes:
        return account
    route = _checked_route(terms, before)
    pipe = account.connection
    with pghistory.context(user=by.pk, reason=reason):
        if (pipe.dwellings, pipe.diameter) != (terms.dwellings, terms.diameter):
            pipe.dwellings, pipe.diameter = terms.dwellings, terms.diameter
            pipe.save(update_fields=["dwellings", "diameter"])
        for column, value in _account_columns(terms, route).items():
            setattr(account, column, value)
        account.save()
    settle_corrected_flags(account_ids=[account.pk], reason=reason, at=at, by=by)
    publish(
        ACCOUNT_CHANGED,
        subject_kind="Account",
        subject_id=account.pk,
        account_id=account.pk,
        facts={"account": account.number, "changes": changes, "reason": reason},
        at=at,
        by=by,
    )
    return account


@transaction.atomic
def change_customer(*, customer: Customer, details: CustomerDetails, reason: str, at: datetime, by: User) -> Customer:
    """Correct what is known of a person, in every account where they are; what it said before stays in the history.

    A wrong value that was there already may stay while others are corrected. Flags it answers are attended.
    Idempotent: details that are already so change nothing and publish nothing.

    :raises ReasonMissing: without reason.
    :raises InvalidCustomer: if something that changes is not right.
    """
    _check_reason(reason)
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    before = details_of_customer(customer)
    changes = _differences(before, details, CUSTOMER_LABELS)
    if not changes:
        return customer
    changed = {name for name, value in asdict(details).items() if getattr(before, name) != value}
    mistakes = {name: text for name, text in customer_mistakes(details).items() if name in changed}
    if mistakes:
        raise InvalidCustomer(mistakes)
    for column, value in _customer_columns(details).items():
        setattr(customer, column, value)
    with pghistory.context(user=by.pk, reason=reason):
        customer.save()
        accounts = refresh_search_text(
            account_ids=Account.objects.filter(roles__customer=customer, roles__valid_until=None)
            .values_list("pk", flat=True)
            .distinct()
        )
    settle_corrected_flags(account_ids=accounts, reason=reason, at=at, by=by)
    publish(
        CUSTOMER_CHANGED,
        subject_kind="Customer",
        subject_id=customer.pk,
        account_id=accounts[0] if len(accounts) == 1 else None,
        facts={"changes": changes, "reason": reason},
        at=at,
        by=by,
    )
    return customer


@transaction.atomic
def change_premises(*, premises: Premises, details: PremisesDetails, reason: str, at: datetime, by: User) -> Premises:
    """Correct where a place is, for every account served there; what it said before stays in the history.

    Flags that the change answers are attended. Idempotent: details that are already so change nothing.

    :raises ReasonMissing: without reason.
    :raises InvalidPremises: without street, or with half a coordinate.
    """
    _check_reason(reason)
    _check_premises(details)
    premises = Premises.objects.select_for_update(no_key=True).get(pk=premises.pk)
    changes = _differences(details_of_premises(premises), details, PREMISES_LABELS)
    if not changes:
        return premises
    for column, value in _premises_columns(details).items():
        setattr(premises, column, value)
    with pghistory.context(user=by.pk, reason=reason):
        premises.save()
        accounts = refresh_search_text(
            account_ids=Account.objects.filter(connection__premises=premises).values_list("pk", flat=True)
        )
    settle_corrected_flags(account_ids=accounts, reason=reason, at=at, by=by)
    publish(
        PREMISES_CHANGED,
        subject_kind="Premises",
        subject_id=premises.pk,
        account_id=accounts[0] if len(accounts) == 1 else None,
        facts={"changes": changes, "reason": reason},
        at=at,
        by=by,
    )
    return premises


def refresh_search_text(*, account_ids: Iterable[int]) -> list[int]:
    """Write again the words by which these accounts are found: people with a role in force, and the address.

    In the caller's transaction, which publishes what changed them. Idempotent.

    :returns: the accounts' ids, in order.
    """
    rows = Account.objects.select_for_update(no_key=True).filter(pk__in=list(account_ids)).order_by("pk")
    held = list(rows.values_list("pk", flat=True))
    # Read once held: another session may have corrected meanwhile the name or the address that this one did not.
    accounts = list(Account.objects.filter(pk__in=held).select_related("connection__premises", "holder").order_by("pk"))
    names: dict[int, list[str]] = {account.pk: [account.holder.name] for account in accounts}
    people = AccountRole.objects.filter(account__in=accounts, valid_until=None).order_by("pk")
    for account_id, name in people.values_list("account_id", "customer__name"):
        names[account_id].append(name)
    for account in accounts:
        account.search_text = account_search_text(names[account.pk], details_of_premises(account.connection.premises))
    Account.objects.bulk_update(accounts, ["search_text"], batch_size=1000)
    return [account.pk for account in accounts]


def _customer_columns(details: CustomerDetails) -> dict[str, str]:
    return {
        **{name: str(value).strip() for name, value in asdict(details).items()},
        "name_key": fold(details.name)[:200],
        "phone_digits": phone_key(details.phone),
    }


def _premises_columns(details: PremisesDetails) -> dict[str, object]:
    return {**asdict(details), "address_key": details.address_key}


def _account_columns(terms: AccountTerms, route: Route) -> dict[str, object]:
    columns = asdict(terms)
    for name in ("dwellings", "diameter"):
        del columns[name]
    columns["tariff_code_id"] = columns.pop("tariff_code")
    columns["route"] = route
    return columns


def _checked_route(terms: AccountTerms, before: AccountTerms | None) -> Route:
    """The route of the terms, once they hold together; what an account already had wrong may stay until it is changed.

    :raises InvalidTerms: naming the term.
    """
    if (before is None or terms.tariff_code != before.tariff_code) and terms.tariff_code not in known_tariff_codes():
        raise InvalidTerms(f"La tarifa {terms.tariff_code} no está en la ley. Elija una de la lista.", "tariff_code")
    if terms.cycle not in {1, 2, 3}:
        raise InvalidTerms("Elija el ciclo de facturación: 1, 2 o 3.", "cycle")
    if not (terms.has_water or terms.has_sewerage):
        raise InvalidTerms("La cuenta debe tener al menos un servicio: agua o alcantarillado.", "has_water")
    if terms.has_treatment and not terms.has_sewerage:
        raise InvalidTerms("El tratamiento sólo se cobra con alcantarillado: márquelo también.", "has_treatment")
    if terms.dwellings < 1:
        raise InvalidTerms("Una toma sirve al menos a una vivienda.", "dwellings")
    if terms.route_order < 0:
        raise InvalidTerms("El orden en la ruta no puede ser negativo.", "route_order")
    route = Route.objects.filter(number=terms.route).first()
    if route is None:
        raise InvalidTerms(f"No existe la ruta {terms.route}. Elija una de la lista.", "route")
    moved = before is None or (terms.route, terms.cycle) != (before.route, before.cycle)
    if moved and route.cycle != terms.cycle:
        raise InvalidTerms(f"La ruta {route.number} es del ciclo {route.cycle}: elija ese ciclo u otra ruta.", "cycle")
    return route


def _free_number(wanted: str | None) -> str:
    lock_account_numbers()
    if wanted is None:
        return str(int(highest_account_number() or 0) + 1).zfill(SHORTEST_NUMBER)
    number = account_number(wanted)
    if number is None:
        raise InvalidAccountNumber(f"La cuenta «{wanted}» no es un número de 6 a 10 dígitos. Corríjalo.")
    if Account.objects.filter(number=number).exists():
        raise AccountNumberTaken(f"La cuenta {number} ya existe. Revise el número o déjelo en blanco.")
    return number


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing("Escriba el motivo del cambio: queda en el historial de la cuenta.")


def _check_premises(details: PremisesDetails) -> None:
    if not details.street.strip():
        raise InvalidPremises("Escriba la calle del predio.")
    if (details.latitude is None) != (details.longitude is None):
        raise InvalidPremises("Las coordenadas van completas: latitud y longitud, o ninguna.")


def _differences(before: object, after: object, labels: Mapping[str, str]) -> str:
    """What changes, as the history tells it; values of personal data are not repeated there."""
    told = []
    for name, label in labels.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            told.append(label if name in PRIVATE else f"{label}: {_written(old)} → {_written(new)}")
    return ", ".join(told)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "sí" if value else "no"
    return str(value) if value not in (None, "") else "en blanco"
