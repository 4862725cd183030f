"""Text as it is compared and sorted."""

import pytest

from cauce.core.text import digits_of, fold


@pytest.mark.parametrize(
    ("written", "key"),
    [("  Núñez   Peña\t", "NUNEZ PENA"), ("Ñ", "N"), ("Güero", "GUERO"), ("", ""), ("“Ávila” – 3", "“AVILA” – 3")],
)
def test_accents_case_and_spaces_do_not_tell_two_names_apart(written: str, key: str) -> None:
    assert fold(written) == key


def test_only_ascii_digits_are_kept() -> None:
    assert digits_of("(411) 155-00 50 ext. ٣") == "4111550050"
