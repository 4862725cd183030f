"""Figures, dates and names as the staff reads them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from cauce.ui.templatetags import ui


def test_money_has_its_sign_thousands_and_cents() -> None:
    assert ui.money(Decimal("1234.50")) == "$1,234.50"
    assert ui.money(None) == "—"
    assert ui.money_text("1234.50") == "$1,234.50"


def test_a_moment_is_told_in_the_utilitys_zone() -> None:
    assert "23 nov 2026, 22:05" in ui.moment(datetime(2026, 11, 24, 4, 5, tzinfo=UTC))


def test_a_day_keeps_its_machine_form() -> None:
    assert ui.day(date(2026, 11, 24)) == '<time class="nowrap" datetime="2026-11-24">24 nov 2026</time>'


def test_a_code_is_named_and_an_unknown_one_is_shown() -> None:
    assert ui.code_name("RFC_INVALIDO") == "RFC inválido"
    assert ui.code_name("OTRA_COSA") == "OTRA_COSA"


def test_sizes_are_short() -> None:
    assert [ui.size_of_file(size) for size in (12, 1_400, 674_700, 2_500_000, 68_403_400_000)] == [
        "12 B",
        "1.4 kB",
        "674.7 kB",
        "2.5 MB",
        "68.4 GB",
    ]


def test_a_tag_escapes_what_it_is_given() -> None:
    assert "<script>" not in ui.tag("<script>", "good")
