"""The file of the bases of the aforos, as it is written: its keys, and what may be wrong in them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from cauce.workorders.rules.catalogue import FileFault
from cauce.workorders.rules.inspections import Basis, Fixture

_PARTS: Final = {
    "persona": frozenset({"litros_al_dia", "fundamento"}),
    "prueba": frozenset({"tolerancia_por_ciento", "litros_minimos", "fundamento"}),
    "muebles": frozenset({"tipos", "fundamento"}),
}
_FIXTURE: Final = frozenset({"nombre", "litros_al_dia"})
LONGEST_SOURCE: Final = 300
LONGEST_CODE: Final = 24
# Beyond it somebody wrote litres where there were cubic metres.
MOST_LITRES: Final = Decimal(10_000)
MOST_TOLERANCE: Final = Decimal(50)


def basis_of_file(content: object) -> Basis:
    """The bases that the file tells.

    :raises FileFault: naming the key and what is wrong.
    """
    parts = _keys(content, frozenset(_PARTS), "el archivo")
    person, test, fixtures = (_keys(parts[name], keys, f"«{name}»") for name, keys in _PARTS.items())
    return Basis(
        litres_a_person=_number(person["litros_al_dia"], "persona, «litros_al_dia»", most=MOST_LITRES),
        person_source=_source(person["fundamento"], "persona"),
        tolerance_percent=_number(
            test["tolerancia_por_ciento"], "prueba, «tolerancia_por_ciento»", most=MOST_TOLERANCE
        ),
        smallest_test_litres=_number(test["litros_minimos"], "prueba, «litros_minimos»", most=MOST_LITRES),
        test_source=_source(test["fundamento"], "prueba"),
        fixtures=_fixtures(fixtures["tipos"]),
        fixtures_source=_source(fixtures["fundamento"], "muebles"),
    )


def _fixtures(content: object) -> tuple[Fixture, ...]:
    if not isinstance(content, dict) or not content:
        raise FileFault("muebles, «tipos»: escriba una clave por mueble, con «nombre» y «litros_al_dia»")
    return tuple(_fixture(str(code), told) for code, told in content.items())


def _fixture(code: str, told: object) -> Fixture:
    if not code.strip() or len(code) > LONGEST_CODE:
        raise FileFault(f"«{code}» no es una clave de mueble: use de 1 a {LONGEST_CODE} letras")
    said = _keys(told, _FIXTURE, f"mueble «{code}»")
    name = str(said["nombre"]).strip()
    if not name:
        raise FileFault(f"mueble «{code}»: escriba su nombre")
    litres = _number(said["litros_al_dia"], f"mueble «{code}», «litros_al_dia»", most=MOST_LITRES, zero=True)
    return Fixture(code.strip().upper(), name, litres)


def _keys(content: object, wanted: frozenset[str], where: str) -> Mapping[str, object]:
    if not isinstance(content, dict) or set(content) != wanted:
        raise FileFault(f"{where}: lleva sólo {', '.join(f'«{key}»' for key in sorted(wanted))}")
    return content


def _number(told: object, where: str, *, most: Decimal, zero: bool = False) -> Decimal:
    try:
        number = Decimal(str(told))
    except InvalidOperation as error:
        raise FileFault(f"{where}: «{told}» no es un número") from error
    if isinstance(told, bool) or not number.is_finite() or number > most or number < 0 or (not number and not zero):
        raise FileFault(f"{where}: «{told}» debe ser mayor que cero y a lo más {most}")
    return number


def _source(told: object, where: str) -> str:
    source = " ".join(str(told or "").split())
    if not source or len(source) > LONGEST_SOURCE:
        raise FileFault(f"{where}: escriba su «fundamento», en a lo más {LONGEST_SOURCE} letras")
    return source
