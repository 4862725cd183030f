"""``cauce completeness``: where each account that must be billed ended in a month, and who is missing by name."""

from datetime import date

import click

from cauce.billing.queries.guard import MissingAccount, completeness
from cauce.cli.output import emit, json_option
from cauce.cli.periods import PeriodParameter
from cauce.core.es_mx import count_of


@click.command("completeness")
@click.option("--month", "period", type=PeriodParameter(), required=True, help="Mes facturado: 2026-09.")
@json_option
def completeness_command(period: date, as_json: bool) -> None:
    """Dice dónde terminó cada cuenta activa o limitada de un mes y cuáles faltan; no cambia nada."""
    found = completeness(period)
    emit(
        {
            "active": found.active,
            "billed": found.billed,
            "parked": found.parked,
            "held": found.held,
            "exempt": found.exempt,
            "missing": [_document(each) for each in found.missing],
        },
        as_json=as_json,
        text=lambda: "\n".join(
            [
                f"{count_of(found.active, 'cuenta activa', 'cuentas activas')}: {found.billed:,} con recibo, "
                f"{found.parked:,} apartadas (de ellas {found.held:,} retenidas), {found.exempt:,} exentas y "
                f"{len(found.missing):,} faltantes.",
                *(f"{each.number} {each.holder}: {each.sentence}" for each in found.missing),
            ]
        ),
    )


def _document(missing: MissingAccount) -> dict[str, object]:
    return {
        "account": missing.number,
        "name": missing.holder,
        "cycle": missing.cycle,
        "rule": missing.why,
        "why": missing.sentence,
    }
