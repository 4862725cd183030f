"""The product's source as the architecture tests see it: files, packages and syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ROOT / "src" / "cauce"
SCREENS = ("backoffice", "field", "portal", "api", "cli")


@dataclass(frozen=True)
class Module:
    """A Python file of the product."""

    path: Path

    @property
    def name(self) -> str:
        """Its place, as messages show it."""
        return str(self.path.relative_to(ROOT))

    @property
    def parts(self) -> tuple[str, ...]:
        """Its path inside ``src/cauce``, without the ending: ``("ledger", "operations", "post")``."""
        return self.path.relative_to(PRODUCT).with_suffix("").parts

    @property
    def package(self) -> str:
        """The capability it belongs to."""
        return self.parts[0]

    def is_a(self, kind: str) -> bool:
        """Whether it is its package's file of that kind (``operations``, ``rules``…), or one of that folder."""
        return len(self.parts) > 1 and self.parts[1] == kind

    @cached_property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, filename=str(self.path))

    def walk(self) -> Iterator[ast.AST]:
        """Every node of its tree."""
        return ast.walk(self.tree)

    @cached_property
    def imported_from(self) -> dict[str, str]:
        """Names brought in by ``from module import name``, with the module they come from."""
        return {
            alias.asname or alias.name: node.module or ""
            for node in self.walk()
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }


@lru_cache(maxsize=1)
def modules() -> tuple[Module, ...]:
    """Every module of the product but its migrations."""
    return tuple(
        Module(path)
        for path in sorted(PRODUCT.rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )


def modules_of_kind(kind: str) -> list[Module]:
    """The modules of one kind (``operations``, ``rules``…) of every package."""
    return [module for module in modules() if module.is_a(kind)]


def root_name(node: ast.AST) -> str:
    """The name a chain starts from: ``Account`` in ``Account.objects.filter(…).update``."""
    while True:
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return node.id if isinstance(node, ast.Name) else ""


def chain_of(node: ast.AST) -> list[str]:
    """The attributes of a chain, from its start: ``["objects", "filter", "update"]``."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return names[::-1]


def place(module: Module, node: ast.AST) -> str:
    """Where something is, as messages show it."""
    return f"{module.name}:{getattr(node, 'lineno', 0)}"
