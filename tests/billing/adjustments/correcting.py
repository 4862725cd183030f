"""Bills to correct, who proposes and decides, and what an account owes whatever happened to it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from django.conf import settings

from cauce.billing.models import Adjustment, Bill
from cauce.billing.operations import (
    Evidence,
    apply_adjustment,
    authorise_adjustment,
    load_adjustment_policies,
    propose_adjustment,
    propose_undo,
)
from cauce.billing.rules.adjustments import Correction
from cauce.cashier.models import Payment, Tender
from cauce.cashier.operations import PaymentShare, open_desk, take_payment
from cauce.cashier.rules import Tendered
from cauce.core.money import ZERO
from cauce.documents.operations import store_file
from cauce.ledger.models import Transfer
from cauce.ledger.queries import advance_balances, open_charges
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User

POLICIES = settings.BASE_DIR / "office" / "cortazar" / "ajustes.yaml"
PDF = b"%PDF-1.4 acta de aforo de prueba"
ACT = "Acta de aforo o fotografía del medidor"
READING, LEAK, CLASS, AVERAGE = "ERROR_LECTURA", "FUGA_NO_VISIBLE", "CLASE_EQUIVOCADA", "ESTIMACION"
BOARD, COURT = "POLITICA_CONSEJO", "ORDEN_JUDICIAL"
PAPERS = {
    READING: [ACT],
    LEAK: ["Acta de aforo", "Comprobante de la reparación"],
    CLASS: ["Inspección del uso"],
    AVERAGE: ["Reporte de lectura"],
    BOARD: ["Solicitud del usuario"],
    COURT: ["Resolución notificada"],
}
_key = count(1)


def load_policies(*, at: datetime, by: User) -> None:
    load_adjustment_policies(path=POLICIES, at=at, by=by)


def evidence_of(kind: str, *, at: datetime, by: User) -> list[Evidence]:
    return [Evidence(name, store_file(name="acta.pdf", content=PDF, at=at, by=by)) for name in PAPERS[kind]]


def live_bill_of(account: Account, period: date) -> Bill:
    return Bill.objects.select_related("document", "run", "account").get(
        account=account, period=period, replaced_by__isnull=True
    )


def proposed(
    bills: Sequence[Bill] | Bill,
    kind: str = READING,
    *,
    at: datetime,
    by: User,
    key: str | None = None,
    **asked: object,
) -> Adjustment:
    """An adjustment of these bills, all corrected the same way."""
    those = [bills] if isinstance(bills, Bill) else list(bills)
    return propose_adjustment(
        account=those[0].account,
        kind=kind,
        bills=[(bill, Correction(**asked)) for bill in those],  # type: ignore[arg-type]
        reason="Así lo mide el aforo.",
        evidence=evidence_of(kind, at=at, by=by),
        at=at,
        by=by,
        key=key or f"p{next(_key)}",
    )


def applied(adjustment: Adjustment, *, at: datetime, by: User, head: User) -> Adjustment:
    """Authorised by the head and applied by somebody else."""
    asked = {"resolution": "CD-9/2026", "resolved_on": at.date()} if adjustment.needs_board else {}
    authorise_adjustment(adjustment=adjustment, note="Procede", **asked, at=at, by=head)
    return apply_adjustment(adjustment=adjustment, at=at, by=by, key=f"a{adjustment.pk}")


def undone(adjustment: Adjustment, *, at: datetime, by: User, head: User) -> Adjustment:
    undo = propose_undo(adjustment=adjustment, reason="El aforo estaba mal.", at=at, by=by, key=f"u{adjustment.pk}")
    return applied(undo, at=at, by=by, head=head)


def pay(account: Account, amount: Decimal, *, at: datetime, by: User, key: str) -> Payment:
    """Pay by transfer through a channel: no session is needed, whatever the day."""
    return take_payment(
        shares=[PaymentShare(amount=amount, account=account)],
        tenders=[Tendered(Tender.Method.TRANSFER, amount, f"SPEI {key}")],
        session=None,
        desk=open_desk(code="CANAL", name="Canal de prueba", series="CP", is_attended=False),
        at=at,
        by=by,
        key=key,
    )


def owed_by_month(account: Account) -> dict[tuple[date | None, str], Decimal]:
    """What is pending, by period and concept, less what is in favour."""
    owed: dict[tuple[date | None, str], Decimal] = {}
    for charge in open_charges([account.pk]).get(account.pk, ()):
        key = (charge.period, charge.concept)
        owed[key] = owed.get(key, ZERO) + charge.pending
    in_favour = sum(advance_balances([account.pk]).get(account.pk, {}).values(), ZERO)
    return owed | ({(None, "A FAVOR"): -in_favour} if in_favour else {})


def charged_by(bill: Bill) -> Decimal:
    """What a bill charges and stands in the ledger."""
    rows = Transfer.objects.live().charges().filter(document=bill.document_id, reason__in=("BILL", "ADJUSTMENT"))
    return sum(rows.values_list("amount", flat=True), ZERO)


def nothing_is_broken() -> None:
    assert [(check.name, check.sample) for check in verify() if check.broken] == []
