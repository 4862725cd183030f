"""Finding people of the padrón: holders, those with another role in an account, and those without any."""

from dataclasses import dataclass

from django.db.models import Q

from cauce.core.text import digits_of, fold
from cauce.registry.models import Account, AccountRole, Customer
from cauce.registry.rules.accounts import account_number


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A person as a list of results shows them, with the numbers of the accounts where they have a role."""

    id: int
    name: str
    accounts: tuple[str, ...]


def search_people(text: str, *, limit: int = 12, without_account: bool = False) -> list[PersonHit]:
    """The people whose name has every word of ``text``, or who have a role in the account of that number.

    None for less than three letters or digits. ``without_account`` leaves those with no role anywhere. Two queries.
    """
    wanted = fold(text)
    if len(wanted) < 3:
        return []
    people = Customer.objects.filter(merged_into__isnull=True)
    in_force = AccountRole.objects.filter(valid_until__isnull=True)
    digits = digits_of(wanted)
    if digits and digits == wanted.replace(" ", ""):
        number = account_number(digits)
        by_number = Account.objects.filter(number=number)
        people = people.filter(
            Q(pk__in=in_force.filter(account__in=by_number).values("customer")) | Q(pk__in=by_number.values("holder"))
        )
    else:
        for word in wanted.split():
            people = people.filter(name_key__contains=word)
    if without_account:
        people = people.exclude(pk__in=in_force.values("customer")).filter(held_accounts__isnull=True)
    found = list(people.order_by("name_key", "pk")[:limit])
    accounts: dict[int, set[str]] = {}
    for customer_id, number in in_force.filter(customer__in=found).values_list("customer", "account__number"):
        accounts.setdefault(customer_id, set()).add(number)
    return [PersonHit(person.pk, person.name, tuple(sorted(accounts.get(person.pk, ())))) for person in found]
