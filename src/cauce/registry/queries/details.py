"""What is stored of an account, as the values that its operations take: what a form starts from."""

from collections.abc import Collection

from django.db.models import Max, QuerySet
from django.db.models.functions import Length

from cauce.registry.models import Account, Customer, Premises
from cauce.registry.rules.accounts import SHORTEST_NUMBER
from cauce.registry.rules.correction import StoredFacts
from cauce.registry.rules.details import AccountTerms, CustomerDetails, CustomerKind, PremisesDetails


def terms_of(account: Account) -> AccountTerms:
    """The terms under which an account is served; reads its route and connection if they were not fetched with it."""
    return AccountTerms(
        tariff_code=account.tariff_code_id,
        cycle=account.cycle,
        route=account.route.number,
        route_order=account.route_order,
        delivery_code=account.delivery_code,
        category=account.category,
        activity=account.activity,
        has_water=account.has_water,
        has_sewerage=account.has_sewerage,
        has_treatment=account.has_treatment,
        discharge_m3=account.discharge_m3,
        pupils=account.pupils,
        exemption=account.exemption,
        dwellings=account.connection.dwellings,
        diameter=account.connection.diameter,
        notes=account.notes,
    )


def details_of_customer(customer: Customer) -> CustomerDetails:
    """Who somebody is and how to reach them."""
    return CustomerDetails(
        name=customer.name,
        kind=CustomerKind(customer.kind),
        rfc=customer.rfc,
        curp=customer.curp,
        phone=customer.phone,
        email=customer.email,
    )


def details_of_premises(premises: Premises) -> PremisesDetails:
    """Where a place is."""
    return PremisesDetails(
        street=premises.street,
        exterior_number=premises.exterior_number,
        interior_number=premises.interior_number,
        colony=premises.colony,
        postal_code=premises.postal_code,
        latitude=premises.latitude,
        longitude=premises.longitude,
    )


def stored_facts(account_ids: Collection[int]) -> dict[int, StoredFacts]:
    """What the padrón says now of these accounts, in one query."""
    accounts = Account.objects.filter(pk__in=account_ids).select_related("holder", "connection__premises", "route")
    return {account.pk: _facts(account) for account in accounts}


def highest_account_number() -> str | None:
    """The highest number of the shortest accounts, after which new ones go on counting."""
    shortest = Account.objects.annotate(length=Length("number")).filter(length=SHORTEST_NUMBER)
    highest: str | None = shortest.aggregate(highest=Max("number"))["highest"]
    return highest


def _facts(account: Account) -> StoredFacts:
    holder, premises = account.holder, account.connection.premises
    return StoredFacts(
        name=holder.name,
        rfc=holder.rfc,
        curp=holder.curp,
        phone=holder.phone,
        email=holder.email,
        street=premises.street,
        colony=premises.colony,
        postal_code=premises.postal_code,
        latitude=premises.latitude,
        longitude=premises.longitude,
        activity=account.activity,
        notes=account.notes,
        route=account.route.number,
    )


def is_same_place(one: Premises, other: Premises) -> bool:
    """Whether two premises are the same place but for their inner number; without an outer number each is its own."""
    if one.pk == other.pk:
        return True
    return bool(one.exterior_number) and _outside(one) == _outside(other)


def premises_at(premises: Premises) -> QuerySet[Premises]:
    """The premises of the same place, whatever their inner number, itself among them."""
    if not premises.exterior_number:
        return Premises.objects.filter(pk=premises.pk)
    street, number, colony = _outside(premises)
    return Premises.objects.filter(street=street, exterior_number=number, colony=colony)


def _outside(premises: Premises) -> tuple[str, str, str]:
    return premises.street, premises.exterior_number, premises.colony
