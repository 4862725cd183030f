"""Deposits that Contabilidad put in the books by hand, told when a file of the bank brings them: they count once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from cauce.cashier.events import DEPOSIT_RECOGNISED
from cauce.cashier.models import BankMovement, CreditVoucher, VoucherDeposit
from cauce.cashier.operations.bank.booking import NewMovement
from cauce.cashier.rules.bank_rows import CLAIMED, BankRow, Code, RowClass, Verdict, goes_unidentified
from cauce.cashier.rules.claims import is_same_reference, numbers_of
from cauce.core.es_mx import format_money
from cauce.events.operations import publish
from cauce.users.models import User

_ALONE = "SELECT pg_advisory_xact_lock(hashtext('cauce.cashier.deposits'))"


def hold_deposits() -> None:
    """Keep deposits from entering the books both by hand and by a file, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)


class ClaimedDeposits:
    """The vouchers whose deposit no file has brought; each is recognised in one row of the file."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}
        self._waiting: dict[tuple[date, Decimal], list[CreditVoucher]] = {}

    def look_up(self, rows: Iterable[BankRow | None]) -> None:
        """Read the ones that a chunk of new rows may bring. One query."""
        days = [row.moved_on for row in rows if row is not None and row.moved_on is not None]
        self._waiting = {}
        if not days:
            return
        found = CreditVoucher.objects.filter(
            posting__isnull=False,
            movement__isnull=True,
            deposit__isnull=True,
            effective_on__range=(min(days), max(days)),
        ).exclude(pk__in=list(self._told.values()))
        for voucher in found.order_by("pk"):
            self._waiting.setdefault((voucher.effective_on, voucher.amount), []).append(voucher)

    def verdict_of(self, identity: str, row: BankRow | None, verdict: Verdict) -> Verdict:
        """What a row is: one that would enter the books and is of a voucher enters nothing."""
        if row is None or row.moved_on is None or row.amount is None:
            return verdict
        waiting = self._waiting.get((row.moved_on, row.amount))
        if not waiting or not (verdict.row_class is RowClass.APPLIED or goes_unidentified(row, verdict)):
            return verdict
        numbers = numbers_of(row.reference, row.identity, row.authorization)
        for voucher in waiting:
            if is_same_reference(voucher.bank_reference, numbers):
                waiting.remove(voucher)
                self._told[identity] = voucher.pk
                return CLAIMED
        return verdict

    def link(self, layout: str, new: Sequence[NewMovement], *, at: datetime, by: User) -> None:
        """Tie the stored rows to their vouchers and tell it, in the caller's transaction."""
        recognised = [item for item in new if item.verdict.code == Code.CLAIMED]
        if not recognised:
            return
        identities = [item.identity for item in recognised]
        rows = BankMovement.objects.filter(layout=layout, identity__in=identities).order_by("pk")
        vouchers = CreditVoucher.objects.select_related("document", "claim__document").in_bulk(
            [self._told[identity] for identity in identities]
        )
        for row in rows:
            voucher = vouchers[self._told[row.identity]]
            VoucherDeposit.objects.create(voucher=voucher, movement=row, recognised_at=at)
            publish(
                DEPOSIT_RECOGNISED,
                subject_kind="CreditVoucher",
                subject_id=voucher.pk,
                account_id=voucher.account_id,
                facts={
                    "amount": format_money(voucher.amount),
                    "folio": voucher.document.folio,
                    "claim": voucher.claim.document.folio,
                    "line": row.line,
                },
                at=at,
                by=by,
            )
