"""How an account is numbered and written."""

import re
from typing import Final

SHORTEST_NUMBER: Final = 6
LONGEST_NUMBER: Final = 10

_DIGITS = re.compile(r"[0-9]{1,10}")


def account_number(text: str) -> str | None:
    """The account number that a person or a file wrote, with its zeros («114» is «000114»), or None.

    Numbers have 6 to 10 digits; spaces and hyphens inside are forgiven.
    """
    bare = text.strip().replace(" ", "").replace("-", "")
    return bare.zfill(SHORTEST_NUMBER) if _DIGITS.fullmatch(bare) else None
