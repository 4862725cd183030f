"""No list and no filter shows a person a bare code."""

import re
from pathlib import Path

import pytest

import cauce
from cauce.billing.rules import RULE_SENTENCES, Rule
from cauce.ui.wording import code_name

_REFUSAL = re.compile(r"\b(?:LECTURA|CONSUMO|CUENTA|IMPORTES?)_[A-Z_]*REGISTRAD[AO]\b")
_SOURCES = Path(cauce.__file__).parent.glob("*/rules/*.py")
_CODES = {*Rule, *RULE_SENTENCES, *(code for file in _SOURCES for code in _REFUSAL.findall(file.read_text()))}


@pytest.mark.parametrize("code", sorted(_CODES))
def test_every_code_has_a_short_name(code: str):
    assert code_name(code) != code
