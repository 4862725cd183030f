"""What the padrón points to exists and stays, although no foreign key says so (docs/decisions/0003)."""

import pytest
from django.db import IntegrityError, connection, transaction

from cauce.core.bulk import copy_rows
from cauce.registry.models import Account, AccountRole, Connection, Customer
from tests.metering.accounts import make_account

pytestmark = pytest.mark.django_db
NOBODY = -1


@pytest.mark.parametrize("column", ["connection_id", "holder_id", "route_id"])
def test_an_account_that_points_to_nothing_is_refused(column: str):
    account = make_account()
    values = {field.attname: getattr(account, field.attname) for field in Account._meta.local_concrete_fields}
    again = Account(**values | {"id": None, "number": "000124", column: NOBODY})
    with pytest.raises(IntegrityError, match=f"registry_account.{column} points to nothing"), transaction.atomic():
        again.save()


@pytest.mark.parametrize("column", ["connection_id", "holder_id", "route_id"])
def test_an_account_is_not_changed_to_point_to_nothing(column: str):
    account = make_account()
    with pytest.raises(IntegrityError, match=f"registry_account.{column} points to nothing"), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(**{column: NOBODY})


@pytest.mark.parametrize("column", ["account_id", "customer_id"])
def test_a_role_that_points_to_nothing_is_refused(column: str):
    account = make_account()
    role = {"account_id": account.pk, "customer_id": account.holder_id} | {column: NOBODY}
    with pytest.raises(IntegrityError, match=f"{column} points to nothing"), transaction.atomic():
        AccountRole.objects.create(**role, role=AccountRole.Role.PAYER, valid_from=account.opened_on)


def test_one_bad_row_of_a_copy_undoes_it_whole():
    good = Connection.objects.get(pk=make_account().connection_id)
    with pytest.raises(Exception, match="premises_id points to nothing"), transaction.atomic():
        copy_rows(
            "registry_connection", ("premises_id", "dwellings", "diameter"), [(good.premises_id, 1, ""), (-1, 1, "")]
        )
    assert Connection.objects.count() == 1


@pytest.mark.parametrize("table", ["premises", "connection", "customer", "route", "account"])
def test_what_others_point_to_is_never_deleted(table: str):
    make_account()
    with (
        pytest.raises(IntegrityError, match="never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM registry_{table}")
    assert Customer.objects.exists()


@pytest.mark.parametrize("column", ["account_id", "customer_id"])
def test_a_role_is_not_changed_to_point_to_nothing(column: str):
    account = make_account()
    role = AccountRole.objects.create(
        account=account, customer=account.holder, role=AccountRole.Role.PAYER, valid_from=account.opened_on
    )
    with pytest.raises(IntegrityError, match=f"{column} points to nothing"), transaction.atomic():
        AccountRole.objects.filter(pk=role.pk).update(**{column: NOBODY})


def test_a_connection_is_not_moved_to_premises_that_do_not_exist():
    account = make_account()
    with pytest.raises(IntegrityError, match="premises_id points to nothing"), transaction.atomic():
        Connection.objects.filter(pk=account.connection_id).update(premises_id=NOBODY)
