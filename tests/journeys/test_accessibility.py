"""No page raises a barrier: axe at WCAG 2.2 AA, light and dark, on a desk's screen and on a phone."""

from collections.abc import Callable
from http import HTTPStatus
from itertools import groupby

import pytest
from django.urls import reverse

from tests.backoffice.addresses import arguments_in, staff_addresses
from tests.backoffice.conftest import signed_in
from tests.backoffice.test_access import declared
from tests.backoffice.town import Town
from tests.journeys.pages import Site

pytestmark = [pytest.mark.journey, pytest.mark.commits]

ROLES = (
    "jefe",
    "facturacion",
    "informatica",
    "supervisor-cajas",
    "cajero",
    "contabilidad",
    "coordinador",
    "operacion",
    "tecnico",
    "comunicacion",
)
PHONE = {"width": 390, "height": 844}
DOORS = ("account_change_password", "mfa_index", "usersessions_list", "mfa_activate_totp")


def pages(town: Town) -> list[tuple[str, str]]:
    """Every page of the staff, about something of the town, with a role that may see it."""
    matrix = declared()
    found = [
        (
            next(role for role in ROLES if matrix[address.name][role]),
            reverse(address.name, kwargs=arguments_in(town, address)),
        )
        for address in staff_addresses()
        if "GET" in address.screen.methods
    ]
    found.append(("jefe", "/ventanilla/?q=ma"))
    return sorted((role, url) for role, url in found if is_page(town, role, url))


def is_page(town: Town, role: str, url: str) -> bool:
    """Whether an address shows a page: neither a paper, nor a workbook, nor a part of a page, nor somewhere else."""
    shown = signed_in(town.staff[role]).get(url)
    return (
        shown.status_code == HTTPStatus.OK
        and shown.headers["Content-Type"].startswith("text/html")
        and b"<html" in b"".join(shown)
    )


def walk(site: Site, town: Town) -> list[str]:
    """Open every page; the barriers and overflows found."""
    found = []
    for role, of_role in groupby(pages(town), key=lambda page: page[0]):
        site.page.context.clear_cookies()
        site.sign_in(f"prueba-{role}")
        for _, url in of_role:
            site.open(url)
            found += [f"{url} {barrier}" for barrier in site.barriers()]
            if site.overflow() > 0:
                found.append(f"{url} is {site.overflow()} px wider than its window")
    return found


def test_no_page_raises_a_barrier_by_day(site: Callable[..., Site], billed_town: Town) -> None:
    desk = site()
    found = walk(desk, billed_town)
    assert not found, "\n".join(found)


def test_no_page_raises_a_barrier_by_night_on_a_phone(site: Callable[..., Site], billed_town: Town) -> None:
    phone = site(**PHONE, scheme="dark")
    found = walk(phone, billed_town)
    assert not found, "\n".join(found)


def test_the_doors_raise_no_barrier(site: Callable[..., Site]) -> None:
    desk = site()
    desk.open("/acceso/entrar/")
    found = desk.barriers()
    desk.sign_in("prueba-jefe")
    for name in DOORS:
        desk.open(reverse(name))
        found += [f"{name} {barrier}" for barrier in desk.barriers()]
    assert not found, "\n".join(found)
