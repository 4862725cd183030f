"""``cauce load-law`` and ``cauce price``."""

from datetime import date
from pathlib import Path

import click

from cauce.cli.access import acting_options, approval_user, capture_user
from cauce.cli.output import emit, json_option, progress
from cauce.cli.periods import PeriodParameter
from cauce.core import clock
from cauce.core.es_mx import count_of, format_date
from cauce.tariffs import operations, queries, rules


@click.command()
@click.argument("directory", metavar="CARPETA", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Revisa la ley y sus casos sin cargarla.")
@json_option
@acting_options
@click.pass_context
def load_law(
    context: click.Context, directory: Path, check: bool, as_json: bool, by: str | None, approved_by: str | None
) -> None:
    """Carga la ley de ingresos de CARPETA (ley.yaml y sus tablas) y la pone en vigor en su fecha."""
    try:
        law, outcome = _check(directory) if check else _load(directory, by=by, approved_by=approved_by)
        schedule, cases = law.schedule, law.cases
    except operations.CasesDiffer as refused:
        schedule, cases, outcome = refused.schedule, refused.cases, "No se cargó."
        progress(refused.message)
    sweep = rules.sweep_boundaries(schedule)
    for edge in (*sweep.falls, *sweep.leaps):
        progress(f"Aviso: {edge}")
    matching = cases.cases - cases.failed
    emit(
        {
            "schedule": {
                "municipality": schedule.municipality,
                "year": schedule.year,
                "decree": schedule.decree,
                "valid_from": schedule.valid_from,
                "valid_until": schedule.valid_until,
                "official": schedule.official,
                "sha256": schedule.sha256,
            },
            "tables": dict(schedule.table_rows),
            "cases": cases.cases,
            "failed": cases.failed,
        },
        as_json=as_json,
        text=lambda: (
            f"{schedule.decree}, {schedule.municipality} {schedule.year}, vigente desde el "
            f"{format_date(schedule.valid_from)}. {outcome} Casos: {cases.cases}; coinciden {matching}. "
            f"Orillas: {sweep.volumes:,} importes seguidos, {count_of(len(sweep.falls), 'baja', 'bajan')}."
        ),
    )
    if cases.failed:
        context.exit(1)


def _check(directory: Path) -> tuple[operations.ReadLaw, str]:
    law = operations.check_law(directory=directory)
    if law.cases.differences:
        raise operations.CasesDiffer(law.schedule, law.cases)
    return law, "Revisada, sin cargar."


def _load(directory: Path, *, by: str | None, approved_by: str | None) -> tuple[operations.ReadLaw, str]:
    captured_by = capture_user(by)
    loaded = operations.load_law(
        directory=directory,
        at=clock.now(),
        by=captured_by,
        approved_by=approval_user(approved_by, captured_by=captured_by),
    )
    return loaded.law, "Cargada." if loaded.is_new else "Ya estaba cargada; nada cambió."


@click.command()
@click.option("--code", metavar="CLAVE", help="Clave de tarifa, por ejemplo 001.")
@click.option("--m3", type=int, help="Consumo en m³ enteros.")
@click.option("--month", "period", type=PeriodParameter(), help="Mes del periodo, por ejemplo 2026-09.")
@click.option("--sewerage", is_flag=True, help="Con alcantarillado.")
@click.option("--treatment", is_flag=True, help="Con tratamiento.")
@click.option("--flat", is_flag=True, help="Cuota fija, sin medidor: --m3 no cuenta.")
@click.option("--category", metavar="CATEGORÍA", help="Categoría de la cuota fija, si la ley las distingue.")
@click.option(
    "--cases",
    "cases_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="ARCHIVO.csv",
    help="Compara los casos resueltos de un archivo con lo que da la ley.",
)
@json_option
@click.pass_context
def price(
    context: click.Context,
    code: str | None,
    m3: int | None,
    period: date | None,
    sewerage: bool,
    treatment: bool,
    flat: bool,
    category: str | None,
    cases_file: Path | None,
    as_json: bool,
) -> None:
    """Dice cuánto cuesta un consumo por la ley vigente y por qué, o compara un archivo de casos."""
    if cases_file is not None:
        _compare_cases(context, cases_file, as_json=as_json)
        return
    if code is None or period is None or (m3 is None and not flat):
        raise click.UsageError("Indique --code, --month y --m3 (o --flat); o bien --cases ARCHIVO.csv.")
    usage = rules.Usage(
        tariff_code=code,
        period=period,
        m3=None if flat else m3,
        category=category,
        has_sewerage=sewerage,
        has_treatment=treatment,
    )
    given = rules.price(queries.schedule_for_period(period), usage)
    sentences = rules.explain(given.proof)
    emit(
        {
            "water": given.amount_of(rules.WATER),
            "sewerage": given.amount_of(rules.SEWERAGE),
            "treatment": given.amount_of(rules.TREATMENT),
            "vat": given.vat,
            "total": given.total,
            "proof": {**given.proof, "explanation": sentences},
        },
        as_json=as_json,
        text="\n".join(sentences),
    )


def _compare_cases(context: click.Context, file: Path, *, as_json: bool) -> None:
    """Run a file of cases by the law that begins last; exit 1 if one differs."""
    year = queries.latest_year()
    if year is None:
        raise rules.NoLawInForce(clock.today().replace(day=1))
    cases = rules.read_cases(file.name, file.read_text(encoding="utf-8-sig"))
    outcome = rules.run_cases(cases, lambda month: queries.schedule_for_period(date(year, month, 1)))
    emit(
        {
            "cases": outcome.cases,
            "matching": outcome.cases - outcome.failed,
            "differences": [
                {
                    "row": difference.row,
                    "code": difference.tariff_code,
                    "m3": difference.m3,
                    "month": difference.month,
                    "column": difference.column,
                    "expected": difference.expected,
                    "obtained": difference.obtained,
                }
                for difference in outcome.differences
            ],
        },
        as_json=as_json,
        text=lambda: "\n".join(
            [
                f"{count_of(outcome.cases, 'caso', 'casos')}, {outcome.cases - outcome.failed} coinciden.",
                *map(str, outcome.differences),
            ]
        ),
    )
    if outcome.failed:
        context.exit(1)
