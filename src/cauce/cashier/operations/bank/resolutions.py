"""What is done with a doubtful movement of the bank: one person proposes it and another one decides."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from cauce.cashier.events import RESOLUTION_APPROVED, RESOLUTION_PROPOSED, RESOLUTION_REFUSED
from cauce.cashier.models import (
    BankMovement,
    BankResolution,
    CashMovement,
    CreditVoucher,
    Desk,
    Payment,
    Receipt,
    ReceiptCancellation,
    Tender,
)
from cauce.cashier.operations.bars import refuse_over_limit, refuse_same_person
from cauce.cashier.operations.corrections.undoing import hold_receipts, refuse_own_receipts, undo_receipts
from cauce.cashier.operations.deciding import note_decision
from cauce.cashier.operations.sessions.opening import open_desk
from cauce.cashier.operations.taking import PaymentShare, take_payment
from cauce.cashier.queries.bank_intake import bank_layouts
from cauce.cashier.queries.bank_resolutions import reversible_payments
from cauce.cashier.rules import Tendered
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import post
from cauce.ledger.rules import DEPOSIT, Entry
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

LIMITED_ACT = "resolver_banco"
Action = BankResolution.Action


class MovementSettled(DomainError):
    """The movement needs nothing more: it is applied, resolved, proposed or in a voucher."""


class ResolutionImpossible(DomainError):
    """What is proposed cannot be done with that movement."""


class AlreadyDecided(DomainError):
    """Somebody had decided on the proposal."""

    def __init__(self, resolution: BankResolution) -> None:
        super().__init__(
            f"Esa propuesta ya está {resolution.get_state_display().lower()}; actualice la página y revise qué quedó."
        )


@transaction.atomic
def propose_resolution(
    *,
    movement: BankMovement,
    action: BankResolution.Action,
    reason: str,
    account: Account | None = None,
    payment: Payment | None = None,
    amount: Decimal | None = None,
    effective_on: date | None = None,
    at: datetime,
    by: User,
) -> BankResolution:
    """Propose what to do with a movement that was not applied; nothing moves until another person approves it.

    APPLY it to ``account``, REVERSE the ``payment`` that it undoes, RETURN its money to the bank, or DISMISS it. What
    the file does not say (``amount`` in pesos, ``effective_on``) comes from the bank's statement. Idempotent: the same
    proposal of the same person, while it stands, is returned as it is.

    :raises MovementSettled: if it is applied, resolved, proposed or in a voucher.
    :raises ResolutionImpossible: if that cannot be done with it, or something is missing.
    :raises OwnAccount: if who proposes is linked to the account.
    """
    movement = BankMovement.objects.select_for_update(no_key=True).get(pk=movement.pk)
    wanted = BankResolution(
        movement=movement,
        action=action,
        account=account if action == Action.APPLY else None,
        payment=payment if action == Action.REVERSE else None,
        amount=_amount_of(movement, action, amount),
        effective_on=_day_of(movement, action, effective_on, local_day(at)),
        reason=reason.strip(),
        proposed_at=at,
        proposed_by=by,
    )
    standing = movement.resolutions.exclude(state=BankResolution.State.REFUSED).first()
    if standing is not None and _same(standing, wanted):
        return standing
    _refuse_settled(movement, standing)
    if not wanted.reason:
        raise ResolutionImpossible("Escriba por qué: qué se encontró y con quién se confirmó.")
    _refuse_impossible(wanted)
    if wanted.account is not None:
        refuse_own_account(by=by, account_ids=[wanted.account.pk], party_ids=[wanted.account.holder_id])
    wanted.save()
    _tell(RESOLUTION_PROPOSED, wanted, at, by, {"reason": wanted.reason})
    return wanted


@transaction.atomic
def approve_resolution(*, resolution: BankResolution, note: str = "", at: datetime, by: User) -> BankResolution:
    """Carry out what somebody else proposed: the money moves with the deposit's date, in the books of the open day.

    Idempotent: an approved one is returned as it is.

    :raises SamePerson: if who approves is who proposed.
    :raises AlreadyDecided: if it was refused.
    :raises OverLimit: if the amount goes over what the person's post may approve.
    :raises OwnAccount: if who approves is linked to the account.
    :raises ResolutionImpossible: if it can no longer be done (the payment was cancelled meanwhile).
    :raises AccountBusy: if another session is working on the account.
    """
    resolution = _held(resolution)
    if resolution.state == BankResolution.State.APPROVED:
        return resolution
    _refuse_decider(resolution, by)
    movement = resolution.movement
    refuse_over_limit(act=LIMITED_ACT, amount=abs(_pesos(resolution)), on=local_day(at), by=by)
    key = f"resolution/{resolution.pk}"
    if resolution.action == Action.APPLY:
        resolution.receipt = _apply(resolution, at, by, key)
        resolution.posting = resolution.receipt.posting
    elif resolution.action == Action.REVERSE:
        resolution.posting = _reverse(resolution, at, by, key).posting
    elif resolution.action == Action.RETURN:
        resolution.posting = _return(movement, at, by, key)
    note_decision(resolution, state=BankResolution.State.APPROVED, note=note, at=at, by=by, also=("receipt", "posting"))
    _tell(RESOLUTION_APPROVED, resolution, at, by, {})
    return resolution


@transaction.atomic
def refuse_resolution(*, resolution: BankResolution, note: str, at: datetime, by: User) -> BankResolution:
    """Say no to what somebody else proposed: the movement waits for another proposal. Idempotent.

    :raises SamePerson: if who refuses is who proposed.
    :raises AlreadyDecided: if it was approved.
    :raises ResolutionImpossible: if it does not say why.
    """
    resolution = _held(resolution)
    if resolution.state == BankResolution.State.REFUSED:
        return resolution
    _refuse_decider(resolution, by)
    if not note.strip():
        raise ResolutionImpossible("Escriba por qué no se aprueba: quien propuso lo va a leer.")
    note_decision(resolution, state=BankResolution.State.REFUSED, note=note, at=at, by=by)
    _tell(RESOLUTION_REFUSED, resolution, at, by, {"note": resolution.decision_note})
    return resolution


def _amount_of(movement: BankMovement, action: str, amount: Decimal | None) -> Decimal | None:
    """The pesos of a proposal: the file's, or those of the bank's statement when the file's cannot be read."""
    if movement.amount:
        if amount is not None and amount != movement.amount:
            raise ResolutionImpossible(
                f"El archivo dice {format_money(movement.amount)}: ese importe no se cambia. Si el banco se equivocó, "
                "descarte el movimiento y pida el archivo corregido."
            )
        return movement.amount
    if action != Action.APPLY:
        return None
    if amount is None or amount <= 0:
        raise ResolutionImpossible(
            "El importe no se pudo leer en el archivo: escriba el que dice el estado de cuenta del banco."
        )
    return amount


def _day_of(movement: BankMovement, action: str, effective_on: date | None, today: date) -> date | None:
    if movement.moved_on is not None and movement.moved_on <= today:
        return movement.moved_on
    if action != Action.APPLY:
        return None
    if effective_on is None:
        raise ResolutionImpossible(
            "El día no se pudo leer en el archivo: escriba el que dice el estado de cuenta del banco."
        )
    if effective_on > today:
        raise ResolutionImpossible(f"El {format_date(effective_on)} todavía no llega; revise el día del depósito.")
    return effective_on


def _same(standing: BankResolution, wanted: BankResolution) -> bool:
    names = ("action", "account_id", "payment_id", "amount", "effective_on", "reason", "proposed_by_id")
    return standing.state == BankResolution.State.PROPOSED and all(
        getattr(standing, name) == getattr(wanted, name) for name in names
    )


def _refuse_settled(movement: BankMovement, standing: BankResolution | None) -> None:
    if movement.outcome == BankMovement.Outcome.APPLIED:
        raise MovementSettled("Ese movimiento ya se aplicó a su cuenta; si hay un error, corrija su comprobante.")
    if standing is not None:
        raise MovementSettled(
            "Ese movimiento ya está resuelto."
            if standing.state == BankResolution.State.APPROVED
            else "Ese movimiento ya tiene una propuesta por aprobar; espere a que la resuelvan."
        )
    if CreditVoucher.objects.filter(Q(movement=movement) | Q(deposit__movement=movement)).exists():
        raise MovementSettled("Con ese movimiento ya se expidió un vale; aplíquelo desde la aclaración.")


def _refuse_impossible(wanted: BankResolution) -> None:
    movement, action = wanted.movement, wanted.action
    takes_away = movement.amount is not None and movement.amount < 0
    if action == Action.APPLY:
        if takes_away:
            raise ResolutionImpossible("Ese movimiento quita dinero: no se aplica a una cuenta; deshace un pago.")
        if wanted.account is None:
            raise ResolutionImpossible("Diga a qué cuenta se aplica.")
    elif action == Action.REVERSE:
        payments = {payment.pk for payment in reversible_payments(movement)}
        if wanted.payment is None or wanted.payment.pk not in payments:
            raise ResolutionImpossible(
                "El pago que se deshace debe ser uno vigente del banco con la misma referencia y el mismo importe."
            )
    elif action == Action.RETURN and not movement.is_unidentified:
        raise ResolutionImpossible("De ese movimiento no hay dinero en los libros que devolver; descártelo.")
    elif action == Action.DISMISS and movement.is_unidentified:
        raise ResolutionImpossible(
            "El dinero de ese movimiento ya está en los libros: aplíquelo a una cuenta o devuélvalo al banco."
        )


def _held(resolution: BankResolution) -> BankResolution:
    return BankResolution.objects.select_for_update(no_key=True).get(pk=resolution.pk)


def _refuse_decider(resolution: BankResolution, by: User) -> None:
    if resolution.state != BankResolution.State.PROPOSED:
        raise AlreadyDecided(resolution)
    refuse_same_person(
        first=resolution.proposed_by_id,
        by=by,
        message="Quien propone no decide su propia propuesta; pida a otra persona que la revise.",
    )


def _apply(resolution: BankResolution, at: datetime, by: User, key: str) -> Receipt:
    movement = resolution.movement
    assert resolution.account is not None and resolution.amount is not None
    method = Tender.Method.VOUCHER if movement.is_unidentified else Tender.Method.BANK_FILE
    desk = _channel(movement.layout)
    payment = take_payment(
        shares=[PaymentShare(account=resolution.account, amount=resolution.amount)],
        tenders=[Tendered(method, resolution.amount, reference=movement.identity[:60], institution=desk.name[:60])],
        session=None,
        desk=desk,
        effective_on=resolution.effective_on,
        at=at,
        by=by,
        key=key,
    )
    return payment.receipts.select_related("posting").get()


def _channel(code: str) -> Desk:
    found = next((layout for layout in bank_layouts() if layout.code == code), None)
    if found is None:
        raise ResolutionImpossible(
            f"Ya no existe el formato «{code}» de ese movimiento; pida a Informática que lo reponga en los formatos."
        )
    channel = found.channel
    return open_desk(code=channel.desk, name=channel.name, series=channel.series, is_attended=False)


def _reverse(resolution: BankResolution, at: datetime, by: User, key: str) -> ReceiptCancellation:
    payment = resolution.payment
    assert payment is not None
    receipts = hold_receipts(payment)
    if not receipts:
        raise ResolutionImpossible(
            "Ese pago ya se canceló por otro camino; no hay nada que deshacer. Descarte el reverso."
        )
    refuse_own_receipts(receipts, by=by)
    return undo_receipts(
        receipts=receipts,
        session=None,
        kind=CashMovement.Kind.CANCELLED,
        cause=ReceiptCancellation.Cause.BANK,
        reason=resolution.reason,
        at=at,
        by=by,
        key=key,
    )[0]


def _return(movement: BankMovement, at: datetime, by: User, key: str) -> Posting:
    assert movement.amount is not None
    return post(
        operation="return_deposit",
        entries=[
            Entry(
                debit_book=Book.UNIDENTIFIED,
                credit_book=Book.BANK,
                concept=DEPOSIT,
                amount=movement.amount,
                effective_on=local_day(at),
                reason=Reason.REFUND,
            )
        ],
        key=key,
        body={"movement": movement.pk},
        at=at,
        by=by,
    )


def _pesos(resolution: BankResolution) -> Decimal:
    return resolution.amount or resolution.movement.amount or Decimal(0)


def _tell(kind: EventKind, resolution: BankResolution, at: datetime, by: User, facts: Mapping[str, str]) -> None:
    movement = resolution.movement
    account_id = resolution.account_id or movement.account_id
    publish(
        kind,
        subject_kind="BankResolution",
        subject_id=resolution.pk,
        account_id=account_id,
        facts={
            "reference": movement.reference or f"del renglón {movement.line}",
            "amount": format_money(_pesos(resolution)),
            "action": resolution.get_action_display().lower(),
            **facts,
        },
        at=at,
        by=by,
    )
