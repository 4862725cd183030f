"""The park's table as its file says it, and what is wrong with one that cannot be used."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cauce.documents.rules.authorised import AUTHORISED_KEYS
from cauce.metering.rules.bench import FlowLimit, Standard
from cauce.metering.rules.park import BrandLife, ParkRules, SuspicionFigures

_KEYS = {
    *AUTHORISED_KEYS,
    "parado",
    "sospecha",
    "marcas",
    "otra_marca",
    "costos",
    "otro_costo",
    "orden",
    "ciclos",
    "normas",
}


class ParkFault(Exception):
    """What is wrong with the park's table, in Spanish, naming where."""


def park_rules(content: Mapping[str, Any]) -> ParkRules:
    """The table as the rules use it.

    :raises ParkFault: naming the key: unknown, missing, of another kind or out of range.
    """
    if unknown := sorted(set(map(str, content)) - _KEYS):
        raise ParkFault(f"«{unknown[0]}» no se conoce")
    stopped, said = _part(content, "parado"), _part(content, "sospecha")
    brands = _part(content, "marcas")
    standards = _part(content, "normas")
    order = content.get("orden")
    if not isinstance(order, str) or not order.strip():
        raise ParkFault("falta «orden», la clave del tipo de orden del cambio de medidor")
    return ParkRules(
        stopped_readings=_whole(stopped, "lecturas", "parado"),
        stopped_use_m3=_number(stopped, "m3_de_uso", "parado"),
        suspicion=_suspicion(said),
        # The database keeps no order of keys: brands go by name, costs and flows from the least.
        brands={name.strip().upper(): _life(brands[name], f"la marca {name}") for name in sorted(map(str, brands))},
        other_brand=_life(content.get("otra_marca"), "«otra_marca»"),
        costs=dict(sorted(_costs(_part(content, "costos")), key=lambda pair: pair[1])),
        other_cost=_number(content, "otro_costo", "la tabla"),
        standards={str(code): _standard(str(code), given) for code, given in standards.items()},
        order=order.strip(),
        measured_cycles=_whole(content, "ciclos", "la tabla"),
    )


def _costs(given: Mapping[str, Any]) -> list[tuple[str, Decimal]]:
    return [(str(key).strip(), _number(given, key, "costos")) for key in given]


def _suspicion(said: Mapping[str, Any]) -> SuspicionFigures:
    where = "sospecha"
    return SuspicionFigures(
        recent_months=_whole(said, "meses_recientes", where),
        base_months=_whole(said, "meses_de_base", where),
        least_base_m3=_number(said, "base_minima_m3", where),
        fall_percent=_percent(said, "baja", where),
        least_peers=_whole(said, "comparables", where),
        zeros=_whole(said, "ceros", where),
        loss_per_year=_percent(said, "perdida_por_anio", where),
        loss_past_volume=_percent(said, "perdida_pasado_el_volumen", where),
        most_loss=_percent(said, "perdida_maxima", where),
    )


def _life(given: Any, where: str) -> BrandLife:
    if not isinstance(given, Mapping):
        raise ParkFault(f"{where} no dice nada")
    return BrandLife(*(_whole(given, key, where) for key in ("garantia_meses", "vida_anios", "vida_m3")))


def _standard(code: str, given: Any) -> Standard:
    where = f"la norma {code}"
    if not isinstance(given, Mapping):
        raise ParkFault(f"{where} no dice nada")
    for key in ("nombre", "fundamento"):
        if not str(given.get(key) or "").strip():
            raise ParkFault(f"a {where} le falta «{key}»")
    flows = [_flow(str(name), each, where) for name, each in _part(given, "flujos").items()]
    flows.sort(key=lambda flow: flow.litres_per_hour)
    return Standard(code, str(given["nombre"]).strip(), str(given["fundamento"]).strip(), tuple(flows))


def _flow(name: str, given: Any, where: str) -> FlowLimit:
    inside = f"{where}, {name}"
    if not isinstance(given, Mapping):
        raise ParkFault(f"{inside} no dice nada")
    return FlowLimit(
        name,
        _whole(given, "litros_hora", inside),
        _percent(given, "error_maximo", inside),
        _whole(given, "peso", inside),
    )


def _part(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = content.get(key)
    if not isinstance(part, Mapping) or not part:
        raise ParkFault(f"falta «{key}»")
    return part


def _whole(given: Mapping[str, Any], key: str, where: str) -> int:
    value = given.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ParkFault(f"en {where}, «{key}» es un número entero, de 1 en adelante")
    return value


def _number(given: Mapping[str, Any], key: str, where: str) -> Decimal:
    value = given.get(key)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal(-1)
    if isinstance(value, bool) or not number.is_finite() or number <= 0:
        raise ParkFault(f"en {where}, «{key}» es un número mayor que cero")
    return number


def _percent(given: Mapping[str, Any], key: str, where: str) -> Decimal:
    number = _number(given, key, where)
    if number >= 100:
        raise ParkFault(f"en {where}, «{key}» es un porcentaje menor que 100")
    return number
