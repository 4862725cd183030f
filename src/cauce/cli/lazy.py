"""A group of commands whose modules are imported only when they are used, so that asking for help is quick."""

import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import click

from cauce.cli.output import as_json_text
from cauce.core.errors import DomainError

REFUSED = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is (``module:name``), what the list of commands says of it, and whether it needs the tables."""

    where: str
    summary: str
    needs_current_tables: bool = True


class LazyGroup(click.Group):
    """Commands by a table of names; ``prepare`` runs before one of them is imported."""

    def __init__(
        self,
        *args: Any,
        entries: Mapping[str, Entry],
        prepare: Callable[[Entry, list[str]], None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries
        self.prepare = prepare

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module_name, _, name = entry.where.partition(":")
        command = getattr(importlib.import_module(module_name), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.where} is not a command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Prepare the ground for the command that was named, then import it."""
        entry = self.entries.get(args[0])
        if entry is None:
            raise click.UsageError(f"No existe la orden «{args[0]}».", ctx)
        if self.prepare is not None:
            self.prepare(entry, args[1:])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing any."""
        with formatter.section("Órdenes"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.entries.items()])

    def main(self, args: Any = None, *more: Any, **extra: Any) -> Any:
        """Run, turning what a person may see into a Spanish sentence and an exit status (1 refused, 2 wrong use)."""
        arguments = list(sys.argv[1:] if args is None else args)
        extra["standalone_mode"] = False
        try:
            status = super().main(arguments, *more, **extra)
        except click.ClickException as error:
            _finish_refused(_in_spanish(error), arguments, error.exit_code)
        except click.Abort:
            _finish_refused("Interrumpido.", arguments, REFUSED)
        except DomainError as error:
            _finish_refused(error.message, arguments, REFUSED)
        sys.exit(status if isinstance(status, int) else 0)


def _finish_refused(message: str, arguments: list[str], status: int) -> NoReturn:
    click.echo(message, err=True)
    if "--json" in arguments:
        click.echo(as_json_text({"error": message}))
    sys.exit(status)


def _in_spanish(error: click.ClickException) -> str:
    """Say what was wrong in the use of a command; Click's own sentences are in English."""
    if not isinstance(error, click.UsageError):
        return error.format_message()
    named = ""
    if isinstance(error, click.BadParameter) and error.param is not None:
        named = error.param.get_error_hint(error.ctx) if error.ctx else str(error.param.name)
    if isinstance(error, click.NoSuchOption):
        sentence = f"No existe la opción {error.option_name}."
    elif isinstance(error, click.MissingParameter):
        sentence = f"Falta indicar {named}."
    elif isinstance(error, click.BadParameter) and named:
        sentence = f"El valor de {named} no sirve: {error.message}"
    else:
        sentence = error.format_message()
    return f"{sentence}\nVea cómo se usa con: {error.ctx.command_path} --help" if error.ctx else sentence
