"""Text as it is compared and sorted: without accents, case or doubled spaces.

The key is stored beside the text because the embedded database has no ICU collations.
"""

import unicodedata


def fold(text: str) -> str:
    """Fold to upper case without accents (Ñ becomes N) or doubled spaces: ``'  Núñez  Peña'`` → ``'NUNEZ PENA'``."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(text.split()).upper()


def digits_of(text: str) -> str:
    """Only the ASCII digits of a text: ``'(411) 155-00 50'`` → ``'4111550050'``."""
    return "".join(letter for letter in text if letter in "0123456789")
