"""What ``ley.yaml`` says of paying months ahead (anualidad). It may be absent: then nothing is let go."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from cauce.tariffs.rules.values import CodeEntry, PrepaymentRule
from cauce.tariffs.rules.yaml_reading import Section

_WINDOW = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def read_prepayment(
    section: Section, parameter: Callable[[str], Section], tariff_codes: Mapping[str, CodeEntry]
) -> PrepaymentRule | None:
    """Read the parameter ``anualidad`` if it is there."""
    if not section.has("anualidad"):
        return None
    value = parameter("anualidad").section("value")
    windows = _windows(value.section("descuentos"))
    codes = value.texts("claves")
    for code in codes:
        if code not in tariff_codes:
            value.note(f"la clave «{code}» no está en tariff_codes.", "claves")
    least_months = value.whole("meses_minimos", least=1, most=12)
    ends_on_change = value.choice("al_cambiar_de_tarifa", ("termina", "continua")) == "termina"
    value.close()
    return PrepaymentRule(windows, frozenset(codes), least_months, ends_on_change)


def _windows(section: Section) -> tuple[tuple[tuple[int, int], Decimal], ...]:
    windows: list[tuple[tuple[int, int], Decimal]] = []
    for name in section.names:
        percent = section.number(name, most=100)
        found = _WINDOW.fullmatch(name)
        if found is None:
            section.note("es el último día de la ventana, como «01-31».", name)
            continue
        last = (int(found[1]), int(found[2]))
        if windows and last <= windows[-1][0]:
            section.note("las ventanas van en el orden del año.", name)
        windows.append((last, percent))
    section.close()
    return tuple(windows)
