"""Who works on an account at a time: row locks, always in the same order, and never for longer than three seconds."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection
from psycopg import errors

from cauce.core.errors import DomainError

# Put before the statement that may wait, in the same message: a payment asks for it several times.
WAIT_THREE_SECONDS = "SET LOCAL lock_timeout = '3s';"
_PARTIES = "SELECT id FROM registry_customer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_ACCOUNTS = "SELECT id FROM registry_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"


class AccountBusy(DomainError):
    """Somebody else is working on the account and did not end in three seconds."""

    def __init__(self) -> None:
        super().__init__("Otra caja está cobrando esta cuenta; espere unos segundos y vuelva a intentar.")


@contextmanager
def no_waiting_in_silence() -> Iterator[None]:
    """Wait for a lock at most three seconds, from here to the end of the transaction, and then say so.

    :raises AccountBusy: if the lock does not come in time, or two sessions wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAIT_THREE_SECONDS)
    with busy_is_told():
        yield


@contextmanager
def busy_is_told() -> Iterator[None]:
    """Say so when the lock that a statement begun with :data:`WAIT_THREE_SECONDS` asks for does not come.

    :raises AccountBusy: if the lock does not come in time, or two sessions wait for each other.
    """
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected):
            raise AccountBusy from error
        raise


def lock_accounts(account_ids: Iterable[int], *, party_ids: Iterable[int] = ()) -> None:
    """Keep every other session that moves money away from these parties and accounts until the transaction ends.

    Parties come first and then accounts, each by id, so that two sessions never wait for each other.

    :raises AccountBusy: if another session holds one of them for more than three seconds.
    """
    wanted = [(_PARTIES, list(party_ids)), (_ACCOUNTS, list(account_ids))]
    asked = [(statement, ids) for statement, ids in wanted if ids]
    with busy_is_told(), connection.cursor() as cursor:
        statements = "; ".join(statement for statement, _ in asked)
        cursor.execute(f"{WAIT_THREE_SECONDS} {statements}", [ids for _, ids in asked])
