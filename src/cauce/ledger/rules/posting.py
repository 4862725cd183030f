"""What makes an act of the ledger one and the same, and the day whose books it enters."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta


def body_digest(body: Mapping[str, object]) -> str:
    """The SHA-256 (hex) of what an act was asked to do, so that one key cannot ask for two things.

    Keys are sorted and values written as text, so equal bodies give equal digests wherever they are computed.
    """
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def first_open_day(on: date, closed: Collection[date]) -> date:
    """The first day from ``on`` whose books are not closed."""
    while on in closed:
        on += timedelta(days=1)
    return on
