"""Whose an act on money is: an account, or a person apart from any account."""

from cauce.ledger.operations import lock_accounts
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User


def refuse_own_debtor(*, account_id: int | None, party_id: int, by: User) -> None:
    """Refuse an act on an account or person that ``by`` is linked to.

    :raises OwnAccount: if there is a link in force.
    """
    refuse_own_account(by=by, account_ids=[] if account_id is None else [account_id], party_ids=[party_id])


def hold_debtor(*, account_id: int | None, party_id: int) -> None:
    """Keep others away from the account, or from the person when there is none, until the transaction ends.

    :raises AccountBusy: if another session is working on it.
    """
    if account_id is None:
        lock_accounts([], party_ids=[party_id])
    else:
        lock_accounts([account_id])
