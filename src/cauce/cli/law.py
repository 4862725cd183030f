"""``cauce law``: two laws compared over a year that was really consumed."""

from datetime import date
from pathlib import Path

import click

from cauce.billing.queries.law_comparison import compare_over, last_year_of_consumption, those_who_pay_most_more
from cauce.cli.output import emit, json_option
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.registry.models import Account
from cauce.tariffs import queries, rules
from cauce.tariffs.models import Schedule
from cauce.tariffs.operations import check_law

_SHORTEST_HASH = 6


class NoSuchLaw(DomainError):
    """The law that was named is not there, or there is nothing to compare it over."""


@click.group("law")
def law_group() -> None:
    """Compara dos leyes de ingresos sobre el consumo de un año."""


@law_group.command("compare")
@click.argument("old", metavar="ANTERIOR")
@click.argument("new", metavar="NUEVA")
@json_option
def compare(old: str, new: str, as_json: bool) -> None:
    """Cobra el último año de consumo con dos leyes; cada una es una carpeta, un año o su huella."""
    before, after = law_named(old), law_named(new)
    months = last_year_of_consumption()
    if months is None:
        raise NoSuchLaw("Todavía no hay consumos guardados con qué comparar; cargue los del sistema anterior.")
    compared = compare_over(before, after, first=months[0], last=months[1])
    most = those_who_pay_most_more(compared)
    numbers = dict(Account.objects.filter(pk__in=[each.account_id for each in most]).values_list("pk", "number"))
    result = compared.result
    emit(
        {
            "old": _told(before),
            "new": _told(after),
            **result,
            "most": [
                {
                    "account": numbers[each.account_id],
                    "months": each.months,
                    "m3": each.volume_m3,
                    "old_total": each.old_total,
                    "new_total": each.new_total,
                    "difference": each.difference,
                }
                for each in most
            ],
        },
        as_json=as_json,
        text=lambda: "\n".join(
            [
                f"{after.decree} ({after.year}) contra {before.decree} ({before.year}), "
                f"{result['accounts']:,} cuentas de {result['first']} a {result['last']}:",
                f"{result['old_total']} → {result['new_total']} ({result['percent']} %)",
                *(f"  {row['group']}: {row['difference']} ({row['percent']} %)" for row in result["by_use"]),
                *(f"  {row['group']}: {row['accounts']:,} cuentas" for row in result["distribution"]),
                *(f"  {numbers[each.account_id]} paga {format_money(each.difference)} más" for each in most),
            ]
        ),
    )


def law_named(name: str) -> rules.Schedule:
    """The law of a folder, of a year (the last that rules it, else the last loaded) or of its hash.

    :raises NoSuchLaw: there is none.
    :raises LawRejected: the folder's files are not fit to be loaded.
    """
    folder = Path(name)
    if folder.is_dir():
        return check_law(directory=folder).schedule
    laws = Schedule.objects.order_by("-pk")
    if name.isdigit() and len(name) == len("2026"):
        ruling = laws.filter(year=int(name), in_force__isnull=False).order_by("-in_force__valid_from")
        found = ruling.first() or laws.filter(year=int(name)).first()
    else:
        found = laws.filter(sha256__startswith=name.lower()).first() if len(name) >= _SHORTEST_HASH else None
    if found is None:
        raise NoSuchLaw(f"No hay una ley «{name}»: indique la carpeta que la tiene, un año cargado o su huella.")
    return queries.schedule_of(found.pk)


def _told(law: rules.Schedule) -> dict[str, object]:
    first: date = law.valid_from
    return {
        "decree": law.decree,
        "year": law.year,
        "valid_from": first,
        "official": law.official,
        "sha256": law.sha256,
    }
