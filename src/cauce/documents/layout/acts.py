"""Formal papers on letter pages: the act of a count, of a shortage or surplus, and the letter of a returned cheque."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from cauce.core.es_mx import (
    amount_in_words,
    format_account,
    format_date,
    format_long_date,
    format_money,
    format_time,
    join_words,
)
from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.blocks import (
    DASH,
    Block,
    Signer,
    band,
    beside_code,
    column,
    denominations,
    facts,
    letter_sheet,
    money_column,
    notes,
    paragraph,
    signatures,
    table,
)
from cauce.documents.layout.cash import difference_words
from cauce.documents.rules import (
    CashCountSheet,
    CashDifferenceSheet,
    Issuer,
    Person,
    ReturnedChequeSheet,
)

Values = dict[str, Any]

_NOTHING_TO_SAY = "que no tiene nada que agregar"


def in_figures_and_words(amount: Decimal) -> str:
    """An amount as acts write it: `$50.00 (Cincuenta pesos 00/100 M.N.)`."""
    return f"{format_money(amount)} ({amount_in_words(amount)})"


def cash_count_values(sheet: CashCountSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """The act of a surprise count: who met, what was found, what the cashier says."""
    blocks = [
        beside_code(
            paragraph(
                f"{_opening(issuer, sheet.desk, sheet.at)} {_told(sheet.counted_by)}, quien practica el"
                f" arqueo, y {_told(sheet.cashier)}, quien tiene a su cargo la caja{_before(sheet.witnesses)}, para"
                " practicar un arqueo de los fondos y valores de la caja, sin aviso previo."
            ),
            codes,
            sheet.qr,
        ),
        paragraph(
            "En presencia de quien tiene a su cargo la caja se contó el efectivo, pieza por pieza, con el resultado"
            " siguiente:"
        ),
        denominations("Efectivo encontrado", sheet.pieces),
        *_other_methods(sheet),
        band(
            ("Efectivo esperado", format_money(sheet.expected)),
            ("Efectivo encontrado", format_money(sheet.counted)),
            ("Diferencia", difference_words(sheet.difference)),
        ),
        paragraph(
            f"El sistema esperaba {in_figures_and_words(sheet.expected)} y se encontraron"
            f" {in_figures_and_words(sheet.counted)}. {_found(sheet.difference)}"
        ),
        _statement(sheet.statement),
        paragraph(
            f"Leída esta acta, y sin más que hacer constar, se cierra{_until(sheet.ended_at)} y la firman quienes"
            " intervinieron."
        ),
        _signed(("Practicó el arqueo", sheet.counted_by), ("A cargo de la caja", sheet.cashier), sheet.witnesses),
    ]
    return letter_sheet(
        issuer,
        title="Acta de arqueo de caja",
        folio=sheet.folio,
        printed_on=sheet.at.date(),
        subject=f"{sheet.desk}, folio {sheet.folio}",
        blocks=blocks,
        reprint=sheet.reprint,
    )


def _other_methods(sheet: CashCountSheet) -> list[Block]:
    if not sheet.others:
        return []
    columns = (
        column("Otros valores"),
        money_column("Esperado", 90),
        money_column("Encontrado", 90),
        money_column("Diferencia", 90),
    )
    rows = [
        (row.method, format_money(row.expected), format_money(row.counted), format_money(row.counted - row.expected))
        for row in sheet.others
    ]
    return [table("", columns, rows)]


def _found(difference: Decimal) -> str:
    if difference == 0:
        return "No hay diferencia."
    kind = "faltante" if difference < 0 else "sobrante"
    return f"Resulta un {kind} de {in_figures_and_words(abs(difference))}, del que se levanta acta por separado."


def cash_difference_values(sheet: CashDifferenceSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """The act of a shortage, with the undertaking to repay it, or of a surplus."""
    kind = "faltante" if sheet.is_shortage else "sobrante"
    amount = in_figures_and_words(abs(sheet.difference))
    blocks = [
        beside_code(
            paragraph(
                f"{_opening(issuer, sheet.desk, sheet.at)} {_told(sheet.supervisor)}, en su carácter de"
                f" supervisor, y {_told(sheet.cashier)}, a cuyo cargo estuvo la caja en el {sheet.session}"
                f"{_before(sheet.witnesses)}, para hacer constar el {kind} de efectivo que resultó en"
                f" {sheet.close_folio}."
            ),
            codes,
            sheet.qr,
        ),
        band(
            ("Efectivo esperado", format_money(sheet.expected)),
            ("Efectivo contado", format_money(sheet.counted)),
            (kind.capitalize(), format_money(abs(sheet.difference))),
        ),
        paragraph(
            f"PRIMERO. El sistema esperaba {in_figures_and_words(sheet.expected)}. Contado el"
            f" efectivo, se encontraron {in_figures_and_words(sheet.counted)}. Resulta un {kind} de {amount}."
        ),
        _statement(sheet.statement, start="SEGUNDO. "),
        *_undertaking(sheet, amount, issuer),
        paragraph(
            "Leída esta acta, y sin más que hacer constar, la firman quienes intervinieron, en el lugar y la fecha"
            " indicados al inicio."
        ),
        _signed(("Supervisor", sheet.supervisor), ("A cargo de la caja", sheet.cashier), sheet.witnesses),
    ]
    return letter_sheet(
        issuer,
        title=f"Acta de {kind} de caja",
        folio=sheet.folio,
        printed_on=sheet.at.date(),
        subject=f"{sheet.desk}, {sheet.session}",
        blocks=blocks,
        reprint=sheet.reprint,
    )


def _undertaking(sheet: CashDifferenceSheet, amount: str, issuer: Issuer) -> list[Block]:
    if not sheet.is_shortage:
        return [
            paragraph(
                f"TERCERO. El sobrante de {amount} queda en poder de {sheet.supervisor.name} para su depósito íntegro"
                " y se registra en la cuenta de sobrantes de caja hasta que se aclare su origen. No compensa faltantes"
                " de otros turnos."
            )
        ]
    terms = f" {sheet.repayment_terms}" if sheet.repayment_terms else ""
    due = "" if sheet.repay_by is None else f", a más tardar el {format_long_date(sheet.repay_by)}"
    return [
        paragraph(
            f"TERCERO. {sheet.cashier.name} reconoce el faltante, que se registra como adeudo a su cargo, y se"
            f" compromete a reintegrar a {issuer.legal_name} la cantidad de {amount}{terms}{due}."
        ),
        paragraph("CUARTO. El reintegro se hace en caja y de él se entrega comprobante con el folio de esta acta."),
    ]


def returned_cheque_values(sheet: ReturnedChequeSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """The letter that tells a customer that the cheque was returned and what is owed now."""
    account = DASH if sheet.account is None else format_account(sheet.account)
    due = "" if sheet.pay_by is None else f" a más tardar el {format_long_date(sheet.pay_by)}"
    periods = f" ({sheet.debt_periods})" if sheet.debt_periods else ""
    rows = [(f"Cheque {sheet.cheque}", "pago sin efecto", format_money(sheet.amount))]
    rows += [(charge.label, charge.legal_basis, format_money(charge.amount)) for charge in sheet.charges]
    blocks = [
        beside_code(
            facts(
                ("Titular", sheet.holder),
                ("Cuenta", account),
                ("Domicilio", sheet.address),
                ("Comprobante", f"{sheet.receipt}, {format_date(sheet.paid_on)}"),
                columns=2,
            ),
            codes,
            sheet.qr,
        ),
        paragraph("Presente.", justify=False),
        paragraph(
            f"El cheque número {sheet.cheque}, de {sheet.bank}, por {in_figures_and_words(sheet.amount)}, con el que"
            f" se pagó el {format_long_date(sheet.paid_on)} y que se recibió salvo buen cobro, fue devuelto por el"
            f" banco el {format_long_date(sheet.returned_on)}. Causa: {sheet.cause.rstrip('.')}."
        ),
        paragraph(
            f"El pago quedó sin efecto y el adeudo que cubría{periods} volvió a su cuenta con sus fechas de origen."
            " Además se generan los cargos siguientes:"
        ),
        table(
            "",
            (column("Concepto"), column("Fundamento", 210), money_column("Importe", 90)),
            rows,
            total=("Total a pagar", "", format_money(sheet.total)),
        ),
        paragraph(
            f"Le pedimos pasar a cubrir {in_figures_and_words(sheet.total)} en efectivo, con tarjeta o por"
            f" transferencia{due}. Si el banco se equivocó, presente su constancia y lo revisamos."
        ),
        notes(sheet.consequences),
        signatures(("Atentamente", sheet.signed_by.name, sheet.signed_by.position), ("Recibió", "", ""), room=52),
    ]
    return letter_sheet(
        issuer,
        title="Aviso de cheque devuelto",
        folio=sheet.folio,
        printed_on=sheet.issued_on,
        subject=f"cuenta {account}",
        blocks=blocks,
    )


def _opening(issuer: Issuer, desk: str, at: datetime) -> str:
    return (
        f"En {issuer.place}, siendo las {format_time(at)} horas del día {format_long_date(at.date())}, en «{desk}»,"
        f" caja de {issuer.legal_name}, se reunieron"
    )


def _until(at: datetime | None) -> str:
    return "" if at is None else f" a las {format_time(at)} horas del día {format_long_date(at.date())}"


def _told(person: Person) -> str:
    return f"{person.name} ({person.position})" if person.position else person.name


def _before(witnesses: tuple[Person, ...]) -> str:
    if not witnesses:
        return ""
    return f", ante {join_words([_told(person) for person in witnesses])} como testigos"


def _statement(words: str, *, start: str = "") -> Block:
    said = f"«{words.rstrip('.')}»" if words else _NOTHING_TO_SAY
    return paragraph(f"{start}En uso de la palabra, quien tiene a su cargo la caja manifestó: {said}.")


def _signed(first: tuple[str, Person], second: tuple[str, Person], witnesses: tuple[Person, ...]) -> Block:
    signers: list[Signer] = [(role, person.name, person.position) for role, person in (first, second)]
    signers += [("Testigo", person.name, person.position) for person in witnesses or (Person(name=""),) * 2]
    return signatures(*signers, columns=2, room=44)
