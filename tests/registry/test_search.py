"""Finding accounts at the window."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.text import fold
from cauce.imports.rules import ImportOutcome
from cauce.registry.models import Account, PadronFlag
from cauce.registry.queries import account_hits, search_accounts
from cauce.registry.rules.search import WantedNumber, WantedWords, wanted_of
from cauce.registry.rules.text import search_text, words
from tests.registry.padron_rows import row_text


@pytest.fixture
def town(import_rows: Callable[..., ImportOutcome]) -> None:
    """Four neighbours."""
    people = [
        ("000114", "MARÍA HERNÁNDEZ NÚÑEZ", "JILGUERO", "721", "4115557066", "A"),
        ("000115", "JOSÉ HERNÁNDEZ PEÑA", "AV. 5 DE MAYO", "114", "411 555 1234", "A"),
        ("114200", "ANA MARÍA LÓPEZ", "FRESNO", "9", "4611230000", "A"),
        ("200001", "MARÍA HERNÁNDEZ ANAYA", "FRESNO", "10", "", "C"),
    ]
    import_rows(
        *(
            row_text(
                CUENTA=number,
                NOMBRE=name,
                CALLE=street,
                NUM_EXT=house,
                NUM_INT="",
                TELEFONO=phone,
                ESTATUS=state,
                MEDIDOR="",
                REPARTO=f"0007{order:06d}",
            )
            for order, (number, name, street, house, phone, state) in enumerate(people, 630)
        )
    )


def found(text: str, limit: int = 12) -> list[str]:
    return [hit.number for hit in search_accounts(text, limit)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("000114", ["000114"]),
        ("114", ["000114", "114200"]),
        ("00 01-15", ["000115"]),
        ("2000", ["200001"]),
        ("0007000631", ["000115"]),
        ("0007", ["000114", "000115", "114200", "200001"]),
        ("4115557066", ["000114"]),
        ("(411) 555-12-34", ["000115"]),
        ("555 1234", ["000115"]),
        ("52 411 555 7066", ["000114"]),
        ("721", ["000114"]),
        ("hernandez maria", ["200001", "000114"]),
        ("María Hernández", ["200001", "000114"]),
        ("nuñez", ["000114"]),
        ("hern", ["000115", "200001", "000114"]),
        ("ana", ["114200", "200001"]),
        ("5 de mayo", ["000115"]),
        ("fresno 9", ["114200"]),
        ("maria fresno", ["114200", "200001"]),
        ("lopez ñ", []),
        ("nadie", []),
        ("12345678901234567890", []),
        ("", []),
        ("  %_' ", []),
        ("<script>", []),
        ("' OR 1=1 --", []),
    ],
)
def test_an_account_is_found_by_what_is_known_of_it(town: None, text: str, numbers: list[str]) -> None:
    assert sorted(found(text)) == sorted(numbers)


def test_the_account_with_exactly_that_number_comes_first(town: None) -> None:
    assert found("114")[0] == "000114"


def test_closed_accounts_come_last(town: None) -> None:
    assert found("maria hernandez") == ["000114", "200001"]


def test_an_older_number_finds_the_account(town: None) -> None:
    Account.objects.filter(number="200001").update(old_number="88-12")

    assert found("88-12") == []
    Account.objects.filter(number="200001").update(old_number="8812")
    assert found("8812") == ["200001"]


def test_the_list_is_no_longer_than_asked(town: None) -> None:
    assert len(found("0007", 2)) == 2


def test_a_search_costs_at_most_three_queries(town: None, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for text in ("114", "721", "maria hernandez"):
        with django_assert_max_num_queries(3):
            search_accounts(text)


def test_the_results_keep_the_order_of_the_ids_and_skip_unknown_ones(town: None) -> None:
    ids = list(Account.objects.order_by("-number").values_list("pk", flat=True))

    assert [hit.id for hit in account_hits([*ids, ids[0], 0])] == ids


def test_a_search_walks_an_index(town: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM registry_account "
            "WHERE to_tsvector('simple'::regconfig, COALESCE(search_text, '')) @@ '''maria'':*'::tsquery"
        )
        assert "account_by_words" in "\n".join(row[0] for row in cursor.fetchall())


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_number_words_or_nothing(text: str) -> None:
    wanted = wanted_of(text)

    assert wanted is None or isinstance(wanted, WantedNumber | WantedWords)
    if isinstance(wanted, WantedWords):
        assert all(word.isascii() and word.isalnum() for word in wanted.words)


@given(st.lists(st.text(max_size=20), max_size=5))
def test_the_words_of_a_text_find_it(parts: list[str]) -> None:
    kept = search_text(parts).split(" ")

    for part in parts:
        wanted = wanted_of(part)
        if isinstance(wanted, WantedWords):
            assert set(wanted.words) <= set(kept)


def test_nothing_was_flagged_in_the_town(town: None) -> None:
    assert set(PadronFlag.objects.values_list("code", flat=True)) <= {"COLONIA_CP"}


@given(st.text(alphabet="aÁñÑ 1-./_&\u00a0\u2013\t", max_size=30))
def test_the_words_of_a_text_are_its_runs_of_letters_and_digits(text: str) -> None:
    assert words(text) == re.findall("[0-9A-Z]+", fold(text))
