"""Shared meters, meters that measure others, and meters that were stolen."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.events.models import Event
from cauce.metering.models import Consumption, MeterInstallation, MeterLoss, MeterShare
from cauce.metering.operations import (
    LossRefused,
    MeterNotShareable,
    end_sharing,
    replace_lost_meter,
    report_meter_loss,
    share_meter,
    tell_meter_found,
)
from cauce.metering.queries import apportion, consumption_for_chunk
from cauce.registry.models import Account, Connection, Premises
from cauce.registry.operations import BranchRefused, hang_connection
from cauce.registry.queries import is_same_place
from cauce.users.models import User
from tests.metering.accounts import make_account

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1)


def read(account: Account, m3: int) -> None:
    Consumption.objects.create(account=account, period=SEPTEMBER, volume_m3=m3, source=Consumption.Source.MEASURED)


def beside(principal: Account, number: str) -> Account:
    """An account without a meter on the same connection."""
    account = make_account(number, serial="")
    Account.objects.filter(pk=account.pk).update(connection=principal.connection)
    account.refresh_from_db()
    return account


def behind(parent: Account, number: str, *, serial: str) -> Account:
    """An account whose connection hangs from another's."""
    account = make_account(number, serial=serial)
    Connection.objects.filter(pk=account.connection_id).update(parent=parent.connection)
    return account


def billed(*accounts: Account) -> tuple[dict[int, int], dict[int, str]]:
    ids = [account.pk for account in accounts]
    found = apportion(ids, SEPTEMBER, consumption_for_chunk(ids, SEPTEMBER))
    return {account_id: measured.volume_m3 for account_id, measured in found.measured.items()}, found.waiting


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 9, 5, 18, 0, tzinfo=UTC)


@pytest.fixture
def house() -> Account:
    return make_account("000501", serial="M501")


@pytest.fixture
def flats(house: Account, at: datetime, clerk: User) -> tuple[Account, Account]:
    pair = beside(house, "000502"), beside(house, "000503")
    parts = {house.pk: 2, pair[0].pk: 1, pair[1].pk: 1}
    share_meter(principal=house, parts=parts, valid_from=SEPTEMBER, reason="Vecindad.", at=at, by=clerk)
    return pair


def test_each_account_bears_its_part_of_a_shared_meter(house: Account, flats: tuple[Account, Account]) -> None:
    read(house, 41)
    volumes, waiting = billed(house, *flats)
    assert (volumes[house.pk], volumes[flats[0].pk], volumes[flats[1].pk], waiting) == (21, 10, 10, {})


def test_the_part_of_another_chunk_is_the_same(house: Account, flats: tuple[Account, Account]) -> None:
    read(house, 41)
    with CaptureQueriesContext(connection) as queries:
        volumes, _ = billed(flats[1])
    assert (volumes, len(queries)) == ({flats[1].pk: 10}, 4)


def test_who_shares_waits_for_the_reading_of_the_meter(house: Account, flats: tuple[Account, Account]) -> None:
    volumes, waiting = billed(house, *flats)
    assert (volumes, set(waiting)) == ({}, {flats[0].pk, flats[1].pk})


def test_sharing_twice_alike_shares_once(house: Account, flats: tuple[Account, Account], at: datetime, clerk: User):
    parts = {house.pk: 2, flats[0].pk: 1, flats[1].pk: 1}
    share_meter(principal=house, parts=parts, valid_from=SEPTEMBER, reason="Otra vez.", at=at, by=clerk)
    assert MeterShare.objects.count() == 3
    with pytest.raises(MeterNotShareable, match="ya comparte"):
        share_meter(principal=house, parts=parts | {house.pk: 3}, valid_from=SEPTEMBER, reason="M.", at=at, by=clerk)


def test_an_account_with_its_own_meter_shares_no_other(house: Account, at: datetime, clerk: User) -> None:
    other = make_account("000504", serial="M504")
    with pytest.raises(MeterNotShareable, match="tiene su propio medidor"):
        share_meter(
            principal=house, parts={house.pk: 1, other.pk: 1}, valid_from=SEPTEMBER, reason="M.", at=at, by=clerk
        )
    assert not MeterShare.objects.exists()


def test_an_account_of_another_place_shares_no_meter(house: Account, at: datetime, clerk: User) -> None:
    other = make_account("000504", serial="")
    with pytest.raises(MeterNotShareable, match="otro predio"):
        share_meter(
            principal=house, parts={house.pk: 1, other.pk: 1}, valid_from=SEPTEMBER, reason="M.", at=at, by=clerk
        )


def test_what_is_shared_ends_with_its_month(house: Account, flats: tuple[Account, Account], at: datetime, clerk: User):
    read(house, 41)
    assert end_sharing(principal=house, valid_until=date(2026, 10, 1), at=at, by=clerk) == 3
    assert end_sharing(principal=house, valid_until=date(2026, 10, 1), at=at, by=clerk) == 0
    assert billed(house, *flats)[0][house.pk] == 21
    assert apportion([house.pk], date(2026, 10, 1), {}).notes == {}


def test_the_parent_meter_pays_what_its_children_do_not(house: Account) -> None:
    first, second = behind(house, "000511", serial="M511"), behind(house, "000512", serial="M512")
    for account, m3 in ((house, 100), (first, 30), (second, 45)):
        read(account, m3)
    volumes, waiting = billed(house, first, second)
    assert (volumes, waiting) == ({house.pk: 25, first.pk: 30, second.pk: 45}, {})


def test_the_parent_meter_waits_for_its_children(house: Account) -> None:
    behind(house, "000511", serial="M511")
    read(house, 100)
    volumes, waiting = billed(house)
    assert (volumes, waiting) == ({}, {house.pk: "SIN_CONSUMO_DERIVADAS"})


def test_children_over_their_parent_leave_it_nothing(house: Account) -> None:
    child = behind(house, "000511", serial="M511")
    read(house, 30)
    read(child, 41)
    assert billed(house, child)[0] == {house.pk: 0, child.pk: 41}


def lose(house: Account, at: datetime, by: User, **facts: object) -> MeterLoss:
    told: dict[str, object] = {
        "kind": MeterLoss.Kind.STOLEN,
        "happened_on": date(2026, 9, 1),
        "report_number": "CI-123/2026",
        "account_of_facts": "Arrancaron el medidor de la banqueta.",
        "payer": MeterLoss.Payer.UTILITY,
        "payer_reason": "Estaba fuera del predio.",
    }
    return report_meter_loss(
        installation=MeterInstallation.objects.current().get(account=house), at=at, by=by, **(told | facts)
    )


def test_a_stolen_meter_is_reported_once_and_says_who_pays(house: Account, at: datetime, clerk: User) -> None:
    loss = lose(house, at, clerk)
    assert lose(house, at, clerk) == loss
    assert (loss.state, loss.payer) == ("OPEN", "UTILITY")


def test_a_theft_without_its_denunciation_is_not_paid_by_the_utility(house: Account, at: datetime, clerk: User) -> None:
    with pytest.raises(LossRefused, match="denuncia"):
        lose(house, at, clerk, report_number=" ")
    assert not MeterLoss.objects.exists()


def test_a_meter_read_after_its_theft_is_looked_at_again(house: Account, at: datetime, clerk: User) -> None:
    Consumption.objects.create(
        account=house, period=SEPTEMBER, volume_m3=5, source="MEASURED", meter_serial="M501",
        current_value=105, current_on=date(2026, 9, 3),
    )  # fmt: skip
    with pytest.raises(LossRefused, match="se leyó"):
        lose(house, at, clerk)


def test_replacing_it_closes_the_old_one_at_its_last_reading(house: Account, at: datetime, clerk: User) -> None:
    Consumption.objects.create(
        account=house, period=date(2026, 8, 1), volume_m3=5, source="MEASURED", meter_serial="M501",
        current_value=105, current_on=date(2026, 8, 3),
    )  # fmt: skip
    loss = lose(house, at, clerk)
    new = {"serial": "N1", "brand": "ITRON", "diameter": "1/2", "digits": 5, "initial_value": 0}
    with pytest.raises(LossRefused, match="llega después"):
        replace_lost_meter(loss=loss, installed_on=date(2026, 8, 20), at=at, by=clerk, **new)
    installed = replace_lost_meter(loss=loss, installed_on=date(2026, 9, 4), at=at, by=clerk, **new)
    loss.refresh_from_db()
    loss.installation.refresh_from_db()
    assert (loss.state, loss.installation.final_value, installed.meter.serial) == ("REPLACED", 105, "N1")
    assert replace_lost_meter(loss=loss, installed_on=date(2026, 9, 4), at=at, by=clerk, **new) == installed
    with pytest.raises(LossRefused, match="ya se repuso"):
        tell_meter_found(loss=loss, at=at, by=clerk)


def test_a_connection_hangs_from_another_and_is_let_go(house: Account, at: datetime, clerk: User) -> None:
    child = make_account("000511", serial="M511")
    for _ in range(2):
        hang_connection(account=child, parent=house, reason="Orden OT-1", at=at, by=clerk)
    read(house, 40)
    read(child, 15)
    assert billed(house, child)[0] == {house.pk: 25, child.pk: 15}
    hang_connection(account=child, parent=None, reason="Toma propia", at=at, by=clerk)
    assert billed(house, child)[0] == {house.pk: 40, child.pk: 15}
    kinds = Event.objects.filter(account_id=child.pk).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["CONNECTION_HUNG", "CONNECTION_LET_GO"]


def test_connections_never_make_a_ring(house: Account, at: datetime, clerk: User) -> None:
    child, grandchild = make_account("000511", serial="M511"), make_account("000512", serial="M512")
    hang_connection(account=child, parent=house, reason="Plano", at=at, by=clerk)
    hang_connection(account=grandchild, parent=child, reason="Plano", at=at, by=clerk)
    with pytest.raises(BranchRefused, match="no al revés"):
        hang_connection(account=house, parent=grandchild, reason="Plano", at=at, by=clerk)
    with pytest.raises(BranchRefused, match="misma toma"):
        hang_connection(account=house, parent=house, reason="Plano", at=at, by=clerk)
    with pytest.raises(BranchRefused, match="cómo se supo"):
        hang_connection(account=grandchild, parent=None, reason=" ", at=at, by=clerk)


def test_flats_of_one_number_share_a_meter_whatever_their_inner_number(
    house: Account, at: datetime, clerk: User
) -> None:
    flat, other = make_account("000504", serial=""), make_account("000505", serial="")
    place = house.connection.premises
    Premises.objects.filter(pk__in=[place.pk, flat.connection.premises_id]).update(
        street="HIDALGO", exterior_number="12", colony="CENTRO"
    )
    Premises.objects.filter(pk=flat.connection.premises_id).update(interior_number="B")
    house = Account.objects.get(pk=house.pk)
    share_meter(
        principal=house, parts={house.pk: 1, flat.pk: 1}, valid_from=SEPTEMBER, reason="Departamentos.", at=at, by=clerk
    )
    assert MeterShare.objects.count() == 2
    assert not is_same_place(other.connection.premises, make_account("000506").connection.premises)
