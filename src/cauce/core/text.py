"""Text as it is compared and sorted: without accents, case or doubled spaces.

The key is stored beside the text because the embedded database has no ICU collations.
"""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Fold to upper case without accents (Ñ becomes N) or doubled spaces: ``'  Núñez  Peña'`` → ``'NUNEZ PENA'``."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _SPACES.sub(" ", bare).strip().upper()


def digits_of(text: str) -> str:
    """Only the ASCII digits of a text: ``'(411) 155-00 50'`` → ``'4111550050'``."""
    return "".join(letter for letter in text if letter in "0123456789")
