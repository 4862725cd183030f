"""The lists of debts of routes: their rows for a workbook, and all of them in two files made in the background."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from cauce.backoffice.sessions.papers import debts_sheet
from cauce.cashier.queries.contingency import RouteDebt, route_debts
from cauce.documents.printing import print_route_debts
from cauce.documents.queries import issuer
from cauce.documents.rules import RouteDebtsSheet
from cauce.registry.models import Route
from cauce.ui.context import is_official_on
from cauce.ui.spreadsheets import Column, Kind, workbook_content

COLUMNS = (
    Column("Ruta", width=8),
    Column("Reparto", width=14),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Domicilio", width=52),
    Column("Meses vencidos", Kind.WHOLE, 10),
    Column("Vencido", Kind.MONEY, 14),
    Column("Adeudo", Kind.MONEY, 14),
)
Row = tuple[object, ...]


def rows_of(routes: Sequence[tuple[str, Sequence[RouteDebt]]]) -> Iterator[Row]:
    """The rows of some routes, each one by its number."""
    return (
        (
            number,
            debt.delivery,
            debt.number,
            debt.holder,
            debt.address,
            debt.months_overdue,
            debt.overdue,
            debt.total,
        )
        for number, debts in routes
        for debt in debts
    )


def path_of(day: date, ending: str) -> Path:
    """Where the lists of all routes as of a day are kept once made; each file is whole or is not there."""
    return Path(settings.MEDIA_ROOT) / "debts" / f"adeudos-{day:%Y-%m-%d}.{ending}"


def write_lists(day: date, *, printed_at: datetime) -> None:
    """Write the lists of all routes as of a day, a route at a time; nothing is left of those of earlier days."""
    folder = path_of(day, "pdf").parent
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[Row] = []

    def sheets() -> Iterator[RouteDebtsSheet]:
        for route in Route.objects.order_by("cycle", "number"):
            routes = [(route.number, route_debts([route.pk], on=day))]
            kept.extend(rows_of(routes))
            if routes[0][1]:
                yield debts_sheet(routes, as_of=day, printed_at=printed_at)

    utility = issuer(is_official=is_official_on(day))
    with_debts = list(sheets())
    print_route_debts(with_debts or [debts_sheet([], as_of=day, printed_at=printed_at)], utility, path_of(day, "pdf"))
    unfinished = path_of(day, "xlsx.part")
    unfinished.write_bytes(workbook_content(COLUMNS, kept))
    unfinished.replace(path_of(day, "xlsx"))
    for old in folder.glob("adeudos-*"):
        if f"{day:%Y-%m-%d}" not in old.name:
            old.unlink(missing_ok=True)
