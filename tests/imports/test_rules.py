"""Reading lines out of any file, whatever its encoding and its ends of line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.imports.rules import (
    LONGEST_LINE,
    LONGEST_QUOTE,
    Finding,
    HeaderKind,
    ImportOutcome,
    Line,
    Severity,
    Tally,
    binary_kind,
    detect_encoding,
    header_kind,
    neutralise_formula,
    quote,
    split_lines,
)


def lines_of(content: bytes, block: int = 7) -> list[Line]:
    blocks = [content[start : start + block] for start in range(0, len(content), block)]
    return list(split_lines(blocks, detect_encoding([content])))


def texts_of(content: bytes, block: int = 7) -> list[str]:
    return [line.text for line in lines_of(content, block)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_same_text_is_read_from_every_encoding(encoding: str) -> None:
    content = "CUENTA|NOMBRE\r\n000114|MUÑOZ PEÑA\r\n000115|ÁLVAREZ\r\n".encode(encoding)

    assert texts_of(content) == ["CUENTA|NOMBRE", "000114|MUÑOZ PEÑA", "000115|ÁLVAREZ"]


def test_one_byte_of_windows_at_the_end_decides_the_encoding() -> None:
    assert detect_encoding([b"A" * 100_000, b"\xd1\r\n"]) == "cp1252"


def test_a_letter_cut_by_the_end_of_the_file_is_not_utf8() -> None:
    assert detect_encoding(["NUÑ".encode()[:-1]]) == "cp1252"


def test_an_empty_file_has_no_lines() -> None:
    assert lines_of(b"") == []


def test_lines_are_cut_at_crlf_and_at_lf_and_nowhere_else() -> None:
    content = b"uno\r\ndos\ntres\rsigue\x0bigual\x85\r\ncuatro"

    assert texts_of(content) == ["uno", "dos", "tres\rsigue\x0bigual…", "cuatro"]


def test_blank_lines_keep_their_number() -> None:
    assert [(line.number, line.text) for line in lines_of(b"uno\r\n\r\ntres\r\n")] == [(1, "uno"), (2, ""), (3, "tres")]


def test_the_end_of_file_of_dos_is_not_a_line() -> None:
    assert texts_of(b"uno\r\n\x1a") == ["uno"]


def test_a_nul_becomes_a_visible_mark_and_the_line_says_so() -> None:
    assert lines_of(b"uno\r\nd\x00s\r\n") == [Line(1, "uno"), Line(2, "d�s", damaged=True)]


def test_an_undecodable_byte_damages_only_its_line() -> None:
    assert lines_of(b"\xd1U\r\nd\x81s\r\n") == [Line(1, "ÑU"), Line(2, "d�s", damaged=True)]


def test_a_line_that_never_ends_does_not_fill_the_memory() -> None:
    block = b"x" * 65_536
    endless = [block] * (3 * LONGEST_LINE // len(block))

    first, second = split_lines([*endless, b"\r\nfin\r\n"], "utf-8")

    assert (len(first.text), first.damaged) == (LONGEST_LINE, True)
    assert second == Line(2, "fin")


def test_a_megabyte_in_one_line_is_one_line() -> None:
    (line,) = split_lines([b"x" * 1_000_000, b"\r\n"], "cp1252")

    assert (len(line.text), line.damaged) == (1_000_000, False)


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r\x00\x1a\ufeff\ufffd"))), st.integers(1, 9)
)
def test_lines_do_not_depend_on_how_the_file_is_cut_into_blocks(texts: list[str], block: int) -> None:
    content = "".join(f"{text}\r\n" for text in texts).encode()

    assert [line.text for line in split_lines(_cut(content, block), "utf-8")] == texts


@given(st.binary(max_size=400), st.integers(1, 64))
def test_any_bytes_are_read_without_error_and_without_nul(content: bytes, block: int) -> None:
    lines = list(split_lines(_cut(content, block), detect_encoding(_cut(content, block))))

    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert not any("\x00" in line.text or "\n" in line.text for line in lines)


@pytest.mark.parametrize(
    ("first_line", "kind"),
    [
        ("CUENTA|FECHA|LECTURA", HeaderKind.EXPECTED),
        (" cuenta | Fecha |LECTURA ", HeaderKind.EXPECTED),
        ("CUENTA|LECTURA|FECHA", HeaderKind.OTHER),
        ("CUENTA", HeaderKind.OTHER),
        ("000114|01/08/2026|120", HeaderKind.NONE),
        ("", HeaderKind.NONE),
    ],
)
def test_a_header_is_told_from_a_row_and_from_another_header(first_line: str, kind: HeaderKind) -> None:
    assert header_kind(first_line, "CUENTA|FECHA|LECTURA") is kind


def test_a_file_without_header_has_none() -> None:
    assert header_kind("CUENTA|FECHA|LECTURA", None) is HeaderKind.NONE


def test_a_line_counts_once_however_many_findings_it_has() -> None:
    tally = Tally()
    for code in ("RFC_INVALIDO", "CURP_INVALIDA"):
        tally.note(Finding(2, Severity.WARNING, code, "", ""))
    tally.note(Finding(3, Severity.ERROR, "COLUMNAS", "", ""))

    assert (tally.flagged, tally.rejected, sum(tally.by_code.values())) == (1, 1, 3)


def test_the_outcome_has_the_keys_of_the_command_and_those_of_its_kind() -> None:
    outcome = ImportOutcome(3, 2, 1, 1, 0, {"B": 1, "A": 2}, 9, {"applied_total": "12.50"})

    assert list(outcome.as_json()) == ["rows", "taken", "new", "rejected", "flagged", "by_code", "applied_total"]


@pytest.mark.parametrize("head", [b"PK\x03\x04xlsx", b"%PDF-1.7", b"\x7fELF", b"\x89PNG\r\n"])
def test_a_file_that_is_not_text_is_named(head: bytes) -> None:
    assert binary_kind(head)


def test_a_text_may_start_with_anything() -> None:
    assert binary_kind(b"=cmd|' /C calc'!A0") is None


@pytest.mark.parametrize("text", ["=1+1", "+52", "-1", "@SUM(A1)", "\t=1"])
def test_a_cell_that_looks_like_a_formula_is_made_text(text: str) -> None:
    assert neutralise_formula(text) == f"'{text}"


def test_any_other_cell_stays_as_it_is() -> None:
    assert neutralise_formula("La cuenta = 1") == "La cuenta = 1"


def test_a_finding_keeps_the_beginning_of_a_long_line() -> None:
    assert len(quote("x" * 10_000)) == LONGEST_QUOTE


def _cut(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]
