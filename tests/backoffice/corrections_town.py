"""Payments of the small town that were put right: one that stands, a cheque that came back, a refund to be paid."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from cauce.cashier.models import Dishonour, Receipt, Refund, Tender
from cauce.cashier.operations import (
    PaymentShare,
    authorise_refund,
    dishonour_payment,
    open_desk,
    request_refund,
    take_payment,
)
from cauce.cashier.rules import Tendered
from cauce.registry.models import Account
from tests.backoffice.town import AT, Town


@dataclass(frozen=True, slots=True)
class CorrectionsTown:
    """A receipt that stands and another account for it, a tender that came back and a refund authorised."""

    receipt: Receipt
    right: Account
    cheque: Tender
    refund: Refund


def corrections_town(town: Town) -> CorrectionsTown:
    """Make them, or give those that were made."""
    first, second = Account.objects.exclude(pk=town.account.pk).order_by("pk")[4:6]
    done = Dishonour.objects.filter(tender__payment__key="town/corrections/1").select_related("tender").first()
    if done is not None:
        receipt = Receipt.objects.get(payment__key="town/corrections/0")
        return CorrectionsTown(receipt, second, done.tender, Refund.objects.get(key="town/refund"))
    desk = open_desk(code="CC", name="Canal de correcciones", series="CC", is_attended=False)
    payments = [
        take_payment(
            shares=[PaymentShare(account=first, amount=Decimal(amount))],
            tenders=[Tendered(Tender.Method.CHEQUE, Decimal(amount), f"{number}7", "Banco Demo")],
            session=None,
            desk=desk,
            at=AT,
            by=town.staff["cajero"],
            key=f"town/corrections/{number}",
        )
        for number, amount in enumerate(("9000.00", "80.00"))
    ]
    cheque = payments[1].tenders.get()
    later = AT + timedelta(days=8)
    dishonour_payment(
        tender=cheque,
        kind=Dishonour.Kind.CHEQUE,
        bank_on=later.date(),
        reason="Fondos insuficientes",
        at=later,
        by=town.staff["contabilidad"],
        key="town/dishonour",
    )
    refund = request_refund(
        account=first,
        party=first.holder,
        amount=Decimal("100.00"),
        reason="Pagó dos veces",
        at=AT,
        by=town.staff["coordinador"],
        key="town/refund",
    )
    authorise_refund(refund=refund, at=AT, by=town.staff["jefe"])
    return CorrectionsTown(payments[0].receipts.get(), second, cheque, refund)
