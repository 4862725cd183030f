"""Reads of the padrón: for its own import, for whoever works by chunks of accounts, and for the screens."""

from cauce.registry.queries.details import (
    details_of_customer,
    details_of_premises,
    highest_account_number,
    is_same_place,
    premises_at,
    stored_facts,
    terms_of,
)
from cauce.registry.queries.links import linked_customer
from cauce.registry.queries.lookups import (
    AccountKey,
    accounts_by_number,
    colony_catalogue,
    imported_fingerprints,
    known_tariff_codes,
    raised_flags,
    shipped_colonies,
    stored_account_ids,
    stored_people,
)
from cauce.registry.queries.people import PersonHit, search_people
from cauce.registry.queries.search import AccountHit, account_hits, search_accounts

__all__ = [
    "AccountHit",
    "AccountKey",
    "PersonHit",
    "account_hits",
    "accounts_by_number",
    "colony_catalogue",
    "details_of_customer",
    "details_of_premises",
    "highest_account_number",
    "imported_fingerprints",
    "is_same_place",
    "known_tariff_codes",
    "linked_customer",
    "premises_at",
    "raised_flags",
    "search_accounts",
    "search_people",
    "shipped_colonies",
    "stored_account_ids",
    "stored_facts",
    "stored_people",
    "terms_of",
]
