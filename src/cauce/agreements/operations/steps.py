"""One step of an agreement, and one act on a note, always written the same way."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from cauce.agreements.models import AgreementStep, NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations.refusals import AgreementNotReady
from cauce.core.money import ZERO
from cauce.ledger.models import Posting
from cauce.ledger.operations import lock_accounts
from cauce.users.models import User


def step_agreement(
    agreement: PaymentAgreement,
    *,
    to: PaymentAgreement.State,
    note: str = "",
    also: Sequence[str] = (),
    at: datetime,
    by: User,
) -> None:
    """Move an agreement, that the caller holds, to another state, with the fields that the step filled besides."""
    before = agreement.state
    agreement.state = to
    agreement.save(update_fields=["state", *also])
    AgreementStep.objects.create(agreement=agreement, from_state=before, to_state=to, note=note.strip(), at=at, by=by)


def begin(agreement: PaymentAgreement, *, by: User, at: datetime) -> None:
    """Write the first step of an agreement that was just made."""
    AgreementStep.objects.create(agreement=agreement, from_state="", to_state=agreement.state, at=at, by=by)


def hold_agreement(agreement: PaymentAgreement, *, expected: Sequence[str], act: str) -> PaymentAgreement:
    """Lock the account and then the agreement until the transaction ends, and give it as it is now.

    :raises AgreementNotReady: if it is in none of the ``expected`` states.
    :raises AccountBusy: if another session is working on the account.
    """
    lock_accounts([agreement.account_id])
    PaymentAgreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    found = PaymentAgreement.objects.select_related(
        "document", "account", "debtor", "obligor", "policy", "restructures__document", "posting"
    ).get(pk=agreement.pk)
    if found.state not in expected:
        raise AgreementNotReady(
            f"El convenio {found.document.folio} está en «{found.get_state_display().lower()}» y así no se puede "
            f"{act}; actualice la página."
        )
    return found


def note_act(
    note: PromissoryNote,
    *,
    kind: NoteAct.Kind,
    amount: Decimal = ZERO,
    whole: bool = False,
    booked_on: date,
    posting: Posting | None = None,
    remark: str = "",
    at: datetime,
    by: User,
) -> NoteAct:
    """An act on a note, not yet written: the caller writes many at once."""
    return NoteAct(
        note=note,
        kind=kind,
        amount=amount,
        whole=whole,
        booked_on=booked_on,
        posting=posting,
        remark=remark,
        at=at,
        by=by,
    )
