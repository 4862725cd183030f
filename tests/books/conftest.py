"""What the tests of the books start from."""

from datetime import UTC, datetime

import pytest

from cauce.events.models import Event
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.users.models import User
from cauce.users.operations import open_staff_account

ATTENDED = EventKind("HOLD_PLACED", "Se atendió {what} con el folio {folio}")
COUNTED = EventKind("PAYMENT_TAKEN", "Se cobró {what} con el comprobante {folio}")
PRINTED = EventKind("RECEIPT_PRINTED", "Se imprimió {what} con el comprobante {folio}")


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """An hour of October 2026 as Cortazar reads it (six behind UTC), in UTC."""
    return (
        datetime(2026, 10, day, hour + 6, minute, tzinfo=UTC)
        if hour < 18
        else datetime(2026, 10, day + 1, hour - 18, minute, tzinfo=UTC)
    )


def happen(
    by: User, at: datetime, what: str = "algo", kind: EventKind = ATTENDED, account_id: int | None = None
) -> Event:
    """Something that happened."""
    return publish(
        kind,
        subject_kind="Account",
        subject_id=1,
        account_id=account_id,
        facts={"what": what, "folio": f"OT-{what}"},
        at=at,
        by=by,
    )


@pytest.fixture
def coordinator(db: None) -> User:
    return open_staff_account(
        username="coordinadora", full_name="María Núñez", role="coordinador", password="una frase larga"
    )


@pytest.fixture
def head(db: None) -> User:
    return open_staff_account(username="jefa", full_name="Lidia Ibarra", role="jefe", password="una frase larga")
