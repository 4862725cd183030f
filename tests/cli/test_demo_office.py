"""The office of the demonstration lives its days in a small town, once, and its books follow each other."""

from datetime import date, timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from django.conf import settings

from cauce.books.models import DayBook
from cauce.cases.models import Call, Case, RadioMessage, WindowTicket
from cauce.cli.demo.commands import OTHERS_IN_THE_STREET, STAFF
from cauce.cli.demo.days import FIRST_DAY, LAST_WINDOW_DAY, is_working, moment
from cauce.cli.demo.desk_days import live_office_day
from cauce.cli.demo.office import Office, OfficeDay
from cauce.cli.office import load_folder
from cauce.events.models import Event
from cauce.reports.queries import verify
from cauce.users.operations import load_holidays, open_staff_account
from cauce.users.queries import office_calendar
from cauce.workorders.models import HomeInspection, WorkOrder
from tests.backoffice.town import Town, load_town

FIRST, LAST = date(2026, 10, 8), date(2026, 10, 15)
DAYS = [FIRST + timedelta(days=days) for days in range(8)]


@pytest.fixture
def town(db: None, tmp_path: Path) -> Town:
    """Sixty accounts with a billed September."""
    return load_town(tmp_path)


@pytest.fixture
def office(town: Town, tmp_path: Path) -> Office:
    """The staff of the demonstration, with the office's data, in a town of sixty accounts."""
    people = {
        member.username: open_staff_account(
            username=member.username, full_name=member.full_name, role=member.role, password="una frase de prueba"
        )
        for member in (*STAFF, *OTHERS_IN_THE_STREET)
    }
    folder = tmp_path / "office"
    folder.mkdir()
    for name in ("calendario.yaml", "ordenes.yaml", "casos.yaml"):
        copyfile(settings.OFFICE_DIR / "cortazar" / name, folder / name)
    (folder / "sectores.yaml").write_text('sectores: {Centro: ["01", "02"], Norte: ["03", "04"]}', encoding="utf-8")
    load_folder(folder, at=moment(FIRST), by=people["informatica"])
    office = Office(people, FIRST, LAST)
    office.open_crews()
    return office


def test_the_windows_of_the_demonstration_rest_on_the_days_of_the_offices_calendar(db: None) -> None:
    load_holidays(path=settings.OFFICE_DIR / "cortazar" / "calendario.yaml")
    calendar = office_calendar()
    days = [FIRST_DAY + timedelta(days=number) for number in range((LAST_WINDOW_DAY - FIRST_DAY).days + 1)]
    assert [day for day in days if is_working(day) != calendar.is_business_day(day)] == []


def test_the_days_of_the_office_are_lived_once_and_their_books_are_closed_in_order(office: Office) -> None:
    lived = [day for day in DAYS if live_office_day(office, day)]
    assert lived == [day for day in DAYS if day.weekday() < 5]
    assert {book.day for book in DayBook.objects.all()} >= {day for day in lived if day < LAST}
    assert not DayBook.objects.filter(day=LAST).exists()
    for model in (Case, Call, RadioMessage, WindowTicket, WorkOrder, HomeInspection):
        assert model.objects.exists(), model
    assert set(WorkOrder.objects.values_list("state", flat=True)) >= {"CLOSED", "DONE"}
    assert [check.name for check in verify() if check.broken] == []

    events = Event.objects.count()
    assert not any(live_office_day(office, day) for day in DAYS)
    assert Event.objects.count() == events


def test_what_is_drawn_of_a_day_is_the_same_each_time(office: Office) -> None:
    first, again = OfficeDay(office, FIRST), OfficeDay(office, FIRST)
    assert first.account(first.draws("una")) == again.account(again.draws("una"))
    assert first.draws("una").random() != first.draws("otra").random()
