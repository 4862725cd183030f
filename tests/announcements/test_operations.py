"""What is announced reaches who must know it, while it lasts; what is handed out never exceeds what there is."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from cauce.announcements.models import Announcement, Offering, OfferingRequest, SupplyTurn
from cauce.announcements.operations import (
    AnnouncementRefused,
    NotEnoughLeft,
    RequestAnswered,
    SupplyTurnsRejected,
    ask_for_offering,
    deliver_offering,
    end_supply_turn,
    load_supply_turns,
    publish_announcement,
    refuse_offering,
    save_offering,
    stock_offering,
    withdraw_announcement,
    write_announcement,
)
from cauce.announcements.queries import (
    accounts_reached,
    announcements_at,
    announcements_for,
    reach_by_route,
    supply_turns_on,
)
from cauce.events.models import Event
from cauce.registry.models import Account, Route, Sector
from cauce.users.models import Area, User
from tests.ledger.conftest import account, at, clerk
from tests.ledger.debts import make_account

__all__ = ["account", "at", "clerk"]
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def sector(account: Account) -> Sector:
    found = Sector.objects.create(name="Centro")
    Route.objects.filter(pk=account.route_id).update(sector=found)
    return found


@pytest.fixture
def cut(sector: Sector, at: datetime, clerk: User) -> Announcement:
    return write_announcement(
        kind=Announcement.Kind.SUPPLY_CUT,
        title="Corte por cambio de válvula",
        body="No habrá agua en el Centro.",
        starts_at=at + HOUR,
        ends_at=at + 5 * HOUR,
        sectors=[sector],
        at=at,
        by=clerk,
        key="cut",
    )


def elsewhere() -> Account:
    other = make_account()
    other.route = Route.objects.create(number="99", cycle=1)
    other.save()
    return other


def test_what_is_published_is_told_to_its_accounts_while_it_lasts(
    cut: Announcement, account: Account, at: datetime, clerk: User
) -> None:
    other = elsewhere()
    during = at + 2 * HOUR
    assert announcements_for(account, during) == []
    publish_announcement(announcement=cut, at=at, by=clerk)
    assert announcements_for(account, during) == [cut]
    assert announcements_for(other, during) == []
    for moment in (at, at + 5 * HOUR):
        assert announcements_for(account, moment) == []
    withdraw_announcement(announcement=cut, reason="Se pospuso", at=at, by=clerk)
    assert not announcements_at(during).exists()
    assert Event.objects.filter(subject_kind="Announcement").values_list("kind", flat=True).count() == 3


def test_a_route_an_account_or_everybody_may_be_told(
    account: Account, at: datetime, clerk: User, django_assert_num_queries
) -> None:
    other = elsewhere()
    facts = {"kind": Announcement.Kind.NOTICE, "body": "Texto", "starts_at": at, "ends_at": at + HOUR, "at": at}
    everybody = write_announcement(title="Todos", is_for_everybody=True, by=clerk, key="1", **facts)
    one = write_announcement(title="Una", accounts=[other], by=clerk, key="2", **facts)
    route = write_announcement(
        title="Ruta", routes=[other.route, account.route], accounts=[other], by=clerk, key="3", **facts
    )
    for written in (everybody, one, route):
        publish_announcement(announcement=written, at=at, by=clerk)
    with django_assert_num_queries(1):
        assert set(announcements_for(other, at)) == {everybody, one, route}
    assert set(announcements_for(account, at)) == {everybody, route}
    assert list(accounts_reached(route)) == [account, other]
    assert reach_by_route(route) == [("01", 1), ("99", 1)]


def test_closed_accounts_are_not_reached(cut: Announcement, account: Account) -> None:
    assert list(accounts_reached(cut)) == [account]
    account.state = Account.State.CLOSED
    account.save()
    assert not accounts_reached(cut).exists()


def test_an_announcement_says_something_to_somebody_and_ends_later(sector: Sector, at: datetime, clerk: User) -> None:
    good = {
        "kind": Announcement.Kind.NOTICE,
        "title": "T",
        "body": "B",
        "starts_at": at,
        "ends_at": at + HOUR,
        "sectors": [sector],
        "at": at,
        "by": clerk,
        "key": "k",
    }
    for wrong in (
        {"title": " "},
        {"body": ""},
        {"ends_at": at},
        {"sectors": []},
        {"starts_at": at - 3 * HOUR, "ends_at": at},
    ):
        with pytest.raises(AnnouncementRefused):
            write_announcement(**(good | wrong))  # type: ignore[arg-type]
    assert not Announcement.objects.exists()
    assert write_announcement(**good) == write_announcement(**good)  # type: ignore[arg-type]


def test_what_is_over_or_withdrawn_is_not_published(cut: Announcement, at: datetime, clerk: User) -> None:
    with pytest.raises(AnnouncementRefused, match="ya terminó"):
        publish_announcement(announcement=cut, at=at + 6 * HOUR, by=clerk)
    with pytest.raises(AnnouncementRefused, match="por qué"):
        withdraw_announcement(announcement=cut, reason=" ", at=at, by=clerk)
    withdraw_announcement(announcement=cut, reason="No va", at=at, by=clerk)
    with pytest.raises(AnnouncementRefused, match="se retiró"):
        publish_announcement(announcement=cut, at=at, by=clerk)


def test_turns_of_supply_load_once_and_end(sector: Sector, tmp_path: Path) -> None:
    path = tmp_path / "tandeo.yaml"
    path.write_text("tandeo:\n  Centro: {lunes: 06:00-10:00, jueves: 06:00-10:00}\n", encoding="utf-8")
    start = date(2026, 9, 1)
    assert load_supply_turns(path=path, on=start) == 2
    assert load_supply_turns(path=path, on=start) == 0
    turns = supply_turns_on(start, sector_ids=[sector.pk])
    assert [turn.get_weekday_display() for turn in turns] == ["Lunes", "Jueves"]
    end_supply_turn(turn=turns[0], on=date(2026, 9, 10))
    assert len(supply_turns_on(date(2026, 9, 9))) == 2
    assert len(supply_turns_on(date(2026, 9, 10))) == 1
    with pytest.raises(SupplyTurnsRejected):
        end_supply_turn(turn=turns[1], on=start)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tandeo: {Luna: {lunes: 06:00-10:00}}", "Luna"),
        ("tandeo: {Centro: {luns: 06:00-10:00}}", "luns"),
        ("tandeo: {Centro: {lunes: seis a diez}}", "06:00-10:00"),
        ("tandeo: {Centro: {lunes: 10:00-06:00}}", "después de empezar"),
        ("tandeo: {Centro: []}", "sus días"),
        ("otra: 1", "tandeo"),
        ("{", "YAML"),
    ],
)
def test_a_file_of_turns_with_a_fault_says_what_and_loads_nothing(
    sector: Sector, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "tandeo.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SupplyTurnsRejected, match=said):
        load_supply_turns(path=path, on=date(2026, 9, 1))
    assert not SupplyTurn.objects.exists()


@pytest.fixture
def leaflet(at: datetime, clerk: User) -> Offering:
    made = save_offering(offering=None, kind=Offering.Kind.LEAFLET, name="Cuide el agua", about="Ahorro")
    return stock_offering(offering=made, quantity=100, reason="Imprenta", at=at, by=clerk)


def ask(leaflet: Offering, quantity: int, at: datetime, clerk: User) -> OfferingRequest:
    area = Area.objects.get(name="Comercialización")
    return ask_for_offering(offering=leaflet, quantity=quantity, area=area, note="Ventanilla", at=at, by=clerk)


def test_what_is_delivered_leaves_the_stock_once(leaflet: Offering, at: datetime, clerk: User) -> None:
    asked = ask(leaflet, 60, at, clerk)
    other = ask(leaflet, 60, at, clerk)
    for _ in range(2):
        deliver_offering(request=asked, at=at, by=clerk)
    leaflet.refresh_from_db()
    assert leaflet.left == 40
    with pytest.raises(NotEnoughLeft):
        deliver_offering(request=other, at=at, by=clerk)
    refuse_offering(request=other, reason="Se acabaron", at=at, by=clerk)
    with pytest.raises(RequestAnswered):
        deliver_offering(request=other, at=at, by=clerk)
    with pytest.raises(RequestAnswered):
        refuse_offering(request=asked, reason="Tarde", at=at, by=clerk)
    assert sum(moved.quantity for moved in leaflet.movements.all()) == leaflet.left


def test_nothing_is_asked_or_taken_beyond_what_there_is(leaflet: Offering, at: datetime, clerk: User) -> None:
    for quantity in (0, 101):
        with pytest.raises(NotEnoughLeft):
            ask(leaflet, quantity, at, clerk)
    with pytest.raises(NotEnoughLeft):
        stock_offering(offering=leaflet, quantity=-101, reason="Merma", at=at, by=clerk)
    with pytest.raises(AnnouncementRefused, match="Ya hay"):
        save_offering(offering=None, kind=Offering.Kind.EVENT, name="Cuide el agua", about="")


def test_what_was_announced_and_handed_out_stays_written(cut: Announcement, leaflet: Offering) -> None:
    for row in (cut, leaflet, leaflet.movements.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
