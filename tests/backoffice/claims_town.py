"""What the town's screens of claims and of money in transit show: a claim with its voucher, and a match."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from cauce.cashier.models import ClearingMatch, CreditVoucher, PaymentClaim, Tender
from cauce.cashier.operations import (
    BankFacts,
    ClaimedPayment,
    PaymentShare,
    Slip,
    accept_claim,
    match_clearing,
    open_claim,
    open_desk,
    take_payment,
)
from cauce.cashier.queries.clearing import in_transit
from cauce.cashier.rules import Tendered
from tests.backoffice.town import AT, Town

PDF = b"%PDF-1.4 ficha de prueba"
SUM = Decimal("150.00")
CARDS = ClearingMatch.Kind.CARDS


class ClaimsTown(NamedTuple):
    """A claim that was found, its voucher that waits, and a day's cards that reached the bank."""

    claim: PaymentClaim
    voucher: CreditVoucher
    match: ClearingMatch


def claims_town(town: Town) -> ClaimsTown:
    """Make them, or find them if this database has them."""
    found = PaymentClaim.objects.filter(key="town/claim").first()
    if found is not None:
        return ClaimsTown(found, found.voucher, ClearingMatch.objects.get(posting__key="town/match"))
    claim = a_claim(town)
    facts = BankFacts(amount=SUM, deposited_on=claim.paid_on, reference="TRF 77")
    voucher = accept_claim(claim=claim, facts=facts, at=AT, by=town.staff["contabilidad"])
    return ClaimsTown(claim, voucher, a_match(town))


def a_claim(town: Town, key: str = "town/claim") -> PaymentClaim:
    """A claim that the coordinator received with its slip."""
    claimed = ClaimedPayment(
        amount=SUM, paid_on=AT.date() - timedelta(days=9), institution="Banco Demo", reference="00012326089"
    )
    slip = Slip("ficha.pdf", PDF)
    return open_claim(account=town.account, claimed=claimed, slip=slip, at=AT, by=town.staff["coordinador"], key=key)


def a_card(town: Town, key: str = "town/card") -> int:
    """A payment by card on its way to the bank; its tender."""
    take_payment(
        shares=[PaymentShare(account=town.account, amount=SUM)],
        tenders=[Tendered(Tender.Method.CARD, SUM, "AUT 1", "Banco Demo")],
        session=None,
        desk=open_desk(code="PRUEBA", name="Canal de prueba", series="PR", is_attended=False),
        at=AT,
        by=town.staff["cajero"],
        key=key,
    )
    return Tender.objects.get(payment__key=key).pk


def a_match(town: Town) -> ClearingMatch:
    """Its card, at the bank less the fee."""
    tender = a_card(town)
    assert tender in [item.id for item in in_transit(CARDS)]
    return match_clearing(
        kind=CARDS,
        tenders=[tender],
        bank_on=AT.date(),
        received=Decimal("147.00"),
        fee=Decimal("3.00"),
        at=AT,
        by=town.staff["contabilidad"],
        key="town/match",
    )
