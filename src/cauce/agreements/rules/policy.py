"""How the policy of agreements is written in its file, and what is wrong with one that cannot be used."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cauce.agreements.rules.eligibility import AgreementLimits
from cauce.documents.rules.authorised import AUTHORISED_KEYS

_LIMITS = ("meses_de_adeudo", "parcialidades", "convenios_incumplidos", "condonacion_de_recargos_pct")
_KEYS = (
    *AUTHORISED_KEYS,
    "texto",
    "puestos",
    *_LIMITS,
    "enganche_minimo_pct",
    "estados_con_autorizacion",
    "estados_que_impiden",
    "meses_que_cuentan_incumplidos",
    "interes_mensual_pct",
    "parcialidad_minima",
    "enganche_en_dias_habiles",
    "incumple",
    "reestructuras",
)
_ACCOUNT_STATES = frozenset({"ACTIVE", "REDUCED", "VOLUNTARY_SUSPENSION", "CLOSED"})


class PolicyFault(Exception):
    """What is wrong with the policy, in Spanish, naming its key."""


def limits_of(content: Mapping[str, Any]) -> AgreementLimits:
    """Read the policy's file, strictly.

    :raises PolicyFault: if a key is missing or unknown, or a value makes no sense.
    """
    missing = [key for key in _KEYS if key not in content]
    unknown = [key for key in content if key not in _KEYS]
    if missing or unknown:
        wrong = f"falta «{missing[0]}»" if missing else f"«{unknown[0]}» no se conoce"
        raise PolicyFault(wrong)
    posts = tuple(str(post) for post in content["puestos"])
    if not posts or len(set(posts)) != len(posts):
        raise PolicyFault("«puestos» nombra a quienes autorizan, del menor al mayor, sin repetir")
    months, instalments, broken, waiver = (_maxima(content, key, posts) for key in _LIMITS)
    down = {post: value for post, value in _maxima(content, "enganche_minimo_pct", posts).items() if value is not None}
    if not down:
        raise PolicyFault("«enganche_minimo_pct» nombra al menos un puesto")
    states = {str(state): str(post) for state, post in dict(content["estados_con_autorizacion"]).items()}
    barring = frozenset(str(state) for state in content["estados_que_impiden"])
    if (set(states) | barring) - _ACCOUNT_STATES or set(states.values()) - set(posts):
        raise PolicyFault("«estados_con_autorizacion» y «estados_que_impiden» usan estados de la cuenta y puestos")
    breaks = dict(content["incumple"])
    if set(breaks) != {"parcialidades_vencidas", "dias_habiles_de_gracia"}:
        raise PolicyFault("«incumple» lleva «parcialidades_vencidas» y «dias_habiles_de_gracia»")
    return AgreementLimits(
        posts=posts,
        months=months,
        instalments=instalments,
        broken=broken,
        waiver_percent=waiver,
        down_percent=down,
        states=states,
        barring=barring,
        broken_within_months=_whole(content, "meses_que_cuentan_incumplidos"),
        monthly_percent=_number(content["interes_mensual_pct"], "interes_mensual_pct"),
        smallest_instalment=_number(content["parcialidad_minima"], "parcialidad_minima"),
        down_payment_business_days=_whole(content, "enganche_en_dias_habiles"),
        breaks_after_overdue=max(1, _whole(breaks, "parcialidades_vencidas")),
        grace_business_days=_whole(breaks, "dias_habiles_de_gracia"),
        most_restructures=_whole(content, "reestructuras"),
        rule_text=str(content["texto"]),
    )


def _maxima(content: Mapping[str, Any], key: str, posts: tuple[str, ...]) -> dict[str, Decimal | None]:
    given = content[key]
    if not isinstance(given, Mapping) or set(given) - set(posts):
        raise PolicyFault(f"«{key}» da un límite a puestos de «puestos»")
    return {post: None if given[post] is None else _number(given[post], key) for post in posts if post in given}


def _number(value: Any, key: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise PolicyFault(f"«{key}»: «{value}» no es un número") from error
    if not number.is_finite() or number < 0:
        raise PolicyFault(f"«{key}»: «{value}» no puede ser")
    return number


def _whole(content: Mapping[str, Any], key: str) -> int:
    number = _number(content[key], key)
    if number != int(number):
        raise PolicyFault(f"«{key}»: «{content[key]}» no es un número entero")
    return int(number)
