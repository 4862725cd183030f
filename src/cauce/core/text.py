"""Text as it is compared and sorted: without accents, case or doubled spaces.

The key is stored beside the text because the embedded database has no ICU collations.
"""

import unicodedata
from itertools import filterfalse


def fold(text: str) -> str:
    """Fold to upper case without accents (Ñ becomes N) or doubled spaces: ``'  Núñez  Peña'`` → ``'NUNEZ PENA'``."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(filterfalse(unicodedata.combining, decomposed))
    return " ".join(text.split()).upper()


def digits_of(text: str) -> str:
    """Only the ASCII digits of a text: ``'(411) 155-00 50'`` → ``'4111550050'``."""
    if text.isascii() and text.isdigit():
        return text
    return "".join(letter for letter in text if letter in "0123456789")
