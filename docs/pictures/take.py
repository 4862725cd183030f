"""Retake the pictures of the README and of the manual from a running demonstration.

Bring up a demonstration that is only for this (``CAUCE_HOME=/tmp/fotos CAUCE_PORT=8190 .venv/bin/cauce demo``), then::

    .venv/bin/python docs/pictures/take.py http://127.0.0.1:8190            # all of them
    .venv/bin/python docs/pictures/take.py http://127.0.0.1:8190 cuenta     # those whose name has «cuenta»

Before the first picture it prepares what they show, through the screens, once: the readings of November of cycle 1 are
imported and their run is computed, a telephone is corrected, a hold is placed, and a window opens and collects once.
It wants Chromium, ``pdftoppm`` (for the papers) and ImageMagick (to reduce each picture to a palette; without it they
are only heavier: ``apt-get install imagemagick poppler-utils``).
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

PICTURES = Path(__file__).resolve().parent
LEGACY = PICTURES.parent.parent / "demo" / "legacy"
PASSWORD = "cauce-demostracion"  # noqa: S105
DESK, PHONE = (1366, 768), (390, 844)
COLOURS = 48
# A picture of flat colours deflates best as it is, without guessing each row from the one above.
SMALLEST = ("-define", "png:compression-level=9", "-define", "png:compression-filter=0")

# Accounts of the demonstration town: one that owes, has paid a part and was always read; one with two doubtful fields.
SHOWN, DOUBTFUL = "003361", "003095"
RUN = ("2026-11", "1")
# Accounts that owe: the one whose payment is shown, and three that are paid together.
PAYER, TOGETHER = "000174", ("000574", "003095", "003087")
# A day of the office with everything in it: its book is closed, its crews went out and its aforos were made.
DAY = "2026-10-15"
# The last day of the demonstration, with everything of collection under way.
LAST_DAY = "2026-10-23"
# The day a window closed short.
CLOSED_SHORT = "/turnos/todos/?dia=2026-09-18&caja=C2"


@dataclass(frozen=True)
class Picture:
    """One picture: its name, who is at the screen, what they open, and what they do before it is taken."""

    name: str
    user: str
    address: str
    act: Callable[[Page], None] | None = None
    size: tuple[int, int] = DESK
    is_dark: bool = False


@dataclass
class Site:
    """The demonstration: one signed-in browser context for each person, kept open between pictures."""

    browser: Browser
    base: str
    contexts: dict[tuple[str, tuple[int, int], bool], BrowserContext] = field(default_factory=dict)

    @contextmanager
    def page(self, user: str, *, size: tuple[int, int] = DESK, is_dark: bool = False) -> Iterator[Page]:
        """A page where ``user`` is signed in."""
        key = (user, size, is_dark)
        if key not in self.contexts:
            self.contexts[key] = self._sign_in(user, size, is_dark=is_dark)
        page = self.contexts[key].new_page()
        yield page
        page.close()

    def _sign_in(self, user: str, size: tuple[int, int], *, is_dark: bool) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.base,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if is_dark else "light",
            locale="es-MX",
        )
        if not user:
            return context
        page = context.new_page()
        page.goto("/acceso/entrar/")
        page.fill("[name=login]", user)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        page.wait_for_url(lambda address: "/acceso/" not in address)
        page.close()
        return context


def account(number: str) -> str:
    """The address that opens an account by its number."""
    return f"/ventanilla/?q={number}"


def _type(text: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("main [data-finder-input]").press_sequentially(text, delay=20)
        page.wait_for_selector("main [role=option]")

    return act


def _open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#paleta [data-finder-input]").press_sequentially("rec", delay=20)
    page.wait_for_timeout(700)


def _open_menu(page: Page) -> None:
    page.locator(".rail-person summary").click()


def _go(path: str) -> Callable[[Page], None]:
    """From an account's page to one of its own addresses (``estado-de-cuenta/``)."""

    def act(page: Page) -> None:
        page.goto(page.url + path)

    return act


def _go_to_padron(tail: str = "") -> Callable[[Page], None]:
    def act(page: Page) -> None:
        number = page.url.rstrip("/").rsplit("/", 1)[-1]
        page.goto(f"/padron/{number}/{tail}")

    return act


def _explain(page: Page) -> None:
    page.get_by_text("¿Por qué este importe?").first.click()
    page.wait_for_url("**/recibos/**")
    page.evaluate("scrollTo(0, 0)")


def _open_run(page: Page) -> None:
    heading = page.locator("section.card", has=page.get_by_role("heading", name="Noviembre de 2026"))
    heading.get_by_role("link", name=f"Ciclo {RUN[1]}").click()
    page.wait_for_url("**/corridas/*/")


def _open_drafts(page: Page) -> None:
    _open_run(page)
    page.locator(".tile a").first.click()
    page.wait_for_url("**/recibos/")


def _open_left_out(page: Page) -> None:
    _open_run(page)
    page.get_by_role("link", name="Verlas todas").click()
    page.wait_for_url("**/apartadas/**")


def _open_newest(page: Page) -> None:
    page.locator("tbody a.row-link").first.click()
    page.wait_for_load_state("networkidle")


def _open_tried(page: Page) -> None:
    page.locator("tbody tr", has=page.get_by_text("Revisada")).locator("a.row-link").first.click()
    page.wait_for_load_state("networkidle")


def _fill_hold(page: Page) -> None:
    _go_to_padron("retener/")(page)
    page.fill("[name=reason]", "Se inconformó por el recibo de octubre; reporte 118/2026.")
    page.check("[name=stops_surcharges]")
    page.evaluate("scrollTo(0, 0)")


def _open_row(text: str) -> Callable[[Page], None]:
    """Open the first row of a list that says ``text``."""

    def act(page: Page) -> None:
        row = page.locator("tbody tr", has=page.get_by_text(text)).first
        row.locator("a.row-link, th a").first.click()
        page.wait_for_load_state("networkidle")

    return act


def _fill_drawer(page: Page) -> None:
    pieces = {"$200": "2", "$100": "3", "$50": "4", "$20": "5"}
    for value, count in pieces.items():
        page.get_by_label(value, exact=True).fill(count)


def _open_several(page: Page) -> None:
    for count, number in enumerate(TOGETHER[1:], start=2):
        page.keyboard.press("+")
        page.keyboard.type(number, delay=30)
        page.wait_for_selector("[role=option]")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=f"{count} en un solo pago").wait_for()
        page.wait_for_load_state("networkidle")
    page.keyboard.press("t")
    page.locator("[name=tarjeta_autorizacion]").fill("884120")
    page.evaluate("scrollTo(0, 0)")


def _ask_services(page: Page) -> None:
    page.get_by_role("link", name="Orden de pago").first.click()
    page.wait_for_load_state("networkidle")
    for service, count in {"Constancia de no adeudo": "1", "Agua para pipas": "10"}.items():
        page.locator("tr", has=page.get_by_text(service)).locator("input").fill(count)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Emitir orden").wait_for()
    page.evaluate("scrollTo(0, 0)")


def _fill_capture(page: Page) -> None:
    for row, facts in enumerate((("000174", "350.00"), ("000574", "200.00"))):
        page.locator("[name$='-account']").nth(row).fill(facts[0])
        page.locator("[name$='-amount']").nth(row).fill(facts[1])


def _fill_move(page: Page) -> None:
    page.locator("tbody a.row-link").first.click()
    page.get_by_role("link", name="Trasladar").first.click()
    page.get_by_label("Cuenta correcta").fill(PAYER)
    page.get_by_role("button", name="Buscar la cuenta").click()
    page.get_by_label("Motivo").fill("Dio el recibo de su vecina; trajo los dos recibos y el comprobante.")


def _answer_call(page: Page) -> None:
    page.keyboard.press("F4")
    panel = page.locator("dialog[open]")
    panel.get_by_label("Teléfono").fill("4111550050")
    panel.get_by_label("Asunto").fill("No le llega agua desde ayer por la tarde")
    panel.get_by_label("Qué se dijo").fill("Tampoco a los vecinos. Prefiere que la visiten por la mañana.")
    panel.get_by_label("Resultado").select_option(label="Levantar un caso")


def _see_the_map(page: Page) -> None:
    page.wait_for_timeout(1200)
    page.locator("[data-points]").scroll_into_view_if_needed()


def _open_held(page: Page) -> None:
    _open_newest(page)
    _open_row("Tiene una retención")(page)


PAGES = (
    Picture("cuenta", "coordinador", account(SHOWN)),
    Picture("pendientes", "jefe", "/"),
    Picture("corrida", "jefe", "/facturacion/", _open_run),
    Picture("recibo-explicado", "coordinador", account(SHOWN), _explain),
    Picture("entrar", "", "/acceso/entrar/"),
    Picture("menu", "coordinador", "/", _open_menu),
    Picture("ventanilla", "cajero", "/ventanilla/", _type("navarro")),
    Picture("paleta", "coordinador", account(SHOWN), _open_palette),
    Picture("cuenta-oscura", "coordinador", account(SHOWN), is_dark=True),
    Picture("cuenta-telefono", "coordinador", account(SHOWN), size=PHONE),
    Picture("cuenta-lecturas", "coordinador", account(SHOWN), _go("lecturas/")),
    Picture("estado-de-cuenta", "coordinador", account(SHOWN), _go("estado-de-cuenta/")),
    Picture("padron", "coordinador", "/padron/?tarifa=002&ciclo=1"),
    Picture("padron-cuenta", "coordinador", account(DOUBTFUL), _go_to_padron()),
    Picture("padron-corregir", "coordinador", account(DOUBTFUL), _go_to_padron("titular/")),
    Picture("avisos", "coordinador", "/padron/avisos/"),
    Picture("retencion", "coordinador", account(SHOWN), _fill_hold),
    Picture("importar", "facturacion", "/importaciones/nueva/"),
    Picture("importar-revision", "facturacion", "/importaciones/", _open_tried),
    Picture("importaciones", "facturacion", "/importaciones/"),
    Picture("lecturas", "facturacion", "/lecturas/", _open_newest),
    Picture("corridas", "facturacion", "/facturacion/"),
    Picture("prefacturas", "jefe", "/facturacion/", _open_drafts),
    Picture("sin-recibo", "facturacion", "/facturacion/", _open_left_out),
    Picture("simulador", "cajero", "/tarifas/simulador/?clave=001&m3=23&mes=2026-10&drenaje=on&tratamiento=on"),
    Picture("ley", "cajero", "/tarifas/leyes/", _open_newest),
    Picture("personas", "informatica", "/personas/"),
    Picture("puestos", "informatica", "/personas/puestos/"),
    Picture("cobrar", "cajero", f"/caja/?q={TOGETHER[0]}"),
    Picture("cobrar-varias", "cajero", f"/caja/?q={TOGETHER[0]}", _open_several),
    Picture("comprobante", "cajero", "/caja/pagos/", _open_newest),
    Picture("abrir-turno", "cajero2", "/turnos/abrir/", _fill_drawer),
    Picture("corte", "supervisor-cajas", CLOSED_SHORT, _open_row("Caja 2")),
    Picture("consolidado", "supervisor-cajas", "/turnos/dia/?dia=2026-10-15"),
    Picture("pagos", "supervisor-cajas", "/correcciones/pagos/"),
    Picture("pago-devuelto", "contabilidad", "/correcciones/pagos/?folio=C3-000087", _open_row("C3-000087")),
    Picture("trasladar", "supervisor-cajas", "/correcciones/pagos/?caja=2", _fill_move),
    Picture("banco-archivo", "contabilidad", "/banco/", _open_row("banco_20261015.csv")),
    Picture("banco-movimiento", "jefe", "/banco/pendientes/", _open_row("Cancelar el pago que deshace")),
    Picture("aclaracion", "contabilidad", "/aclaraciones/", _open_row("APL-000002")),
    Picture("conciliacion", "contabilidad", "/conciliacion/"),
    Picture("en-transito", "contabilidad", "/conciliacion/", _open_row("Depósitos de caja")),
    Picture("orden-de-pago", "coordinador", account("003087"), _ask_services),
    Picture("contingencia", "supervisor-cajas", "/turnos/contingencia/"),
    Picture("capturar-contingencia", "cajero", "/turnos/contingencia/capturar/", _fill_capture),
    Picture("llamada", "coordinador", account(SHOWN), _answer_call),
    Picture("radio", "operacion", "/radio/"),
    Picture("aviso", "comunicacion", "/comunicacion/", _open_newest),
    Picture("informatica", "informatica", "/informatica/"),
    Picture("suplencias", "jefe", "/suplencias/"),
    Picture("caso-nuevo", "coordinador", "/casos/nuevo/?q=fuga"),
    Picture("caso", "coordinador", "/casos/", _open_newest),
    Picture("bandeja", "coordinador", "/bandeja/"),
    Picture("programa", "operacion", f"/ordenes/programa/?desde={DAY}"),
    Picture("aforos", "coordinador", f"/aforos/?semana={DAY}"),
    Picture("libro", "coordinador", "/libro/?dia=2026-10-14"),
    Picture("firma", "jefe", "/firmas/", _open_newest),
    Picture("cartera", "coordinador", f"/cartera/?dia={LAST_DAY}"),
    Picture("cartera-mapa", "coordinador", f"/cartera/mapa/?dia={LAST_DAY}", _see_the_map),
    Picture("convenio", "jefe", "/convenios/", _open_row("Por autorizar")),
    Picture("pagares", "coordinador", "/pagares/"),
    Picture("reduccion", "jefe", "/reduccion/", _open_newest),
    Picture("expediente", "jefe", "/reduccion/", _open_held),
    Picture("indicador", "coordinador", "/indicadores/?desde_dia=2026-08-01&hasta_dia=2026-10-31"),
)
PAPERS = (
    (Picture("recibo", "coordinador", account(SHOWN)), "a[href$='recibo.pdf']"),
    (Picture("estado-de-cuenta-papel", "coordinador", account(SHOWN)), "a[href*='estado-de-cuenta.pdf']"),
    (Picture("corte-papel", "supervisor-cajas", CLOSED_SHORT, _open_row("Caja 2")), "form[action*='papeles']"),
    (Picture("vale-papel", "contabilidad", "/aclaraciones/", _open_row("APL-000001")), "a[href$='vale.pdf']"),
    (Picture("orden-papel", "coordinador", "/ordenes/", _open_newest), "a[href$='orden.pdf']"),
    (Picture("acta-papel", "coordinador", "/aforos/lista/?estado=DONE", _open_newest), "a[href$='acta/pdf/']"),
    (Picture("parte-papel", "coordinador", f"/informes/parte/?dia={DAY}"), "a[href*='parte.pdf']"),
)


def prepare(site: Site) -> None:
    """Make what the pictures show, unless it is there already."""
    with site.page("facturacion") as page:
        page.goto("/facturacion/")
        if page.get_by_role("heading", name="Noviembre de 2026").count() == 0:
            _import_readings(page)
            page.goto("/facturacion/")
            page.fill("[name=period]", RUN[0])
            page.select_option("[name=cycle]", RUN[1])
            page.get_by_role("button", name="Abrir corrida").click()
            page.get_by_role("button", name="Calcular").click()
            page.wait_for_selector("text=Calcular otra vez", timeout=120_000)
    with site.page("coordinador") as page:
        page.goto(account(DOUBTFUL))
        _go_to_padron()(page)
        if page.get_by_text("Nada detiene esta cuenta").count():
            _correct_and_hold(page)
    with site.page("cajero") as page:
        page.goto("/caja/pagos/")
        if page.locator("tbody a.row-link").count() == 0:
            _open_window_and_collect(page)


def _correct_and_hold(page: Page) -> None:
    padron = page.url
    page.goto(padron + "cuenta/")
    page.fill("[name=activity]", "CASA HABITACIÓN CON LOCAL")
    page.fill("[name=reason]", "Visita del 20 de noviembre: abrieron una papelería al frente.")
    page.get_by_role("button", name="Guardar la corrección").click()
    page.goto(padron + "retener/")
    page.select_option("[name=kind]", "PAYMENT_TRACED")
    page.fill("[name=reason]", "Dice que pagó en el banco el 3 de noviembre y no aparece; trae copia de la ficha.")
    page.check("[name=stops_surcharges]")
    page.get_by_role("button", name="Poner la retención").click()
    page.wait_for_load_state("networkidle")


def _open_window_and_collect(page: Page) -> None:
    page.goto("/turnos/abrir/")
    if page.get_by_label("$200", exact=True).count():
        _fill_drawer(page)
        page.get_by_role("button", name="Abrir turno").click()
        page.wait_for_load_state("networkidle")
    page.goto(f"/caja/?q={PAYER}")
    page.fill("[name=efectivo]", "1000")
    page.get_by_role("button", name="Revisar").click()
    page.get_by_role("button", name="Cobrar").click()
    page.wait_for_url("**/caja/pagos/*/")


def _import_readings(page: Page) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"lecturas_{RUN[0].replace('-', '')}_c{RUN[1]}.txt"
        path.write_bytes(readings_of_november())
        page.goto("/importaciones/nueva/")
        page.check("input[value=READINGS]")
        page.set_input_files("input[type=file]", path)
        page.get_by_role("button", name="Revisar el archivo").click()
        page.wait_for_selector("text=Entrarían")
        confirm = page.get_by_role("button", name="Importar")
        confirm.wait_for(timeout=60_000)
        confirm.click()
        page.wait_for_selector("text=Importada", timeout=60_000)


def readings_of_november() -> bytes:
    """A reading file of the month after the export: October's, with a use like October's added."""
    like = random.Random(7)  # noqa: S311
    before = {line[:6]: line[18:25] for line in _lines(f"lecturas_202609_c{RUN[1]}.txt")}
    made = []
    for line in _lines(f"lecturas_202610_c{RUN[1]}.txt"):
        value, previous = line[18:25].strip(), before.get(line[:6], "").strip()
        if value.isdigit() and previous.isdigit() and line[37:39] == "00" and 0 < int(value) - int(previous) < 60:
            value = str(int(value) + max(1, round((int(value) - int(previous)) * like.uniform(0.8, 1.15))))
        made.append(f"{line[:18]}{value:>7}202611{line[31:]}")
    return ("\r\n".join(made) + "\r\n").encode("ascii")


def _lines(name: str) -> list[str]:
    return [line for line in (LEGACY / name).read_text(encoding="ascii").splitlines() if len(line) == 63]


def take(site: Site, picture: Picture) -> None:
    """Take one picture of a screen."""
    with site.page(picture.user, size=picture.size, is_dark=picture.is_dark) as page:
        page.goto(picture.address, wait_until="networkidle")
        if picture.act:
            picture.act(page)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(600)
        path = PICTURES / f"{picture.name}.png"
        page.screenshot(path=path)
    reduce_colours(path)


def take_paper(site: Site, picture: Picture, link: str) -> None:
    """Render the first page of a paper that a screen links to or prints."""
    with site.page(picture.user) as page:
        page.goto(picture.address, wait_until="networkidle")
        if picture.act:
            picture.act(page)
        content = _paper_of(page, page.locator(link).first)
    with tempfile.TemporaryDirectory() as folder:
        paper = Path(folder) / "papel.pdf"
        paper.write_bytes(content)
        page_of = Path(folder) / "hoja"
        subprocess.run(
            ["pdftoppm", "-png", "-r", "110", "-f", "1", "-l", "1", "-singlefile", paper, page_of], check=True
        )
        path = PICTURES / f"{picture.name}.png"
        shutil.move(page_of.with_suffix(".png"), path)
    reduce_colours(path)


def _paper_of(page: Page, found: Locator) -> bytes:
    action = found.get_attribute("action")
    if action is None:
        return page.request.get(found.get_attribute("href") or "").body()
    token = found.locator("[name=csrfmiddlewaretoken]").input_value()
    return page.request.post(action, form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url}).body()


def reduce_colours(path: Path) -> None:
    """Leave a picture with a palette, which is all that flat screens need."""
    magick = shutil.which("magick") or shutil.which("convert")
    if magick:
        subprocess.run(
            [magick, path, "-strip", "-alpha", "off", "+dither", "-colors", str(COLOURS), *SMALLEST, f"PNG8:{path}"],
            check=True,
        )
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1000:,.0f} kB\n")


def main() -> None:
    """Prepare the site and take the pictures asked for, one browser at a time."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("base", help="address of the demonstration, http://127.0.0.1:8190")
    asked.add_argument("names", nargs="*", help="parts of the names of the pictures to take; all if none is given")
    arguments = asked.parse_args()

    def is_wanted(name: str) -> bool:
        return not arguments.names or any(part in name for part in arguments.names)

    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        site = Site(browser, arguments.base)
        prepare(site)
        for picture in PAGES:
            if is_wanted(picture.name):
                take(site, picture)
        for paper, link in PAPERS:
            if is_wanted(paper.name):
                take_paper(site, paper, link)
        browser.close()


if __name__ == "__main__":
    main()
