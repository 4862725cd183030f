"""The papers of the drawer and of the day, and those for a day without power."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from cauce.cashier.models import (
    BankDeposit,
    CashCount,
    CashMovement,
    CashSession,
    CashWithdrawal,
    ContingencyBlock,
    ContingencyReceipt,
    ReceiptCancellation,
    SessionClose,
    Tender,
)
from cauce.cashier.queries.clearing import clearing_notes
from cauce.cashier.queries.contingency import RouteDebt, contingency_folio
from cauce.cashier.queries.days import (
    bank_files_on,
    cash_day,
    collected_by_session,
    contingencies_on,
    corrections_on,
    sessions_on,
)
from cauce.cashier.queries.sessions import (
    CASH,
    amounts_of,
    close_lines,
    method_totals,
    opening_count,
    receipts_of,
)
from cauce.core.es_mx import format_long_date
from cauce.core.money import ZERO
from cauce.documents.printing import (
    Paper,
    cash_count_paper,
    cash_difference_paper,
    contingency_block_paper,
    day_report_paper,
    deposit_slip_paper,
    session_close_paper,
    withdrawal_slip_paper,
)
from cauce.documents.queries import issuer
from cauce.documents.rules import (
    Bag,
    CashCountSheet,
    CashDifferenceSheet,
    CloseCancellation,
    CloseMethod,
    ContingencyBlockSheet,
    DayAmount,
    DayBankFile,
    DayCorrection,
    DayReportSheet,
    DaySession,
    DepositSlipSheet,
    Issuer,
    ListedCheque,
    ListedContingency,
    ListedVoucher,
    Person,
    Pieces,
    Reprint,
    RouteDebtRow,
    RouteDebts,
    RouteDebtsSheet,
    SessionCloseSheet,
    WithdrawalSlipSheet,
)
from cauce.ui.context import is_official_on
from cauce.users.models import User

_OTHERS: Final = "Otros movimientos de archivos del banco"


def close_paper(close: SessionClose, *, printed_on: date, reprint: Reprint | None = None) -> Paper:
    """The corte de caja of a session that was counted."""
    session, count = close.session, close.count
    assert count is not None
    declared = amounts_of(close.declared)
    totals = method_totals(session)
    cancellations = _cancellations(session)
    cancelled: dict[str, Decimal] = {}
    for row in cancellations:
        cancelled[row.method] = cancelled.get(row.method, ZERO) + row.amount
    paid_out = ZERO
    methods = []
    for total in totals:
        out = cancelled.get(total.label, ZERO)
        # What went out or came in otherwise (refunds, methods put right) is told apart, so that the sums follow.
        rest = -total.undone - out
        if total.method == CASH:
            paid_out = rest
        methods.append(
            CloseMethod(
                method=total.label,
                count=total.count,
                collected=total.collected if total.method == CASH else total.collected - rest,
                cancelled=out,
                counted=None if total.method == CASH else declared.get(total.method),
                is_cash=total.method == CASH,
            )
        )
    receipts = list(receipts_of(session).values_list("document__series", "document__number"))
    review = getattr(close, "review", None)
    tenders = _tenders_of(session)
    sheet = SessionCloseSheet(
        folio=close.document.folio,
        desk=session.desk.name,
        cashier=str(session.cashier),
        opened_at=timezone.localtime(session.opened_at),
        closed_at=timezone.localtime(session.closed_at),
        opening_float=session.opening_float,
        opening_pieces=float_pieces(session),
        methods=tuple(methods),
        expected_cash=amounts_of(close.expected)[CASH],
        counted=pieces_of(count.denominations),
        difference=close.difference,
        printed_on=printed_on,
        cancellations=tuple(cancellations),
        withdrawals=tuple(_bag_of(withdrawal) for withdrawal in _withdrawals(session)),
        paid_out=paid_out,
        vouchers=tuple(
            ListedVoucher(
                authorisation=tender.reference or "sin autorización",
                institution=tender.institution,
                receipt=_receipts_of(tender),
                amount=tender.amount,
            )
            for tender in tenders
            if tender.method == Tender.Method.CARD
        ),
        cheques=tuple(_cheque_of(tender) for tender in tenders if tender.method == Tender.Method.CHEQUE),
        contingencies=_contingencies(ContingencyReceipt.objects.filter(payment__session=session)),
        first_receipt=_folio(receipts[0]) if receipts else "",
        last_receipt=_folio(receipts[-1]) if receipts else "",
        receipts=len(receipts),
        supervisor=str(review.reviewed_by) if review is not None else "",
        reviewed_at=timezone.localtime(review.reviewed_at) if review is not None else None,
        notes=_notes(close),
        reprint=reprint,
    )
    return session_close_paper(sheet, _issuer(session.day))


def withdrawal_paper(withdrawal: CashWithdrawal, reprint: Reprint | None = None) -> Paper:
    """The slip of a bag that left the drawer, for the two people to sign."""
    sheet = WithdrawalSlipSheet(
        folio=withdrawal.document.folio,
        desk=withdrawal.session.desk.name,
        cashier=str(withdrawal.by),
        taken_by=str(withdrawal.received_by),
        taken_at=timezone.localtime(withdrawal.withdrawn_at),
        bag=withdrawal.bag,
        pieces=pieces_of(withdrawal.denominations),
        amount=withdrawal.amount,
        reprint=reprint,
    )
    return withdrawal_slip_paper(sheet, _issuer(withdrawal.session.day))


def deposit_paper(deposit: BankDeposit, reprint: Reprint | None = None) -> Paper:
    """The ficha de depósito of a session's bags."""
    session = deposit.session
    listed = [_cheque_of(tender) for tender in _tenders_of(session) if tender.method == Tender.Method.CHEQUE]
    rest = deposit.cheques - sum((cheque.amount for cheque in listed), ZERO)
    if rest:
        # What was corrected to a cheque, or from one, after it was received.
        listed.append(ListedCheque(number="formas de pago corregidas", bank="", amount=rest))
    total = deposit.cash + deposit.cheques
    bags = tuple(Bag(folio=bag["bag"], amount=Decimal(bag["amount"])) for bag in deposit.bags)
    utility: Mapping[str, Any] = settings.UTILITY
    sheet = DepositSlipSheet(
        folio=deposit.document.folio,
        made_at=timezone.localtime(deposit.prepared_at),
        desks=session.desk.name,
        prepared_by=str(deposit.by),
        bank=utility.get("bank", ""),
        bank_account=utility.get("bank_account", ""),
        pieces=pieces_of(deposit.denominations),
        cheques=tuple(listed),
        bags=bags,
        total=total,
        reprint=reprint,
    )
    return deposit_slip_paper(sheet, _issuer(session.day))


def difference_paper(close: SessionClose, reprint: Reprint | None = None) -> Paper:
    """The acta of a shortage or a surplus."""
    session = close.session
    assert close.count is not None
    assert close.difference_document is not None
    review = getattr(close, "review", None)
    sheet = CashDifferenceSheet(
        folio=close.difference_document.folio,
        at=timezone.localtime(session.closed_at),
        desk=session.desk.name,
        session=f"turno del {format_long_date(session.day)}",
        close_folio=close.document.folio,
        cashier=_person(session.cashier),
        supervisor=Person(name="el supervisor de cajas") if review is None else _person(review.reviewed_by),
        expected=amounts_of(close.expected)[CASH],
        counted=close.count.total,
        difference=close.difference,
        repay_by=timezone.localtime(session.closed_at).date() if close.difference < 0 else None,
        repayment_terms="en cualquier caja" if close.difference < 0 else "",
        reprint=reprint,
    )
    return cash_difference_paper(sheet, _issuer(session.day))


def count_paper(count: CashCount, reprint: Reprint | None = None) -> Paper:
    """The acta of a surprise count."""
    assert count.document is not None
    assert count.expected is not None
    at = timezone.localtime(count.counted_at)
    sheet = CashCountSheet(
        folio=count.document.folio,
        at=at,
        ended_at=at,
        desk=count.session.desk.name,
        cashier=_person(count.session.cashier),
        counted_by=_person(count.counted_by),
        expected=count.expected,
        pieces=pieces_of(count.denominations),
        difference=count.total - count.expected,
        statement=count.note,
        reprint=reprint,
    )
    return cash_count_paper(sheet, _issuer(count.session.day))


def block_paper(block: ContingencyBlock) -> Paper:
    """The blank receipts of a block."""
    day = timezone.localtime(block.printed_at).date()
    folios = tuple(contingency_folio(block, number) for number in range(block.first, block.last + 1))
    return contingency_block_paper(
        ContingencyBlockSheet(desk=block.desk.name, folios=folios, printed_on=day), _issuer(day)
    )


def day_paper(day: date, *, printed_at: datetime, by: User) -> Paper:
    """The consolidated day of all desks and banks."""
    figures = cash_day(day)
    files = bank_files_on(day)
    listed = [
        DayBankFile(
            name=file.name,
            institution=file.layout,
            rows=file.applied_count + file.unidentified_count,
            applied_count=file.applied_count,
            applied=file.applied,
            unidentified_count=file.unidentified_count,
            unidentified=file.unidentified,
        )
        for file in files
    ]
    rest = figures.bank - sum((file.applied for file in files), ZERO)
    unknown = figures.unidentified - sum((file.unidentified for file in files), ZERO)
    if rest or unknown:
        listed.append(
            DayBankFile(name=_OTHERS, institution="", rows=0, applied_count=0, applied=rest, unidentified=unknown)
        )
    closed = figures.closed
    sheet = DayReportSheet(
        day=day,
        printed_at=timezone.localtime(printed_at),
        printed_by=str(by),
        state="Cerrado" if closed is not None else "Abierto: las cifras pueden cambiar",
        amounts=tuple(
            DayAmount(desk=row.desk, method=row.label, count=row.count, amount=row.amount) for row in figures.desks
        ),
        sessions=tuple(_day_sessions(day)),
        bank_files=tuple(listed),
        corrections=tuple(_correction(move) for move in corrections_on(day)),
        contingencies=_contingencies(contingencies_on(day)),
        total=figures.total,
        unidentified=figures.unidentified,
        net=figures.total + figures.unidentified,
        signers=(_person(closed.closed_by),) if closed is not None else (),
        notes=tuple(f"En tránsito al imprimir. {note}" for note in clearing_notes()),
    )
    return day_report_paper(sheet, _issuer(day))


def debts_sheet(
    routes: Sequence[tuple[str, Sequence[RouteDebt]]], *, as_of: date, printed_at: datetime
) -> RouteDebtsSheet:
    """What some routes owe, for its paper; each one by its number."""
    listed = tuple(
        RouteDebts(
            route=number,
            rows=tuple(
                RouteDebtRow(
                    delivery=debt.delivery,
                    account=debt.number,
                    holder=debt.holder,
                    address=debt.address,
                    months_overdue=debt.months_overdue,
                    overdue=debt.overdue,
                    total=debt.total,
                )
                for debt in debts
            ),
        )
        for number, debts in routes
    )
    return RouteDebtsSheet(
        as_of=as_of,
        printed_at=timezone.localtime(printed_at),
        routes=listed,
        overdue=sum((route.overdue for route in listed), ZERO),
        total=sum((route.total for route in listed), ZERO),
    )


def float_pieces(session: CashSession) -> tuple[Pieces, ...]:
    """The bills and coins that a session was opened with, none when nobody counted them."""
    opening = opening_count(session)
    return () if opening is None else pieces_of(opening.denominations)


def pieces_of(denominations: Mapping[str, int]) -> tuple[Pieces, ...]:
    """Bills and coins as papers list them, the largest first."""
    values = sorted(denominations, key=Decimal, reverse=True)
    return tuple(Pieces(value=Decimal(value), count=denominations[value]) for value in values)


def _issuer(day: date) -> Issuer:
    return issuer(is_official=is_official_on(day))


def _person(user: User) -> Person:
    return Person(name=str(user), position=user.position)


def _folio(named: tuple[str, int]) -> str:
    return f"{named[0]}-{named[1]:06d}"


def _withdrawals(session: CashSession) -> list[CashWithdrawal]:
    return list(session.withdrawals.select_related("document", "received_by").order_by("document_id"))


def _bag_of(withdrawal: CashWithdrawal) -> Bag:
    return Bag(
        folio=withdrawal.bag,
        amount=withdrawal.amount,
        closed_at=timezone.localtime(withdrawal.withdrawn_at),
        taken_by=str(withdrawal.received_by),
    )


def _tenders_of(session: CashSession) -> list[Tender]:
    """The tenders of a session whose payment was not undone in it."""
    undone = ReceiptCancellation.objects.filter(session=session).values("receipt__payment_id")
    tenders = Tender.objects.filter(payment__session=session).exclude(payment_id__in=undone)
    return list(tenders.prefetch_related("payment__receipts__document").order_by("pk"))


def _receipts_of(tender: Tender) -> str:
    folios = [receipt.document.folio for receipt in tender.payment.receipts.all()]
    return folios[0] if len(folios) == 1 else f"{folios[0]} y {len(folios) - 1} más"


def _cheque_of(tender: Tender) -> ListedCheque:
    return ListedCheque(
        number=tender.reference or "sin número",
        bank=tender.institution,
        amount=tender.amount,
        receipt=_receipts_of(tender),
    )


def _cancellations(session: CashSession) -> list[CloseCancellation]:
    """What was cancelled in a session, a row for each method that gave money back."""
    moves = CashMovement.objects.filter(session=session, kind=CashMovement.Kind.CANCELLED, amount__lt=0)
    found = {
        cancellation.posting_id: cancellation
        for cancellation in ReceiptCancellation.objects.filter(session=session).select_related(
            "receipt__document", "cancelled_by"
        )
    }
    rows = []
    for move in moves.order_by("pk"):
        cancellation = found.get(move.posting_id)
        if cancellation is None:
            continue
        rows.append(
            CloseCancellation(
                folio=cancellation.receipt.document.folio,
                at=timezone.localtime(cancellation.cancelled_at),
                by=str(cancellation.cancelled_by),
                reason=cancellation.reason,
                method=str(Tender.Method(move.method).label),
                amount=-move.amount,
            )
        )
    return rows


def _contingencies(receipts: Any) -> tuple[ListedContingency, ...]:
    found = receipts.filter(payment__isnull=False).select_related("block", "payment")
    return tuple(
        ListedContingency(
            folio=contingency_folio(told.block, told.number),
            received_at=timezone.localtime(told.received_at),
            captured_at=timezone.localtime(told.captured_at),
            receipt=", ".join(receipt.document.folio for receipt in told.payment.receipts.all()),
            amount=told.payment.amount,
        )
        for told in found.prefetch_related("payment__receipts__document").order_by("block__series", "number")
    )


def _notes(close: SessionClose) -> tuple[str, ...]:
    """What the close has to say besides its figures."""
    said = [
        f"{line.label}: se declararon ${line.declared:,.2f} y se esperaban ${line.expected:,.2f}."
        for line in close_lines(close)[1:]
        if line.difference and line.declared is not None
    ]
    review = getattr(close, "review", None)
    if review is not None and review.note:
        said.append(f"Observaciones de la revisión: {review.note}")
    return tuple(said)


def _day_sessions(day: date) -> list[DaySession]:
    sessions = sessions_on(day)
    collected = collected_by_session(sessions)
    rows = []
    for session in sessions:
        close = getattr(session, "close", None)
        counted = close.count if close is not None else None
        rows.append(
            DaySession(
                desk=session.desk.name,
                cashier=str(session.cashier),
                opened_at=timezone.localtime(session.opened_at),
                closed_at=None if session.closed_at is None else timezone.localtime(session.closed_at),
                receipts=_span(session),
                collected=collected.get(session.pk, ZERO),
                expected_cash=None if counted is None else counted.expected,
                counted_cash=None if counted is None else counted.total,
                difference=ZERO if close is None else close.difference,
                state=state_of(session),
            )
        )
    return rows


def state_of(session: CashSession) -> str:
    """Where a session is, in words."""
    close = getattr(session, "close", None)
    if session.closed_at is None or close is None:
        return "Abierto"
    if close.count_id is None:
        return "Sin conteo"
    return "Revisado" if getattr(close, "review", None) is not None else "Por revisar"


def _span(session: CashSession) -> str:
    receipts = list(receipts_of(session).values_list("document__series", "document__number"))
    if not receipts:
        return ""
    return _folio(receipts[0]) if len(receipts) == 1 else f"{_folio(receipts[0])} a {receipts[-1][1]:06d}"


def _correction(move: CashMovement) -> DayCorrection:
    receipts = list(move.payment.receipts.all()) if move.payment is not None else []
    return DayCorrection(
        at=timezone.localtime(move.at),
        kind=f"{move.get_kind_display()} ({Tender.Method(move.method).label})",
        folio=receipts[0].document.folio if receipts else "",
        account=receipts[0].account.number if receipts and receipts[0].account is not None else None,
        by=str(move.posting.by),
        reason="",
        amount=move.amount,
    )
