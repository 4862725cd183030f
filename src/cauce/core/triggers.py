"""Triggers that refuse: what is written once in the ledger, the events and the documents stays as it was written."""

from collections.abc import Mapping

import pgtrigger


def append_only(table_name: str) -> list[pgtrigger.Trigger]:
    """Refuse UPDATE and DELETE row by row and TRUNCATE by statement; ``table_name`` names the triggers."""
    message = f"{table_name} is append-only"
    return [
        pgtrigger.Trigger(
            name=f"{table_name}_no_change",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';",
        ),
        # pgtrigger.Protect works row by row and TRUNCATE has no rows: it needs a statement-level trigger.
        pgtrigger.Trigger(
            name=f"{table_name}_no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';",
        ),
    ]


def states(table_name: str, field: str, edges: frozenset[tuple[str, str]]) -> pgtrigger.Trigger:
    """Refuse a change of ``field`` that is not one of ``edges`` (from, to), as the package's rules declare them."""
    allowed = " OR ".join(f"(OLD.{field} = '{old}' AND NEW.{field} = '{new}')" for old, new in sorted(edges))
    return pgtrigger.Trigger(
        name=f"{table_name}_{field}_edges",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(field),  # type: ignore[no-untyped-call]
        func=(
            f"IF OLD.{field} IS DISTINCT FROM NEW.{field} AND NOT ({allowed}) THEN "
            f"RAISE EXCEPTION '{table_name}: % to % is not allowed', OLD.{field}, NEW.{field} "
            "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
        ),
    )


def references(table_name: str, parents: Mapping[str, tuple[str, str]]) -> list[pgtrigger.Trigger]:
    """Refuse rows written or changed to point to nothing: ``parents`` gives, by column, the table and key it points to.

    It stands for a foreign key in tables that grow by millions: PostgreSQL checks a foreign key row by row and locks
    each parent, which costs a run half its time; this is one query for each statement and column. It holds because
    the parents are never deleted: they are append-only or carry ``never_deleted``.
    """
    checks = " ".join(  # names of the code's own tables, never anybody's input
        f"IF EXISTS (SELECT 1 FROM new_rows LEFT JOIN {parent} ON {parent}.{key} = new_rows.{column} "  # noqa: S608
        f"WHERE new_rows.{column} IS NOT NULL AND {parent}.{key} IS NULL) THEN "
        f"RAISE EXCEPTION '{table_name}.{column} points to nothing' USING ERRCODE = 'foreign_key_violation'; END IF;"
        for column, (parent, key) in parents.items()
    )
    # A trigger that sees the rows of a statement may answer to one kind of statement only.
    return [
        pgtrigger.Trigger(
            name=f"{table_name}_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
            func=f"{checks} RETURN NULL;",
        )
        for name, operation in (("references", pgtrigger.Insert), ("references_kept", pgtrigger.Update))
    ]


def never_deleted(table_name: str) -> pgtrigger.Trigger:
    """Refuse DELETE: rows of other tables point to these for ever."""
    return pgtrigger.Trigger(
        name=f"{table_name}_no_delete",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        func=f"RAISE EXCEPTION '{table_name} rows are never deleted' USING ERRCODE = 'restrict_violation';",
    )
