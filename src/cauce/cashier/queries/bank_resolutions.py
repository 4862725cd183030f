"""What may be done with a doubtful movement of the bank: whose it may be, and which payment it may undo."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef

from cauce.cashier.models import BankMovement, Payment, ReceiptCancellation
from cauce.cashier.rules.bank_rows import likely_accounts
from cauce.core.money import ZERO
from cauce.ledger.queries import balances
from cauce.registry.models import Account

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that a movement may be of, with what it owes now in pesos and why it is offered."""

    account: Account
    owed: Decimal
    why: str


def reversible_payments(movement: BankMovement) -> list[Payment]:
    """The payments of the bank that a reversal may undo: same layout and reference, same pesos, and they stand."""
    if movement.amount is None or movement.amount >= 0 or not movement.reference:
        return []
    undone = ReceiptCancellation.objects.filter(receipt=OuterRef("receipt"))
    rows = (
        BankMovement.objects.filter(
            layout=movement.layout,
            reference=movement.reference,
            amount=-movement.amount,
            outcome=BankMovement.Outcome.APPLIED,
        )
        .filter(~Exists(undone))
        .select_related("receipt__payment", "receipt__document", "receipt__account__holder")
        .order_by("pk")
    )
    payments = []
    for row in rows:
        assert row.receipt is not None
        payment = row.receipt.payment
        payment.bank_receipt = row.receipt  # type: ignore[attr-defined]
        payments.append(payment)
    return payments


def candidate_accounts(movement: BankMovement) -> list[Candidate]:
    """The accounts that a movement may be of: its own, or those that one wrong digit away have a right reference.

    Those that owe exactly its amount come first. Two queries.
    """
    if movement.amount is not None and movement.amount < 0:
        return []
    likely = likely_accounts(movement.reference)
    found = {
        account.number: account
        for account in Account.objects.filter(number__in=likely).select_related("holder", "connection__premises")
    }
    owed = balances([account.pk for account in found.values()])
    candidates = []
    for number, why in likely.items():
        if number in found:
            pesos = owed.get(found[number].pk, ZERO)
            is_exact = movement.amount is not None and pesos == movement.amount
            candidates.append(Candidate(found[number], pesos, f"{why}; debe justo ese importe" if is_exact else why))
    candidates.sort(key=lambda candidate: "justo" not in candidate.why)
    return candidates[:SHOWN]


def waiting_by_file(batch_ids: Collection[int]) -> dict[int, int]:
    """How many movements of each file wait for two people; files without are left out. One query."""
    counted = BankMovement.objects.unresolved().filter(batch__in=batch_ids).values_list("batch_id")
    return dict(counted.annotate(waiting=Count("pk")).order_by())
