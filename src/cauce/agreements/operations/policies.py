"""Taking the policy of agreements from its file."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from cauce.agreements.events import POLICY_LOADED
from cauce.agreements.models import AgreementPolicy
from cauce.agreements.operations.refusals import PolicyRejected
from cauce.agreements.rules import PolicyFault, limits_of
from cauce.core.yaml_files import kept, read_yaml
from cauce.events.operations import publish
from cauce.users.models import User


@transaction.atomic
def load_agreement_policy(*, path: Path, at: datetime, by: User) -> int:
    """Take a version of the policy from a YAML file. Idempotent: the same rules again change nothing.

    A version that ruled is never changed: another file with another day begins another one.

    :returns: how many versions were added: one or none.
    :raises PolicyRejected: naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=PolicyRejected)
    if not isinstance(content, dict):
        raise PolicyRejected(f"«{path.name}» debe llevar las reglas de los convenios.")
    try:
        limits_of(content)
    except PolicyFault as error:
        raise PolicyRejected(f"«{path.name}»: {error}.") from error
    if not isinstance(content["desde"], date):
        raise PolicyRejected(f"«{path.name}»: «desde» es una fecha, como 2026-01-01.")
    rules, digest = kept(content)
    policy, is_new = AgreementPolicy.objects.get_or_create(
        sha256=digest,
        defaults={
            "valid_from": content["desde"],
            "authorised_by": str(content["autoriza"]),
            "resolution": str(content["acuerdo"]),
            "legal_basis": str(content["fundamento"]),
            "rules": rules,
            "loaded_at": at,
            "loaded_by": by,
        },
    )
    if is_new:
        publish(
            POLICY_LOADED,
            subject_kind="AgreementPolicy",
            subject_id=policy.pk,
            facts={"resolution": policy.resolution},
            at=at,
            by=by,
        )
    return int(is_new)
