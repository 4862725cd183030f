"""``cauce cash-day``: what was collected in a day, by method and desk."""

from datetime import datetime

import click

from cauce.cashier.queries.days import cash_day as figures_of
from cauce.cli.output import emit, json_option, table
from cauce.core.es_mx import format_date, format_money


@click.command("cash-day")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-DD")
@json_option
def cash_day(day: datetime, as_json: bool) -> None:
    """Da lo cobrado en un día por forma de pago y caja, lo que aplicaron los bancos y el total."""
    found = figures_of(day.date())
    document = {
        "day": found.day,
        "closed": found.closed is not None,
        "collected": found.collected,
        "bank": found.bank,
        "unidentified": found.unidentified,
        "total": found.total,
    }
    rows = [[row.desk, row.label, str(row.count), format_money(row.amount)] for row in found.desks]
    rows.append(["Bancos y tiendas", "Archivos", "", format_money(found.bank)])
    emit(
        document,
        as_json=as_json,
        text=lambda: (
            f"{format_date(found.day)}, {'cerrado' if found.closed else 'abierto'}\n"
            + table(["Caja", "Forma de pago", "Cobros", "Importe"], rows)
            + f"\nSin identificar: {format_money(found.unidentified)}"
            + f"\nTotal: {format_money(found.total)}"
        ),
    )
