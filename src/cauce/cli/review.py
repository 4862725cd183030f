"""``cauce review list``: what waits for a person in a month's readings, with what may be billed of each."""

from datetime import date

import click

from cauce.cli.billing import month_option
from cauce.cli.output import emit, json_option, table
from cauce.core.clock import now, today
from cauce.core.es_mx import format_account, format_long_period, format_quantity
from cauce.metering.operations import find_anomalies
from cauce.metering.queries import anomalies_on, proposals, review_list, rounds_of, rounds_without_findings
from cauce.metering.rules import BILLS_NAMES, Bills, reason_name
from cauce.users.models import User
from cauce.users.operations import CAPTURE_USER

_SHOWN = 20
_PROPOSED_AT_ONCE = 5_000


@click.group()
def review() -> None:
    """Muestra las lecturas que esperan una decisión."""


@review.command("list")
@month_option
@click.option("--cycle", type=click.IntRange(1, 3), help="Sólo un ciclo: 1, 2 o 3.")
@json_option
def list_command(period: date, cycle: int | None, as_json: bool) -> None:
    """Da lo que espera una decisión en un mes: lecturas en revisión, cuentas sin lectura y hallazgos."""
    rounds = rounds_of(period, cycle)
    by = User.objects.get(username=CAPTURE_USER)
    for reading_round in rounds_without_findings(rounds):
        find_anomalies(reading_round=reading_round, at=now(), by=by)
    rules = anomalies_on(period)
    items = review_list(rounds, limit=None, on=today())
    proposed: dict[tuple[str, int], tuple[Bills, int | None]] = {}
    for start in range(0, len(items), _PROPOSED_AT_ONCE):
        proposed |= proposals(items[start : start + _PROPOSED_AT_ONCE], period, rules)
    document = [
        {
            "account": item.number,
            "cycle": item.cycle,
            "route": item.route,
            "kind": item.kind,
            "reason": item.reason,
            "name": rules.row(item.reason).name if item.reason in rules.rows else reason_name(item.reason),
            "severity": rules.row(item.reason).severity,
            "holds": item.holds,
            "previous": item.previous_value,
            "value": item.value,
            "bills": proposed[item.kind, item.item_id][0],
            "proposed_m3": proposed[item.kind, item.item_id][1],
            "taken_on": item.taken_on,
            "reader": item.reader,
            "times": item.times,
            "second_visit": item.revisit,
        }
        for item in items
    ]
    rows = [
        [
            format_account(item.number),
            item.route,
            rules.row(item.reason).name,
            BILLS_NAMES[proposed[item.kind, item.item_id][0]],
            "detiene" if item.holds else "",
        ]
        for item in items[:_SHOWN]
    ]
    emit(
        document,
        as_json=as_json,
        text=lambda: (
            f"{format_quantity(len(items))} por revisar en {format_long_period(period)}.\n"
            + table(["Cuenta", "Ruta", "Anomalía", "Se propone", ""], rows)
        ),
    )
