"""Two hundred debtors go from the selection to their orders in a real browser, and a payment calls one of them back."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cauce.cashier.operations import open_desk, open_session
from cauce.collections.models import CollectionBatch, LadderAct, LadderStep, OrderRecall
from cauce.collections.operations import load_ladder, load_service_table
from cauce.core import clock
from cauce.core.periods import add_months, period_of
from cauce.registry.models import Account, Hold, Route
from cauce.registry.operations import place_hold
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import deliver_orders, program_orders
from tests.backoffice.reduction_town import COLLECTIONS
from tests.backoffice.town import PASSWORD, Town
from tests.backoffice.workorders_town import workorders_town
from tests.collections.test_recall import react
from tests.journeys.pages import PATIENCE_MS, Site
from tests.ledger.debts import a_debt, make_account, write_debts

pytestmark = [pytest.mark.journey, pytest.mark.commits]
ORDERS = 200
LONG_MS = 6 * PATIENCE_MS


@pytest.fixture
def debtors(billed_town: Town) -> list[Account]:
    """On a route of their own, so many that may be limited, one that will not be, and one that was told nothing."""
    now, by = clock.now(), billed_town.staff["coordinador"]
    workorders_town(billed_town)
    load_ladder(path=COLLECTIONS, at=now, by=billed_town.staff["jefe"])
    load_service_table(path=COLLECTIONS, at=now, by=billed_town.staff["jefe"])
    route = Route.objects.create(number="RED", cycle=1)
    accounts = [make_account(f"{810_000 + place}") for place in range(ORDERS + 2)]
    for place, account in enumerate(accounts, start=1):
        account.route, account.route_order = route, place
    Account.objects.bulk_update(accounts, ["route", "route_order"])
    due = [add_months(period_of(clock.today()), -months).replace(day=15) for months in (5, 4, 3, 2)]
    write_debts([a_debt(account, "AGUA", "300.00", day) for account in accounts for day in due], at=now, by=by)
    for account in accounts[:-1]:
        served(account, clock.today() - timedelta(days=40))
    return accounts


def served(account: Account, on: date) -> None:
    """The demand for payment was delivered at its door."""
    LadderAct.objects.create(
        step=LadderStep.objects.get(code="REQUERIMIENTO"),
        account=account,
        state="DELIVERED",
        debt=Decimal("1200.00"),
        months=4,
        issued_on=on,
        ended_on=on,
        outcome="DELIVERED",
    )


def test_a_batch_of_two_hundred_goes_from_selection_to_orders_and_a_payment_recalls_one(
    site: Callable[..., Site], billed_town: Town, debtors: list[Account]
) -> None:
    window = site()
    window.sign_in("prueba-coordinador")
    batch = prepare(window)
    expect(window.page.get_by_text("la aprueba el Jefe de Comercialización")).to_be_visible(timeout=PATIENCE_MS)
    window.page.get_by_role("link", name="No van").click()
    expect(window.page.get_by_text("Requerimiento de pago").first).to_be_visible(timeout=PATIENCE_MS)
    assert not window.barriers()
    assert (batch.state, batch.accounts) == ("PREVIEWED", ORDERS + 1)

    approve(site(), batch)
    held = debtors[-2]
    place_hold(
        account=held, kind=Hold.Kind.COMPLAINT, reason="Inconformidad", valid_from=clock.today(), at=clock.now(),
        by=billed_town.staff["jefe"],
    )  # fmt: skip
    look_at_file(window, batch, held)
    authorise(window, batch)
    assert LadderAct.objects.filter(batch=batch, state="AUTHORISED").count() == ORDERS
    react("REDUCTIONS_AUTHORISED")
    orders = WorkOrder.objects.filter(refused_below__isnull=False, account__in=debtors)
    assert orders.count() == ORDERS and not orders.filter(account__in=debtors[-2:]).exists()

    order = give_to_a_crew(billed_town, debtors[0])
    pay_at_the_desk(site(), billed_town, debtors[0])
    react("PAYMENT_TAKEN")
    order.refresh_from_db()
    assert (order.state, OrderRecall.objects.get().outcome) == ("RECALLED", "CALLED_BACK")
    window.open(f"{reverse('reduction:orders')}?estado=RECALLED")
    expect(window.page.get_by_role("row").filter(has_text=order.document.folio)).to_contain_text("Retirada")
    assert not window.barriers()
    crew_is_refused(site(width=390, height=844), order)


def prepare(window: Site) -> CollectionBatch:
    """Choose the rung and the debtors; what comes is the preview."""
    page = window.page
    window.open(reverse("collections:new_batch"))
    page.locator("#id_step").focus()
    page.locator("#id_step").select_option("AUTORIZACION")
    page.locator("#id_route").select_option(str(Route.objects.get(number="RED").pk))
    page.locator("#id_min_debt").focus()
    page.keyboard.type("600")
    page.locator("#id_min_months").focus()
    page.keyboard.type("3")
    assert not window.barriers()
    page.keyboard.press("F9")
    page.wait_for_url("**/cobranza/relaciones/*/", timeout=LONG_MS)
    return CollectionBatch.objects.get()


def approve(window: Site, batch: CollectionBatch) -> None:
    """The head approves what another person prepared."""
    window.sign_in("prueba-jefe")
    window.open(reverse("collections:batch", args=[batch.pk]))
    expect(window.page.get_by_role("button", name=f"Aprobar {ORDERS + 1}")).to_be_visible(timeout=PATIENCE_MS)
    window.page.keyboard.press("F9")
    expect(window.page.get_by_text("Quedó aprobada la relación").first).to_be_visible(timeout=PATIENCE_MS)
    assert not window.barriers()


def look_at_file(window: Site, batch: CollectionBatch, held: Account) -> None:
    """What came up since is said in the file of the account, and it cannot be authorised."""
    window.open(reverse("reduction:file", args=[LadderAct.objects.get(batch=batch, account=held).pk]))
    expect(window.page.get_by_text("No se puede autorizar").first).to_be_visible(timeout=PATIENCE_MS)
    expect(window.page.get_by_text("Requerimiento de pago").first).to_be_visible()
    assert not window.barriers()


def authorise(window: Site, batch: CollectionBatch) -> None:
    """All that may be, with the coordinator's password and the keyboard alone."""
    page = window.page
    window.open(reverse("reduction:relation", args=[batch.pk]))
    page.get_by_label("Todas las que pueden").focus()
    page.keyboard.press("Space")
    page.locator("input[type=password]").focus()
    page.keyboard.type(PASSWORD)
    assert not window.barriers()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{ORDERS} cuentas autorizadas").first).to_be_visible(timeout=LONG_MS)


def give_to_a_crew(town: Town, account: Account) -> WorkOrder:
    """The order of the account, handed over and in the programme of a crew."""
    order = WorkOrder.objects.select_related("document").get(account=account)
    deliver_orders(orders=[order], at=clock.now(), by=town.staff["coordinador"])
    program_orders(
        orders=[order], crew=workorders_town(town).crew, day=clock.today(), at=clock.now(), by=town.staff["operacion"]
    )
    return order


def pay_at_the_desk(till: Site, town: Town, account: Account) -> None:
    """All that is overdue, in cash."""
    open_session(
        desk=open_desk(code="V1", name="Ventanilla 1", series="V1"), cashier=town.staff["cajero"], at=clock.now()
    )
    till.sign_in("prueba-cajero")
    till.open(f"{reverse('desk:home')}?q={account.number}")
    till.page.locator("#efectivo").fill("5000")
    till.page.keyboard.press("Enter")
    till.page.wait_for_url("**/caja/cobro/revisar/", timeout=PATIENCE_MS)
    till.page.keyboard.press("Enter")
    till.page.wait_for_url("**/caja/pagos/*/", timeout=PATIENCE_MS)


def crew_is_refused(crew: Site, order: WorkOrder) -> None:
    """The crew that has the sheet in its hand reads that it does not go, and cannot write that it did."""
    crew.sign_in("prueba-cuadrilla")
    crew.open(reverse("workorders:report", args=[order.pk]))
    expect(crew.page.get_by_text("no espera resultado").first).to_be_visible(timeout=PATIENCE_MS)
    assert crew.overflow() == 0 and not crew.barriers()
    crew.open(f"{reverse('workorders:capture')}?folio={order.document.folio}")
    expect(crew.page.get_by_text("Esa orden está «retirada»").first).to_be_visible(timeout=PATIENCE_MS)
    assert not WorkOrder.objects.filter(pk=order.pk, results__isnull=False).exists()
