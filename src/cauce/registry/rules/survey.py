"""What only the whole padrón can tell: which meters, and which person and address, are in more than one account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from cauce.imports.rules import Finding, Line, Severity, quote
from cauce.registry.rules.padron import TARIFF_CODES, PadronRow, accept, sentence

Key = TypeVar("Key")

SHARED_CODES: Final = frozenset({"MEDIDOR_REPETIDO", "POSIBLE_DUPLICADO"})
LONGEST_LIST: Final = 5


@dataclass(frozen=True, slots=True)
class Survey:
    """The coincidences of a file, in itself and with the active accounts that are stored and not in it.

    ``meter_owners`` gives the accounts of each serial that repeats; ``twins``, for each account whose name and address
    repeat, all the accounts that share them; ``outsiders``, the stored accounts that the file now coincides with, and
    the serial of their meter.
    """

    meter_owners: Mapping[str, Sequence[str]]
    twins: Mapping[str, Sequence[str]]
    outsiders: Mapping[str, str]


def survey(
    lines: Iterable[Line],
    stored_meters: Iterable[tuple[str, str]],
    stored_people: Iterable[tuple[str, int]],
    tariff_codes: Iterable[str] = TARIFF_CODES,
) -> Survey:
    """Read the whole file once and find the coincidences.

    ``stored_meters`` are (account, serial) and ``stored_people`` (account, duplicate key) of the active accounts that
    are stored; what the file says of an account counts instead of what is stored of it.
    """
    known_codes = frozenset(tariff_codes)
    accepted: set[str] = set()
    meters = _Coincidences[str]()
    people = _Coincidences[int]()
    for line in lines:
        row = accept(line, accepted, known_codes)
        if isinstance(row, Finding):
            continue
        accepted.add(row.account_number)
        if not row.is_active:
            continue
        if row.fields.meter_serial:
            meters.add(row.fields.meter_serial, row.account_number)
        people.add(row.duplicate_key, row.account_number)
    outsiders: dict[str, str] = {}
    for account, serial in stored_meters:
        if account not in accepted and meters.add_to_known(serial, account):
            outsiders[account] = serial
    for account, key in stored_people:
        if account not in accepted and people.add_to_known(key, account):
            outsiders.setdefault(account, "")
    twins = {account: accounts for accounts in people.repeated.values() for account in accounts}
    return Survey(meters.repeated, twins, outsiders)


def shared_doubts(row: PadronRow, survey: Survey) -> list[Finding]:
    """Doubts about a row that come from other active accounts: the same meter, or the same person and address."""
    coincidences = _coincidences(row.account_number, row.fields.meter_serial if row.is_active else "", survey)
    return [
        Finding(row.line, Severity.WARNING, code, column, message, quote(row.text))
        for code, column, message in coincidences
    ]


def outsider_doubts(survey: Survey) -> dict[str, list[Finding]]:
    """The same doubts about the stored accounts that are not in the file (line 0), by account number."""
    return {
        account: [
            Finding(0, Severity.WARNING, code, column, message)
            for code, column, message in _coincidences(account, serial, survey)
        ]
        for account, serial in survey.outsiders.items()
    }


def _coincidences(account: str, serial: str, survey: Survey) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    if serial in survey.meter_owners:
        others = _others(survey.meter_owners[serial], account)
        found.append(("MEDIDOR_REPETIDO", "MEDIDOR", sentence("MEDIDOR_REPETIDO", {"value": serial, "others": others})))
    if account in survey.twins:
        others = _others(survey.twins[account], account)
        found.append(("POSIBLE_DUPLICADO", "NOMBRE", sentence("POSIBLE_DUPLICADO", {"others": others})))
    return found


def _others(accounts: Sequence[str], own: str) -> str:
    others = [number for number in accounts if number != own]
    shown = ", ".join(others[:LONGEST_LIST])
    if len(others) == 1:
        return f"la cuenta {shown}"
    return f"las cuentas {shown}" + (f" y {len(others) - LONGEST_LIST} más" if len(others) > LONGEST_LIST else "")


class _Coincidences(Generic[Key]):
    """Accounts by key, keeping a list only for the keys that repeat: a million single ones must be light."""

    def __init__(self) -> None:
        self._first: dict[Key, str] = {}
        self.repeated: dict[Key, list[str]] = {}

    def add(self, key: Key, account: str) -> None:
        first = self._first.setdefault(key, account)
        if first != account:
            self.repeated.setdefault(key, [first]).append(account)

    def add_to_known(self, key: Key, account: str) -> bool:
        """Add an account only to a key that some other account has, and say whether it did."""
        if key not in self._first:
            return False
        self.repeated.setdefault(key, [self._first[key]]).append(account)
        return True
