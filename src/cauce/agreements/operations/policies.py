"""Taking the policy of agreements from its file."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from cauce.agreements.events import POLICY_LOADED
from cauce.agreements.models import AgreementPolicy
from cauce.agreements.operations.refusals import PolicyRejected
from cauce.agreements.rules import PolicyFault, limits_of
from cauce.documents.operations import take_authorised_table
from cauce.users.models import User


@transaction.atomic
def load_agreement_policy(*, path: Path, at: datetime, by: User) -> int:
    """Take a version of the policy from a YAML file. Idempotent: the same rules again change nothing.

    A version that ruled is never changed: another file with another day begins another one.

    :returns: how many versions were added: one or none.
    :raises PolicyRejected: naming the file and what is wrong in it.
    """
    return take_authorised_table(
        path=path,
        table=AgreementPolicy,
        what="las reglas de los convenios",
        check=limits_of,
        fault=PolicyFault,
        refusal=PolicyRejected,
        event=POLICY_LOADED,
        at=at,
        by=by,
        content_field="rules",
    )
