"""Triggers that refuse: what is written once in the ledger, the events and the documents stays as it was written."""

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


def states(
    table_name: str, field: str, edges: "frozenset[tuple[str, str]] | set[tuple[str, str]]"
) -> pgtrigger.Trigger:
    """Refuse a change of ``field`` that is not one of ``edges`` (from, to), as the package's rules declare them."""
    allowed = " OR ".join(f"(OLD.{field} = '{old}' AND NEW.{field} = '{new}')" for old, new in sorted(edges))
    return pgtrigger.Trigger(
        name=f"{table_name}_{field}_edges",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(field),
        func=(
            f"IF OLD.{field} IS DISTINCT FROM NEW.{field} AND NOT ({allowed}) THEN "
            f"RAISE EXCEPTION '{table_name}: % to % is not allowed', OLD.{field}, NEW.{field} "
            "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
        ),
    )
