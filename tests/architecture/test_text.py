"""What no file may hold, whatever it is about."""

import ast
import re

from tests.architecture.source import PRODUCT, ROOT, SCREENS, modules, place

LONGEST = 500
SOURCES = {".py", ".html", ".css", ".js", ".mjs", ".sql", ".typ"}
MONEY = {
    "tariffs",
    "ledger",
    "billing",
    "cashier",
    "agreements",
    "cfdi",
    "collections",
    "books",
    "accounting",
    "reports",
}
EMPTY_WORDS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "service",
    "services",
    "handler",
    "handlers",
    "data",
    "info",
}
# Names that frameworks look for.
FRAMEWORK_NAMES = {"get_context_data"}


def files_of_the_house() -> list:
    """Source files written by hand, of the product and of its tests."""
    built = (PRODUCT / "ui" / "static" / "cauce", PRODUCT / "documents" / "fonts")
    return [
        path
        for folder in (PRODUCT, ROOT / "tests", ROOT / "config", ROOT / ".ci")
        for path in sorted(folder.rglob("*"))
        if path.suffix in SOURCES
        and "migrations" not in path.parts
        and not any(path.is_relative_to(folder) for folder in built)
    ]


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    offences = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in files_of_the_house()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    ]

    assert offences == [], "\n".join(offences)


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    offences = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files_of_the_house()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if words.search(line)
    ]

    assert offences == []


def test_the_product_names_nothing_outside_its_repository() -> None:
    outside = re.compile(r"(?<![\w.])/work" + r"/|\.\./sha" + r"red/|/tmp/br" + r"ief")
    loose = [path for path in ROOT.iterdir() if path.is_file() and path.suffix in {"", ".md", ".toml", ".json"}]
    documents = [path for folder in ("docs", "law") for path in (ROOT / folder).rglob("*") if path.is_file()]
    offences = [
        str(path.relative_to(ROOT))
        for path in [*files_of_the_house(), *loose, *documents]
        if path.suffix not in {".png", ".pdf"} and outside.search(path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert offences == []


def test_names_say_something() -> None:
    offences = [module.name for module in modules() if module.path.stem in EMPTY_WORDS]
    for module in modules():
        for node in module.walk():
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in FRAMEWORK_NAMES:
                words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", node.name)
                # «Service» is one of the utility's own words (water, sewerage, treatment).
                if words and words[-1].lower() in EMPTY_WORDS - {"service", "services"}:
                    offences.append(f"{place(module, node)} {node.name}")

    assert offences == [], "\n".join(offences)


def test_money_never_floats() -> None:
    offences = []
    for module in modules():
        if module.package not in MONEY and module.parts[:2] not in (("core", "money"), ("core", "periods")):
            continue
        for node in module.walk():
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                offences.append(f"{place(module, node)} {node.value}")
            elif isinstance(node, ast.Name) and node.id == "float":
                offences.append(f"{place(module, node)} float")
            elif isinstance(node, ast.Attribute) and node.attr == "FloatField":
                offences.append(f"{place(module, node)} FloatField")

    assert offences == [], "\n".join(offences)


def test_the_screens_of_one_capability_do_not_use_anothers() -> None:
    offences = []
    for module in modules():
        if module.package not in SCREENS or len(module.parts) < 3:
            continue
        own = f"cauce.{module.package}.{module.parts[1]}"
        for node in module.walk():
            imported = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            parts = imported.split(".")
            inside = imported.startswith(f"cauce.{module.package}.") and len(parts) > 2
            another = inside and (PRODUCT / module.package / parts[2]).is_dir()
            if another and not f"{imported}.".startswith(f"{own}."):
                offences.append(f"{place(module, node)} imports {imported}")

    assert offences == [], "\n".join(offences)


def test_templates_keep_to_the_strict_content_policy() -> None:
    banned = {
        "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I | re.S),
        "an event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.I | re.S),
        "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.I | re.S),
        "an inline style": re.compile(r"<style[\s>]", re.I),
        "another site's file": re.compile(r"(?:src|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//", re.I),
    }
    offences = [
        f"{path.relative_to(ROOT)} has {what}"
        for path in sorted(PRODUCT.rglob("*.html"))
        for what, pattern in banned.items()
        if pattern.search(
            re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
        )
    ]

    assert offences == [], "\n".join(offences)
