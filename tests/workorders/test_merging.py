"""Orders of one kind near each other are found, and end in one visit that all their histories and cases tell."""

from decimal import Decimal

import pytest

from cauce.events.models import Event
from cauce.registry.models import Account
from cauce.users.models import Area, User
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import WrongState, merge_work_orders, start_work_order
from cauce.workorders.queries import mergeable_groups
from cauce.workorders.rules.walking import Site, Stop, near_each_other
from tests.workorders.orders import NOON, an_order, programmed

pytestmark = pytest.mark.django_db


def at(order: WorkOrder, latitude: str, longitude: str = "-100.9500") -> WorkOrder:
    WorkOrder.objects.filter(pk=order.pk).update(latitude=Decimal(latitude), longitude=Decimal(longitude))
    return order


def groups() -> list[tuple[int, list[int]]]:
    found = mergeable_groups(area_id=Area.objects.get(name="Operación").pk)
    return [(group.kept.pk, [order.pk for order in group.others]) for group in found]


def merge(into: WorkOrder, *orders: WorkOrder) -> WorkOrder:
    return merge_work_orders(
        into=into, orders=orders, reason="Misma fuga", at=NOON, by=User.objects.get(username="jefa")
    )


def test_those_of_one_kind_within_reach_are_a_group_and_the_furthest_on_stays(clerk: User) -> None:
    first = at(an_order(place="Uno 1"), "20.4800")
    near = at(an_order(place="Dos 2"), "20.4810")
    at(an_order(place="Tres 3"), "20.4900")
    at(an_order("FUGA-RED", place="Cuatro 4"), "20.4800")
    assert groups() == [(first.pk, [near.pk])]
    programmed(near)
    assert groups() == [(near.pk, [first.pk])]


def test_the_same_account_or_the_same_written_place_is_near_enough(account: Account) -> None:
    one, other = an_order("FUGA-CUADRO", account), an_order("FUGA-CUADRO", account)
    here, there = an_order(place="Jilguero S/N"), an_order(place="JILGUERO S/N")
    assert groups() == [(one.pk, [other.pk]), (here.pk, [there.pk])]


def test_one_that_a_crew_is_out_for_stays_and_is_not_merged(clerk: User) -> None:
    out, waits = an_order(), an_order()
    start_work_order(order=programmed(out), at=NOON, by=clerk)
    assert groups() == [(out.pk, [waits.pk])]
    with pytest.raises(WrongState, match="no se puede unir"):
        merge(waits, out)


def test_it_costs_the_same_queries_however_many_wait(clerk: User, django_assert_num_queries) -> None:
    area = Area.objects.get(name="Operación")
    for _ in range(8):
        an_order()
    with django_assert_num_queries(1):
        mergeable_groups(area_id=area.pk)


def test_both_histories_say_into_which_it_went(account: Account) -> None:
    kept, gone = an_order("FUGA-CUADRO", account), an_order("FUGA-CUADRO", account)
    merge(kept, gone)
    merge(kept, gone)
    gone.refresh_from_db()
    assert (gone.state, gone.merged_into_id) == ("MERGED", kept.pk)
    assert kept.document.folio in gone.steps.get(to_state="MERGED").note
    assert gone.document.folio in kept.steps.get(note__startswith="Se le unieron").note
    told = Event.objects.get(kind="WORK_ORDER_MERGED")
    assert (told.subject_id, told.account_id) == (gone.pk, account.pk)
    assert told.sentence == f"La orden {gone.document.folio} se unió a la {kept.document.folio}: Misma fuga"
    assert Event.objects.filter(kind="WORK_ORDERS_MERGED", subject_id=kept.pk).count() == 1


def test_what_was_merged_before_follows_to_the_one_that_stays(clerk: User) -> None:
    first, second, third = an_order(), an_order(), an_order()
    merge(second, first)
    merge(third, second)
    first.refresh_from_db()
    assert first.merged_into_id == third.pk
    assert third.document.folio in first.steps.order_by("-pk")[0].note


def test_a_group_is_around_its_first_order_and_one_alone_is_none() -> None:
    def site(number: int, north: str, kind: str = "FUGA") -> Site:
        return Site(Stop(number, 2, "", 0, Decimal(north), Decimal("-100.95")), kind, None, f"Calle {number}")

    sites = [site(1, "20.480"), site(2, "20.482"), site(3, "20.484"), site(4, "20.480", "BACHEO")]
    assert near_each_other(sites, 300) == [[1, 2]]
    assert near_each_other(sites, 600) == [[1, 2, 3]]
