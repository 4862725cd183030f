"""The documents hold together: their pictures exist and are all used, and their links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cauce.billing.rules import RULE_SENTENCES
from cauce.cli.main import cauce
from cauce.metering.rules import REASONS
from cauce.registry.rules.padron import SENTENCES
from cauce.users.roles import ROLES
from tests.architecture.source import ROOT

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
MANUAL = DOCS / "manual"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
HEAVIEST_BYTES, ALL_BYTES = 120_000, 3_000_000

_LINK = re.compile(r"(!?)\[[^\]\[]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def links_of(page: Path) -> Iterator[tuple[str, str]]:
    """What a page links to inside the repository: the mark of a picture (``!``) or nothing, and the address."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    for mark, address in _LINK.findall(text):
        if "://" not in address and not address.startswith("mailto:"):
            yield mark, address


def anchors_of(page: Path) -> set[str]:
    """The anchors that a page's headings give."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(page.read_text(encoding="utf-8")))
    return {heading.strip().replace(" ", "-") for heading in kept}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_of_a_page_exists(page: Path) -> None:
    for _, address in links_of(page):
        path, _, anchor = address.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} links to {address}, which is not there"
        if anchor and target.suffix == ".md":
            assert anchor in anchors_of(target), f"{page.name} links to {address}: no such heading"


def test_every_picture_is_shown_by_some_page() -> None:
    shown = {(page.parent / address).resolve() for page in PAGES for mark, address in links_of(page) if mark}
    idle = [picture.name for picture in sorted(PICTURES.glob("*.png")) if picture not in shown]
    assert not idle, f"no page shows {', '.join(idle)}"


def test_the_pictures_are_light() -> None:
    sizes = {picture.name: picture.stat().st_size for picture in PICTURES.glob("*.png")}
    heavy = {name: size for name, size in sizes.items() if size > HEAVIEST_BYTES}
    assert not heavy
    assert sum(sizes.values()) <= ALL_BYTES


def test_the_index_of_the_manual_names_every_page() -> None:
    named = {address for _, address in links_of(MANUAL / "README.md")}
    assert {page.name for page in MANUAL.glob("*.md")} - {"README.md"} <= named


@pytest.mark.parametrize(
    ("page", "codes"),
    [
        ("facturacion.md", set(RULE_SENTENCES)),
        ("lecturas.md", set(REASONS) - {"SIN_LINEA", "SIN_LECTURA_UTIL"}),
    ],
)
def test_the_manual_explains_every_reason_for_which_an_account_waits(page: str, codes: set[str]) -> None:
    text = (MANUAL / page).read_text(encoding="utf-8")
    assert not {code for code in codes if f"`{code}`" not in text}


def test_the_manual_explains_every_finding_of_the_padron() -> None:
    text = "".join((MANUAL / name).read_text(encoding="utf-8") for name in ("importaciones.md", "avisos-del-padron.md"))
    assert not {code for code in SENTENCES if f"`{code}`" not in text}


def test_the_manual_tells_what_every_role_may_do() -> None:
    text = (MANUAL / "personas-y-puestos.md").read_text(encoding="utf-8")
    assert not {role.label for role in ROLES if f"| {role.label} |" not in text}


def test_the_manual_shows_every_command() -> None:
    text = (MANUAL / "linea-de-comandos.md").read_text(encoding="utf-8")
    assert not {name for name in cauce.list_commands(click.Context(cauce)) if f"cauce {name}" not in text}
