"""``cauce arrears``: what is overdue on a day, from the ledger."""

from datetime import datetime

import click

from cauce.cli.output import emit, json_option, table
from cauce.collections.queries import ledger_arrears
from cauce.collections.rules import AGES
from cauce.core import clock
from cauce.core.es_mx import format_account, format_date, format_money, format_quantity
from cauce.registry.models import Account


@click.command()
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-DD", help="La cartera al día; hoy si no se indica."
)
@json_option
def arrears(on: datetime | None, as_json: bool) -> None:
    """Da la cartera vencida de un día: total, cuentas, antigüedad y las diez que más deben."""
    day = clock.today() if on is None else on.date()
    found = ledger_arrears(day)
    numbers = dict(Account.objects.filter(pk__in=found.sample).values_list("pk", "number"))
    sample = [numbers[account_id] for account_id in found.sample]
    document = {
        "on": day,
        "total": found.total,
        "accounts": found.accounts,
        "buckets": {
            code: {"accounts": found.accounts_by_age[code], "amount": amount} for code, amount in found.by_age.items()
        },
        "without_account": found.without_account,
        "sample": sample,
    }
    rows = [
        [age.label, format_quantity(found.accounts_by_age[age.code]), format_money(found.by_age[age.code])]
        for age in AGES
    ]
    emit(
        document,
        as_json=as_json,
        text=lambda: (
            f"Cartera vencida al {format_date(day)}: {format_money(found.total)} en "
            f"{format_quantity(found.accounts)} cuentas.\n"
            + table(["Antigüedad", "Cuentas", "Vencido"], rows)
            + "\nCada cuenta cuenta en la edad de su cargo más antiguo; los pesos, en la de cada cargo. Los recargos "
            "entran cuando se cargan.\n"
            + "Las que más deben: "
            + (", ".join(format_account(number) for number in sample) or "ninguna")
            + "."
        ),
    )
