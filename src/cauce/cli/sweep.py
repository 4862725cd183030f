"""``cauce sweep``: every bill of a month computed again, from its proof and from its facts."""

from datetime import date

import click

from cauce.billing.queries.sweeping import Difference, sweep_months
from cauce.cli.output import emit, json_option
from cauce.cli.periods import PeriodParameter
from cauce.core.es_mx import count_of, format_money


@click.command()
@click.option("--month", "period", type=PeriodParameter(), required=True, help="Mes facturado: 2026-09.")
@json_option
@click.pass_context
def sweep(context: click.Context, period: date, as_json: bool) -> None:
    """Vuelve a calcular los recibos de un mes y dice cuál no cuadra; termina con error si hay alguno."""
    found = sweep_months(period, period)
    emit(
        {"bills": found.bills, "differences": [_document(each) for each in found.differences]},
        as_json=as_json,
        text=lambda: "\n".join(
            [
                f"{count_of(found.bills, 'recibo', 'recibos')}, {count_of(found.prices, 'precio', 'precios')} "
                f"distintos, {count_of(len(found.differences), 'diferencia', 'diferencias')}.",
                *map(_sentence, found.differences),
            ]
        ),
    )
    if found.differences:
        context.exit(1)


def _document(difference: Difference) -> dict[str, object]:
    return {
        "account": difference.account,
        "folio": difference.folio,
        "period": f"{difference.period:%Y-%m}",
        "kind": difference.kind,
        "concept": difference.concept,
        "billed": difference.billed,
        "expected": difference.expected,
        "why": difference.why,
    }


def _sentence(difference: Difference) -> str:
    amounts = ""
    if difference.billed is not None or difference.expected is not None:
        billed, expected = (
            "nada" if amount is None else format_money(amount) for amount in (difference.billed, difference.expected)
        )
        amounts = f" se facturó {billed} y debe ser {expected}."
    return f"{difference.account} {difference.folio} {difference.concept}:{amounts} {difference.why}"
