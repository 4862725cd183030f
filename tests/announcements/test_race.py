"""Material that several people hand out, stock and correct at once: what is left is what its movements say."""

import pytest
from django.db.models import Sum

from cauce.announcements.models import Offering, OfferingRequest
from cauce.announcements.operations import (
    NotEnoughLeft,
    ask_for_offering,
    deliver_offering,
    save_offering,
    stock_offering,
)
from cauce.users.models import Area, User
from tests.cashier.test_race import NOON, at_once
from tests.races import after_waiting

pytestmark = pytest.mark.commits
AT_ONCE = 8


@pytest.fixture
def leaflet(committed_database: str) -> Offering:
    made = save_offering(offering=None, kind=Offering.Kind.LEAFLET, name="Cuide el agua", about="")
    return stock_offering(offering=made, quantity=10, reason="Imprenta", at=NOON, by=clerk())


def clerk() -> User:
    return User.objects.get(username="cli-captura")


def asked(leaflet: Offering, quantity: int) -> OfferingRequest:
    area, _ = Area.objects.get_or_create(name="Comercial")
    return ask_for_offering(offering=leaflet, quantity=quantity, area=area, at=NOON, by=clerk())


def left(leaflet: Offering) -> int:
    leaflet.refresh_from_db()
    assert leaflet.left == leaflet.movements.aggregate(moved=Sum("quantity"))["moved"]
    return leaflet.left


def test_more_than_there_is_is_never_handed_out_however_many_deliver_at_once(leaflet: Offering) -> None:
    requests = [asked(leaflet, 3) for _ in range(AT_ONCE)]
    outcomes = at_once(lambda number: deliver_offering(request=requests[number], at=NOON, by=clerk()), AT_ONCE)
    assert sum(isinstance(outcome, OfferingRequest) for outcome in outcomes) == 3, outcomes
    assert sum(isinstance(outcome, NotEnoughLeft) for outcome in outcomes) == AT_ONCE - 3
    assert left(leaflet) == 1


def test_one_request_delivered_by_many_at_once_leaves_once(leaflet: Offering) -> None:
    request = asked(leaflet, 3)
    at_once(lambda number: deliver_offering(request=request, at=NOON, by=clerk()), AT_ONCE)
    assert left(leaflet) == 7


def test_correcting_the_name_puts_back_nothing_that_was_handed_out_meanwhile(leaflet: Offering) -> None:
    request = asked(leaflet, 4)
    outcome = after_waiting(
        lambda: deliver_offering(request=request, at=NOON, by=clerk()),
        lambda: save_offering(offering=leaflet, kind=Offering.Kind.LEAFLET, name="Ahorre agua", about="Nueva"),
    )
    assert isinstance(outcome, Offering)
    assert left(leaflet) == 6
    assert leaflet.name == "Ahorre agua"
