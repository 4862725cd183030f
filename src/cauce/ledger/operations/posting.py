"""The one door of the ledger: an act, its transfers and its allocations, once for each key."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from cauce.core.bulk import add_rows, write_rows
from cauce.core.errors import DomainError
from cauce.ledger.models import Allocation, Posting, Transfer
from cauce.ledger.operations.locks import WAIT_THREE_SECONDS, busy_is_told
from cauce.ledger.queries import booking_day
from cauce.ledger.rules import Allotment, Entry, body_digest
from cauce.users.models import User

LONGEST_KEY = 120
ROOM_FOR_PARTS = 24
"""What an act adds to its key to name its parts."""

_CLAIM = f"""
    {WAIT_THREE_SECONDS}
    INSERT INTO ledger_posting (key, body_sha256, operation, by_id, posted_at, result)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
"""  # noqa: S608
_TRANSFER_COLUMNS = (
    "posting_id",
    "booked_on",
    "debit_book",
    "credit_book",
    "concept",
    "amount",
    "effective_on",
    "reason",
    "party_id",
    "account_id",
    "period",
    "due_on",
    "document_id",
    "reverses_id",
)
_ALLOCATION_COLUMNS = ("posting_id", "credit_id", "charge_id", "amount", "effective_on", "reverses_id")


class KeyReused(DomainError):
    """A key that already did one thing was sent to do another; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "Esa operación ya se registró con otros datos y no se repitió. Actualice la página, revise lo que quedó "
            "registrado y, si falta algo, captúrelo de nuevo."
        )


class DayBeingClosed(DomainError):
    """The day's books were closed while the act was under way."""

    def __init__(self) -> None:
        super().__init__("El día se está cerrando o se acaba de cerrar; vuelva a intentar y quedará en el siguiente.")


class KeyTooLong(DomainError):
    """A key does not fit."""

    def __init__(self) -> None:
        super().__init__(
            f"La llave de la operación es demasiado larga: use a lo más {LONGEST_KEY - ROOM_FOR_PARTS} caracteres."
        )


def begin_posting(
    *,
    operation: str,
    key: str,
    body: Mapping[str, object],
    result: Mapping[str, object] | None = None,
    at: datetime,
    by: User,
) -> tuple[Posting, bool]:
    """Claim ``key`` for an act, inside the caller's transaction.

    A second session with the same key waits here until the first one ends. Idempotent: the same key with the same body
    gives the first posting and False, and then the caller must write nothing.

    :raises KeyReused: if the key was used with another body or for another operation.
    :raises KeyTooLong: if the key does not fit.
    :raises AccountBusy: if whoever holds the key takes more than three seconds.
    """
    if len(key) > LONGEST_KEY:
        raise KeyTooLong
    digest = body_digest(body)
    with busy_is_told(), connection.cursor() as cursor:
        said = json.dumps(dict(result or {}), default=str)
        cursor.execute(_CLAIM, [key, digest, operation, by.pk, at, said])
        cursor.nextset()
        claimed = cursor.fetchone()
    if claimed is None:
        first = Posting.objects.get(key=key)
        if (first.body_sha256, first.operation) != (digest, operation):
            raise KeyReused
        return first, False
    posting = Posting(
        pk=claimed[0], key=key, body_sha256=digest, operation=operation, by=by, posted_at=at, result=json.loads(said)
    )
    posting._state.adding = False
    return posting, True


def write_transfers(*, posting: Posting, entries: Sequence[Entry], booked_on: date) -> list[int]:
    """Write ``entries`` under ``posting``, in the caller's transaction, and return their ids in the same order.

    Not idempotent: the caller claimed the posting.

    :raises DayBeingClosed: if somebody closes the day meanwhile.
    """
    act = posting.pk
    rows = [(act, booked_on, *entry) for entry in entries]
    try:
        return write_rows(Transfer, _TRANSFER_COLUMNS, rows)
    except (IntegrityError, OperationalError) as error:
        if isinstance(error.__cause__, LockNotAvailable) or "closed day" in str(error):
            raise DayBeingClosed from error
        raise


def write_allocations(*, posting: Posting, allotments: Sequence[Allotment]) -> None:
    """Write ``allotments``, whose ``credit`` is a transfer's id, under ``posting`` in the caller's transaction.

    The database refuses more than a charge or a credit holds. Not idempotent: the caller claimed the posting.
    """
    if allotments:
        act = posting.pk
        add_rows(Allocation, _ALLOCATION_COLUMNS, [(act, *allotment) for allotment in allotments])


@transaction.atomic
def post(
    *,
    operation: str,
    entries: Sequence[Entry],
    allocations: Sequence[Allotment] = (),
    key: str,
    body: Mapping[str, object],
    result: Mapping[str, object] | None = None,
    at: datetime,
    by: User,
) -> Posting:
    """Write one act: its entries, and its allocations (whose ``credit`` is the place of the credit among the entries).

    It enters the books of the day of ``at``, or of the first open one after it. The caller holds the locks of the
    accounts. Idempotent: the same key and body return the first posting and write nothing.

    :raises KeyReused: if the key was used with another body; nothing is written.
    :raises KeyTooLong: if the key does not fit.
    :raises AccountBusy: if another session is doing this same act and does not end.
    """
    posting, is_new = begin_posting(operation=operation, key=key, body=body, result=result, at=at, by=by)
    if is_new:
        ids = write_transfers(posting=posting, entries=entries, booked_on=booking_day(at))
        write_allocations(
            posting=posting,
            allotments=[allotment._replace(credit=ids[allotment.credit]) for allotment in allocations],
        )
    return posting
