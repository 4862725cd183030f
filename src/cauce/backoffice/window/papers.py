"""The papers that the window prints: the bill and the statement of account."""

from datetime import date

from cauce.backoffice.window.account_page import debt_today
from cauce.billing.models import Bill
from cauce.billing.queries import sheets_of
from cauce.cashier.queries.stories import Story, stories_of
from cauce.core.money import ZERO
from cauce.documents.printing import Paper, bill_paper, statement_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import MovementKind, StatementMovement, StatementSheet
from cauce.ledger.models import Reason
from cauce.ledger.queries import statement_movements
from cauce.ledger.rules import Movement
from cauce.registry.models import Account
from cauce.ui.context import is_official_on

_KINDS = {
    Reason.OPENING: MovementKind.OPENING,
    Reason.BILL: MovementKind.BILL,
    Reason.SERVICE: MovementKind.CHARGE,
    Reason.SURCHARGE: MovementKind.SURCHARGE,
    Reason.PAYMENT: MovementKind.PAYMENT,
    Reason.WAIVER: MovementKind.WAIVER,
    Reason.AGREEMENT: MovementKind.AGREEMENT,
    Reason.AGREEMENT_INTEREST: MovementKind.CHARGE,
    Reason.INTEREST_FORGIVEN: MovementKind.REBATE,
    Reason.REVERSAL: MovementKind.REVERSAL,
}


def bill_of(bill: Bill) -> Paper:
    """The bill as it was issued, on half a letter sheet."""
    sheet = next(sheets_of([bill.pk]))
    return bill_paper(sheet, issuer(is_official=bill.schedule.official))


def statement_of(account: Account, *, as_of: date, printed_on: date) -> Paper:
    """Every movement of the account up to a day, with its balance."""
    movements = statement_movements(account.pk, as_of=as_of)
    stories = stories_of(movements)
    debt = debt_today(account, on=as_of)
    sheet = StatementSheet(
        account=account.number,
        holder=account.holder.name,
        address=account.connection.premises.address,
        tariff=str(account.tariff_code),
        status=account.get_state_display(),
        since=movements[0].on if movements else account.opened_on,
        until=as_of,
        printed_on=printed_on,
        opening=ZERO,
        movements=tuple(
            StatementMovement(
                on=movement.on,
                kind=_KINDS.get(Reason(movement.kind), MovementKind.ADJUSTMENT),
                folio=movement.folio,
                description=_described(movement, stories.get(movement.document_id)),
                amount=movement.amount,
            )
            for movement in movements
        ),
        balance=movements[-1].balance if movements else ZERO,
        overdue=debt.overdue if debt is not None else ZERO,
        months_overdue=debt.overdue_months if debt is not None else 0,
        surcharges_to_post=debt.surcharges_to_post if debt is not None else ZERO,
    )
    return statement_paper(sheet, issuer(is_official=is_official_on(printed_on)))


def _described(movement: Movement, story: Story | None) -> str:
    label = Reason(movement.kind).label
    return f"{label} {story.note}" if story is not None and story.note else label
