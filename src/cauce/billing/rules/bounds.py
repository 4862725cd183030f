"""The bounds that a draft run is compared with, read from their file, and what each thing unusual is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

UNUSUAL_NAMES: Mapping[str, str] = {
    "SUBE_CONTRA_MES": "Sube contra el mes anterior",
    "BAJA_CONTRA_MES": "Baja contra el mes anterior",
    "SUBE_CONTRA_ANIO": "Sube contra el mismo mes del año anterior",
    "BAJA_CONTRA_ANIO": "Baja contra el mismo mes del año anterior",
    "PASA_DEL_MAXIMO": "El importe pasa del máximo",
    "M3_PASA_DEL_MAXIMO": "Los m³ pasan del máximo",
    "TOTAL_CERO": "No cobra nada",
}


class BoundsFault(Exception):
    """What is wrong in a file of bounds, in Spanish and without full stop."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a draft may be from what it is compared with before somebody looks at it, and what is sampled."""

    rises_times: Decimal
    falls_times: Decimal
    rises_times_year: Decimal
    falls_times_year: Decimal
    from_pesos: Decimal
    most_pesos: Decimal
    most_m3: int
    group_percent: Decimal
    group_from_pesos: Decimal
    by_stratum: int
    boundaries_m3: tuple[int, ...]


_COUNTED = {
    "rises_times": ("cuenta", "sube_veces"),
    "falls_times": ("cuenta", "baja_a"),
    "rises_times_year": ("cuenta", "sube_veces_en_un_anio"),
    "falls_times_year": ("cuenta", "baja_a_en_un_anio"),
    "from_pesos": ("cuenta", "desde_pesos"),
    "most_pesos": ("cuenta", "maximo_pesos"),
    "most_m3": ("cuenta", "maximo_m3"),
    "group_percent": ("grupo", "cambia_por_ciento"),
    "group_from_pesos": ("grupo", "desde_pesos"),
    "by_stratum": ("muestra", "por_grupo"),
}


def read_bounds(rows: Mapping[str, object]) -> Bounds:
    """Read the bounds of a file.

    :raises BoundsFault: a figure is missing or is not a number from zero on.
    """
    found = {name: _figure(rows, *where) for name, where in _COUNTED.items()}
    sample = rows.get("muestra")
    boundaries = sample.get("fronteras_m3") if isinstance(sample, dict) else None
    if not isinstance(boundaries, list) or not all(isinstance(each, int) and each >= 0 for each in boundaries):
        raise BoundsFault("«muestra: fronteras_m3» debe ser una lista de m³")
    return Bounds(
        rises_times=found["rises_times"],
        falls_times=found["falls_times"],
        rises_times_year=found["rises_times_year"],
        falls_times_year=found["falls_times_year"],
        from_pesos=found["from_pesos"],
        most_pesos=found["most_pesos"],
        most_m3=int(found["most_m3"]),
        group_percent=found["group_percent"],
        group_from_pesos=found["group_from_pesos"],
        by_stratum=int(found["by_stratum"]),
        boundaries_m3=tuple(boundaries),
    )


def _figure(rows: Mapping[str, object], part: str, name: str) -> Decimal:
    found = rows.get(part)
    try:
        figure = Decimal(str(found[name])) if isinstance(found, dict) else None
    except (KeyError, InvalidOperation):
        figure = None
    if figure is None or not figure.is_finite() or figure < 0:
        raise BoundsFault(f"«{part}: {name}» debe ser un número de cero en adelante")
    return figure
