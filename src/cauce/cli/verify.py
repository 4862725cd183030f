"""``cauce verify``: every invariant of the money, looked at in the tables themselves."""

import click

from cauce.cli.output import emit, json_option, progress
from cauce.reports.queries import Check
from cauce.reports.queries import verify as verify_invariants


@click.command()
@json_option
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Comprueba en la base de datos que todo cuadre; termina con error si algo no cuadra."""
    checks: list[Check] = []
    for check in verify_invariants():
        checks.append(check)
        if check.broken:
            progress(f"ROTO {check.name}: {check.sentence} Fallan {check.broken:,}, como {', '.join(check.sample)}.")
    is_ok = not any(check.broken for check in checks)
    emit(
        {"ok": is_ok, "checks": [{"name": check.name, "broken": check.broken} for check in checks]},
        as_json=as_json,
        text=lambda: "\n".join(
            [f"{'ROTO' if check.broken else 'bien'}  {check.sentence}" for check in checks]
            + [f"{len(checks)} comprobaciones: {'todo cuadra' if is_ok else 'hay algo que no cuadra'}."]
        ),
    )
    if not is_ok:
        ctx.exit(1)
