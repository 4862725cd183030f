from pathlib import Path

import pytest
import typst

from cauce.documents.barcodes import CodeBlock
from cauce.documents.printing import bill_paper
from cauce.documents.typesetting import MissingFontsError, Press, RunLayout, press, print_in_chunks
from tests.documents.sheets import ISSUER, bill_sheet


def test_a_press_without_fonts_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(MissingFontsError, match="make assets"):
        Press(fonts=tmp_path)


def test_only_the_fonts_of_the_product_are_used() -> None:
    pdf = bill_paper(bill_sheet(), ISSUER).pdf()
    assert b"NotoSans" in pdf
    assert b"Libertinus" not in pdf


def test_a_template_cannot_read_outside_its_folder() -> None:
    own = press()
    (own.folder / "outside.typ").write_text('#read("/../../etc/hostname")', encoding="utf-8")
    with pytest.raises(typst.TypstError):
        own.pdf("outside", {}, CodeBlock())
    (own.folder / "outside.typ").unlink()


def test_a_document_becomes_one_picture_a_page() -> None:
    pictures = bill_paper(bill_sheet(), ISSUER).pictures(ppi=72)
    assert len(pictures) == 1
    assert pictures[0].startswith(b"\x89PNG")


@pytest.mark.parametrize(("workers", "chunk_size"), [(0, 10), (2, 0)])
def test_a_run_needs_a_worker_and_a_sheet_a_chunk(tmp_path: Path, workers: int, chunk_size: int) -> None:
    layout: RunLayout[str] = RunLayout("bill_run", lambda sheets, codes: {})
    with pytest.raises(ValueError, match="at least one"):
        print_in_chunks(["x"], layout, tmp_path / "run.pdf", workers=workers, chunk_size=chunk_size)
