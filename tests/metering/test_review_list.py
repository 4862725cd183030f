"""The review list: what waits, in the order of the street, page by page, whatever there is of it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.metering.models import ReadingFinding
from cauce.metering.operations import estimate_consumption, note_unread, park_reading, request_second_visit
from cauce.metering.queries import (
    FINDING,
    READING,
    UNREAD,
    ReviewFilter,
    corrected_m3,
    proposals,
    review_card,
    review_counts,
    review_list,
    rounds_of,
)
from cauce.metering.rules import Bills
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.reviewing import AT, SEPTEMBER, a_person, a_reading, a_round

pytestmark = pytest.mark.django_db
MONTHS = {date(2026, month, 1): 20 for month in range(1, 9)}


@pytest.fixture
def street():
    """Four houses: a high reading, one that nobody read, a right one with a finding and one that is just right."""
    houses = [make_account(f"00000{n}", serial=f"S{n}") for n in range(4)]
    for house in houses:
        add_opening(house, 100)
        add_history(house, MONTHS)
    a_reading(houses[0], 300, serial="S0", previous_value=100, proposed_m3=200)
    right = a_reading(houses[2], 121, "", serial="S2", reader_code="102")
    a_reading(houses[3], 119, "", serial="S3")
    ReadingFinding.objects.create(
        round=a_round(), account=houses[2], reading=right, code="RECORRIDO_VELOZ", found_at=AT
    )
    return houses


def shown(*chosen: str, **asked) -> list[tuple[str, str, str]]:
    return [(item.number, item.kind, item.reason) for item in review_list(rounds_of(SEPTEMBER), *chosen, **asked)]


def test_what_waits_is_listed_in_the_order_of_the_street(street):
    assert shown() == [
        ("000000", READING, "CONSUMO_ALTO"),
        ("000001", UNREAD, "SIN_LINEA"),
        ("000002", FINDING, "RECORRIDO_VELOZ"),
    ]
    assert sorted(review_counts(rounds_of(SEPTEMBER))) == [
        (FINDING, "RECORRIDO_VELOZ", 1),
        (READING, "CONSUMO_ALTO", 1),
        (UNREAD, "SIN_LINEA", 1),
    ]


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        (ReviewFilter(kind=UNREAD), ["000001"]),
        (ReviewFilter(reason="CONSUMO_ALTO"), ["000000"]),
        (ReviewFilter(reader="102"), ["000002"]),
        (ReviewFilter(route="01"), ["000000", "000001", "000002"]),
        (ReviewFilter(route="09"), []),
        (ReviewFilter(severity="LOW"), ["000002"]),
    ],
)
def test_the_list_is_narrowed(street, chosen, numbers):
    assert [number for number, *_ in shown(chosen)] == numbers


def test_who_is_unread_is_found_once_and_looked_at_again_when_it_is_shown(street):
    live_rounds = rounds_of(SEPTEMBER)
    before = shown()
    note_unread(a_round(), at=AT)
    assert shown() == before and review_counts(rounds_of(SEPTEMBER)) == review_counts(live_rounds)
    a_reading(street[1], 120, "", serial="S1")
    assert [number for number, *_ in shown()] == ["000000", "000002"]


def test_nobody_is_unread_yet_in_a_round_that_is_still_in_the_street(street):
    reading_round = a_round()
    reading_round.file_name = ""
    reading_round.save(update_fields=["file_name"])
    assert [number for number, *_ in shown(on=reading_round.last_day)] == ["000000", "000002"]
    later = reading_round.last_day + timedelta(days=1)
    assert [number for number, *_ in shown(on=later)] == ["000000", "000001", "000002"]
    assert len(review_counts(rounds_of(SEPTEMBER), on=reading_round.last_day)) == 2


def test_each_page_begins_where_the_last_one_ended(street):
    rounds, seen, after = rounds_of(SEPTEMBER), [], None
    while page := review_list(rounds, after=after, limit=1):
        seen.append(page[0].number)
        after = page[0].key
    assert seen == ["000000", "000001", "000002"]


def test_what_was_decided_leaves_the_list_and_a_second_visit_is_marked(street):
    reviewer = a_person("revisora", "facturacion")
    estimate_consumption(
        account=street[1], reading_round=a_round(), rule=Bills.AVERAGE_6, reason="Sin acceso", at=AT, by=reviewer
    )
    request_second_visit(account=street[0], reading_round=a_round(), reason="Verificar", at=AT, by=reviewer)
    items = review_list(rounds_of(SEPTEMBER))
    assert [(item.number, item.revisit) for item in items] == [("000000", True), ("000002", False)]
    park_reading(account=street[0], reading_round=a_round(), reason="Nadie", at=AT, by=reviewer)
    assert [number for number, *_ in shown()] == ["000002"]


def test_what_its_row_proposes_is_counted_for_many_at_once(street):
    items = review_list(rounds_of(SEPTEMBER))
    proposed = proposals(items, SEPTEMBER)
    assert [proposed[item.kind, item.item_id] for item in items] == [
        (Bills.MEASURED, 200),
        (Bills.AVERAGE_6, 20),
        (Bills.MEASURED, None),
    ]


def test_a_list_of_many_takes_as_few_queries_as_one_of_few(street):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            items = review_list(rounds_of(SEPTEMBER))
            proposals(items, SEPTEMBER)
        return len(captured)

    few = queries()
    for number in range(10, 30):
        house = make_account(f"0000{number}", serial=f"S{number}")
        a_reading(house, 300, serial=f"S{number}")
    assert queries() == few <= 12
    assert len(review_list(rounds_of(SEPTEMBER), limit=10)) == 10


def test_the_card_of_an_account_has_all_there_is_to_decide_with(street):
    card = review_card(reading_round=a_round(), account_id=street[0].pk)
    assert (card.row.code, card.average.monthly_m3, len(card.series)) == ("CONSUMO_ALTO", 20, 24)
    volumes = {proposal.bills: proposal.volume_m3 for proposal in card.proposals}
    assert (volumes[Bills.MEASURED], volumes[Bills.AVERAGE_6], volumes[Bills.NOTHING]) == (200, 20, None)
    assert [proposal.bills for proposal in card.proposals if proposal.is_proposed] == [Bills.MEASURED]
    assert card.decision is None and [meter.meter.serial for meter in card.meters] == ["S0"]
    assert corrected_m3(account_id=street[0].pk, period=SEPTEMBER, value=125) == 25
    assert corrected_m3(account_id=street[0].pk, period=SEPTEMBER, value=90) is None


def test_the_card_of_an_account_that_nobody_read_proposes_what_may_be_estimated(street):
    card = review_card(reading_round=a_round(), account_id=street[1].pk)
    assert (card.reading, card.row.code, card.proposals[0].volume_m3) == (None, "SIN_LINEA", 20)
