"""The policies of adjustments: taken from the office's file, or proposed, approved and put in force."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from cauce.billing.events import (
    ADJUSTMENT_POLICY_APPROVED,
    ADJUSTMENT_POLICY_IN_FORCE,
    ADJUSTMENT_POLICY_PROPOSED,
    ADJUSTMENT_POLICY_REFUSED,
)
from cauce.billing.models import AdjustmentPolicy
from cauce.billing.operations.adjustments.refusals import AdjustmentPolicyRejected
from cauce.billing.rules.adjustment_kinds import KindFault, kind_rules
from cauce.core.clock import local_day
from cauce.core.es_mx import format_date
from cauce.core.yaml_files import read_yaml
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.users.models import User

_HEADER = ("desde", "autoriza", "acuerdo", "fecha_acuerdo", "fundamento", "clases")
State = AdjustmentPolicy.State


@transaction.atomic
def load_adjustment_policies(*, path: Path, at: datetime, by: User) -> int:
    """Take the policies of the office's file, one for each kind, in force by the acuerdo that it names. Idempotent.

    A version that ruled is never changed: another file with another day begins others.

    :returns: how many were added.
    :raises AdjustmentPolicyRejected: naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=AdjustmentPolicyRejected)
    if not isinstance(content, dict) or set(content) != set(_HEADER) or not isinstance(content["clases"], list):
        raise AdjustmentPolicyRejected(f"«{path.name}» lleva {', '.join(_HEADER)}.")
    if not isinstance(content["desde"], date) or not isinstance(content["fecha_acuerdo"], date):
        raise AdjustmentPolicyRejected(f"«{path.name}»: «desde» y «fecha_acuerdo» son fechas, como 2026-01-01.")
    added = 0
    for kind in content["clases"]:
        if not isinstance(kind, dict):
            raise AdjustmentPolicyRejected(f"«{path.name}»: cada clase lleva sus reglas.")
        try:
            policy, is_new = _store(
                kind, valid_from=content["desde"], legal_basis=str(content["fundamento"]), at=at, by=by
            )
        except KindFault as error:
            raise AdjustmentPolicyRejected(f"«{path.name}», {kind.get('clave', '')}: {error}.") from error
        if is_new:
            policy.state = State.APPROVED
            policy.save(update_fields=["state"])
            _put_in_force(policy, str(content["acuerdo"]), content["fecha_acuerdo"], at, by)
            added += 1
    return added


@transaction.atomic
def propose_adjustment_policy(
    *, rules: Mapping[str, Any], valid_from: date, legal_basis: str, at: datetime, by: User
) -> AdjustmentPolicy:
    """Propose a version of a kind's policy, as its file would write it. Idempotent: the same rules are the same one.

    :raises AdjustmentPolicyRejected: if a rule makes no sense, it has no legal basis, or it would rule in the past.
    """
    if not legal_basis.strip():
        raise AdjustmentPolicyRejected("Escriba el fundamento de la política.")
    if valid_from < local_day(at):
        raise AdjustmentPolicyRejected("Una política no rige hacia atrás: escriba una fecha de hoy en adelante.")
    try:
        policy, is_new = _store(rules, valid_from=valid_from, legal_basis=legal_basis.strip(), at=at, by=by)
    except KindFault as error:
        raise AdjustmentPolicyRejected(f"La política no se puede usar: {error}.") from error
    if is_new:
        _tell(ADJUSTMENT_POLICY_PROPOSED, policy, at, by)
    return policy


@transaction.atomic
def approve_adjustment_policy(*, policy: AdjustmentPolicy, at: datetime, by: User) -> AdjustmentPolicy:
    """Approve a policy as the Director General does; it rules once the Consejo resolves. Idempotent for who approved.

    :raises AdjustmentPolicyRejected: if it does not wait for it, or who approves proposed it.
    """
    policy = _held(policy)
    if policy.state == State.APPROVED and policy.approved_by_id == by.pk:
        return policy
    if policy.state != State.PROPOSED:
        raise AdjustmentPolicyRejected(f"«{policy.name}» está «{policy.get_state_display().lower()}»: no se aprueba.")
    if policy.proposed_by_id == by.pk:
        raise AdjustmentPolicyRejected("Quien propone la política no la aprueba; pida que la apruebe otra persona.")
    policy.state, policy.approved_at, policy.approved_by = State.APPROVED, at, by
    policy.save(update_fields=["state", "approved_at", "approved_by"])
    _tell(ADJUSTMENT_POLICY_APPROVED, policy, at, by)
    return policy


@transaction.atomic
def put_policy_in_force(
    *, policy: AdjustmentPolicy, resolution: str, resolved_on: date, at: datetime, by: User
) -> AdjustmentPolicy:
    """Write the acuerdo by which the Consejo Directivo puts an approved policy in force. Idempotent by acuerdo.

    :raises AdjustmentPolicyRejected: if the Director General has not approved it, or the acuerdo has no number or a day
        still to come.
    """
    policy = _held(policy)
    if policy.state == State.IN_FORCE and policy.resolution == resolution.strip():
        return policy
    if policy.state != State.APPROVED:
        raise AdjustmentPolicyRejected(
            f"«{policy.name}» está «{policy.get_state_display().lower()}»: primero la aprueba el Director General."
        )
    if not resolution.strip() or resolved_on > local_day(at):
        raise AdjustmentPolicyRejected("Escriba el número del acuerdo del Consejo y su fecha, de hoy o anterior.")
    return _put_in_force(policy, resolution.strip(), resolved_on, at, by)


@transaction.atomic
def refuse_adjustment_policy(*, policy: AdjustmentPolicy, reason: str, at: datetime, by: User) -> AdjustmentPolicy:
    """Refuse a policy that does not rule yet, saying why. Idempotent: a refused one stays as it was.

    :raises AdjustmentPolicyRejected: if it rules, or there is no reason.
    """
    policy = _held(policy)
    if policy.state == State.REFUSED:
        return policy
    if policy.state == State.IN_FORCE:
        raise AdjustmentPolicyRejected(f"«{policy.name}» ya rige: proponga otra versión que la sustituya.")
    if not reason.strip():
        raise AdjustmentPolicyRejected("Escriba por qué se rechaza la política.")
    policy.state, policy.refusal = State.REFUSED, reason.strip()
    policy.save(update_fields=["state", "refusal"])
    _tell(ADJUSTMENT_POLICY_REFUSED, policy, at, by, reason=policy.refusal)
    return policy


def _store(
    rules: Mapping[str, Any], *, valid_from: date, legal_basis: str, at: datetime, by: User
) -> tuple[AdjustmentPolicy, bool]:
    read = kind_rules(rules)
    kept = json.loads(json.dumps(dict(rules), default=str))
    told = json.dumps([kept, valid_from.isoformat(), legal_basis], sort_keys=True, ensure_ascii=False)
    return AdjustmentPolicy.objects.get_or_create(
        sha256=hashlib.sha256(told.encode()).hexdigest(),
        defaults={
            "kind": read.code,
            "name": read.name[:80],
            "valid_from": valid_from,
            "legal_basis": legal_basis[:240],
            "rules": kept,
            "proposed_at": at,
            "proposed_by": by,
        },
    )


def _put_in_force(
    policy: AdjustmentPolicy, resolution: str, resolved_on: date, at: datetime, by: User
) -> AdjustmentPolicy:
    policy.state, policy.resolution, policy.resolved_on = State.IN_FORCE, resolution[:120], resolved_on
    policy.save(update_fields=["state", "resolution", "resolved_on"])
    _tell(ADJUSTMENT_POLICY_IN_FORCE, policy, at, by, resolution=policy.resolution, on=format_date(resolved_on))
    return policy


def _held(policy: AdjustmentPolicy) -> AdjustmentPolicy:
    return AdjustmentPolicy.objects.select_for_update(no_key=True).get(pk=policy.pk)


def _tell(kind: EventKind, policy: AdjustmentPolicy, at: datetime, by: User, **facts: object) -> None:
    publish(
        kind,
        subject_kind="AdjustmentPolicy",
        subject_id=policy.pk,
        facts={"name": policy.name, "from": format_date(policy.valid_from), **facts},
        at=at,
        by=by,
    )
