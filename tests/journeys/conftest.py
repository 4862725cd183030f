"""A real Chromium for the journeys; without it they are skipped with a clear line, and under CI=true they fail."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.backoffice.town import PASSWORD, Town, load_town
from tests.journeys.pages import Site

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def _orm_beside_playwright() -> Iterator[None]:
    """Playwright's loop runs in the tests' thread: the ORM must be told that this is no asynchronous code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def chromium(_orm_beside_playwright: None) -> Iterator[Browser]:
    """The machine's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "No hay Chromium en esta máquina: instálelo con «apt-get install chromium» para correr los recorridos."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def billed_town(committed_database: str, tmp_path: Path) -> Town:
    """Sixty accounts with a billed September, in a database of their own that the site sees."""
    return load_town(tmp_path)


@pytest.fixture
def site(chromium: Browser, billed_town: Town, live_site: str) -> Iterator[Callable[..., Site]]:
    """Open a window of some size on the site, light or dark; what the browser complains of is a failure."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(page: Page) -> None:
        # The browser also tells of each form that was refused (422), which is no fault of the page.
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type == "error" and "of 422" not in line.text else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _refuse_strangers(request.url, live_site, complaints))

    def open_site(*, width: int = 1366, height: int = 768, scheme: str = "light") -> Site:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="es-MX", reduced_motion="reduce"
        )
        contexts.append(context)
        context.add_init_script(path=AXE)
        page = context.new_page()
        listen(page)
        return Site(page, live_site, PASSWORD)

    yield open_site
    for context in contexts:
        context.close()
    assert not complaints


def _refuse_strangers(url: str, site: str, complaints: list[str]) -> None:
    if not url.startswith((site, "data:", "blob:", "about:", "chrome-extension:")):
        complaints.append(f"request to a third party: {url}")
