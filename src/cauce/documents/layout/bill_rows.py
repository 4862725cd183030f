"""The money table of a bill: its rows, wrapped so that words, arithmetic and amount never meet."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from cauce.core.es_mx import format_money, format_periods
from cauce.documents.layout.fitting import width_of, wrap
from cauce.documents.rules import BillLine, BillSheet

Values = dict[str, Any]

TABLE_WIDTH: Final = 318.0
_LABEL_SIZE: Final = 8.8
_NOTE_SIZE: Final = 7.2
_SEE_DETAIL: Final = "detalle en la hoja siguiente"
_MOST_CLOSING_ROWS: Final = 7


class BillRows:
    """Builds the rows of one bill; `amount_width` is the room in points that its widest amount takes."""

    def __init__(self, sheet: BillSheet) -> None:
        self._sheet = sheet
        amounts = [line.amount for line in (*sheet.lines, *sheet.other_lines)]
        amounts += [sheet.month_charges, sheet.total, sheet.prior_debt, sheet.prior_year_debt]
        amounts += [-sheet.credit_applied, -sheet.discount]
        widest = max(width_of(format_money(amount), _LABEL_SIZE, bold=True) for amount in amounts)
        self.amount_width = round(widest + 8, 2)

    def all_rows(self) -> list[Values]:
        """Every line of the bill, the month's charges, what comes from before, and the total."""
        return [*self._month_rows(self._sheet.lines), *self._closing_rows(self._sheet.other_lines)]

    def summary_rows(self, most: int) -> list[Values]:
        """At most `most` rows: the first lines, the rest told as one sum, and the closing ones."""
        closing = self._closing_rows(self._sheet.other_lines)
        if len(closing) > _MOST_CLOSING_ROWS:
            closing = self._closing_rows(_first_lines(self._sheet.other_lines, 0, "Otros cargos"))
        kept = len(self._sheet.lines)
        while True:
            rows = [*self._month_rows(_first_lines(self._sheet.lines, kept, "Otros conceptos")), *closing]
            if len(rows) <= most or kept == 0:
                return rows
            kept -= 1

    def _month_rows(self, lines: Sequence[BillLine]) -> list[Values]:
        rows = [row for line in lines for row in self._rows(line.label, line.note, line.amount)]
        rows += self._rows("IVA", self._sheet.vat_note, self._sheet.vat)
        rows += self._rows("Cargos del mes", "", self._sheet.month_charges, strong=True)
        return rows

    def _closing_rows(self, other_lines: Sequence[BillLine]) -> list[Values]:
        sheet = self._sheet
        rows: list[Values] = []
        if sheet.prior_debt:
            rows += self._rows("Adeudo anterior", format_periods(sheet.prior_periods), sheet.prior_debt)
        if sheet.prior_year_debt:
            rows += self._rows("Rezago", format_periods(sheet.prior_year_periods), sheet.prior_year_debt)
        if sheet.surcharges:
            rows += self._rows("Recargos", sheet.surcharges_note, sheet.surcharges)
        for line in other_lines:
            rows += self._rows(line.label, line.note, line.amount)
        if sheet.discount:
            rows += self._rows("Descuento por pago anticipado", "", -sheet.discount)
        if sheet.credit_applied:
            rows += self._rows("Saldo a favor aplicado", "", -sheet.credit_applied)
        if rows:
            rows += self._rows("Total a pagar", "", sheet.total, strong=True)
        return rows

    def _rows(self, label: str, note: str, amount: Decimal, *, strong: bool = False) -> list[Values]:
        """One row, or several when the label or its arithmetic is long: the amount stands on the last."""
        room = TABLE_WIDTH - self.amount_width - 6
        label_lines = wrap(label, room, _LABEL_SIZE, bold=strong) or [""]
        last = label_lines.pop()
        written = format_money(amount)
        if width_of(last, _LABEL_SIZE, bold=strong) + width_of(note, _NOTE_SIZE) <= room:
            rows = [(line, "", "") for line in label_lines]
            rows.append((last, note, written))
        else:
            note_lines = wrap(note, room, _NOTE_SIZE)
            rows = [(line, "", "") for line in (*label_lines, last)]
            rows += [("", line, "") for line in note_lines[:-1]]
            rows.append(("", note_lines[-1], written))
        return [
            {"label": row[0], "note": row[1], "amount": row[2], "strong": strong, "rule": strong and position == 0}
            for position, row in enumerate(rows)
        ]


def _first_lines(lines: Sequence[BillLine], kept: int, rest_label: str) -> Sequence[BillLine]:
    rest = lines[kept:]
    if not rest:
        return lines
    amount = sum((line.amount for line in rest), Decimal(0))
    return [*lines[:kept], BillLine(label=f"{rest_label} ({len(rest)})", amount=amount, note=_SEE_DETAIL)]
