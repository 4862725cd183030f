"""Who sees what: every screen is declared, and each role gets just what the matrix says."""

import csv
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cauce.users.models import User
from cauce.users.roles import ROLES
from tests.backoffice.addresses import Address, staff_addresses
from tests.backoffice.conftest import signed_in

MATRIX = Path(__file__).with_name("access_matrix.csv")
NOBODY = 0


def declared() -> dict[str, dict[str, bool]]:
    """The matrix: screen → role → whether it may."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {
            row["screen"]: {role: mark == "x" for role, mark in row.items() if role != "screen"}
            for row in csv.DictReader(file)
        }


def ask(client: Client, address: Address) -> int:
    """Ask for a screen about something that does not exist, by the method it answers to; its status."""
    url = reverse(address.name, kwargs=dict.fromkeys(address.arguments, NOBODY))
    method = client.get if "GET" in address.screen.methods else client.post
    return method(url).status_code


@pytest.mark.parametrize("address", staff_addresses(), ids=lambda address: address.name)
def test_every_screen_says_who_may_see_it(address: Address) -> None:
    assert address.screen is not None, f"{address.name} lacks @screen(…)"


def test_the_matrix_declares_every_screen_and_every_role() -> None:
    matrix = declared()
    assert set(matrix) == {address.name for address in staff_addresses()}
    assert all(set(marks) == {role.code for role in ROLES} for marks in matrix.values())


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_each_role_gets_what_the_matrix_says(role: str, staff: dict[str, User]) -> None:
    client = signed_in(staff[role])
    matrix = declared()
    wrong = []
    for address in staff_addresses():
        refused = ask(client, address) == 403
        if refused == matrix[address.name][role]:
            wrong.append(address.name)
    assert not wrong


@pytest.mark.parametrize("address", staff_addresses(), ids=lambda address: address.name)
@pytest.mark.django_db
def test_who_has_not_signed_in_is_sent_to_the_door(address: Address, client: Client) -> None:
    url = reverse(address.name, kwargs=dict.fromkeys(address.arguments, NOBODY))
    method = client.get if "GET" in address.screen.methods else client.post
    response = method(url)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "address", [a for a in staff_addresses() if a.screen.methods == ("POST",)], ids=lambda address: address.name
)
def test_what_changes_something_does_not_answer_to_get(address: Address, staff: dict[str, User]) -> None:
    role = next(role for role, may in declared()[address.name].items() if may)
    url = reverse(address.name, kwargs=dict.fromkeys(address.arguments, NOBODY))
    assert signed_in(staff[role]).get(url).status_code == 405


def test_nobody_registers_alone(client: Client, db: None) -> None:
    response = client.get(reverse("account_signup"))
    assert "nadie se registra solo" in response.content.decode()
