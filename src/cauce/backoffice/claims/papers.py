"""The papers of a claim: its acknowledgement and its voucher."""

from django.utils import timezone

from cauce.cashier.models import CreditVoucher, PaymentClaim
from cauce.cashier.queries.claims import answer_by
from cauce.core.clock import local_day
from cauce.core.es_mx import format_date
from cauce.documents.printing import Paper, credit_voucher_paper, payment_claim_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import CreditVoucherSheet, PaymentClaimSheet, Person
from cauce.ui.context import is_official_on
from cauce.users.models import User

LEGENDS = (
    "Mientras se aclara, la cuenta no causa recargos ni se le reduce el servicio. Si el pago no procede, los recargos "
    "de esos días se cobran.",
)


def claim_acknowledgement(claim: PaymentClaim) -> Paper:
    """What the customer takes with them."""
    account = claim.account
    received_on = local_day(claim.opened_at)
    sheet = PaymentClaimSheet(
        folio=claim.document.folio,
        account=account.number,
        holder=account.holder.name,
        address=account.connection.premises.address,
        amount=claim.amount,
        deposited_on=claim.paid_on,
        bank=f"{claim.institution}, sucursal {claim.branch}" if claim.branch else claim.institution,
        bank_reference=claim.reference,
        filed_at=timezone.localtime(claim.opened_at),
        filed_by=account.holder.name,
        received_by=_person(claim.opened_by),
        answer_by=answer_by(claim),
        attachments=() if claim.slip is None else (claim.slip.name,),
        story=claim.told,
        legends=LEGENDS,
    )
    return payment_claim_paper(sheet, issuer(is_official=is_official_on(received_on)))


def voucher_paper(voucher: CreditVoucher) -> Paper:
    """The voucher; once applied it says so across."""
    account, use = voucher.account, getattr(voucher, "use", None)
    sheet = CreditVoucherSheet(
        folio=voucher.document.folio,
        account=account.number,
        holder=account.holder.name,
        address=account.connection.premises.address,
        amount=voucher.amount,
        deposited_on=voucher.effective_on,
        bank=voucher.claim.institution,
        bank_reference=voucher.bank_reference,
        claim_folio=voucher.claim.document.folio,
        issued_at=timezone.localtime(voucher.issued_at),
        issued_by=_person(voucher.issued_by),
        used="" if use is None else f"APLICADO EL {format_date(local_day(use.used_at)).upper()}",
    )
    return credit_voucher_paper(sheet, issuer(is_official=is_official_on(local_day(voucher.issued_at))))


def _person(user: User) -> Person:
    return Person(name=str(user), position=user.position)
