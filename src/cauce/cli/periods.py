"""A billing month on the command line."""

from datetime import date

import click

from cauce.core.periods import parse_period


class PeriodParameter(click.ParamType[date]):
    """A billing month on the command line."""

    name = "AAAA-MM"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the month; what is not one is wrong use of the command."""
        if isinstance(value, date):
            return value
        try:
            return parse_period(value)
        except ValueError:
            self.fail(f"«{value}» no es un mes; escriba AAAA-MM, por ejemplo 2026-09.", param, ctx)
