"""An amount in words, as a pagaré says it: «un millón de pesos 00/100 M.N.»."""

from decimal import Decimal

from num2words import num2words

_MILLION = 1_000_000


def amount_in_words(amount: Decimal) -> str:
    """Write pesos in words with the cents as a fraction, in lower case.

    num2words speaks no es-MX: the shortened «un» before «peso», «mil» and «millones», and «de pesos» after a round
    million, are this function's.

    >>> amount_in_words(Decimal("1000000.00"))
    'un millón de pesos 00/100 M.N.'
    >>> amount_in_words(Decimal("21001.50"))
    'veintiún mil un pesos 50/100 M.N.'

    :raises ValueError: if the amount is negative or finer than a centavo.
    """
    if amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(f"{amount} cannot be written in words")
    pesos = int(amount)
    cents = int((amount - pesos) * 100)
    return f"{_pesos(pesos)} {cents:02d}/100 M.N."


def _pesos(pesos: int) -> str:
    if pesos == 1:
        return "un peso"
    millions, rest = divmod(pesos, _MILLION)
    parts = []
    if millions:
        parts.append("un millón" if millions == 1 else f"{_below_million(millions)} millones")
    if rest or not millions:
        parts.append(_below_million(rest))
    name = "pesos" if rest or not millions else "de pesos"
    return " ".join([*parts, name])


def _below_million(number: int) -> str:
    thousands, units = divmod(number, 1000)
    parts = []
    if thousands:
        parts.append("mil" if thousands == 1 else f"{_shortened(thousands)} mil")
    if units or not thousands:
        parts.append(_shortened(units))
    return " ".join(parts)


def _shortened(number: int) -> str:
    """A number below a thousand as it is said before what it counts."""
    words: str = num2words(number, lang="es")
    if words.endswith("veintiuno"):
        return words[: -len("veintiuno")] + "veintiún"
    return words[:-1] if words.endswith("uno") else words
