"""Lists of ids as PostgreSQL reads them."""

from collections.abc import Iterable


def id_array(ids: Iterable[int]) -> str:
    """An array literal for ``%s::bigint[]``: psycopg takes ten times as long to quote the numbers one by one."""
    return f"{{{','.join(map(str, ids))}}}"
