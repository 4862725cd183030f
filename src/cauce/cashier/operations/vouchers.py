"""The one use of a voucher: the money that Contabilidad found pays what was owed on the day of its deposit."""

from datetime import datetime

from django.db import transaction

from cauce.cashier.events import VOUCHER_APPLIED, VOUCHER_REPLACED
from cauce.cashier.models import CreditVoucher, PaymentClaim, Receipt, Tender, VoucherUse
from cauce.cashier.operations.bars import ReasonMissing, refuse_same_person
from cauce.cashier.operations.claims import VOUCHERS, hold_for_claim, lift_claim_hold
from cauce.cashier.operations.sessions.opening import open_desk
from cauce.cashier.operations.taking import PaymentShare, take_payment
from cauce.cashier.queries.receipts import live_receipts
from cauce.cashier.rules import Tendered
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.operations import lock_accounts
from cauce.ledger.queries import booking_day
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


class VoucherNotReplaced(DomainError):
    """The money of the voucher does not wait to be applied again."""


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


@transaction.atomic
def replace_voucher(*, voucher: CreditVoucher, reason: str, at: datetime, by: User) -> CreditVoucher:
    """Issue another voucher for the money of one whose payment was cancelled: it waits unidentified again.

    It is of the same claim, amount and day of deposit; the claim has its money found again and holds the account from
    today until it is applied. Idempotent: a voucher is replaced once, and asked again gives the same one.

    :raises ReasonMissing: without reason.
    :raises SamePerson: if who issues it is who received the claim.
    :raises OwnAccount: if who issues it is linked to the account.
    :raises VoucherNotReplaced: if it was not applied, or its payment stands.
    :raises AccountBusy: if another session is working on the account.
    """
    if not reason.strip():
        raise ReasonMissing("se expide otro vale")
    refuse_own_account(by=by, account_ids=[voucher.account_id])
    lock_accounts([voucher.account_id])
    related = ("document", "claim__document", "use__receipt__payment", "use__receipt__document")
    voucher = CreditVoucher.objects.select_related(*related).get(pk=voucher.pk)
    claim = voucher.claim
    refuse_same_person(
        first=claim.opened_by_id,
        by=by,
        message="Quien recibe la aclaración no expide sus vales; los expide Contabilidad.",
    )
    replacing = CreditVoucher.objects.filter(replaces=voucher).first()
    if replacing is not None:
        return replacing
    _refuse_money_elsewhere(voucher)
    document = create_document(kind=Document.Kind.VOUCHER, series=VOUCHERS, issued_on=booking_day(at), at=at, by=by)
    replacing = CreditVoucher.objects.create(
        document=document,
        claim=claim,
        replaces=voucher,
        account_id=voucher.account_id,
        amount=voucher.amount,
        effective_on=voucher.effective_on,
        bank_reference=voucher.bank_reference,
        issued_at=at,
        issued_by=by,
    )
    claim.state = PaymentClaim.State.FOUND
    claim.hold = hold_for_claim(
        account=voucher.account,
        reason=f"Aclaración {claim.document.folio}: se aplica otra vez con el vale {document.folio}",
        at=at,
        by=by,
    )
    claim.save(update_fields=["state", "hold"])
    publish(
        VOUCHER_REPLACED,
        subject_kind="CreditVoucher",
        subject_id=replacing.pk,
        account_id=replacing.account_id,
        facts={
            "folio": document.folio,
            "amount": format_money(replacing.amount),
            "before": voucher.document.folio,
            "claim": claim.document.folio,
            "reason": reason.strip(),
        },
        at=at,
        by=by,
    )
    return replacing


def _refuse_money_elsewhere(voucher: CreditVoucher) -> None:
    """Refuse to replace a voucher whose money does not wait unidentified."""
    folio = voucher.document.folio
    use = getattr(voucher, "use", None)
    if use is None:
        raise VoucherNotReplaced(f"El vale {folio} no se ha aplicado; aplíquelo en vez de expedir otro.")
    standing = live_receipts(use.receipt.payment)
    if standing:
        raise VoucherNotReplaced(
            f"El pago del vale {folio} está vigente con el comprobante {standing[0].document.folio}; si fue un error, "
            "cancele o traslade primero ese pago."
        )
