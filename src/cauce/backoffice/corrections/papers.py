"""The papers of what puts a payment right: the letter of a returned cheque and the refund."""

from django.utils import timezone

from cauce.cashier.models import Dishonour, Receipt, Refund
from cauce.cashier.queries.corrections import CAME_BACK, favour_of, tender_facts
from cauce.core.clock import local_day
from cauce.core.es_mx import format_period, join_words
from cauce.core.periods import period_of
from cauce.documents.printing import Paper, refund_paper, returned_cheque_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import LegalCharge, Person, RefundSheet, ReturnedChequeSheet
from cauce.ledger.models import Allocation
from cauce.tariffs.queries import concept_names, schedule_for_period
from cauce.ui.context import is_official_on
from cauce.users.models import User

CONSEQUENCES = (
    "El adeudo que el cheque pagaba volvió a su cuenta con sus fechas; desde ellas corren los recargos de la ley.",
    "Mientras no se pague no se expide constancia de no adeudo, y la que se hubiera expedido se revisa.",
)


def returned_cheque_letter(dishonour: Dishonour) -> Paper:
    """The letter to who paid with the cheque, with what the law charges."""
    facts = tender_facts(dishonour.tender)
    receipt = _first_undone(dishonour)
    on = local_day(dishonour.recorded_at)
    names, basis = concept_names(), schedule_for_period(period_of(on)).parameters.legal_basis
    because = basis.get("cheque_devuelto" if dishonour.kind == Dishonour.Kind.CHEQUE else "contracargo", "")
    charges = tuple(
        LegalCharge(label=names.get(concept, concept), amount=amount, legal_basis=because)
        for concept, amount in (
            ("CHEQUE_INDEMNIZACION", dishonour.compensation),
            ("COMISION_BANCARIA", dishonour.commission),
            ("IVA", dishonour.vat),
        )
        if amount > 0
    )
    account = receipt.account
    sheet = ReturnedChequeSheet(
        folio=dishonour.document.folio,
        account=None if account is None else account.number,
        holder=receipt.party.name,
        address="" if account is None else account.connection.premises.address,
        issued_on=on,
        receipt=receipt.document.folio,
        paid_on=receipt.effective_on,
        cheque=facts.reference or "sin número",
        bank=facts.institution or "banco no capturado",
        amount=dishonour.tender.amount,
        returned_on=dishonour.bank_on,
        cause=dishonour.reason,
        charges=charges,
        total=dishonour.tender.amount + sum(charge.amount for charge in charges),
        signed_by=_person(dishonour.recorded_by),
        debt_periods=_periods(receipt),
        consequences=CONSEQUENCES,
    )
    return returned_cheque_paper(sheet, issuer(is_official=is_official_on(on)))


def refund_slip(refund: Refund) -> Paper:
    """The authorisation of a refund, and its receipt once it is paid."""
    assert refund.decided_by is not None and refund.decided_at is not None
    account = refund.account
    before = favour_of(
        account_id=refund.account_id,
        party_id=refund.party_id,
        **({} if refund.posting_id is None else {"before_posting": refund.posting_id}),
    )
    is_paid = refund.state == Refund.State.PAID
    sheet = RefundSheet(
        folio=refund.document.folio,
        account=None if account is None else account.number,
        holder=refund.party.name,
        address="" if account is None else account.connection.premises.address,
        amount=refund.amount,
        credit_before=before,
        credit_after=before - refund.amount,
        reason=refund.reason,
        authorised_by=_person(refund.decided_by),
        authorised_at=timezone.localtime(refund.decided_at),
        method=refund.get_method_display() if is_paid else "Por pagar",
        paid_at=None if refund.paid_at is None else timezone.localtime(refund.paid_at),
        paid_by="" if refund.paid_by is None else str(refund.paid_by),
        desk="" if refund.session is None else refund.session.desk.name,
        receiver=Person(name=refund.party.name, position="Recibe la devolución"),
        reference=refund.reference,
    )
    return refund_paper(sheet, issuer(is_official=is_official_on(local_day(refund.decided_at))))


def _first_undone(dishonour: Dishonour) -> Receipt:
    undone = dishonour.tender.payment.receipts.filter(cancellation__cause__in=CAME_BACK)
    receipts = undone.select_related("document", "party", "account__connection__premises").order_by("document_id")
    return receipts[0]


def _periods(receipt: Receipt) -> str:
    """The periods that the receipt had paid and owe again."""
    settled = Allocation.objects.filter(
        credit__posting=receipt.posting_id, credit__document=receipt.pk, reverses__isnull=True
    )
    periods = {period for period in settled.values_list("charge__period", flat=True) if period is not None}
    return join_words([format_period(period) for period in sorted(periods)])


def _person(user: User) -> Person:
    return Person(name=str(user), position=user.position)
