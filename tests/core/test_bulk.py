"""Rows by COPY, blocks of ids and commits that do not wait."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cauce.core.bulk import copy_rows, flush_later, take_ids
from cauce.registry.models import Sector

pytestmark = pytest.mark.django_db


def test_ids_are_fresh_follow_one_another_and_come_in_one_query():
    with CaptureQueriesContext(connection) as queries:
        ids = take_ids(Sector, 500)
    assert len(queries) == 1
    assert ids == list(range(ids[0], ids[0] + 500))
    assert take_ids(Sector, 1) == [ids[-1] + 1]
    assert take_ids(Sector, 0) == []


def test_rows_are_written_as_they_are_given():
    names = ["Centro", "Con\ttabulador", "Con\nrenglón", "Con \\ y «comillas»"]
    rows = zip(take_ids(Sector, len(names)), names, strict=True)
    assert copy_rows("registry_sector", ("id", "name"), rows) == len(names)
    assert list(Sector.objects.order_by("pk").values_list("name", flat=True)) == names


def test_only_the_transaction_that_asks_for_it_is_flushed_later():
    def waits() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return str(cursor.fetchone()[0])

    usual = waits()
    with transaction.atomic():
        flush_later()
        assert waits() == "off"
        transaction.set_rollback(True)
    assert waits() == usual
