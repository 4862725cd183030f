"""A law, from the text of its files to a schedule that prices."""

import hashlib
from collections.abc import Mapping

from cauce.tariffs.rules.defects import Defects
from cauce.tariffs.rules.law_header import LAW_FILE, LawHeader, TableFile, read_header
from cauce.tariffs.rules.law_tables import read_flat_fees, read_metered, read_one_off_charges
from cauce.tariffs.rules.values import (
    FlatFeeTable,
    MeteredTable,
    OneOffCharge,
    Schedule,
    TableKind,
)

CASES_FILE = "casos.csv"
"""Worked cases: run at each loading, no part of the law, so that staff may add some without making another law."""


def fingerprint(files: Mapping[str, str]) -> str:
    """The sha256 of a law's files, worked cases aside; where lines end in the disk makes no difference."""
    digest = hashlib.sha256()
    for name in sorted(files):
        if name == CASES_FILE:
            continue
        content = _normal(files[name]).encode()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def read_law(files: Mapping[str, str]) -> Schedule:
    """Build the schedule of a law from its files' text, by name: ``ley.yaml``, the tables it mentions, ``casos.csv``.

    :raises LawRejected: with every fault by file, row and column: an unknown key, a gap, an overlap, a missing month,
        an amount that falls, a repeated row, a number that cannot be read, a missing file.
    """
    defects = Defects()
    if LAW_FILE not in files:
        defects.add(LAW_FILE, "falta el archivo.")
    defects.refuse_if_any()
    header = read_header(_normal(files[LAW_FILE]), defects)
    # The tables are read against the header's catalogue: with a faulty one they would only repeat its faults.
    defects.refuse_if_any()
    metered, flat_fees, charges, table_rows = _read_tables(header, files, defects)
    _check_complete(header, metered, flat_fees, defects)
    defects.refuse_if_any()
    return Schedule(
        sha256=fingerprint(files),
        municipality=header.municipality,
        year=header.year,
        law=header.law,
        decree=header.decree,
        gazette=header.gazette,
        article=header.article,
        valid_from=header.valid_from,
        valid_until=header.valid_until,
        official=header.official,
        amends=header.amends,
        tariff_codes=header.tariff_codes,
        concepts=header.concepts,
        parameters=header.parameters,
        metered=metered,
        flat_fees=flat_fees,
        one_off_charges=charges,
        table_rows=table_rows,
    )


def _normal(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _read_tables(
    header: LawHeader, files: Mapping[str, str], defects: Defects
) -> tuple[dict[str, MeteredTable], FlatFeeTable, dict[str, OneOffCharge], dict[str, int]]:
    metered: dict[str, MeteredTable] = {}
    flat_fees = FlatFeeTable("", {})
    charges: dict[str, OneOffCharge] = {}
    table_rows: dict[str, int] = {}
    for name in sorted(files):
        if name not in (LAW_FILE, CASES_FILE, *(table.file for table in header.tables)):
            defects.add(name, "está en la carpeta y ley.yaml no lo menciona en «tables».")
    for table in header.tables:
        text = files.get(table.file)
        if text is None:
            defects.add(table.file, "falta el archivo que ley.yaml menciona.")
            continue
        text = _normal(text)
        if table.kind is TableKind.FLAT_FEE:
            flat_fees, rows = read_flat_fees(table.file, text, header.tariff_codes, defects)
        elif table.kind is TableKind.ONE_OFF_CHARGES:
            charges, rows = read_one_off_charges(table.file, text, defects)
        else:
            found, rows = read_metered(table.kind, table.file, text, header.tariff_codes, defects)
            _add_metered(metered, found, table, defects)
        table_rows[table.file] = rows
    return metered, flat_fees, charges, table_rows


def _add_metered(
    metered: dict[str, MeteredTable], found: Mapping[str, MeteredTable], table: TableFile, defects: Defects
) -> None:
    for code, priced in found.items():
        if code in metered:
            defects.add(table.file, f"la clave {code} ya tiene tarifa en {metered[code].file}.", column="clave")
        metered[code] = priced


def _check_complete(
    header: LawHeader, metered: Mapping[str, MeteredTable], flat_fees: FlatFeeTable, defects: Defects
) -> None:
    with_fee = {code for code, _ in flat_fees.fees}
    metered_file = next(
        (table.file for table in header.tables if table.kind not in (TableKind.FLAT_FEE, TableKind.ONE_OFF_CHARGES)),
        LAW_FILE,
    )
    for code in header.tariff_codes:
        if code not in metered:
            defects.add(metered_file, f"falta la tarifa de la clave {code}.", column="clave")
        if code not in with_fee and flat_fees.file:
            defects.add(flat_fees.file, f"falta la cuota fija de la clave {code}.", column="clave")
