"""Worked cases: uses with the figures they must give, which staff write by hand and the product must meet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cauce.tariffs.rules.defects import Defects
from cauce.tariffs.rules.errors import PricingError
from cauce.tariffs.rules.law_tables import MONTH_COLUMNS, Row, amount_in, read_rows, whole_in
from cauce.tariffs.rules.pricing import price
from cauce.tariffs.rules.values import SEWERAGE, TREATMENT, WATER, Schedule, Usage

_AMOUNTS = ("agua", "alcantarillado", "tratamiento_importe", "iva", "total")
_COLUMNS = ("clave", "m3", "mes", "drenaje", "tratamiento", *_AMOUNTS)


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case: a use without its year (the law gives it) and the amounts expected, by column."""

    row: int
    tariff_code: str
    m3: int | None
    month: int
    has_sewerage: bool
    has_treatment: bool
    expected: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that came out otherwise: what was expected and obtained in a column, or why there is no price."""

    row: int
    tariff_code: str
    m3: int | None
    month: str
    column: str
    expected: str
    obtained: str

    def __str__(self) -> str:
        use = "cuota fija" if self.m3 is None else f"{self.m3} m³"
        return (
            f"renglón {self.row} (clave {self.tariff_code}, {use}, {self.month}), {self.column}: "
            f"se esperaba {self.expected} y resultó {self.obtained}"
        )


@dataclass(frozen=True, slots=True)
class CasesOutcome:
    """How a file of cases came out."""

    cases: int
    differences: tuple[Difference, ...]

    @property
    def failed(self) -> int:
        """How many cases differ in at least one column."""
        return len({difference.row for difference in self.differences})


def read_cases(file: str, text: str) -> list[Case]:
    """Read a file of cases; m³ in blank is a flat fee.

    :raises LawRejected: with every fault by row and column.
    """
    defects = Defects()
    cases = [_case(file, row, defects) for row in read_rows(file, text, _COLUMNS, defects)]
    defects.refuse_if_any()
    return cases


def run_cases(cases: Iterable[Case], schedule_of: Callable[[int], Schedule]) -> CasesOutcome:
    """Price each case by the law of its month (``schedule_of(9)`` is September's) and compare to the centavo."""
    count = 0
    differences: list[Difference] = []
    for case in cases:
        count += 1
        differences.extend(_differences(case, schedule_of(case.month)))
    return CasesOutcome(count, tuple(differences))


def _differences(case: Case, schedule: Schedule) -> list[Difference]:
    def difference(column: str, expected: str, obtained: str) -> Difference:
        month = MONTH_COLUMNS[case.month - 1]
        return Difference(case.row, case.tariff_code, case.m3, month, column, expected, obtained)

    usage = Usage(
        tariff_code=case.tariff_code,
        period=date(schedule.year, case.month, 1),
        m3=case.m3,
        has_sewerage=case.has_sewerage,
        has_treatment=case.has_treatment,
    )
    try:
        given = price(schedule, usage)
    except PricingError as refused:
        return [difference("total", str(case.expected["total"]), refused.message)]
    obtained = {
        "agua": given.amount_of(WATER),
        "alcantarillado": given.amount_of(SEWERAGE),
        "tratamiento_importe": given.amount_of(TREATMENT),
        "iva": given.vat,
        "total": given.total,
    }
    return [
        difference(column, str(case.expected[column]), str(obtained[column]))
        for column in _AMOUNTS
        if case.expected[column] != obtained[column]
    ]


def _case(file: str, row: Row, defects: Defects) -> Case:
    month = row.cells.get("mes", "")
    if "mes" in row.cells and month not in MONTH_COLUMNS:
        defects.add(file, f"«{month}» no es un mes (ene a dic).", row=row.line, column="mes")
    return Case(
        row=row.line,
        tariff_code=row.cells.get("clave", ""),
        m3=None if row.cells.get("m3") == "" else whole_in(file, row, "m3", defects),
        month=MONTH_COLUMNS.index(month) + 1 if month in MONTH_COLUMNS else 1,
        has_sewerage=_is_yes(file, row, "drenaje", defects),
        has_treatment=_is_yes(file, row, "tratamiento", defects),
        expected={column: amount_in(file, row, column, defects) for column in _AMOUNTS},
    )


def _is_yes(file: str, row: Row, column: str, defects: Defects) -> bool:
    cell = row.cells.get(column, "N")
    if cell not in ("S", "N"):
        defects.add(file, f"«{cell}» debe ser S o N.", row=row.line, column=column)
    return cell == "S"
