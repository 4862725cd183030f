"""Only a package's own operations write its tables."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import Module, chain_of, modules, place, root_name

# Always a write, on whatever they are called.
WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "copy_rows", "write_rows"}
# Saving a row takes none but these; saving a file or a picture takes where to.
ROW_SAVING = {"update_fields", "force_insert", "force_update", "using"}
# A write only when what they are called on is a table: dictionaries and sets have an update too.
WRITES_ON_TABLES = {"create", "update", "delete", "add", "remove", "set", "clear"}
TABLE_MARKS = {"objects", "filter", "exclude", "all", "select_for_update"}
WRITING_SQL = re.compile(
    r"\s*(?:WITH\b.*\b)?(?:INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|TRUNCATE|COPY\s)", re.I | re.S
)

# COPY itself writes for others, and a benchmark lays down the town that it measures, in a database of its own.
TOOLS = {("core", "bulk")}
BENCHES = ("cli", "bench")


def writes_of(module: Module) -> list[tuple[ast.AST, str]]:
    """Every call of the module that writes rows, with the name its chain starts from."""
    found: list[tuple[ast.AST, str]] = []
    docstrings = {
        id(node.body[0].value)
        for node in module.walk()
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in module.walk():
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else chain_of(node.func)[-1:]
            name = name if isinstance(name, str) else (name[0] if name else "")
            on_table = TABLE_MARKS & set(chain_of(node.func)[:-1])
            saves = name == "save" and not node.args and {word.arg for word in node.keywords} <= ROW_SAVING
            if saves or name in WRITES or (name in WRITES_ON_TABLES and on_table):
                root = root_name(node.func)
                if name == "copy_rows" and node.args:
                    root = root_name(node.args[0])
                found.append((node, root))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and WRITING_SQL.match(node.value)
        ):
            found.append((node, ""))
    return found


def test_only_operations_write_rows() -> None:
    offences = [
        place(module, node)
        for module in modules()
        if not module.is_a("operations") and module.parts not in TOOLS and module.parts[:2] != BENCHES
        for node, _ in writes_of(module)
    ]

    assert offences == [], "\n".join(["Sólo operations escribe:", *offences])


def test_operations_write_only_their_own_package() -> None:
    offences = []
    for module in modules():
        if not module.is_a("operations"):
            continue
        for node, root in writes_of(module):
            origin = module.imported_from.get(root, "")
            if origin.startswith("cauce.") and origin.split(".")[1] not in (module.package, "core"):
                offences.append(f"{place(module, node)} writes {root} of {origin}")

    assert offences == [], "\n".join(offences)


@pytest.mark.parametrize(
    ("source", "writes"),
    [
        ("account.save(update_fields=['name'])", True),
        ("account.save()", True),
        ("picture.save(path)", False),
        ("Account.objects.filter(pk=1).update(name='')", True),
        ("seen.update(more)", False),
        ("Account.objects.create(name='')", True),
        ("user.groups.all().delete()", True),
        ("copy_rows('ledger_transfer', columns, rows)", True),
        ("cursor.execute('''  DELETE FROM ledger_transfer''')", True),
        ("cursor.execute('WITH old AS (SELECT 1) UPDATE ledger_transfer SET amount = 0')", True),
        ("cursor.execute('SELECT updated_at FROM registry_account')", False),
    ],
)
def test_what_counts_as_a_write(source: str, writes: bool, tmp_path: Path) -> None:
    file = tmp_path / "views.py"
    file.write_text(source)

    assert bool(writes_of(Module(file))) is writes
