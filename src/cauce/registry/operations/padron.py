"""Taking in the padrón of the old system, a chunk of rows at a time.

The file also says which meter each account has, and meters belong to a package above: the whole import is
``cauce.metering.operations.import_padron``, which calls :func:`take_registry_chunk` inside each chunk's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from cauce.core.bulk import copy_rows, take_ids
from cauce.core.text import fold
from cauce.imports.models import ImportKind
from cauce.imports.operations import RunningImport, record_taken_rows
from cauce.imports.rules import Finding, Line
from cauce.registry.models import Account, AccountRole, Connection, Customer, PadronFlag, Premises, Route
from cauce.registry.operations.numbers import lock_account_numbers
from cauce.registry.queries import imported_fingerprints, raised_flags, stored_account_ids
from cauce.registry.rules.colonies import ColonyCatalogue
from cauce.registry.rules.details import address_key, customer_kind, phone_key
from cauce.registry.rules.padron import (
    LIMITS,
    PadronRow,
    accept,
    content_changed,
    doubts,
    parse_degrees,
    parse_whole,
    provisional_route,
    route_number,
)
from cauce.registry.rules.survey import SHARED_CODES, Survey, outsider_doubts, shared_doubts
from cauce.registry.rules.text import search_text

ACCOUNT_STATES: Mapping[str, str] = {
    "A": Account.State.ACTIVE.value,
    "L": Account.State.REDUCED.value,
    "V": Account.State.VOLUNTARY_SUSPENSION.value,
    "C": Account.State.CLOSED.value,
}


@dataclass(frozen=True, slots=True)
class RegistryIntake:
    """What an import of the padrón knows while it goes: the survey of the whole file and the catalogues.

    ``accepted`` grows with each chunk: the accounts that entered so far.
    """

    survey: Survey
    colonies: ColonyCatalogue
    tariff_codes: frozenset[str]
    accepted: set[str] = field(default_factory=set)


class TakenAccount(NamedTuple):
    """An account that a chunk created, and the row it came from."""

    account_id: int
    row: PadronRow


def take_registry_chunk(
    *, lines: Sequence[Line], intake: RegistryIntake, running: RunningImport, at: datetime
) -> list[TakenAccount]:
    """Judge a chunk of rows, count them, and create the accounts that are not stored yet and all that hangs from them.

    Customers, premises, connections, accounts, holders and flags go in by COPY, in the caller's transaction
    (``running.chunk()``); the import's single event is published when it ends. Idempotent: an account that exists is
    left as it is, and one whose row says something else than when it entered is reported (CUENTA_EXISTENTE). A trial
    writes nothing.

    :returns: the accounts created; in a trial, none.
    """
    rows: list[PadronRow] = []
    found: dict[str, list[Finding]] = {}
    for line in lines:
        row = accept(line, intake.accepted, intake.tariff_codes)
        if isinstance(row, Finding):
            running.note(row)
            continue
        intake.accepted.add(row.account_number)
        rows.append(row)
        found[row.account_number] = doubts(row, intake.colonies) + shared_doubts(row, intake.survey)
    if not running.dry_run:
        lock_account_numbers()
    stored = stored_account_ids([row.account_number for row in rows])
    new_rows = [row for row in rows if row.account_number not in stored]
    fingerprints = imported_fingerprints(ImportKind.REGISTRY, stored)
    for row in rows:
        if row.account_number in stored and fingerprints.get(row.account_number) != row.fingerprint:
            found[row.account_number].append(content_changed(row))
        for finding in found[row.account_number]:
            running.note(finding)
    running.count(rows=len(lines), taken=len(rows), new=len(new_rows))
    if running.dry_run:
        return []
    taken = _create_accounts(new_rows)
    record_taken_rows(batch=running.batch, rows=[(row.account_number, row.fingerprint, row.line) for row in new_rows])
    _write_flags([(entry.account_id, finding) for entry in taken for finding in found[entry.row.account_number]], at)
    _flag_stored(
        {
            stored[number]: [finding for finding in findings if finding.code in SHARED_CODES]
            for number, findings in found.items()
            if number in stored
        },
        at,
    )
    return taken


def flag_outsiders(*, intake: RegistryIntake, at: datetime) -> int:
    """Flag the stored accounts with which the file coincides without naming them, in the caller's transaction.

    Idempotent: a doubt that was raised once, even if it is resolved, is not raised again.

    :returns: how many accounts the file coincides with.
    """
    doubtful = outsider_doubts(intake.survey)
    ids = stored_account_ids(list(doubtful))
    _flag_stored({ids[number]: findings for number, findings in doubtful.items()}, at)
    return len(doubtful)


def refresh_statistics() -> None:
    """Have the database look at what the import wrote, so that the next query does not plan for empty tables.

    Idempotent; writes no row.
    """
    tables = (Account, AccountRole, Connection, Customer, Premises, PadronFlag)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(table._meta.db_table for table in tables)}")


CUSTOMER_COLUMNS = ("id", "name", "name_key", "kind", "rfc", "curp", "phone", "phone_digits", "email")
PREMISES_COLUMNS = (
    "id", "street", "exterior_number", "interior_number", "colony", "postal_code", "latitude", "longitude",
    "address_key",
)  # fmt: skip
CONNECTION_COLUMNS = ("id", "premises_id", "dwellings", "diameter")
ACCOUNT_COLUMNS = (
    "id", "number", "old_number", "delivery_code", "connection_id", "holder_id", "tariff_code_id", "category",
    "activity", "has_water", "has_sewerage", "has_treatment", "exemption", "route_id", "route_order", "cycle", "state",
    "opened_on", "notes", "search_text",
)  # fmt: skip
ROLE_COLUMNS = ("account_id", "customer_id", "role", "valid_from")


class _AccountRows(NamedTuple):
    """What a row of the padrón becomes, a tuple for each table in the order of its columns.

    Days and degrees go as the text that COPY wants: thousands of rows spend more in turning them into it than in
    being judged.
    """

    customer: tuple[object, ...]
    premises: tuple[object, ...]
    connection: tuple[object, ...]
    account: tuple[object, ...]
    holder: tuple[object, ...]


def _create_accounts(rows: Sequence[PadronRow]) -> list[TakenAccount]:
    if not rows:
        return []
    numbers = [_route_of(row) for row in rows]
    routes = _routes_for(rows, numbers)
    account_ids = take_ids(Account, len(rows))
    ids = zip(
        account_ids,
        take_ids(Customer, len(rows)),
        take_ids(Premises, len(rows)),
        take_ids(Connection, len(rows)),
        strict=True,
    )
    made = [_rows_of(row, routes[number], *own) for row, number, own in zip(rows, numbers, ids, strict=True)]
    copy_rows(Customer._meta.db_table, CUSTOMER_COLUMNS, [of_row.customer for of_row in made])
    copy_rows(Premises._meta.db_table, PREMISES_COLUMNS, [of_row.premises for of_row in made])
    copy_rows(Connection._meta.db_table, CONNECTION_COLUMNS, [of_row.connection for of_row in made])
    copy_rows(Account._meta.db_table, ACCOUNT_COLUMNS, [of_row.account for of_row in made])
    copy_rows(AccountRole._meta.db_table, ROLE_COLUMNS, [of_row.holder for of_row in made])
    return [TakenAccount(own, row) for own, row in zip(account_ids, rows, strict=True)]


def _rows_of(row: PadronRow, route: int, account: int, customer: int, premises: int, connection: int) -> _AccountRows:
    fields = row.fields
    name = _kept("NOMBRE", fields.name)
    name_key = fold(name)
    address = (
        _kept("CALLE", fields.street),
        _kept("NUM_EXT", fields.exterior_number),
        _kept("NUM_INT", fields.interior_number),
        _kept("COLONIA", fields.colony),
        _kept("CP", fields.postal_code),
    )
    folded_address = address_key(*address)
    sewerage = fields.sewerage == "S"
    opened_on = row.registered_on.isoformat()
    return _AccountRows(
        customer=(
            customer,
            name,
            name_key[:200],
            customer_kind(name_key, fields.rfc, fields.curp).value,
            _kept("RFC", fields.rfc),
            _kept("CURP", fields.curp),
            _kept("TELEFONO", fields.phone),
            phone_key(fields.phone),
            _kept("EMAIL", fields.email),
        ),
        premises=(premises, *address, _degrees(fields.latitude), _degrees(fields.longitude), folded_address),
        connection=(connection, premises, 1, _kept("DIAMETRO", fields.diameter)),
        account=(
            account,
            row.account_number,
            "",
            _kept("REPARTO", fields.delivery_code),
            connection,
            customer,
            fields.tariff_code,
            "",
            _kept("GIRO", fields.activity),
            "t",
            "t" if sewerage else "f",
            "t" if sewerage and fields.treatment == "S" else "f",
            "",
            route,
            parse_whole(fields.sequence) or 0,
            int(fields.cycle),
            ACCOUNT_STATES[fields.state],
            opened_on,
            fields.remarks,
            search_text((name_key, folded_address)),
        ),
        holder=(account, customer, AccountRole.Role.HOLDER.value, opened_on),
    )


def _kept(column: str, text: str) -> str:
    return text[: LIMITS[column]]


def _degrees(text: str) -> str | None:
    degrees = parse_degrees(text)
    # As the file says, wherever that is, for whoever corrects them to see; 999.9999999 would round out of range.
    return text if degrees is not None and abs(degrees) < 999 else None


def _route_of(row: PadronRow) -> str:
    return route_number(row.fields.route) or provisional_route(int(row.fields.cycle))


def _routes_for(rows: Sequence[PadronRow], numbers: Sequence[str]) -> dict[str, int]:
    """The ids of the rows' routes; one that the padrón did not have is created with the cycle of its first account."""
    wanted: dict[str, int] = {}
    for row, number in zip(rows, numbers, strict=True):
        wanted.setdefault(number, int(row.fields.cycle))
    routes = dict(Route.objects.filter(number__in=list(wanted)).values_list("number", "id"))
    missing = [Route(number=number, cycle=cycle) for number, cycle in wanted.items() if number not in routes]
    if missing:
        routes.update((route.number, route.pk) for route in Route.objects.bulk_create(missing))
    return routes


def _write_flags(doubtful: Sequence[tuple[int, Finding]], at: datetime) -> None:
    copy_rows(
        PadronFlag._meta.db_table,
        ("account_id", "code", "field", "message", "raised_at", "resolution"),
        ((account, found.code, found.field, found.message, at, "") for account, found in doubtful),
    )


def _flag_stored(findings: Mapping[int, Sequence[Finding]], at: datetime) -> None:
    doubtful = [(account, finding) for account, found in findings.items() for finding in found]
    if not doubtful:
        return
    raised = raised_flags({account for account, _ in doubtful}, SHARED_CODES)
    _write_flags([(account, found) for account, found in doubtful if (account, found.code) not in raised], at)
