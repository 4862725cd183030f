"""The one way to make a list: what is asked, what is kept of it, its pages, its count and its workbook."""

from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.forms import CharField, DateField, Form
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from cauce.ui import lists, spreadsheets
from cauce.ui.fields import choice_filter
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook, tally
from cauce.ui.spreadsheets import Column
from cauce.users.models import Area

pytestmark = pytest.mark.django_db
PIECE = "ui/pieces/clear_filters.html"


class AreaFilter(Form):
    """A choice, a text and a day."""

    clase = choice_filter("Clase", [("a", "A"), ("b", "B")])
    texto = CharField(required=False)
    dia = DateField(required=False)


def found(chosen: Chosen) -> QuerySet[Area]:
    """The areas whose name begins with the class and holds the text."""
    rows = Area.objects.filter(name__regex="^[ab] ", name__contains=chosen["texto"].strip())
    return rows.filter(name__startswith=chosen["clase"]) if chosen["clase"] else rows


AREAS = Listing(
    rows=found,
    order=["name"],
    form=AreaFilter,
    name="areas",
    columns=[Column("Área")],
    cells=lambda area: (area.name,),
)


@pytest.fixture
def session() -> dict[str, object]:
    """What is kept of a person between pages."""
    for name in ("a uno", "a dos", "b tres"):
        Area.objects.create(name=name)
    return {}


def asking(session: dict[str, object], address: str, **of: int) -> HttpRequest:
    """A request of the list, or of the list of something."""
    request = RequestFactory().get(address)
    request.session = session  # type: ignore[assignment]
    request.resolver_match = SimpleNamespace(view_name="areas:areas", kwargs=of)  # type: ignore[assignment]
    return request


def names(address: str) -> list[str]:
    """The names of the areas that an address lists."""
    return [area.name for area in AREAS.asked(QueryDict(address)).in_order()]


def test_what_is_left_empty_lets_everything_through(session: dict[str, object]) -> None:
    assert names("") == ["a dos", "a uno", "b tres"]
    assert names("clase=a&texto=uno") == ["a uno"]


def test_a_filter_that_is_wrong_is_said_and_the_others_hold(session: dict[str, object]) -> None:
    asked = AREAS.asked(QueryDict("clase=a&dia=ayer"))
    assert asked.form is not None
    assert "dia" in asked.form.errors
    assert asked.is_filtered
    assert names("clase=a&dia=ayer") == ["a dos", "a uno"]


def test_a_search_of_what_is_wrong_finds_nothing(session: dict[str, object]) -> None:
    search = replace(AREAS, is_search=True)
    assert list(search.asked(QueryDict("clase=a&dia=ayer")).rows) == []
    assert len(search.asked(QueryDict("clase=a")).rows) == 2


def test_what_was_chosen_is_kept_and_what_was_looked_for_is_not(session: dict[str, object]) -> None:
    list_page(asking(session, "/a/?clase=b&texto=tres&dia=&orden=-nombre"), AREAS, PIECE)
    again = list_page(asking(session, "/a/"), AREAS, PIECE)
    assert again["Location"] == "/a/?clase=b&orden=-nombre"


def test_taking_the_filters_away_forgets_them(session: dict[str, object]) -> None:
    list_page(asking(session, "/a/?clase=b&texto=&dia="), AREAS, PIECE)
    assert list_page(asking(session, "/a/?quitar=1"), AREAS, PIECE)["Location"] == "/a/"
    assert list_page(asking(session, "/a/"), AREAS, PIECE).status_code == 200


def test_choosing_everything_again_forgets_them_too(session: dict[str, object]) -> None:
    list_page(asking(session, "/a/?clase=b&texto=&dia="), AREAS, PIECE)
    list_page(asking(session, "/a/?clase=&texto=&dia="), AREAS, PIECE)
    assert list_page(asking(session, "/a/"), AREAS, PIECE).status_code == 200


def test_a_link_that_filters_is_not_a_choice_of_the_person(session: dict[str, object]) -> None:
    list_page(asking(session, "/a/?clase=b"), AREAS, PIECE)
    assert list_page(asking(session, "/a/"), AREAS, PIECE).status_code == 200


def test_the_lists_of_one_thing_keep_nothing(session: dict[str, object]) -> None:
    list_page(asking(session, "/a/7/?clase=b&texto=&dia=", area_id=7), AREAS, PIECE)
    assert list_page(asking(session, "/a/7/", area_id=7), AREAS, PIECE).status_code == 200


def test_the_page_offers_to_take_the_filters_away_only_when_there_are(session: dict[str, object]) -> None:
    assert "Quitar filtros" in list_page(asking(session, "/a/?clase=b"), AREAS, PIECE).content.decode()
    assert "Quitar filtros" not in list_page(asking(session, "/a/"), AREAS, PIECE).content.decode()


def test_the_workbook_has_what_the_filters_let_through(session: dict[str, object]) -> None:
    response = list_workbook(asking(session, "/a.xlsx?clase=a"), AREAS)
    sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert sheet == [["Área"], ["a dos"], ["a uno"]]
    assert 'filename="areas.xlsx"' in response["Content-Disposition"]


def test_a_workbook_that_is_too_long_says_that_the_list_goes_on(
    session: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 2)
    response = list_workbook(asking(session, "/a.xlsx"), AREAS)
    sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert sheet == [["Área"], ["a dos"], ["a uno"], [spreadsheets.IT_GOES_ON]]


def test_a_count_stops_where_it_is_enough(session: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    assert tally(Area.objects.filter(name__startswith="a")) == lists.Tally(2, is_more=False)
    monkeypatch.setattr(lists, "MOST_COUNTED", 1)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert tally(found({"texto": "", "clase": ""})) == lists.Tally(1, is_more=True)
    assert "LIMIT 2" in queries[0]["sql"]
