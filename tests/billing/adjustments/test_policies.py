"""The policies of adjustments: read strictly from the office's file, or proposed, approved and put in force."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from django.db import IntegrityError, transaction

from cauce.billing.models import AdjustmentPolicy
from cauce.billing.operations import (
    AdjustmentPolicyRejected,
    approve_adjustment_policy,
    load_adjustment_policies,
    propose_adjustment_policy,
    put_policy_in_force,
    refuse_adjustment_policy,
)
from cauce.billing.queries.adjustments import NoAdjustmentPolicy, policies_in_force, policy_in_force
from cauce.users.models import User
from tests.agreements.conftest import coordinator, director
from tests.billing.adjustments.correcting import LEAK, POLICIES, READING
from tests.ledger.conftest import at, clerk

__all__ = ["at", "clerk", "coordinator", "director"]
pytestmark = pytest.mark.django_db
State = AdjustmentPolicy.State


def test_the_office_file_puts_each_kind_in_force_once(clerk: User, at: datetime) -> None:
    assert load_adjustment_policies(path=POLICIES, at=at, by=clerk) == 6
    assert load_adjustment_policies(path=POLICIES, at=at, by=clerk) == 0
    assert len(policies_in_force(at.date())) == 6
    with pytest.raises(NoAdjustmentPolicy, match="vigente el"):
        policy_in_force(LEAK, date(2025, 12, 31))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ({"formula": "OTRA"}, "«formula»"),
        ({"limite": "mucho"}, "no es un número"),
        ({"decide": "cajero"}, "«decide»"),
        ({"evidencia": []}, "«evidencia»"),
        ({"clave": "con espacios"}, "«clave»"),
        ({"limite": 30000}, "no pasa de «limite_director»"),
        ({"sobra": 1}, "«sobra» no se conoce"),
        ({"formula": "PERCENT"}, "«porcentaje_maximo»"),
        ({"formula": "AVERAGE"}, "«meses_promedio»"),
    ],
)
def test_a_file_with_something_wrong_is_refused_whole_naming_it(
    clerk: User, at: datetime, tmp_path: Path, harm: dict[str, object], said: str
) -> None:
    content = yaml.safe_load(POLICIES.read_text(encoding="utf-8"))
    content["clases"][0] |= harm
    (tmp_path / "ajustes.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")

    with transaction.atomic(), pytest.raises(AdjustmentPolicyRejected, match=said):
        load_adjustment_policies(path=tmp_path / "ajustes.yaml", at=at, by=clerk)


def test_a_policy_rules_once_the_director_approves_and_the_consejo_resolves(
    clerk: User, coordinator: User, director: User, at: datetime
) -> None:
    load_adjustment_policies(path=POLICIES, at=at, by=clerk)
    ruling = policy_in_force(READING, at.date())
    rules = ruling.rules | {"limite": "800.00"}
    asked = {"rules": rules, "valid_from": at.date(), "legal_basis": "Acuerdo", "at": at}
    made = propose_adjustment_policy(**asked, by=coordinator)
    assert propose_adjustment_policy(**asked, by=coordinator).pk == made.pk
    with pytest.raises(AdjustmentPolicyRejected, match="primero la aprueba"):
        put_policy_in_force(policy=made, resolution="CD-7/2026", resolved_on=at.date(), at=at, by=director)
    with pytest.raises(AdjustmentPolicyRejected, match="Quien propone"):
        approve_adjustment_policy(policy=made, at=at, by=coordinator)
    approve_adjustment_policy(policy=made, at=at, by=director)
    assert policy_in_force(READING, at.date()).pk == ruling.pk
    with pytest.raises(AdjustmentPolicyRejected, match="número del acuerdo"):
        put_policy_in_force(policy=made, resolution=" ", resolved_on=at.date(), at=at, by=director)
    put_policy_in_force(policy=made, resolution="CD-7/2026", resolved_on=at.date(), at=at, by=director)

    assert policy_in_force(READING, at.date()).pk == made.pk
    assert policy_in_force(READING, at.date() - timedelta(days=1)).pk == ruling.pk
    with pytest.raises(AdjustmentPolicyRejected, match="ya rige"):
        refuse_adjustment_policy(policy=made, reason="No", at=at, by=director)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdjustmentPolicy.objects.filter(pk=made.pk).update(state=State.PROPOSED)


def test_a_refused_policy_says_why_and_a_past_day_is_refused(coordinator: User, director: User, at: datetime) -> None:
    rules = yaml.safe_load(POLICIES.read_text(encoding="utf-8"))["clases"][0]
    asked = {"rules": rules, "legal_basis": "Acuerdo", "at": at, "by": coordinator}
    with pytest.raises(AdjustmentPolicyRejected, match="hacia atrás"):
        propose_adjustment_policy(valid_from=at.date() - timedelta(days=1), **asked)
    made = propose_adjustment_policy(valid_from=at.date(), **asked)
    with pytest.raises(AdjustmentPolicyRejected, match="por qué se rechaza"):
        refuse_adjustment_policy(policy=made, reason="", at=at, by=director)
    assert refuse_adjustment_policy(policy=made, reason="Es mucho", at=at, by=director).state == State.REFUSED
