"""Operations are verbs with a contract: keywords, types, a docstring, and a name used once in the whole product."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.architecture.source import Module, modules, modules_of_kind, place


def operations() -> Iterator[tuple[Module, ast.FunctionDef]]:
    """Every public function of the operations."""
    for module in modules_of_kind("operations"):
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield module, node


def domain_errors() -> set[str]:
    """The names of the errors that a person may see, by the classes they derive from."""
    parents = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for module in modules()
        for node in module.walk()
        if isinstance(node, ast.ClassDef)
    }
    found = {"DomainError"}
    while True:
        more = {name for name, bases in parents.items() if bases & found} - found
        if not more:
            return found
        found |= more


def test_operations_take_keywords_only_but_for_what_is_acted_on() -> None:
    offences = [
        f"{place(module, node)} {node.name}"
        for module, node in operations()
        if len(node.args.args) + len(node.args.posonlyargs) > 1 or node.args.vararg or node.args.kwarg
    ]

    assert offences == [], "\n".join(offences)


def test_operations_are_annotated() -> None:
    offences = [
        f"{place(module, node)} {node.name}"
        for module, node in operations()
        if node.returns is None
        or any(argument.annotation is None for argument in [*node.args.args, *node.args.kwonlyargs])
    ]

    assert offences == [], "\n".join(offences)


def test_operations_say_what_they_do_and_what_they_refuse() -> None:
    errors = domain_errors()
    offences = []
    for module, node in operations():
        text = ast.get_docstring(node) or ""
        if not text:
            offences.append(f"{place(module, node)} {node.name}: no docstring")
        for inner in ast.walk(node):
            raised = inner.exc if isinstance(inner, ast.Raise) else None
            name = raised.func.id if isinstance(raised, ast.Call) and isinstance(raised.func, ast.Name) else ""
            if name in errors and f":raises {name}:" not in text:
                offences.append(f"{place(module, inner)} {node.name}: «:raises {name}:» is missing")

    assert offences == [], "\n".join(offences)


def test_an_operation_has_its_name_to_itself() -> None:
    names = Counter(node.name for _, node in operations())

    assert [name for name, times in names.items() if times > 1] == []


def test_the_clock_is_read_only_above_the_operations() -> None:
    readings = {
        ("timezone", "now"),
        ("timezone", "localdate"),
        ("datetime", "now"),
        ("date", "today"),
        ("time", "time"),
    }
    readings |= {("clock", "now"), ("clock", "today")}
    offences = [
        place(module, node)
        for kind in ("rules", "models", "queries", "operations")
        for module in modules_of_kind(kind)
        for node in module.walk()
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in readings
    ]

    assert offences == [], "\n".join(offences)


def test_operations_are_imported_from_their_package() -> None:
    offences = [
        f"{place(module, node)} {node.module}"
        for module in modules()
        for node in module.walk()
        if isinstance(node, ast.ImportFrom)
        and (parts := (node.module or "").split("."))[0] == "cauce"
        and parts[2:3] == ["operations"]
        and len(parts) > 3
        and parts[1] != module.package
    ]

    assert offences == [], "\n".join(offences)


def test_queries_that_a_package_offers_are_imported_from_it() -> None:
    offered = {
        module.package: set(module.imported_from)
        for module in modules_of_kind("queries")
        if module.parts[2:] == ("__init__",)
    }
    offences = [
        f"{place(module, node)} {node.module} {alias.name}"
        for module in modules()
        for node in module.walk()
        if isinstance(node, ast.ImportFrom)
        and (parts := (node.module or "").split("."))[0] == "cauce"
        and parts[2:3] == ["queries"]
        and len(parts) > 3
        and parts[1] != module.package
        for alias in node.names
        if alias.name in offered.get(parts[1], set())
    ]

    assert offences == [], "\n".join(offences)
