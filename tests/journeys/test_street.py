"""The head of the street in a real browser: what is near is merged from the board, and the map of a day looked at."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from cauce.core import clock
from cauce.workorders.models import WorkOrder, WorkOrderType
from cauce.workorders.operations import issue_work_order, program_orders
from tests.backoffice.town import Town
from tests.backoffice.workorders_town import WorkOrdersTown, workorders_town
from tests.journeys.pages import PATIENCE_MS, Site

pytestmark = [pytest.mark.journey, pytest.mark.commits]


@pytest.fixture
def orders(billed_town: Town) -> WorkOrdersTown:
    """The orders of the town, and five more of a crew's day with their coordinates."""
    made, by = workorders_town(billed_town), billed_town.staff["operacion"]
    more = [
        issue_work_order(
            type=WorkOrderType.objects.get(pk="DRENAJE-TAPADO"),
            account=None,
            place=f"Hidalgo {number}",
            matter="Tapado",
            origin_kind="CALL",
            at=clock.now(),
            by=billed_town.staff["coordinador"],
            key=f"day/{number}",
        )
        for number in range(1, 6)
    ]
    program_orders(orders=more, crew=made.crew, day=clock.today(), at=clock.now(), by=by)
    for number, order in enumerate(more):
        place = {"latitude": Decimal("20.48") + Decimal(number * number) / 1000, "longitude": Decimal("-100.95")}
        place["longitude"] += Decimal(number % 3) / 500
        WorkOrder.objects.filter(pk=order.pk).update(**place)
    return made


def width_of(site: Site) -> float:
    """How much of the drawing is seen across."""
    seen: str = site.page.locator("svg.map").get_attribute("viewBox") or ""
    return float(seen.split()[2])


def test_the_map_of_a_day_is_brought_near_with_the_keyboard_and_seen_whole_again(
    site: Callable[..., Site], orders: WorkOrdersTown
) -> None:
    window = site()
    window.sign_in("prueba-operacion")
    window.open(f"/ordenes/cuadrillas/{orders.crew.pk}/dia/")
    frame = window.page.locator("[data-map]")
    frame.focus()
    whole = width_of(window)
    window.page.keyboard.press("+")
    window.page.keyboard.press("+")
    assert width_of(window) < whole / 2
    before = window.page.locator("svg.map").get_attribute("viewBox")
    window.page.keyboard.press("ArrowRight")
    assert window.page.locator("svg.map").get_attribute("viewBox") != before
    window.page.keyboard.press("0")
    assert width_of(window) == whole
    window.page.get_by_role("button", name="Acercar").click()
    assert width_of(window) < whole
    assert window.barriers() == []
    window.page.get_by_role("button", name="Todo").click()
    window.page.locator("svg.map a").first.click()
    expect(window.page.locator("h1")).to_contain_text("OT-", timeout=PATIENCE_MS)


def test_the_map_is_moved_by_a_finger_and_its_points_keep_their_size(
    site: Callable[..., Site], orders: WorkOrdersTown
) -> None:
    window = site(width=390, height=844)
    window.sign_in("prueba-operacion")
    window.open(f"/ordenes/cuadrillas/{orders.crew.pk}/dia/")
    assert window.overflow() == 0
    drawing = window.page.locator("svg.map")
    drawing.scroll_into_view_if_needed()
    size = window.page.locator("svg.map circle").first.bounding_box()
    window.page.get_by_role("button", name="Acercar").click()
    nearer = window.page.locator("svg.map circle").first.bounding_box()
    assert size is not None and nearer is not None and abs(size["width"] - nearer["width"]) < 1
    box = drawing.bounding_box()
    assert box is not None
    before = drawing.get_attribute("viewBox")
    window.page.mouse.move(box["x"] + 200, box["y"] + 100)
    window.page.mouse.down()
    window.page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    window.page.mouse.up()
    assert drawing.get_attribute("viewBox") != before


def test_what_is_near_is_merged_from_the_board(site: Callable[..., Site], orders: WorkOrdersTown) -> None:
    kept = orders.programmed
    issue_work_order(
        type=kept.type, account=None, place=kept.place, matter="La misma", origin_kind="CALL", at=clock.now(),
        by=kept.issued_by, key="twin",
    )  # fmt: skip
    window = site()
    window.sign_in("prueba-operacion")
    window.open("/ordenes/programa/")
    window.page.locator("details.board-near summary").click()
    assert window.barriers() == []
    window.page.get_by_role("button", name=f"Fusionar con {kept.document.folio}").click()
    expect(window.page.locator(".notice-good")).to_contain_text("misma visita", timeout=PATIENCE_MS)
    assert WorkOrder.objects.get(key="twin").merged_into_id == kept.pk
