"""How billing writes what it keeps as JSON text."""

import json


def compact_json(value: object) -> str:
    """JSON without blanks, as bills and drafts keep it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
