"""Staff accounts and the roles they carry."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group

from cauce.users.models import User
from cauce.users.operations import (
    OwnAccount,
    UnknownRole,
    change_staff_account,
    enrol_second_factor,
    give_password,
    open_staff_account,
    sync_roles,
)
from cauce.users.roles import ROLES


@pytest.fixture
def cashier(db: None) -> User:
    return open_staff_account(username="daniela", full_name="Daniela Ríos", role="cajero", password="una-clave-larga")


@pytest.fixture
def informatics(db: None) -> User:
    return open_staff_account(username="monica", full_name="Mónica Uribe", role="informatica", password="otra-clave")


def test_every_permission_of_every_role_exists(db: None) -> None:
    sync_roles()
    for role in ROLES:
        assert Group.objects.get(name=role.code).permissions.count() == len(role.permissions)


def test_nobody_carries_a_permission_of_another_role(cashier: User) -> None:
    assert cashier.has_perm("cashier.take_payment")
    assert not cashier.has_perm("cashier.reverse_payment")
    assert not cashier.has_perm("billing.approve_run")


def test_who_computes_runs_cannot_approve_them_and_who_collects_cannot_undo() -> None:
    permissions = {role.code: role.permissions for role in ROLES}
    for code, held in permissions.items():
        assert not {"billing.compute_run", "billing.approve_run"} <= held, code
        assert not {"cashier.take_payment", "cashier.reverse_payment"} <= held, code
    assert "cashier.take_payment" not in permissions["coordinador"]


def test_opening_an_account_again_changes_nothing(cashier: User) -> None:
    again = open_staff_account(username="daniela", full_name="Daniela Ríos", role="cajero", password="una-clave-larga")
    assert again.pk == cashier.pk
    assert [group.name for group in again.groups.all()] == ["cajero"]


def test_another_role_takes_the_place_of_the_first(cashier: User, informatics: User) -> None:
    change_staff_account(cashier, full_name="Daniela Ríos", role="auditor", is_active=True, by=informatics)
    fresh = User.objects.get(pk=cashier.pk)
    assert [group.name for group in fresh.groups.all()] == ["auditor"]
    assert not fresh.has_perm("cashier.take_payment")


def test_nobody_changes_their_own_access(informatics: User) -> None:
    with pytest.raises(OwnAccount, match="propio puesto"):
        change_staff_account(informatics, full_name="Mónica", role="director", is_active=True, by=informatics)
    with pytest.raises(OwnAccount):
        change_staff_account(informatics, full_name="Mónica", role="informatica", is_active=False, by=informatics)


def test_a_role_that_does_not_exist_is_refused(db: None) -> None:
    with pytest.raises(UnknownRole, match="«rey»"):
        open_staff_account(username="x", full_name="X", role="rey", password="una-clave-larga")


def test_a_temporary_password_opens_the_account(cashier: User) -> None:
    password = give_password(cashier)
    assert User.objects.get(pk=cashier.pk).check_password(password)


def test_the_second_factor_is_given_once(cashier: User) -> None:
    enrol_second_factor(cashier)
    enrol_second_factor(cashier)
    assert Authenticator.objects.filter(user=cashier).count() == 1
