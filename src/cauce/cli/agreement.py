"""``cauce agreement``: what an agreement would come to and who could grant it."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

import click

from cauce.agreements.queries import policy_on, quote_agreement
from cauce.agreements.rules import Terms
from cauce.cli.ledger import account_numbered
from cauce.cli.output import emit, json_option, table
from cauce.core import clock
from cauce.core.es_mx import format_date, format_money
from cauce.core.money import ZERO
from cauce.users.roles import role_label


class PesosOrNone(click.ParamType[Decimal]):
    """Pesos with two decimals at most, zero too."""

    name = "pesos"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0 or amount != round(amount, 2) or amount >= 10**12:
            self.fail(f"«{value}» no es un importe: escriba pesos, por ejemplo 200 o 345.20.", param, ctx)
        return amount.quantize(Decimal("0.01"))


@click.group()
def agreement() -> None:
    """Simula convenios de pago en parcialidades."""


@agreement.command()
@click.argument("account", metavar="CUENTA")
@click.option("--down", type=PesosOrNone(), default=ZERO, metavar="PESOS", help="El enganche.")
@click.option("--instalments", type=int, required=True, metavar="N", help="En cuántas parcialidades.")
@click.option(
    "--first", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-DD", help="Cuándo vence la primera; en un mes."
)
@click.option("--waive", type=PesosOrNone(), default=ZERO, metavar="PESOS", help="Recargos que se condonarían.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-DD", help="El día; hoy si no se indica.")
@click.option("--post", metavar="PUESTO", help="Quién lo otorgaría; el menor que la política nombra si no se indica.")
@json_option
def quote(
    account: str,
    down: Decimal,
    instalments: int,
    first: datetime | None,
    waive: Decimal,
    on: datetime | None,
    post: str | None,
    as_json: bool,
) -> None:
    """Dice si una cuenta puede convenir, quién lo autoriza y sus parcialidades. No escribe nada."""
    day = clock.today() if on is None else on.date()
    found = account_numbered(account)
    posts = policy_on(day).limits.posts
    if post is not None and post not in posts:
        raise click.ClickException(f"La política no nombra el puesto «{post}»: use {', '.join(posts)}.")
    terms = Terms(down, instalments, None if first is None else first.date(), waive)
    quoted = quote_agreement(found, on=day, terms=terms, post=post or posts[0])
    document = {
        "on": day,
        "account": found.number,
        "eligible": quoted.is_eligible,
        "reasons": quoted.reasons,
        "authoriser": quoted.eligibility.authoriser if quoted.is_possible else None,
        "debt": quoted.debt,
        "down": quoted.terms.down_payment,
        "waived": quoted.terms.waived,
        "financed": quoted.financed,
        "interest": quoted.interest,
        "instalments": [
            {
                "number": one.number,
                "due_on": one.due_on,
                "principal": one.principal,
                "interest": one.interest,
                "amount": one.amount,
            }
            for one in quoted.planned
        ],
    }
    rows = [
        [
            f"{one.number}/{len(quoted.planned)}",
            format_date(one.due_on),
            *map(format_money, (one.principal, one.interest, one.amount)),
        ]
        for one in quoted.planned
    ]
    authoriser = quoted.eligibility.authoriser
    who = "nadie" if authoriser is None or not quoted.is_possible else role_label(authoriser)
    emit(
        document,
        as_json=as_json,
        text=lambda: "\n".join(
            [
                f"Adeudo al {format_date(day)}: {format_money(quoted.debt)}; se convienen "
                f"{format_money(quoted.financed)} con {format_money(quoted.interest)} de interés.",
                f"Lo otorga: {who}.",
                *quoted.reasons,
                table(["Pagaré", "Vence", "Capital", "Interés", "Importe"], rows),
            ]
        ),
    )
