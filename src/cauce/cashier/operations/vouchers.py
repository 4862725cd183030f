"""The one use of a voucher: the money that Contabilidad found pays what was owed on the day of its deposit."""

from datetime import datetime

from django.db import transaction

from cauce.cashier.events import VOUCHER_APPLIED
from cauce.cashier.models import CreditVoucher, PaymentClaim, Receipt, Tender, VoucherUse
from cauce.cashier.operations.bars import refuse_same_person
from cauce.cashier.operations.claims import lift_claim_hold
from cauce.cashier.operations.sessions.opening import open_desk
from cauce.cashier.operations.taking import PaymentShare, take_payment
from cauce.cashier.rules import Tendered
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.events.operations import publish
from cauce.ledger.operations import lock_accounts
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

CHANNEL = "VALES"
CHANNEL_SERIES = "VA"


class VoucherUsed(DomainError):
    """A voucher is applied once."""

    def __init__(self, voucher: CreditVoucher) -> None:
        use = voucher.use
        super().__init__(
            f"El vale {voucher.document.folio} ya se aplicó con el comprobante {use.receipt.document.folio} "
            f"el {format_date(local_day(use.used_at))}; un vale se usa una sola vez."
        )


@transaction.atomic
def apply_voucher(*, voucher: CreditVoucher, at: datetime, by: User, key: str) -> Receipt:
    """Pay with a voucher, whole, what its account owed on the day of the deposit; its claim ends, its hold is lifted.

    It moves no drawer's money: it comes through the channel of vouchers. Surcharges charged since the deposit on what
    it pays are undone by rule. Idempotent: the same key gives the first receipt.

    :raises SamePerson: if who applies it is who issued it.
    :raises OwnAccount: if who applies it is linked to the account.
    :raises VoucherUsed: if it was applied with another key.
    :raises NoLawInForce: if no law says how to collect.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    refuse_own_account(by=by, account_ids=[voucher.account_id])
    lock_accounts([voucher.account_id])
    voucher = CreditVoucher.objects.select_related("document", "account", "claim__document", "claim__hold").get(
        pk=voucher.pk
    )
    used = VoucherUse.objects.filter(voucher=voucher).select_related("receipt__document", "receipt__payment").first()
    if used is not None:
        if used.receipt.payment.key == key:
            return used.receipt
        raise VoucherUsed(voucher)
    refuse_same_person(
        first=voucher.issued_by_id,
        by=by,
        message="Quien expidió el vale no lo aplica; pida a un cajero que lo haga.",
    )
    folio = voucher.document.folio
    payment = take_payment(
        shares=[PaymentShare(amount=voucher.amount, account=voucher.account)],
        tenders=[Tendered(Tender.Method.VOUCHER, voucher.amount, folio, voucher.claim.institution)],
        session=None,
        desk=open_desk(code=CHANNEL, name="Vales", series=CHANNEL_SERIES, is_attended=False),
        effective_on=voucher.effective_on,
        at=at,
        by=by,
        key=key,
    )
    receipt = payment.receipts.select_related("document").get()
    VoucherUse.objects.create(voucher=voucher, receipt=receipt, used_at=at, used_by=by)
    claim = voucher.claim
    claim.state = PaymentClaim.State.APPLIED
    claim.save(update_fields=["state"])
    lift_claim_hold(claim=claim, on=local_day(at), reason=f"Se aplicó el vale {folio}", at=at, by=by)
    publish(
        VOUCHER_APPLIED,
        subject_kind="CreditVoucher",
        subject_id=voucher.pk,
        account_id=voucher.account_id,
        facts={"folio": folio, "amount": format_money(voucher.amount), "receipt": receipt.document.folio},
        at=at,
        by=by,
    )
    return receipt
