"""Lists of movements of the bank: filtered, and as rows of a workbook."""

from django.db.models import Q, QuerySet

from cauce.backoffice.bank.forms import MovementFilter
from cauce.cashier.models import BankMovement
from cauce.imports.models import ImportBatch
from cauce.ui.lists import Chosen, Listing
from cauce.ui.spreadsheets import Column, Kind
from cauce.ui.wording import code_name

RELATED = ("batch", "account", "receipt__document")
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


def movements_of(batch: ImportBatch) -> Listing[BankMovement]:
    """The rows of a file."""
    return Listing(
        rows=lambda chosen: _filtered(batch.bank_movements.select_related(*RELATED), chosen),
        order=["line"],
        form=lambda params: MovementFilter(params, codes=sorted(batch.by_code)),
        name=f"banco-{batch.pk}",
        columns=COLUMNS,
        cells=cells_of,
    )


def _filtered(rows: QuerySet[BankMovement], chosen: Chosen) -> QuerySet[BankMovement]:
    if chosen["resultado"]:
        rows = rows.filter(outcome=chosen["resultado"])
    if chosen["motivo"]:
        rows = rows.filter(code=chosen["motivo"])
    if text := chosen["texto"].strip():
        found = Q(reference__contains=text) | Q(account__number__contains=text) | Q(identity__contains=text)
        if text.isdecimal() and len(text) < 8:
            found |= Q(line=int(text))
        rows = rows.filter(found)
    return rows


def cells_of(row: BankMovement) -> tuple[object, ...]:
    """The cells of a movement; ``row`` comes with what ``RELATED`` names."""
    return (
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
