from hypothesis import given
from hypothesis import strategies as st

from cauce.documents.layout.fitting import breakable, fit_size, shorten, width_of, wrap

TEXTS = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=160)


@given(TEXTS, st.integers(30, 300))
def test_wrapped_lines_fit_and_keep_every_letter(text: str, width: int) -> None:
    lines = wrap(text, width, 8)
    assert all(width_of(line, 8) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(TEXTS, st.integers(30, 300), st.integers(1, 3))
def test_a_shortened_text_takes_no_more_lines_than_it_may(text: str, width: int, lines: int) -> None:
    assert len(wrap(shorten(text, width, 8, lines=lines), width, 8)) <= lines


def test_a_text_that_fits_is_not_shortened() -> None:
    assert shorten("Ana Ruiz", 100, 8) == "Ana Ruiz"


def test_a_text_that_does_not_fit_ends_in_an_ellipsis() -> None:
    assert shorten("Reinstalación del servicio", 60, 8).endswith("…")


def test_the_largest_size_that_fits_is_chosen() -> None:
    assert fit_size("$1,499.26", 188, (27, 23, 19), bold=True) == 27
    assert fit_size("$123,456,789,012.00", 188, (27, 23, 19), bold=True) == 19


def test_only_a_word_that_no_column_holds_is_made_breakable() -> None:
    assert breakable("Parangaricutirimícuaro y otros") == "Parangaricutirimícuaro y otros"
    broken = breakable("X" * 40)
    assert broken.replace("\u200b", "") == "X" * 40
    assert max(map(len, broken.split("\u200b"))) == 12
