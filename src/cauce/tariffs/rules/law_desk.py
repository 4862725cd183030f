"""What ``ley.yaml`` says of the cash desk. All of it may be absent: a law that is silent rounds and limits nothing."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from cauce.tariffs.rules.values import DeskRules, DishonourRule
from cauce.tariffs.rules.yaml_reading import Section

# The acts whose authority the law may limit, as it names them.
LIMITED_ACTS = (
    "cancelar_pago",
    "trasladar_pago",
    "corregir_forma_de_pago",
    "devolver_saldo",
    "cheque_devuelto",
    "resolver_banco",
    "diferencia_de_conciliacion",
    "condonar_recargos",
)


def read_desk_rules(section: Section, parameter: Callable[[str], Section]) -> DeskRules:
    """Read the parameters of the desk that are there."""
    given = DeskRules()
    coin, order_days, cheque, chargeback = given.coin, given.order_days, given.cheque, given.chargeback
    limits: Mapping[str, Mapping[str, Decimal | None]] = given.limits
    claim_days, card_fee_percent = given.claim_days, given.card_fee_percent
    if section.has("redondeo_efectivo"):
        value = parameter("redondeo_efectivo").section("value")
        coin = value.number("moneda_minima")
        if not 0 < coin <= 1:
            value.note("es una moneda de a lo más un peso.", "moneda_minima")
        value.close()
    if section.has("orden_de_pago"):
        value = parameter("orden_de_pago").section("value")
        order_days = value.whole("dias_de_vigencia", least=0, most=365)
        value.close()
    if section.has("cheque_devuelto"):
        cheque = _dishonour(parameter("cheque_devuelto").section("value"))
    if section.has("contracargo"):
        chargeback = _dishonour(parameter("contracargo").section("value"))
    if section.has("limites_de_autorizacion"):
        limits = _limits(parameter("limites_de_autorizacion").section("value"))
    if section.has("aclaracion_de_pago"):
        value = parameter("aclaracion_de_pago").section("value")
        claim_days = value.whole("dias_habiles_de_respuesta", least=1, most=90)
        value.close()
    if section.has("comision_de_tarjetas"):
        value = parameter("comision_de_tarjetas").section("value")
        card_fee_percent = value.number("maximo_pct", most=20)
        value.close()
    return DeskRules(coin, order_days, cheque, chargeback, limits, claim_days, card_fee_percent)


def _dishonour(value: Section) -> DishonourRule:
    rule = DishonourRule(
        compensation_percent=value.number("indemnizacion_pct", most=100),
        commission=value.number("comision"),
        vat_percent=value.number("iva_comision_pct", most=100),
    )
    value.close()
    return rule


def _limits(value: Section) -> dict[str, dict[str, Decimal | None]]:
    limits = {}
    for act in value.names:
        if act not in LIMITED_ACTS:
            value.note(f"ese acto no se limita; puede ser: {', '.join(LIMITED_ACTS)}.", act)
        roles = value.section(act)
        limits[act] = {role: roles.number_or_none(role) for role in roles.names}
        roles.close()
    return limits
