"""Every kind of event has its place in the book, or its reason not to, and a seal is only of its content."""

import importlib
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import cauce
from cauce.books.rules import COUNTED, HEADING_OF, HEADINGS, LEFT_OUT, OTHER, canonical, counts_of, heading_of, seal
from cauce.events.rules import EventKind

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
CONTENTS = st.dictionaries(TEXTS, st.one_of(TEXTS, st.integers(), st.booleans(), st.none()), max_size=6)


def published_kinds() -> dict[str, EventKind]:
    """Every kind of event of the product, found in its packages' pages of events."""
    files = sorted(Path(cauce.__file__).parent.glob("*/events.py"))
    modules = [importlib.import_module(f"cauce.{file.parent.name}.events") for file in files]
    return {kind.code: kind for module in modules for kind in vars(module).values() if isinstance(kind, EventKind)}


def test_every_kind_of_event_has_its_place_or_its_reason_not_to() -> None:
    placed = {*HEADING_OF, *COUNTED, *LEFT_OUT}
    missing = sorted(set(published_kinds()) - placed)
    assert not missing, f"say in books/rules.py how {', '.join(missing)} enter the libro de registros"


def test_no_kind_is_placed_that_nobody_publishes() -> None:
    assert sorted({*HEADING_OF, *COUNTED, *LEFT_OUT} - set(published_kinds())) == []


def test_a_kind_has_one_place() -> None:
    assert not set(HEADING_OF) & set(COUNTED)
    assert not set(HEADING_OF) & set(LEFT_OUT)
    assert not set(COUNTED) & set(LEFT_OUT)
    assert {*HEADING_OF.values(), *(counted.heading for counted in COUNTED.values())} <= set(HEADINGS)


def test_what_nobody_placed_is_not_lost() -> None:
    assert heading_of("SOMETHING_NEW") == OTHER


def test_what_is_counted_says_its_noun() -> None:
    assert counts_of({}) == []
    assert [one["what"] for one in counts_of({"PAYMENT_TAKEN": 1})] == ["comprobante de pago"]
    assert [one["what"] for one in counts_of({"PAYMENT_TAKEN": 2})] == ["comprobantes de pago"]


@given(CONTENTS)
def test_a_content_is_written_in_one_way_and_read_back_whole(content: dict[str, object]) -> None:
    text = canonical(content)
    assert json.loads(text) == content
    assert canonical(dict(reversed(content.items()))) == text


@given(CONTENTS, CONTENTS, st.sampled_from(["", "a" * 64]))
def test_a_seal_tells_contents_and_chains_apart(one: dict[str, object], other: dict[str, object], before: str) -> None:
    sealed = seal(before, canonical(one))
    assert len(sealed) == 64
    assert (seal(before, canonical(other)) == sealed) == (canonical(one) == canonical(other))
    assert seal("b" * 64, canonical(one)) != sealed
