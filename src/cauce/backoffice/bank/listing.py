"""Lists of movements of the bank: filtered, and as rows of a workbook."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from cauce.backoffice.bank.forms import MovementFilter
from cauce.cashier.models import BankMovement
from cauce.ui.spreadsheets import Column, Kind
from cauce.ui.wording import code_name

COLUMNS = [
    Column("Archivo", width=26),
    Column("Renglón", Kind.WHOLE, 10),
    Column("Fecha", Kind.DATE, 14),
    Column("Hora", width=10),
    Column("Sucursal", width=12),
    Column("Referencia", width=18),
    Column("Descripción", width=28),
    Column("Importe", Kind.MONEY, 14),
    Column("Resultado", width=14),
    Column("Motivo", width=32),
    Column("Cuenta", width=12),
    Column("Comprobante", width=16),
    Column("Lo que dice el renglón", width=70),
]


def filtered(rows: QuerySet[BankMovement], form: MovementFilter) -> QuerySet[BankMovement]:
    """The rows that the filter lets through."""
    if not form.is_valid():
        return rows
    if outcome := form.cleaned_data["resultado"]:
        rows = rows.filter(outcome=outcome)
    if code := form.cleaned_data["motivo"]:
        rows = rows.filter(code=code)
    if text := form.cleaned_data["texto"].strip():
        found = Q(reference__contains=text) | Q(account__number__contains=text) | Q(identity__contains=text)
        if text.isdecimal() and len(text) < 8:
            found |= Q(line=int(text))
        rows = rows.filter(found)
    return rows


def workbook_rows(rows: QuerySet[BankMovement]) -> Iterator[tuple[object, ...]]:
    """The cells of each movement; ``rows`` comes with its account, receipt and file."""
    for row in rows.select_related("batch", "account", "receipt__document").iterator(chunk_size=2000):
        yield (
            row.batch.file_name,
            row.line,
            row.moved_on,
            "" if row.moved_time is None else f"{row.moved_time:%H:%M}",
            row.branch,
            row.reference,
            row.description,
            row.amount,
            row.get_outcome_display(),
            code_name(row.code) if row.code else "",
            "" if row.account is None else row.account.number,
            "" if row.receipt is None else row.receipt.document.folio,
            row.raw,
        )
