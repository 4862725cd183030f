"""The drawer on the screen: opened, emptied in part, closed blind, reviewed; the day; receipts without power."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from cauce.cashier.models import (
    BankDeposit,
    CashSession,
    CashWithdrawal,
    ContingencyReceipt,
    Payment,
    SessionClose,
    SessionReview,
    Tender,
)
from cauce.cashier.operations import (
    PaymentShare,
    close_session,
    correct_method,
    count_drawer,
    open_desk,
    open_session,
    print_contingency_block,
    reverse_payment,
    review_session,
    take_payment,
    withdraw_cash,
)
from cauce.cashier.rules import Tendered
from cauce.documents.models import Document
from cauce.events.models import Event
from cauce.ledger.models import ClosedDay
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.backoffice.addresses import arguments_in, staff_addresses
from tests.backoffice.conftest import signed_in
from tests.backoffice.sessions_town import sessions_town
from tests.backoffice.test_access import declared
from tests.backoffice.town import PASSWORD, Town
from tests.ledger.debts import make_account

# Before the first print they lead to the page where they are printed.
PRINTED_FIRST = {f"sessions:{name}_pdf" for name in ("close", "count", "deposit", "difference", "withdrawal")}
IN_BACKGROUND = {"sessions:all_debts_pdf", "sessions:all_debts_workbook"}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def at_desk(staff: dict[str, User], now) -> Client:
    """The cashier's browser, with a free desk and a law in force."""
    from django.conf import settings

    load_law(
        directory=settings.LAW_DIR / "cortazar" / "2026",
        at=now,
        by=staff["facturacion"],
        approved_by=staff["jefe"],
    )
    open_desk(code="C1", name="Caja 1", series="C1")
    return signed_in(staff["cajero"])


@pytest.fixture
def collected(at_desk: Client, staff: dict[str, User], now) -> CashSession:
    """An open session with 300 pesos of float and 451.30 of cash collected."""
    session = open_session(
        desk=open_desk(code="C1", name="", series=""), cashier=staff["cajero"], denominations={"100": 3}, at=now
    )
    take_payment(
        shares=[PaymentShare(account=make_account("000123"), amount=Decimal("451.30"))],
        tenders=[Tendered("CASH", Decimal("451.30"))],
        session=session,
        at=now,
        by=staff["cajero"],
        key="one",
    )
    return session


def said(response) -> str:
    return response.content.decode()


def key_of(response) -> str:
    return re.search(r'name="key" value="([\w-]+)"', said(response)).group(1)


def test_every_page_of_the_drawer_answers_about_a_closed_session(town: Town, clients: dict[str, Client]) -> None:
    matrix = declared()
    drawer = sessions_town(town)
    wrong = []
    for address in staff_addresses():
        if not address.name.startswith("sessions:") or "GET" not in address.screen.methods:
            continue
        if address.name in IN_BACKGROUND:
            continue
        url = reverse(address.name, kwargs=arguments_in(town, address))
        for role in ("cajero", "supervisor-cajas"):
            expected = 302 if address.name in PRINTED_FIRST else 200
            if matrix[address.name][role] and clients[role].get(url).status_code != expected:
                wrong.append((address.name, role))
    assert not wrong
    page = said(clients["supervisor-cajas"].get(reverse("sessions:session", args=[drawer.session.pk])))
    assert "Faltante de efectivo" in page
    assert "B-101" in page
    day = said(clients["supervisor-cajas"].get(reverse("sessions:day") + f"?dia={drawer.session.day:%Y-%m-%d}"))
    assert "CT-PT-000001" in day
    assert "revisar el corte" in day


def test_a_cashier_opens_with_a_float_counted_by_pieces(at_desk: Client, staff) -> None:
    desk = open_desk(code="C1", name="", series="")
    page = at_desk.get(reverse("sessions:open"))
    answer = at_desk.post(
        reverse("sessions:open"), {"key": key_of(page), "desk": desk.pk, "p_100": "4", "p_0_5": "3", "p_20": ""}
    )
    assert answer.status_code == 302
    session = CashSession.objects.get()
    assert (session.opening_float, session.cashier) == (Decimal("401.50"), staff["cajero"])
    assert "$401.50" in said(at_desk.get(reverse("sessions:home")))


def test_a_count_that_cannot_be_is_told_and_what_was_typed_is_kept(at_desk: Client) -> None:
    desk = open_desk(code="C1", name="", series="")
    page = said(at_desk.post(reverse("sessions:open"), {"key": "k", "desk": desk.pk, "p_100": "dos", "p_50": "7"}))
    assert "número entero" in page
    assert 'value="7"' in page
    assert not CashSession.objects.exists()


def test_nothing_of_what_is_expected_is_on_the_page_before_the_close(at_desk: Client, collected: CashSession) -> None:
    declared_first = {"key": "k1", "p_100": "7", "p_50": "1", "declared_CARD": "", "bag": "B-5"}
    pages = [
        said(at_desk.get(reverse("sessions:home"))),
        said(at_desk.get(reverse("sessions:close"))),
        said(at_desk.post(reverse("sessions:close"), declared_first)),
        said(at_desk.get(reverse("sessions:session", args=[collected.pk]))),
        said(at_desk.get(reverse("sessions:withdraw"))),
    ]
    assert "$750.00" in pages[2]
    for page in pages:
        for secret in ("451.30", "751.30", "1.30"):
            assert secret not in page
    assert not SessionClose.objects.exists()


def test_a_supervisor_sees_nothing_of_an_open_drawer_but_by_an_arqueo(
    collected: CashSession, staff: dict[str, User], now
) -> None:
    supervisor = signed_in(staff["supervisor-cajas"])
    address = reverse("sessions:session", args=[collected.pk])
    page = said(supervisor.get(address))
    assert "sólo en un arqueo" in page
    for secret in ("451.30", "751.30"):
        assert secret not in page
    count_drawer(session=collected, denominations={"100": 7}, at=now, by=staff["supervisor-cajas"], key="arqueo")
    assert "751.30" in said(supervisor.get(address))


def test_the_close_is_confirmed_and_only_then_tells_the_difference(at_desk: Client, collected: CashSession) -> None:
    asked = {"key": "k1", "p_100": "7", "p_1": "1", "bag": "B-5"}
    back = at_desk.post(reverse("sessions:close"), asked | {"confirmed": "1", "back": "1"})
    assert 'value="7"' in said(back)
    assert not SessionClose.objects.exists()
    answer = at_desk.post(reverse("sessions:close"), asked | {"confirmed": "1"})
    assert answer.headers["Location"] == reverse("sessions:session", args=[collected.pk])
    page = said(at_desk.get(answer.headers["Location"]))
    assert "Faltante de efectivo" in page
    assert "−$50.30" in page
    again = at_desk.post(reverse("sessions:close"), asked | {"confirmed": "1", "key": "k2"})
    assert again.headers["Location"] == answer.headers["Location"]
    assert SessionClose.objects.count() == 1
    close = SessionClose.objects.get()
    deposit = BankDeposit.objects.get()
    for document in (close.document, close.difference_document, deposit.document):
        assert "REIMPRESI" not in printed(at_desk, document)
        assert "REIMPRESIÓN 1" in printed(at_desk, document)
        assert "REIMPRESIÓN 2" in printed(at_desk, document)
    sentences = Event.objects.filter(kind="CASH_PAPER_PRINTED", subject_id=close.document_id).order_by("pk")
    assert [told.sentence.rpartition("(")[2] for told in sentences] == [
        "original)",
        "reimpresión 1)",
        "reimpresión 2)",
    ]


def printed(client: Client, document: Document) -> str:
    """The words of a paper that is printed now."""
    answer = client.post(reverse("sessions:print_paper", args=[document.pk]), follow=True)
    assert answer.headers["Content-Type"] == "application/pdf"
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


def test_a_withdrawal_is_confirmed_by_the_supervisors_own_password(at_desk: Client, collected, staff) -> None:
    url = reverse("sessions:withdraw")
    asked = {"key": "r1", "p_200": "1", "bag": "B-1", "taker": "prueba-supervisor-cajas", "password": PASSWORD}
    for change, words in (
        ({"password": "otra"}, "no son correctos"),
        ({"taker": "prueba-coordinador"}, "lo recibe el supervisor"),
        ({"taker": "prueba-cajero"}, "lo recibe el supervisor"),
        ({"p_200": ""}, "no puede salir vacía"),
    ):
        assert words in said(at_desk.post(url, asked | change))
    assert not CashWithdrawal.objects.exists()
    assert at_desk.post(url, asked).status_code == 302
    done = CashWithdrawal.objects.get()
    assert (done.amount, done.received_by) == (Decimal("200.00"), staff["supervisor-cajas"])
    assert at_desk.get(reverse("sessions:withdrawal_pdf", args=[done.pk])).status_code == 302
    assert "REIMPRESI" not in printed(at_desk, done.document)
    assert "REIMPRESIÓN 1" in printed(at_desk, done.document)


def test_a_cashier_does_not_see_the_sessions_or_papers_of_another(at_desk: Client, collected, staff, now) -> None:
    other = User.objects.create(username="otra-cajera")
    session = open_session(desk=open_desk(code="C2", name="Caja 2", series="C2"), cashier=other, at=now)
    close_session(session=session, denominations={}, declared={}, at=now, by=other, key="x")
    assert at_desk.get(reverse("sessions:session", args=[session.pk])).status_code == 404
    assert at_desk.get(reverse("sessions:close_pdf", args=[session.pk])).status_code == 404
    close = SessionClose.objects.get(pk=session.pk)
    assert at_desk.post(reverse("sessions:print_paper", args=[close.document_id])).status_code == 404
    assert not Event.objects.filter(kind="CASH_PAPER_PRINTED").exists()


def test_a_supervisor_counts_by_surprise_reviews_and_closes_the_day(at_desk, collected, staff, now) -> None:
    supervisor = signed_in(staff["supervisor-cajas"])
    counting = reverse("sessions:count", args=[collected.pk])
    assert "751.30" not in said(supervisor.get(counting))
    assert supervisor.post(counting, {"key": "a1", "p_500": "1", "note": "Presente Ana"}).status_code == 302
    page = said(supervisor.get(reverse("sessions:session", args=[collected.pk])))
    assert "$751.30" in page
    close_session(session=collected, denominations={"100": 7}, declared={}, at=now, by=staff["cajero"], key="c")
    reviewing = reverse("sessions:review", args=[collected.pk])
    assert "escriba en las observaciones" in said(supervisor.post(reviewing, {"note": ""}, follow=True))
    assert "quedó revisado" in said(supervisor.post(reviewing, {"note": "Se contó dos veces"}, follow=True))
    assert SessionReview.objects.get().reviewed_by == staff["supervisor-cajas"]
    today = timezone.localdate(now)
    closed = supervisor.post(reverse("sessions:close_day"), {"dia": f"{today:%Y-%m-%d}"}, follow=True)
    assert "quedó cerrado" in said(closed)
    assert ClosedDay.objects.get().day == today
    book = CalamineWorkbook.from_filelike(BytesIO(supervisor.get(reverse("sessions:day_workbook")).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][1:] == ["Caja 1", "Efectivo", 1, 451.3]
    assert supervisor.get(reverse("sessions:day_pdf")).content.startswith(b"%PDF")


def test_a_day_with_a_session_open_is_not_closed_and_says_which(at_desk, collected, staff, now) -> None:
    supervisor = signed_in(staff["supervisor-cajas"])
    asked = {"dia": f"{timezone.localdate(now):%Y-%m-%d}"}
    assert "Caja 1" in said(supervisor.post(reverse("sessions:close_day"), asked, follow=True))
    assert not ClosedDay.objects.exists()


def rows(*filled: dict[str, str]) -> dict[str, str]:
    """A table of capture with some rows filled and a blank one."""
    table = {"form-TOTAL_FORMS": str(len(filled) + 1), "form-INITIAL_FORMS": "0"}
    for place, row in enumerate((*filled, {})):
        told = {"key": f"fila{place}", "method": "CASH", "reference": ""} | row
        table |= {f"form-{place}-{name}": value for name, value in told.items()}
    return table


def test_paper_receipts_are_captured_row_by_row_and_what_fails_stays(at_desk, collected, staff, now) -> None:
    desk = open_desk(code="C1", name="", series="")
    print_contingency_block(desk=desk, count=5, at=now - timedelta(days=3), by=staff["supervisor-cajas"])
    before = timezone.localtime(now - timedelta(days=1))
    when = {"day": f"{before:%Y-%m-%d}", "hour": "10:30"}
    first = {"folio": "CT-C1-000001", "account": "123", "amount": "100.00"} | when
    wrong = {"folio": "CT-C1-000009", "account": "123", "amount": "20.00"} | when
    spoilt = {"folio": "3", "spoilt": "Se rompió"}
    page = said(at_desk.post(reverse("sessions:capture"), rows(first, wrong, spoilt)))
    assert "no es de un bloc impreso" in page
    assert ContingencyReceipt.objects.count() == 2
    told = ContingencyReceipt.objects.get(payment__isnull=False)
    assert timezone.localtime(told.received_at).strftime("%H:%M") == "10:30"
    assert told.payment.receipts.get().effective_on == before.date()
    second = wrong | {"folio": "2"}
    answer = at_desk.post(reverse("sessions:capture"), rows(first, second, spoilt), follow=True)
    assert answer.redirect_chain
    assert Payment.objects.filter(contingency__isnull=False).count() == 2


def test_a_row_that_says_half_is_told_what_is_missing(at_desk, collected) -> None:
    page = said(at_desk.post(reverse("sessions:capture"), rows({"folio": "CT-C1-000001", "account": "123"})))
    assert "Escriba el importe." in page
    assert "Escriba a qué hora se recibió." in page
    assert not ContingencyReceipt.objects.exists()


def test_a_supervisor_prints_a_block_of_receipts(at_desk, staff) -> None:
    supervisor = signed_in(staff["supervisor-cajas"])
    desk = open_desk(code="C1", name="", series="")
    answer = supervisor.post(reverse("sessions:print_block"), {"desk": desk.pk, "count": "8"}, follow=True)
    assert "CT-C1-000001 a 000008" in said(answer)
    block_id = answer.redirect_chain[-1][0].rstrip("/").rsplit("/", 1)[-1]
    assert supervisor.get(reverse("sessions:block_pdf", args=[block_id])).content.startswith(b"%PDF")
    assert "Escriba un número" in said(
        supervisor.post(reverse("sessions:print_block"), {"desk": desk.pk, "count": "0"}, follow=True)
    )


def test_the_lists_of_debts_of_a_route_and_of_all_are_paper_and_workbook(
    town: Town, clients: dict[str, Client], settings, tmp_path
) -> None:
    from cauce.backoffice.sessions.lists import write_lists

    settings.MEDIA_ROOT = tmp_path
    route = town.account.route_id
    cashier = clients["cajero"]
    assert cashier.get(reverse("sessions:route_pdf", args=[route])).content.startswith(b"%PDF")
    content = cashier.get(reverse("sessions:route_workbook", args=[route])).content
    listed = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert town.account.number in [row[2] for row in listed]
    assert cashier.get(reverse("sessions:all_debts_pdf")).status_code == 404
    write_lists(timezone.localdate(), printed_at=timezone.now())
    whole = b"".join(cashier.get(reverse("sessions:all_debts_pdf")).streaming_content)
    assert whole.startswith(b"%PDF")
    book = b"".join(cashier.get(reverse("sessions:all_debts_workbook")).streaming_content)
    everything = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(everything) >= len(listed) > 1


def test_the_lists_are_asked_for_by_the_supervisor(staff) -> None:
    answer = signed_in(staff["supervisor-cajas"]).post(reverse("sessions:prepare_debts"))
    assert answer.headers["Location"].endswith("?preparando=1")


def test_a_left_open_session_is_closed_first(at_desk, staff, now) -> None:
    session = open_session(
        desk=open_desk(code="C1", name="", series=""), cashier=staff["cajero"], at=now - timedelta(days=1)
    )
    assert "Este turno es de otro día" in said(at_desk.get(reverse("sessions:home")))
    assert at_desk.post(reverse("sessions:close"), {"key": "k", "confirmed": "1"}).status_code == 302
    session.refresh_from_db()
    review_session(close=session.close, at=now, by=staff["supervisor-cajas"])
    assert "abrir" in said(at_desk.get(reverse("sessions:home"))).lower()


def test_a_supervisor_closes_the_drawer_of_who_is_not_there_and_does_not_review_it(at_desk, collected, staff) -> None:
    supervisor = signed_in(staff["supervisor-cajas"])
    url = reverse("sessions:close_absent", args=[collected.pk])
    assert "751.30" not in said(supervisor.get(url)) + said(supervisor.post(url, {"key": "k", "p_100": "7"}))
    assert supervisor.post(url, {"key": "k", "p_100": "7", "confirmed": "1"}).status_code == 302
    close = SessionClose.objects.get()
    assert (close.closed_by, close.difference) == (staff["supervisor-cajas"], Decimal("-51.30"))
    page = said(supervisor.post(reverse("sessions:review", args=[collected.pk]), {"note": "bien"}, follow=True))
    assert "otra persona" in page
    assert "ya se cerró" in said(supervisor.get(url))
    assert not SessionReview.objects.exists()


def pay_by(session: CashSession, method: str, amount: str, key: str, at) -> Payment:
    return take_payment(
        shares=[PaymentShare(account=make_account(), amount=Decimal(amount))],
        tenders=[Tendered(method, Decimal(amount), "771", "Banco Demo")],
        session=session,
        at=at,
        by=session.cashier,
        key=key,
    )


@pytest.mark.parametrize("counted", [{"100": 7, "50": 1}, {"500": 1}, {"100": 1}, {"1000": 2}, {}])
def test_the_papers_add_up_whatever_happened_in_the_session(at_desk, collected, staff, now, counted) -> None:
    supervisor = staff["supervisor-cajas"]
    cheque = pay_by(collected, "CHEQUE", "90.00", "cheque", now)
    card = pay_by(collected, "CARD", "60.00", "card", now)
    wrong = pay_by(collected, "CASH", "40.00", "wrong", now)
    pay_by(collected, "CHEQUE", "30.00", "cheque 2", now)
    reverse_payment(payment=wrong, session=collected, reason="Otra cuenta", at=now, by=supervisor, key="undo")
    reverse_payment(payment=cheque, session=collected, reason="Sin firma", at=now, by=supervisor, key="undo 2")
    correct_method(
        tender=card.tenders.get(),
        method=Tender.Method.CHEQUE,
        reference="88",
        institution="Banco Demo",
        reason="Era cheque",
        at=now,
        by=staff["contabilidad"],
        key="method",
    )
    withdraw_cash(
        session=collected,
        bag="B-1",
        denominations={"200": 1},
        received_by=supervisor,
        at=now,
        by=staff["cajero"],
        key="retiro",
    )
    close = close_session(
        session=collected, denominations=counted, declared={}, at=now, by=staff["cajero"], key="corte"
    )
    for name in ("close_pdf", "difference_pdf", "deposit_pdf", "session"):
        answer = at_desk.get(reverse(f"sessions:{name}", args=[collected.pk]))
        first = 302 if name.endswith("pdf") else 200
        expected = 404 if name == "deposit_pdf" and collected.deposit.cash < 0 else first
        assert answer.status_code == expected, name
    review_session(close=close, note="Revisado", at=now, by=supervisor)
    today = timezone.localdate(now)
    day = signed_in(supervisor).get(reverse("sessions:day_pdf") + f"?dia={today:%Y-%m-%d}")
    assert day.content.startswith(b"%PDF")
    assert [check.name for check in verify() if check.broken] == []


def test_the_inbox_says_what_waits_for_the_supervisor_and_for_a_cashier_who_did_not_close(at_desk, staff, now) -> None:
    session = open_session(
        desk=open_desk(code="C1", name="", series=""), cashier=staff["cajero"], at=now - timedelta(days=1)
    )
    assert "Su turno de otro día sigue abierto" in said(at_desk.get("/"))
    close_session(session=session, denominations={}, declared={}, at=now, by=staff["cajero"], key="c")
    inbox = said(signed_in(staff["supervisor-cajas"]).get("/"))
    assert "Cortes de caja por revisar" in inbox
    assert reverse("sessions:session", args=[session.pk]) in inbox
