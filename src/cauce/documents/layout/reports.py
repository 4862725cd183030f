"""Papers made of parts, on letter pages or on half a sheet."""

from collections.abc import Iterator, Sequence

from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.blocks import (
    Block,
    Values,
    alert,
    band,
    beside_code,
    blanks,
    column,
    facts,
    folio_codes,
    half_sheet,
    letter_sheet,
    notes,
    paragraph,
    side,
    signatures,
    table,
    title,
    whole,
)
from cauce.documents.rules import Issuer
from cauce.documents.rules.report_sheets import (
    ReportBlanks,
    ReportFacts,
    ReportPart,
    ReportSheet,
    ReportTable,
    ReportWhole,
)


def report_values(sheet: ReportSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """A paper on letter pages, as many as it takes."""
    return letter_sheet(
        issuer,
        title=sheet.title,
        folio=sheet.folio,
        printed_on=sheet.printed_at.date(),
        subject=sheet.subject,
        blocks=list(_blocks(sheet, codes)),
        reprint=sheet.reprint,
        flipped=sheet.is_landscape,
    )


def slip_values(sheet: ReportSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """A paper on half a letter sheet, to be handed over the counter."""
    return half_sheet(
        issuer,
        title=sheet.title,
        folio=sheet.folio or "",
        dated=sheet.subject,
        blocks=list(_blocks(sheet, codes)),
        reprint=sheet.reprint,
    )


def report_run_values(sheets: Sequence[ReportSheet], codes: CodeBlock, *, issuer: Issuer) -> Values:
    """Many papers on letter pages, one after another."""
    return _run([report_values(sheet, codes, issuer=issuer) for sheet in sheets], issuer)


def slip_run_values(sheets: Sequence[ReportSheet], codes: CodeBlock, *, issuer: Issuer) -> Values:
    """Many papers of half a letter sheet, one after another."""
    return _run([slip_values(sheet, codes, issuer=issuer) for sheet in sheets], issuer)


def _run(sheets: Sequence[Values], issuer: Issuer) -> Values:
    for sheet in sheets:
        # How many pages the whole run has says nothing to who holds one of its papers.
        sheet["doc"]["in_run"] = True
    return {"title": sheets[0]["doc"]["title"], "author": issuer.legal_name, "sheets": list(sheets)}


def _blocks(sheet: ReportSheet, codes: CodeBlock) -> Iterator[Block]:
    if sheet.facts:
        told = facts(*sheet.facts)
        yield told if sheet.shows_barcode else beside_code(told, codes, sheet.qr)
    if sheet.figures:
        yield band(*sheet.figures)
    for words in sheet.alerts:
        yield alert(words)
    for part in sheet.parts:
        yield from _part(part)
    if sheet.notes:
        yield notes(sheet.notes)
    if sheet.shows_barcode and sheet.folio:
        yield side((3, 2), [folio_codes(codes, sheet.folio, sheet.qr)], [])
    if sheet.signers:
        yield signatures(*((role, person.name, person.position) for role, person in sheet.signers), room=44)


def _part(part: ReportPart) -> Iterator[Block]:
    if isinstance(part, ReportWhole):
        yield whole([block for one in part.parts for block in _part(one)])
    elif isinstance(part, ReportBlanks):
        yield blanks(part.title, part.labels, columns=part.columns)
    elif isinstance(part, ReportTable):
        columns = [column(one.head, one.width, right=one.right) for one in part.columns]
        yield table(part.title, columns, part.rows, sums=part.totals, empty=part.empty, pitch=part.pitch)
    else:
        yield title(part.title)
        if isinstance(part, ReportFacts):
            yield facts(*part.pairs, columns=part.columns)
        else:
            yield from map(paragraph, part.paragraphs)
