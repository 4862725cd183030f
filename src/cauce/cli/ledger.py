"""``cauce statement`` and ``cauce pay``: an account's movements, and receiving money for it."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

import click

from cauce.cashier.models import Receipt, Tender
from cauce.cashier.operations import PaymentShare, open_channel_session, open_desk, take_payment
from cauce.cashier.rules import Tendered
from cauce.cli.access import acting_options, capture_user
from cauce.cli.output import emit, json_option, table
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_account, format_date, format_money
from cauce.ledger.models import Reason
from cauce.ledger.queries import balance, statement_movements
from cauce.registry.models import Account
from cauce.registry.rules import account_number

DESK_CODE, DESK_NAME, DESK_SERIES = "CLI", "línea de comandos", "LC"

METHODS = {
    "cash": Tender.Method.CASH,
    "card": Tender.Method.CARD,
    "cheque": Tender.Method.CHEQUE,
    "transfer": Tender.Method.TRANSFER,
}


class UnknownAccount(DomainError):
    """No account has that number."""


class Pesos(click.ParamType[Decimal]):
    """An amount of money on the command line: a positive number with two decimals at most."""

    name = "pesos"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount <= 0 or amount != round(amount, 2) or amount >= 10**12:
            self.fail(f"«{value}» no es un importe: escriba pesos mayores que cero, por ejemplo 345.20.", param, ctx)
        return amount.quantize(Decimal("0.01"))


def account_numbered(text: str) -> Account:
    """The account that somebody names on the command line.

    :raises UnknownAccount: if there is none.
    """
    number = account_number(text)
    account = None if number is None else Account.objects.filter(number=number).first()
    if account is None:
        raise UnknownAccount(f"La cuenta «{text}» no existe; revise el número e inténtelo de nuevo.")
    return account


@click.command()
@click.argument("account", metavar="CUENTA")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-DD", help="Hasta ese día, inclusive.")
@json_option
def statement(account: str, as_of: datetime | None, as_json: bool) -> None:
    """Da el estado de cuenta de CUENTA: un renglón por documento, y el saldo."""
    found = account_numbered(account)
    movements = statement_movements(found.pk, as_of=None if as_of is None else as_of.date())
    owed = movements[-1].balance if movements else Decimal("0.00")
    document = {
        "account": found.number,
        "movements": [
            {"kind": movement.kind, "on": movement.on, "folio": movement.folio, "amount": movement.amount}
            for movement in movements
        ],
        "balance": owed,
    }
    rows = [
        [
            format_date(movement.on),
            str(Reason(movement.kind).label),
            movement.folio,
            format_money(movement.amount),
            format_money(movement.balance),
        ]
        for movement in movements
    ]
    emit(
        document,
        as_json=as_json,
        text=lambda: (
            f"Cuenta {format_account(found.number)}, {found.holder.name}\n"
            + table(["Fecha", "Movimiento", "Folio", "Importe", "Saldo"], rows)
            + f"\nSaldo: {format_money(owed)}"
        ),
    )


@click.command()
@click.argument("account", metavar="CUENTA")
@click.option("--amount", type=Pesos(), required=True, metavar="PESOS", help="Lo que se recibe.")
@click.option("--method", type=click.Choice(sorted(METHODS)), required=True, help="Forma de pago.")
@click.option("--key", required=True, metavar="LLAVE", help="La misma llave cobra una sola vez.")
@json_option
@acting_options
def pay(
    account: str, amount: Decimal, method: str, key: str, as_json: bool, by: str | None, approved_by: str | None
) -> None:
    """Recibe un pago de CUENTA en la caja «línea de comandos»; lo que sobra queda a favor."""
    found, cashier, at = account_numbered(account), capture_user(by), clock.now()
    desk = open_desk(code=DESK_CODE, name=DESK_NAME, series=DESK_SERIES, is_attended=False)
    payment = take_payment(
        shares=[PaymentShare(account=found, amount=amount)],
        tenders=[Tendered(METHODS[method], amount)],
        session=open_channel_session(desk=desk, cashier=cashier, at=at),
        at=at,
        by=cashier,
        key=key,
    )
    receipt = Receipt.objects.select_related("document").get(payment=payment)
    owed = balance(found.pk)
    emit(
        {
            "folio": receipt.document.folio,
            "applied": receipt.applied,
            "advance": receipt.advance,
            "balance": owed,
        },
        as_json=as_json,
        text=(
            f"Comprobante {receipt.document.folio}: {format_money(receipt.applied)} aplicados, "
            f"{format_money(receipt.advance)} a favor. Saldo: {format_money(owed)}."
        ),
    )
