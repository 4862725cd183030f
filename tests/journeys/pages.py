"""The site as a person finds it in a browser."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

AXE_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PATIENCE_MS = 20_000


@dataclass(frozen=True, slots=True)
class Site:
    """A browser window on the site."""

    page: Page
    address: str
    password: str

    def open(self, path: str) -> None:
        """Go to a page of the site."""
        self.page.goto(f"{self.address}{path}", timeout=PATIENCE_MS)

    def sign_in(self, username: str) -> None:
        """Enter with the keyboard alone: the name has the focus."""
        self.open("/acceso/entrar/")
        expect(self.page.get_by_label("Usuario")).to_be_focused(timeout=PATIENCE_MS)
        self.page.keyboard.type(username)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(self.password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.address}/", timeout=PATIENCE_MS)

    def barriers(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA on the page as it is: rule, element and why."""
        script = "async (rules) => (await axe.run(document, rules)).violations"
        found: list[dict[str, Any]] = self.page.evaluate(script, AXE_RULES)
        return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width

    def focused(self) -> str:
        """The text or label of what has the focus."""
        script = "() => { const e = document.activeElement; return e.ariaLabel || e.innerText || e.value || ''; }"
        text: str = self.page.evaluate(script)
        return text.strip()
