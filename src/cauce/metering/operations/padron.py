"""Taking in the padrón of the old system: the accounts and the meter that each one has, in one pass."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cauce.core.bulk import copy_rows, flush_later, take_ids
from cauce.core.clock import local_day
from cauce.core.periods import period_of
from cauce.imports.models import ImportKind
from cauce.imports.operations import importing
from cauce.imports.rules import ImportOutcome
from cauce.metering.models import Meter, MeterInstallation
from cauce.metering.queries import reading_parameters
from cauce.metering.queries.padron import meters_of_active_accounts
from cauce.metering.rules import ReadingParameters
from cauce.registry.operations import (
    RegistryIntake,
    TakenAccount,
    flag_outsiders,
    load_shipped_colonies,
    refresh_statistics,
    take_registry_chunk,
)
from cauce.registry.queries import colony_catalogue, known_tariff_codes, stored_people
from cauce.registry.rules.padron import HEADER, LIMITS, PadronFields, parse_day, parse_whole
from cauce.registry.rules.survey import survey
from cauce.users.models import User

CHUNK_ROWS: Final = 4_000


def import_padron(*, path: Path, dry_run: bool, at: datetime, by: User) -> ImportOutcome:
    """Take in a padrón: customers, premises, connections, accounts, holders, doubts, and the meters installed.

    Reads the file twice, streaming: once to find what coincides (meters, persons and addresses, in the file and with
    the active accounts already stored), once to take the rows, a chunk per transaction. Idempotent: accounts that exist
    stay as they are, so the same file changes nothing and a killed import is finished by running it again. A trial
    writes only its own batch and findings. The event is the import's.

    :raises ImportAlreadyRunning: if another padrón is being taken in.
    :raises UnreadableFile: if the file is missing, empty or not text.
    :raises UnexpectedHeader: if the header is another layout's.
    """
    with importing(kind=ImportKind.REGISTRY, path=path, dry_run=dry_run, at=at, by=by) as running:
        if not dry_run:
            load_shipped_colonies(at=at, by=by)
        tariff_codes = known_tariff_codes()
        intake = RegistryIntake(
            survey=survey(running.peek_lines(HEADER), meters_of_active_accounts(), stored_people(), tariff_codes),
            colonies=colony_catalogue(),
            tariff_codes=tariff_codes,
        )
        parameters = reading_parameters(period_of(local_day(at)))
        for lines in running.chunks(CHUNK_ROWS, HEADER):
            with running.chunk():
                taken = take_registry_chunk(lines=lines, intake=intake, running=running, at=at)
                _install_imported_meters(taken, parameters)
                flush_later()
        if not dry_run:
            with running.chunk():
                flag_outsiders(intake=intake, at=at)
                refresh_statistics()
    return running.outcome


def _install_imported_meters(taken: Sequence[TakenAccount], parameters: ReadingParameters) -> None:
    """Write the meter and the installation of each account created with one; a repeated serial is another meter here,
    because until somebody looks at both connections nobody knows which one has it."""
    metered = [entry for entry in taken if entry.row.fields.meter_serial]
    meter_ids = take_ids(Meter, len(metered))
    copy_rows(
        Meter._meta.db_table,
        ("id", "serial", "brand", "diameter", "register_digits"),
        (
            (
                own,
                entry.row.fields.meter_serial[: LIMITS["MEDIDOR"]],
                entry.row.fields.brand[: LIMITS["MARCA"]],
                entry.row.fields.diameter[: LIMITS["DIAMETRO"]],
                parameters.digits_of(entry.row.fields.brand),
            )
            for own, entry in zip(meter_ids, metered, strict=True)
        ),
    )
    copy_rows(
        MeterInstallation._meta.db_table,
        ("meter_id", "account_id", "installed_on", "initial_value"),
        (
            (meter, entry.account_id, _day(entry.row.fields.installed_on), _initial_value(entry.row.fields))
            for meter, entry in zip(meter_ids, metered, strict=True)
        ),
    )


def _day(text: str) -> str | None:
    day = parse_day(text)
    return None if day is None else day.isoformat()


def _initial_value(fields: PadronFields) -> int:
    return parse_whole(fields.initial_reading) or 0
