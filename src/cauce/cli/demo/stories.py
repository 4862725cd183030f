"""What happens on some days of the demonstration: orders, mistakes, the bank, claims, and what waits for today."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from cauce.cashier.models import (
    BankMovement,
    BankResolution,
    CashSession,
    ClearingMatch,
    ContingencyBlock,
    CreditVoucher,
    Dishonour,
    Payment,
    PaymentClaim,
    PaymentOrder,
    Refund,
    Tender,
)
from cauce.cashier.operations import (
    BankFacts,
    ClaimedPayment,
    PaymentShare,
    accept_claim,
    apply_voucher,
    approve_resolution,
    authorise_refund,
    capture_contingency,
    correct_method,
    count_drawer,
    dishonour_payment,
    import_bank,
    issue_advance_order,
    issue_debt_order,
    issue_service_order,
    match_clearing,
    move_payment,
    open_claim,
    pay_refund,
    print_contingency_block,
    propose_resolution,
    request_refund,
    reverse_payment,
    take_payment,
    withdraw_cash,
)
from cauce.cashier.queries.bank_resolutions import candidate_accounts, reversible_payments
from cauce.cashier.queries.clearing import in_transit
from cauce.cashier.queries.orders import debt_by_period, order_due
from cauce.cashier.queries.sessions import CASH, expected_in
from cauce.cashier.rules import Tendered, as_pieces, rounded_cash
from cauce.cashier.rules.bank_rows import Code
from cauce.cli.demo.days import KEY, Town, in_cash, is_done, moment
from cauce.cli.output import progress
from cauce.core.money import round_to_cents
from cauce.ledger.queries import balance, collection_law
from cauce.registry.models import Account, Customer, StaffLink
from cauce.registry.operations import declare_link, register_customer
from cauce.registry.rules.details import CustomerDetails
from cauce.users.models import User

BANK_DAY: Final = date(2026, 10, 15)
# What is in transit is matched some days after, as the bank credits it; what came last still waits.
_DAYS_IN_TRANSIT: Final = {
    ClearingMatch.Kind.DEPOSITS: 1,
    ClearingMatch.Kind.CARDS: 2,
    ClearingMatch.Kind.TRANSFERS: 1,
    ClearingMatch.Kind.CHEQUES: 6,
}
_CARD_FEE: Final = Decimal("0.015")
_LAST_MATCH: Final = date(2026, 10, 21)


class Scene:
    """A day of the town while something happens in it."""

    def __init__(self, town: Town, day: date, sessions: dict[str, CashSession]) -> None:
        self.town = town
        self.day = day
        self.sessions = sessions

    def at(self, hour: int, minute: int = 0) -> datetime:
        """A time of the day."""
        return moment(self.day, minutes=(hour - 8) * 60 + minute)

    def person(self, username: str) -> User:
        """Somebody of the staff."""
        return self.town.people[username]

    def account(self, number: int) -> Account:
        """One of the accounts to which things happen, always the same."""
        return self.town.quiet_accounts[number]

    def take(
        self,
        name: str,
        share: PaymentShare,
        tender: Tendered | None = None,
        *,
        desk: str = "C1",
        at: datetime,
    ) -> Payment:
        """Take one payment at a window."""
        coin = collection_law(self.day).desk.coin
        session = self.sessions[desk]
        return take_payment(
            shares=[share],
            tenders=[tender or in_cash(rounded_cash(share.amount, coin))],
            session=session,
            at=at,
            by=session.cashier,
            key=f"{KEY}{name}",
        )


def tell(town: Town, day: date, sessions: dict[str, CashSession]) -> None:
    """What happens on ``day`` beside the ordinary; nothing if its windows were already closed."""
    scene = Scene(town, day, sessions)
    if sessions:
        for story in STORIES.get(day, ()):
            story(scene)
        _match(scene)


def _first_day(scene: Scene) -> None:
    """A cashier declares a relative, and each window gets its block of receipts for when there is no power."""
    at, supervisor = scene.at(8, 5), scene.person("supervisor-cajas")
    declare_link(
        user=scene.person("cajero2"),
        customer=scene.account(13).holder,
        kind=StaffLink.Kind.RELATIVE,
        note="Su mamá",
        at=at,
        by=scene.person("informatica"),
    )
    for desk in scene.town.desks.values():
        if not ContingencyBlock.objects.filter(desk=desk).exists():
            print_contingency_block(desk=desk, count=25, at=at, by=supervisor)


def _order_paid(scene: Scene) -> None:
    account = scene.account(0)
    order = issue_service_order(
        party=account.holder,
        account=account,
        services={"O01": Decimal(1)},
        at=scene.at(9),
        by=scene.person("coordinador"),
        key=f"{KEY}orden-pagada",
    )
    _pay_order(scene, order, PaymentShare(amount=order.total, account=account, directed_to=order.document))


def _order_of_person(scene: Scene) -> None:
    """Somebody without account pays a service."""
    order = PaymentOrder.objects.filter(posting__key=f"{KEY}orden-persona").first()
    if order is None:
        name = "FERIA DE LA CAÑA, COMITÉ ORGANIZADOR"
        party = Customer.objects.filter(name=name).first() or register_customer(
            details=CustomerDetails(name=name), at=scene.at(9), by=scene.person("coordinador")
        )
        order = issue_service_order(
            party=party,
            account=None,
            services={"O02": Decimal(2)},
            at=scene.at(9),
            by=scene.person("coordinador"),
            key=f"{KEY}orden-persona",
        )
    _pay_order(scene, order, PaymentShare(amount=order.total, party=order.party, directed_to=order.document))


def _pay_order(scene: Scene, order: PaymentOrder, share: PaymentShare) -> None:
    key = f"pago-{order.posting.key.removeprefix(KEY)}"
    if not is_done(f"{KEY}{key}") and order_due(order, scene.day) == share.amount:
        scene.take(key, share, at=scene.at(11))


def _wrong_account(scene: Scene) -> None:
    scene.take(
        "cuenta-equivocada", PaymentShare(amount=Decimal(350), account=scene.account(1)), desk="C2", at=scene.at(12)
    )


def _moved(scene: Scene) -> None:
    payment = Payment.objects.get(key=f"{KEY}cuenta-equivocada")
    if not is_done(f"{KEY}traslado"):
        move_payment(
            receipt=payment.receipts.get(replaces=None),
            to_account=scene.account(2),
            reason="El cliente dio el recibo de su vecino; trajo el comprobante y su recibo.",
            at=scene.at(10),
            by=scene.person("supervisor-cajas"),
            key=f"{KEY}traslado",
        )


def _cheque(scene: Scene) -> None:
    tender = Tendered("CHEQUE", Decimal(1200), "0000417", "Banorte")
    scene.take(
        "cheque", PaymentShare(amount=Decimal(1200), account=scene.account(3)), tender, desk="C3", at=scene.at(13)
    )


def _cheque_returned(scene: Scene) -> None:
    if not is_done(f"{KEY}cheque-devuelto"):
        dishonour_payment(
            tender=Tender.objects.get(payment__key=f"{KEY}cheque"),
            kind=Dishonour.Kind.CHEQUE,
            bank_on=scene.day - timedelta(days=1),
            reason="El banco lo devolvió por fondos insuficientes.",
            at=scene.at(11),
            by=scene.person("contabilidad"),
            key=f"{KEY}cheque-devuelto",
        )


def _cancelled(scene: Scene) -> None:
    payment = scene.take("cancelado", PaymentShare(amount=Decimal(200), account=scene.account(4)), at=scene.at(12, 10))
    if not is_done(f"{KEY}cancelacion"):
        reverse_payment(
            payment=payment,
            session=scene.sessions["C1"],
            reason="El cliente no completó el efectivo y se llevó su dinero.",
            at=scene.at(12, 20),
            by=scene.person("supervisor-cajas"),
            key=f"{KEY}cancelacion",
        )


def _method_corrected(scene: Scene) -> None:
    payment = scene.take("forma", PaymentShare(amount=Decimal(300), account=scene.account(5)), at=scene.at(9, 30))
    if not is_done(f"{KEY}forma-correcta"):
        correct_method(
            tender=payment.tenders.get(),
            method=Tender.Method.CARD,
            reference="004512",
            reason="Se capturó efectivo; el voucher dice tarjeta.",
            at=scene.at(9, 45),
            by=scene.person("supervisor-cajas"),
            key=f"{KEY}forma-correcta",
        )


def _overpaid(scene: Scene) -> None:
    _overpay(scene, scene.account(6), "saldo-a-favor")


def _overpay(scene: Scene, account: Account, name: str) -> None:
    owed = balance(account.pk, scene.day)
    due = sum((debt.total for debt in debt_by_period(account.pk, scene.day, collection_law(scene.day))), Decimal(0))
    amount = max(owed, due, Decimal(0)) + 400
    if not is_done(f"{KEY}{name}"):
        tender = Tendered("TRANSFER", amount, "SPEI 5530021", "Santander")
        scene.take(name, PaymentShare(amount=amount, account=account), tender, at=scene.at(9))


def _refund_paid(scene: Scene) -> None:
    refund = _ask_refund(scene, scene.account(6), "devolucion")
    refund = authorise_refund(refund=refund, note="Procede.", at=scene.at(11), by=scene.person("jefe"))
    if refund.state != Refund.State.PAID:
        session = scene.sessions["C1"]
        pay_refund(
            refund=refund,
            method=Tender.Method.CASH,
            session=session,
            at=scene.at(13),
            by=session.cashier,
            key=f"{KEY}devolucion-pagada",
        )


def _refund_waiting(scene: Scene) -> None:
    # The third cycle is billed later, and its bills would use what is in favour.
    account = next(account for account in scene.town.quiet_accounts[14:] if account.cycle != 3)
    _overpay(scene, account, "saldo-a-favor-2")
    _ask_refund(scene, account, "devolucion-por-autorizar")


def _ask_refund(scene: Scene, account: Account, name: str) -> Refund:
    return request_refund(
        account=account,
        party=account.holder,
        amount=Decimal(100),
        reason="Pagó de más y pide que se le devuelva.",
        at=scene.at(9, 10),
        by=scene.person("coordinador"),
        key=f"{KEY}{name}",
    )


def _without_power(scene: Scene) -> None:
    """Captured the morning after: four receipts given by hand at the end of the afternoon before."""
    block = ContingencyBlock.objects.get(desk__code="C1")
    for place in range(4):
        account, amount = scene.account(7 + place), Decimal(180 + 40 * place)
        capture_contingency(
            block=block,
            number=block.first + place,
            share=PaymentShare(amount=amount, account=account),
            tenders=[Tendered(CASH, amount)],
            received_at=moment(scene.day - timedelta(days=1), minutes=490 + 6 * place),
            session=scene.sessions["C1"],
            at=scene.at(8, 20 + place),
            by=scene.sessions["C1"].cashier,
            key=f"{KEY}contingencia-{place}",
        )


def _claim(scene: Scene, number: int, amount: int, name: str) -> PaymentClaim:
    return open_claim(
        account=scene.account(number),
        claimed=ClaimedPayment(
            amount=Decimal(amount),
            paid_on=scene.day - timedelta(days=4),
            institution="BBVA",
            branch="Cortazar Centro",
            reference=f"{amount}{number:03d}",
            told="Trae la ficha del depósito; en su estado de cuenta no aparece.",
        ),
        at=scene.at(10, 30),
        by=scene.person("coordinador"),
        key=f"{KEY}{name}",
    )


def _claim_opened(scene: Scene) -> None:
    _claim(scene, 11, 480, "aclaracion")


def _claim_accepted(scene: Scene) -> None:
    claim = PaymentClaim.objects.get(key=f"{KEY}aclaracion")
    if claim.state == PaymentClaim.State.OPEN:
        accept_claim(
            claim=claim,
            facts=BankFacts(amount=claim.amount, deposited_on=claim.paid_on, reference="BNET 77120"),
            note="Está en el estado de cuenta del banco, sin referencia.",
            at=scene.at(12),
            by=scene.person("contabilidad"),
        )


def _voucher_applied(scene: Scene) -> None:
    voucher = CreditVoucher.objects.get(claim__key=f"{KEY}aclaracion")
    if not is_done(f"{KEY}vale"):
        apply_voucher(voucher=voucher, at=scene.at(9), by=scene.sessions["C1"].cashier, key=f"{KEY}vale")


def _claim_waiting(scene: Scene) -> None:
    _claim(scene, 15, 615, "aclaracion-abierta")


def _drawer_counted(scene: Scene) -> None:
    """The supervisor counts a drawer by surprise, and takes a bag out of it."""
    session = scene.sessions["C1"]
    expected = expected_in(session)[CASH]
    count_drawer(
        session=session,
        denominations=as_pieces(expected),
        at=scene.at(13, 30),
        by=scene.person("supervisor-cajas"),
        key=f"{KEY}arqueo",
    )
    if expected >= 1000:
        withdraw_cash(
            session=session,
            bag="R-001",
            denominations={"200": 2, "100": 1},
            received_by=scene.person("supervisor-cajas"),
            at=scene.at(13, 40),
            by=session.cashier,
            key=f"{KEY}retiro",
        )


def _bank(scene: Scene) -> None:
    outcome = import_bank(path=scene.town.bank_file, dry_run=False, at=scene.at(16), by=scene.person("contabilidad"))
    progress(f"Banco: {outcome.taken:,} aplicados, {outcome.rejected:,} rechazados, {outcome.flagged:,} por revisar.")


def _row_resolved(scene: Scene) -> None:
    movement = BankMovement.objects.filter(code=Code.CHECK_DIGIT).order_by("line").first()
    if movement is not None and not movement.resolutions.exists():
        approve_resolution(
            resolution=_propose(scene, movement), note="Coincide.", at=scene.at(12), by=scene.person("supervisor-cajas")
        )


def _rows_waiting(scene: Scene) -> None:
    """A deposit with a wrong digit and a reversal of the bank wait for somebody to approve what is proposed."""
    for code in (Code.CHECK_DIGIT, Code.REVERSAL):
        movement = BankMovement.objects.filter(code=code, resolutions=None).order_by("line").first()
        if movement is not None and not BankResolution.objects.filter(movement__code=code, state="PROPOSED").exists():
            _propose(scene, movement)


def _propose(scene: Scene, movement: BankMovement) -> BankResolution:
    payment = next(iter(reversible_payments(movement)), None)
    likely = next(iter(candidate_accounts(movement)), None)
    is_reversal = payment is not None
    return propose_resolution(
        movement=movement,
        action=BankResolution.Action.REVERSE if is_reversal else BankResolution.Action.APPLY,
        reason="El banco deshizo ese depósito." if is_reversal else "Un dígito mal escrito en la referencia.",
        account=None if is_reversal else (likely.account if likely else scene.account(16)),
        payment=payment,
        at=scene.at(10),
        by=scene.person("contabilidad"),
    )


def _advance_order(scene: Scene) -> None:
    account = scene.account(12)
    order = issue_advance_order(
        party=account.holder,
        account=account,
        amount=Decimal(1000),
        at=scene.at(9),
        by=scene.person("tecnico"),
        key=f"{KEY}orden-anticipo",
    )
    _pay_order(scene, order, PaymentShare(amount=order.total, account=account, directed_to=order.document))


def _order_waiting(scene: Scene) -> None:
    account = scene.account(16)
    debts = debt_by_period(account.pk, scene.day, collection_law(scene.day))
    if debts:
        issue_debt_order(
            account=account,
            as_of=scene.day,
            periods=[debt.period for debt in debts],
            at=scene.at(14),
            by=scene.person("coordinador"),
            key=f"{KEY}orden-pendiente",
        )


def _match(scene: Scene) -> None:
    """Contabilidad finds in the bank's statement what had been on its way."""
    if scene.day > _LAST_MATCH:
        return
    for kind, days in _DAYS_IN_TRANSIT.items():
        items = [item for item in in_transit(kind) if item.day <= scene.day - timedelta(days=days)]
        expected = sum((item.amount for item in items), Decimal(0))
        key = f"{KEY}conciliacion:{kind}:{scene.day}"
        if expected <= 0 or is_done(key):
            continue
        fee = round_to_cents(expected * _CARD_FEE) if kind == ClearingMatch.Kind.CARDS else Decimal(0)
        ids = [item.id for item in items]
        match_clearing(
            kind=kind,
            deposits=ids if kind == ClearingMatch.Kind.DEPOSITS else (),
            tenders=() if kind == ClearingMatch.Kind.DEPOSITS else ids,
            bank_on=scene.day,
            received=expected - fee,
            fee=fee,
            reference=f"EDO {scene.day:%d%m}",
            at=scene.at(15),
            by=scene.person("contabilidad"),
            key=key,
        )


STORIES: Final[dict[date, tuple[Callable[[Scene], None], ...]]] = {
    date(2026, 9, 1): (_first_day,),
    date(2026, 9, 8): (_order_paid,),
    date(2026, 9, 9): (_order_of_person,),
    date(2026, 9, 10): (_wrong_account,),
    date(2026, 9, 11): (_moved,),
    date(2026, 9, 14): (_cheque,),
    date(2026, 9, 17): (_cancelled,),
    date(2026, 9, 22): (_cheque_returned,),
    date(2026, 9, 24): (_method_corrected,),
    date(2026, 9, 28): (_overpaid,),
    date(2026, 10, 1): (_without_power,),
    date(2026, 10, 2): (_refund_paid,),
    date(2026, 10, 6): (_claim_opened,),
    date(2026, 10, 8): (_claim_accepted,),
    date(2026, 10, 9): (_voucher_applied,),
    date(2026, 10, 12): (_drawer_counted,),
    BANK_DAY: (_bank,),
    date(2026, 10, 16): (_row_resolved,),
    date(2026, 10, 19): (_advance_order, _rows_waiting),
    date(2026, 10, 20): (_refund_waiting,),
    date(2026, 10, 21): (_claim_waiting,),
    date(2026, 10, 22): (_order_waiting,),
}
