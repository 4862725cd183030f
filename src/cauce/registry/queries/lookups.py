"""Look-ups in bulk: each is one query, whatever the number of accounts."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Final, NamedTuple

from django.db import connection

from cauce.imports.models import ImportKind, TakenRow
from cauce.registry.models import Account, Colony, PadronFlag
from cauce.registry.rules.colonies import ColonyCatalogue
from cauce.registry.rules.padron import duplicate_key
from cauce.tariffs.models import TariffCode

# The numbers go as one text: thousands of them one by one take Django longer than the database.
_IDS: Final = "SELECT number, id FROM registry_account WHERE number = ANY(string_to_array(%s, ','))"
_KEYS: Final = """
    SELECT number, id, holder_id, state, tariff_code_id, cycle FROM registry_account
    WHERE number = ANY(string_to_array(%s, ','))
"""

SHIPPED_CATALOGUE: Final = "colonias_cortazar.csv"


class AccountKey(NamedTuple):
    """What whoever works by chunks needs of an account."""

    id: int
    holder_id: int
    state: str
    tariff_code: str
    cycle: int


def accounts_by_number(numbers: Iterable[str]) -> dict[str, AccountKey]:
    """The accounts that exist among ``numbers`` (with their zeros)."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [",".join(numbers)])
        return {row[0]: AccountKey._make(row[1:]) for row in cursor.fetchall()}


def stored_account_ids(numbers: Sequence[str]) -> dict[str, int]:
    """The ids of the accounts that exist among ``numbers`` (with their zeros)."""
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [",".join(numbers)])
        return dict(cursor.fetchall())


def imported_fingerprints(kind: ImportKind, numbers: Collection[str]) -> dict[str, bytes]:
    """What the rows that created these accounts said, in sixteen bytes each; nothing for those opened on a screen."""
    if not numbers:
        return {}
    found = TakenRow.objects.filter(kind=kind, key__in=list(numbers)).values_list("key", "fingerprint")
    return {key: bytes(fingerprint) for key, fingerprint in found}


def raised_flags(account_ids: Collection[int], codes: Collection[str]) -> set[tuple[int, str]]:
    """The (account id, code) of the flags that were ever raised on these accounts, attended or not."""
    flags = PadronFlag.objects.filter(account_id__in=list(account_ids), code__in=list(codes))
    return set(flags.values_list("account_id", "code"))


def stored_people() -> Iterator[tuple[str, int]]:
    """The number and the duplicate key (holder and address) of each active account, a few thousand at a time."""
    rows = (
        Account.objects.filter(state=Account.State.ACTIVE)
        .values_list(
            "number",
            "holder__name",
            "connection__premises__street",
            "connection__premises__exterior_number",
            "connection__premises__interior_number",
            "connection__premises__colony",
            "connection__premises__postal_code",
        )
        .iterator(chunk_size=5000)
    )
    for number, *parts in rows:
        yield number, duplicate_key(*parts)


def known_tariff_codes() -> frozenset[str]:
    """The claves that accounts may have."""
    return frozenset(TariffCode.objects.values_list("code", flat=True))


def shipped_colonies() -> list[tuple[str, str]]:
    """The (postal code, official name) of the colonias that come with the product: SAT's, for the municipality."""
    text = (files("cauce.registry") / "catalogues" / SHIPPED_CATALOGUE).read_text(encoding="utf-8")
    return [(row["cp"], row["colonia"]) for row in csv.DictReader(text.splitlines())]


def colony_catalogue() -> ColonyCatalogue:
    """The colonias of the municipality: the ones that were loaded, or before any was, those of the product."""
    return ColonyCatalogue.of_rows(list(Colony.objects.values_list("postal_code", "name")) or shipped_colonies())
