"""What is locked is one table's rows, and what is joined to them is read afterwards.

PostgreSQL reads again, once the wait is over, the row that was locked; what was joined to it stays as it was before.
"""

import ast

from tests.architecture.source import Module, chain_of, modules, place, root_name

HOLDS = "select_for_update"
JOINS = "select_related"
ONE_ROW = {"get", "first"}


def held_with_what_is_joined(module: Module) -> list[str]:
    """Where rows are locked and read with what is joined to them by one statement."""
    found = []
    for function in (node for node in module.walk() if isinstance(node, ast.FunctionDef)):
        held = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and HOLDS in (chain := chain_of(node.value)) and not ONE_ROW & set(chain)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        found += [
            place(module, node)
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            and JOINS in (chain := chain_of(node))
            and (HOLDS in chain or root_name(node) in held)
        ]
    return found


def test_nothing_joined_is_read_by_the_statement_that_waits() -> None:
    offences = {where for module in modules() for where in held_with_what_is_joined(module)}

    assert offences == set(), "Hold the row first and read it afterwards:\n" + "\n".join(sorted(offences))
