"""A payment nobody registered: claimed, traced in the bank, and applied once with the deposit's date."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import BankMovement, CreditVoucher, PaymentClaim, Receipt, Tender, VoucherUse
from cauce.cashier.operations import (
    BankFacts,
    BankFactsMissing,
    ClaimDecided,
    ClaimedPayment,
    ClaimRepeated,
    MovementNotMoney,
    MovementTaken,
    PaidInTheFuture,
    PaymentShare,
    ReasonMissing,
    ReceiptNotMovedHere,
    SamePerson,
    Slip,
    VoucherNotReplaced,
    VoucherUsed,
    accept_claim,
    apply_voucher,
    close_claim_by_move,
    move_payment,
    open_claim,
    refuse_claim,
    replace_voucher,
    reverse_payment,
    take_payment,
)
from cauce.cashier.queries.clearing import unidentified
from cauce.cashier.rules import Tendered
from cauce.core.money import ZERO
from cauce.events.models import Event
from cauce.ledger.models import Book, Transfer
from cauce.ledger.operations import KeyReused, post_surcharges
from cauce.ledger.queries import CollectionLaw, balance
from cauce.registry.models import Account, Hold, StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.users.models import User
from tests.cashier.bank_files import assert_whole
from tests.cashier.bank_money import a_movement
from tests.ledger.debts import a_debt, make_account, write_debts

pytestmark = pytest.mark.django_db

PAID_ON = date(2026, 8, 19)
CLAIMED = ClaimedPayment(
    amount=Decimal("345.20"), paid_on=PAID_ON, institution="Banco Demo", branch="0123", reference="00012326089"
)
PDF = b"%PDF-1.4 una ficha"


@pytest.fixture
def coordinator(db: None) -> User:
    return User.objects.create(username="coordinadora", full_name="Ana Ríos")


@pytest.fixture
def accountant(db: None) -> User:
    return User.objects.create(username="contadora", full_name="Eva Luna")


@pytest.fixture
def debtor(law: CollectionLaw, account: Account, at: datetime, clerk: User) -> Account:
    """It owed 345.20 since the day after the deposit, and a month of surcharges was charged on it."""
    write_debts([a_debt(account, "AGUA", "345.20", date(2026, 8, 20))], at=at, by=clerk)
    post_surcharges(
        account_ids=[account.pk], to=at.date(), rule=law.surcharges, booked_on=at.date(), key="sept", at=at, by=clerk
    )
    return account


@pytest.fixture
def claim(debtor: Account, at: datetime, coordinator: User) -> PaymentClaim:
    return open_claim(account=debtor, claimed=CLAIMED, slip=Slip("ficha.pdf", PDF), at=at, by=coordinator, key="claim")


@pytest.fixture
def voucher(claim: PaymentClaim, at: datetime, accountant: User, clerk: User) -> CreditVoucher:
    movement = a_movement("345.20", PAID_ON, at=at, by=clerk)
    return accept_claim(claim=claim, movement=movement, at=at, by=accountant)


def test_a_claim_keeps_the_slip_and_holds_the_account(claim, debtor, at):
    assert claim.document.folio == "APL-000001"
    assert claim.slip is not None and claim.slip.content_type == "application/pdf"
    hold = debtor.holds.get()
    assert hold == claim.hold
    assert hold.kind == Hold.Kind.PAYMENT_TRACED
    assert hold.stops_reduction and hold.stops_surcharges and hold.valid_from == at.date()


def test_the_same_key_gives_the_same_claim_and_other_data_are_refused(claim, debtor, at, coordinator):
    again = open_claim(account=debtor, claimed=CLAIMED, at=at, by=coordinator, key="claim")
    assert again == claim
    other = ClaimedPayment(amount=Decimal("1.00"), paid_on=PAID_ON, institution="Banco Demo")
    with pytest.raises(KeyReused):
        open_claim(account=debtor, claimed=other, at=at, by=coordinator, key="claim")
    assert PaymentClaim.objects.count() == 1


def test_the_same_payment_is_not_claimed_twice(claim, debtor, at, coordinator):
    with pytest.raises(ClaimRepeated, match="APL-000001"):
        open_claim(account=debtor, claimed=CLAIMED, at=at, by=coordinator, key="another")


def test_a_payment_of_tomorrow_is_not_claimed(debtor, at, coordinator):
    tomorrow = ClaimedPayment(amount=Decimal(10), paid_on=at.date() + timedelta(days=1), institution="Banco")
    with pytest.raises(PaidInTheFuture):
        open_claim(account=debtor, claimed=tomorrow, at=at, by=coordinator, key="k")


def test_nobody_claims_for_their_own_account(debtor, at, coordinator):
    declare_link(user=coordinator, customer=debtor.holder, kind=StaffLink.Kind.SELF, at=at, by=coordinator)
    with pytest.raises(OwnAccount):
        open_claim(account=debtor, claimed=CLAIMED, at=at, by=coordinator, key="k")


def test_a_voucher_of_a_movement_uses_the_money_that_waited_unidentified(voucher, claim, debtor):
    assert voucher.document.folio == "VALE-000001"
    assert voucher.posting is None
    assert (voucher.amount, voucher.effective_on) == (Decimal("345.20"), PAID_ON)
    claim.refresh_from_db()
    assert claim.state == PaymentClaim.State.FOUND
    assert debtor.holds.get().valid_until is None
    state = unidentified()
    assert [line.what for line in state.lines] == ["VOUCHER"]
    assert state.balance == state.explained == Decimal("345.20")


def test_finding_the_same_again_gives_the_same_voucher(voucher, claim, at, accountant):
    assert accept_claim(claim=claim, movement=voucher.movement, at=at, by=accountant) == voucher
    facts = BankFacts(amount=Decimal(5), deposited_on=PAID_ON, reference="otra")
    with pytest.raises(ClaimDecided):
        accept_claim(claim=claim, facts=facts, at=at, by=accountant)
    assert CreditVoucher.objects.count() == 1


def test_money_in_no_file_enters_the_books_when_its_voucher_is_issued(claim, at, accountant):
    facts = BankFacts(amount=Decimal("345.20"), deposited_on=PAID_ON, reference="TRF 991")
    voucher = accept_claim(claim=claim, facts=facts, at=at, by=accountant)
    moved = Transfer.objects.get(posting=voucher.posting)
    assert (moved.debit_book, moved.credit_book, moved.amount) == (Book.BANK, Book.UNIDENTIFIED, Decimal("345.20"))
    assert moved.effective_on == PAID_ON and moved.document_id == voucher.document_id
    assert unidentified().unexplained == ZERO


def test_money_that_a_file_brought_is_not_written_again_by_hand(claim, at, accountant, clerk):
    movement = a_movement("345.20", PAID_ON, at=at, by=clerk, reference="TRF 991")
    facts = BankFacts(amount=Decimal("345.20"), deposited_on=PAID_ON, reference="TRF 991")
    with pytest.raises(MovementTaken, match=f"renglón {movement.line}"):
        accept_claim(claim=claim, facts=facts, at=at, by=accountant)


def test_a_row_whose_amount_could_not_be_read_takes_what_the_bank_says(claim, at, accountant, clerk):
    movement = a_movement(None, PAID_ON, at=at, by=clerk)
    with pytest.raises(BankFactsMissing):
        accept_claim(claim=claim, movement=movement, at=at, by=accountant)
    facts = BankFacts(amount=Decimal("345.20"), deposited_on=PAID_ON, reference="TRF 991")
    voucher = accept_claim(claim=claim, movement=movement, facts=facts, at=at, by=accountant)
    assert voucher.movement == movement and voucher.posting is not None
    assert unidentified().unexplained == ZERO


def test_what_takes_money_away_is_not_a_deposit(claim, at, accountant, clerk):
    with pytest.raises(MovementNotMoney):
        accept_claim(claim=claim, movement=a_movement("-345.20", PAID_ON, at=at, by=clerk), at=at, by=accountant)


def test_one_movement_makes_one_voucher(voucher, at, accountant, coordinator):
    other = open_claim(account=make_account(), claimed=CLAIMED, at=at, by=coordinator, key="other")
    with pytest.raises(MovementTaken, match="VALE-000001"):
        accept_claim(claim=other, movement=voucher.movement, at=at, by=accountant)


@pytest.mark.parametrize("state", ["PROPOSED", "APPROVED"])
def test_a_movement_with_a_resolution_makes_no_voucher(claim, at, accountant, clerk, coordinator, state):
    movement = a_movement("345.20", PAID_ON, at=at, by=clerk, resolved=state)
    with pytest.raises(MovementTaken, match="resolución"):
        accept_claim(claim=claim, movement=movement, at=at, by=accountant)
    assert not BankMovement.objects.get(pk=movement.pk).resolutions.filter(state="REFUSED").exists()


def test_who_received_the_claim_does_not_decide_it(claim, at, coordinator):
    with pytest.raises(SamePerson):
        refuse_claim(claim=claim, reason="No está", at=at, by=coordinator)
    facts = BankFacts(amount=Decimal(5), deposited_on=PAID_ON, reference="otra")
    with pytest.raises(SamePerson):
        accept_claim(claim=claim, facts=facts, at=at, by=coordinator)


def test_applying_a_voucher_pays_with_the_deposits_date_and_undoes_the_surcharges(voucher, debtor, claim, at, cashier):
    assert balance(debtor.pk) == Decimal("355.56")  # 345.20 and 3 % of a month
    receipt = apply_voucher(voucher=voucher, at=at, by=cashier, key="apply")
    assert receipt.document.folio == "VA-000001"
    assert receipt.effective_on == PAID_ON and receipt.applied == Decimal("345.20")
    assert balance(debtor.pk) == ZERO
    claim.refresh_from_db()
    hold = debtor.holds.get()
    assert claim.state == PaymentClaim.State.APPLIED
    assert hold.valid_until == at.date() and hold.lifted_by == cashier
    assert receipt.payment.session is None and receipt.payment.tenders.get().reference == "VALE-000001"
    assert unidentified().balance == ZERO and unidentified().lines == ()


def test_a_voucher_is_used_once(voucher, at, cashier):
    receipt = apply_voucher(voucher=voucher, at=at, by=cashier, key="apply")
    assert apply_voucher(voucher=voucher, at=at, by=cashier, key="apply") == receipt
    with pytest.raises(VoucherUsed, match="VA-000001"):
        apply_voucher(voucher=voucher, at=at, by=cashier, key="again")
    assert VoucherUse.objects.count() == Receipt.objects.count() == 1


def test_who_issued_a_voucher_does_not_apply_it(voucher, at, accountant):
    with pytest.raises(SamePerson):
        apply_voucher(voucher=voucher, at=at, by=accountant, key="apply")


def test_nobody_applies_a_voucher_of_their_own_account(voucher, debtor, at, cashier):
    declare_link(user=cashier, customer=debtor.holder, kind=StaffLink.Kind.RELATIVE, at=at, by=cashier)
    with pytest.raises(OwnAccount):
        apply_voucher(voucher=voucher, at=at, by=cashier, key="apply")


def test_while_a_payment_is_traced_no_month_of_surcharges_starts(claim, debtor, law, at, clerk):
    later = at + timedelta(days=40)
    _charge(debtor, law, later, clerk, "oct")
    assert balance(debtor.pk) == Decimal("355.56")


def test_a_refused_claim_lets_the_months_it_stopped_earn_their_surcharges(claim, debtor, law, at, accountant, clerk):
    later = at + timedelta(days=40)
    with pytest.raises(ReasonMissing):
        refuse_claim(claim=claim, reason=" ", at=later, by=accountant)
    refused = refuse_claim(claim=claim, reason="El banco no lo tiene", at=later, by=accountant)
    assert refused.state == PaymentClaim.State.REFUSED
    hold = debtor.holds.get()
    assert hold.valid_until == hold.valid_from == at.date()
    _charge(debtor, law, later, clerk, "oct")
    assert balance(debtor.pk) == Decimal("376.27")  # three months of 3 %: 20 Aug, 20 Sep and 20 Oct
    assert refuse_claim(claim=claim, reason="Otra vez", at=later, by=accountant).decision_note == "El banco no lo tiene"


def test_what_was_decided_is_not_decided_otherwise(voucher, claim, at, accountant):
    with pytest.raises(ClaimDecided):
        refuse_claim(claim=claim, reason="No", at=at, by=accountant)


def test_a_voucher_whose_payment_was_cancelled_is_replaced_and_its_money_applied_again(
    voucher, claim, debtor, at, accountant, cashier, supervisor
):
    first = apply_voucher(voucher=voucher, at=at, by=cashier, key="apply")
    with pytest.raises(VoucherNotReplaced, match="VA-000001"):
        replace_voucher(voucher=voucher, reason="Se aplicó mal", at=at, by=accountant)
    reverse_payment(payment=first.payment, session=None, reason="Se aplicó mal", at=at, by=supervisor, key="undo")
    assert [line.what for line in unidentified().lines] == ["UNDONE"]
    replacing = replace_voucher(voucher=voucher, reason="Se aplicó mal", at=at, by=accountant)
    assert (replacing.document.folio, replacing.replaces) == ("VALE-000002", voucher)
    assert (replacing.amount, replacing.effective_on) == (voucher.amount, voucher.effective_on)
    assert replace_voucher(voucher=voucher, reason="Otra vez", at=at, by=accountant) == replacing
    assert [(line.what, line.id) for line in unidentified().lines] == [("VOUCHER", replacing.pk)]
    claim.refresh_from_db()
    assert (claim.state, claim.voucher) == (PaymentClaim.State.FOUND, replacing)
    assert claim.hold.valid_until is None
    assert Event.objects.get(kind="VOUCHER_REPLACED").facts["before"] == "VALE-000001"
    assert_whole()
    with pytest.raises(VoucherUsed):
        apply_voucher(voucher=voucher, at=at, by=cashier, key="the first again")
    apply_voucher(voucher=replacing, at=at, by=cashier, key="apply again")
    claim.refresh_from_db()
    assert claim.state == PaymentClaim.State.APPLIED
    assert balance(debtor.pk) == ZERO and unidentified().balance == ZERO
    assert not debtor.holds.filter(lifted_by__isnull=True).exists()
    assert_whole()


def test_a_voucher_is_replaced_only_by_contabilidad_with_a_reason_once_it_was_applied(
    voucher, at, accountant, coordinator
):
    with pytest.raises(ReasonMissing):
        replace_voucher(voucher=voucher, reason=" ", at=at, by=accountant)
    with pytest.raises(SamePerson):
        replace_voucher(voucher=voucher, reason="Mal", at=at, by=coordinator)
    with pytest.raises(VoucherNotReplaced, match="no se ha aplicado"):
        replace_voucher(voucher=voucher, reason="Mal", at=at, by=accountant)
    assert CreditVoucher.objects.count() == 1


def test_a_deposit_written_by_hand_makes_one_voucher(claim, at, accountant, coordinator):
    facts = BankFacts(amount=Decimal("345.20"), deposited_on=PAID_ON, reference="TRF 991")
    accept_claim(claim=claim, facts=facts, at=at, by=accountant)
    other = open_claim(account=make_account(), claimed=CLAIMED, at=at, by=coordinator, key="other")
    again = BankFacts(amount=Decimal("345.20"), deposited_on=PAID_ON, reference="trf-991")
    with pytest.raises(MovementTaken, match="VALE-000001"):
        accept_claim(claim=other, facts=again, at=at, by=accountant)


def test_a_deposit_that_a_file_brought_is_known_by_the_banks_own_number(claim, at, accountant, clerk):
    movement = a_movement("345.20", PAID_ON, at=at, by=clerk)
    facts = BankFacts(amount=Decimal("345.20"), deposited_on=PAID_ON, reference=movement.identity.lower())
    with pytest.raises(MovementTaken, match=f"renglón {movement.line}"):
        accept_claim(claim=claim, facts=facts, at=at, by=accountant)


def test_a_claim_ends_when_its_payment_is_moved_from_another_account(
    claim, debtor, law, session, at, cashier, supervisor, accountant, coordinator
):
    other = make_account()
    payment = take_payment(
        shares=[PaymentShare(account=other, amount=Decimal("345.20"))],
        tenders=[Tendered(Tender.Method.CARD, Decimal("345.20"), "AUT 1", "Banco Demo")],
        session=session,
        at=at,
        by=cashier,
        key="elsewhere",
    )
    away = payment.receipts.get()
    with pytest.raises(ReceiptNotMovedHere):
        close_claim_by_move(claim=claim, receipt=away, at=at, by=accountant)
    here = move_payment(receipt=away, to_account=debtor, reason="Era de aquí", at=at, by=supervisor, key="move")
    with pytest.raises(SamePerson):
        close_claim_by_move(claim=claim, receipt=here, at=at, by=coordinator)
    with pytest.raises(ReceiptNotMovedHere):
        close_claim_by_move(claim=claim, receipt=away, at=at, by=accountant)
    closed = close_claim_by_move(claim=claim, receipt=here, at=at, by=accountant)
    assert closed.state == PaymentClaim.State.APPLIED and here.document.folio in closed.decision_note
    assert debtor.holds.get().valid_until == at.date()
    assert Event.objects.get(kind="CLAIM_CLOSED_BY_MOVE").facts["receipt"] == here.document.folio
    assert close_claim_by_move(claim=claim, receipt=here, at=at, by=accountant) == closed
    assert Event.objects.filter(kind="CLAIM_CLOSED_BY_MOVE").count() == 1
    with pytest.raises(ClaimDecided):
        refuse_claim(claim=claim, reason="No", at=at, by=accountant)


def _charge(account: Account, law: CollectionLaw, at: datetime, by: User, key: str) -> None:
    post_surcharges(
        account_ids=[account.pk], to=at.date(), rule=law.surcharges, booked_on=at.date(), key=key, at=at, by=by
    )
