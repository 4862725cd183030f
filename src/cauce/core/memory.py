"""How often Python looks for what only points to itself."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = 100_000
"""Objects that are made and not yet dropped before the collector looks again: some chunks' worth of rows."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cycles one time in a hundred while a work makes and drops rows by the thousand.

    Rows have no cycles and go away by themselves; to look through them each few hundred costs such a work a sixth of
    its time. What does have cycles is still collected.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
