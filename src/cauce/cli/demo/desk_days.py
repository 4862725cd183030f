"""The days of the office in the demonstration, one after another, each whole or not at all, and their books closed."""

from datetime import date
from typing import Final

from django.db import transaction

from cauce.books.models import DayBook
from cauce.books.operations import close_day_book, close_note_register
from cauce.books.queries import days_to_close, is_day_closed, registers_to_close
from cauce.cases.models import Call
from cauce.cases.operations import note_field_result
from cauce.cli.demo.affairs import happen
from cauce.cli.demo.attention import attend
from cauce.cli.demo.inspections import attend_agenda, open_weeks
from cauce.cli.demo.office import Office, OfficeDay
from cauce.cli.demo.reception import call_again, receive, return_calls
from cauce.cli.demo.street import early, later
from cauce.collections.models import LadderAct
from cauce.collections.queries.reduction import accounts_to_recall
from cauce.collections.tasks import (
    note_order_result,
    note_reduction_result,
    recall_bank_paid_orders,
    recall_orders,
)
from cauce.events.models import Event

FIRST_OFFICE_DAY: Final = date(2026, 8, 3)
_FOUND_IN_THE_STREET: Final = ("WORK_ORDER_DONE", "WORK_ORDER_NOT_DONE", "INSPECTION_REPORTED")
_CALLS_BACK: Final = ("PAYMENT_TAKEN", "AGREEMENT_SIGNED", "AGREEMENT_IN_FORCE")


def live_office_day(office: Office, day: date) -> bool:
    """Live a day of the office and close its book, in one transaction; tell whether there was something to live.

    A day that was lived is not lived again. The last day stays open, as the staff would find it.
    """
    if not office.first_day <= day <= office.last_day or not office.calendar.is_business_day(day):
        return False
    today = OfficeDay(office, day)
    if DayBook.objects.filter(day=day).exists() or Call.objects.filter(key=today.key("llamada:0")).exists():
        return False
    with transaction.atomic():
        open_weeks(today)
        early(today)
        attend(today)
        receive(today)
        return_calls(today)
        call_again(today)
        happen(today)
        attend_agenda(today)
        later(today)
        _react(today)
        if day < office.last_day:
            _close_books(today)
    return True


def _react(today: OfficeDay) -> None:
    """Do what the day set off elsewhere: the workers that would do it within a second are not up yet.

    Cases and the ladder are told what the street found; what limits the service of who paid or agreed is called back.
    """
    events = Event.objects.filter(at__date=today.day).select_related("by").order_by("pk")
    for event in events.filter(kind__in=_FOUND_IN_THE_STREET):
        note_field_result(event=event)
    told = events.filter(kind__in=_FOUND_IN_THE_STREET[:2], subject_id__in=LadderAct.objects.values("order_id"))
    for event in told:
        note_order_result(event_id=event.pk)
        note_reduction_result(event_id=event.pk)
    calling = list(events.filter(kind__in=_CALLS_BACK, account_id__isnull=False))
    called = _may_be_called_back({event.account_id for event in calling if event.account_id is not None})
    for event in calling:
        if event.account_id in called:
            recall_orders(event_id=event.pk)
    for event in events.filter(kind="BANK_FILE_IMPORTED"):
        recall_bank_paid_orders(event_id=event.pk)


def _may_be_called_back(account_ids: set[int]) -> set[int]:
    """Those of these accounts with something under way that a payment may call back."""
    acts = LadderAct.objects.filter(account_id__in=account_ids, state__in=("SELECTED", "AUTHORISED", "ISSUED"))
    return {*acts.values_list("account_id", flat=True), *accounts_to_recall(among=account_ids)}


def _close_books(today: OfficeDay) -> None:
    """The coordinator closes the auxiliar and the book of the day, and before them those of earlier days."""
    if is_day_closed(today.day):
        for day in [*registers_to_close(before=today.day), today.day]:
            close_note_register(day=day, at=today.at(19, 5), by=today.coordinator)
    for day in [*days_to_close(before=today.day), today.day]:
        close_day_book(day=day, at=today.at(19, 10), by=today.coordinator)
