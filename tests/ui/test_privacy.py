"""Personal data by halves."""

import pytest

from cauce.ui.privacy import masked


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "4115557066", "411 ··· ··66"),
        ("phone", "(411) 555-70 66", "411 ··· ··66"),
        ("phone", "123", "··· ··"),
        ("email", "maria@example.com", "m···@example.com"),
        ("email", "sin arroba", "···"),
        ("rfc", "ZUOE560111842", "ZUOE·········"),
        ("curp", "ZUOE560111HGTXXX01", "ZUOE··············"),
    ],
)
def test_the_middle_is_hidden(kind: str, value: str, shown: str) -> None:
    assert masked(kind, value) == shown


def test_what_has_no_rule_is_never_shown_whole() -> None:
    with pytest.raises(KeyError):
        masked("passport", "G12345678")
