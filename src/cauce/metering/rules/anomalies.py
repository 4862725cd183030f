"""The table of anomalies: what each one lets be billed, whether it holds the bill, and who may release it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from cauce.documents.rules.authorised import AUTHORISED_KEYS
from cauce.metering.rules.classification import REASONS
from cauce.metering.rules.finding_codes import (
    BURST,
    FAR_FROM_HOUSE,
    FINDINGS,
    HIGH_BY_HISTORY,
    LOW_BY_HISTORY,
    REVERSED_IN_A_ROW,
    REVIEWED,
    STOPPED_IN_A_ROW,
    TOO_FAST_A_WALK,
    UNREAD_IN_A_ROW,
)

UNKNOWN_INCIDENT: Final = "INCIDENTE_INVALIDO"
PARAMETERS: Mapping[str, Mapping[str, Decimal]] = MappingProxyType(
    {
        HIGH_BY_HISTORY: {"veces_mad": Decimal(6), "minimo_m3": Decimal(10), "meses": Decimal(6)},
        LOW_BY_HISTORY: {"veces_mad": Decimal(6), "minimo_m3": Decimal(10), "meses": Decimal(6)},
        BURST: {"veces_mediana": Decimal(5), "minimo_m3": Decimal(60)},
        STOPPED_IN_A_ROW: {"veces": Decimal(2)},
        REVERSED_IN_A_ROW: {"veces": Decimal(2)},
        UNREAD_IN_A_ROW: {"veces": Decimal(2)},
        TOO_FAST_A_WALK: {"metros_por_minuto": Decimal(250), "lecturas_por_minuto": Decimal(8)},
        FAR_FROM_HOUSE: {"metros": Decimal(200)},
    }
)
"""The figures that each finding works with, and their values while no table is loaded."""

_Value = TypeVar("_Value")


class AnomalyKind(StrEnum):
    """Where an anomaly comes from: who read, what the rules find, or the format of the reading file."""

    INCIDENT = "INCIDENT"
    FINDING = "FINDING"
    FORMAT = "FORMAT"


class Bills(StrEnum):
    """What an anomaly lets be billed."""

    MEASURED = "MEASURED"
    AVERAGE_6 = "AVERAGE_6"
    MINIMUM = "MINIMUM"
    PREVIOUS_PLUS_AVERAGE = "PREVIOUS_PLUS_AVERAGE"
    NOTHING = "NOTHING"


class Severity(StrEnum):
    """How soon somebody should look."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


ESTIMATES: Final = (Bills.AVERAGE_6, Bills.PREVIOUS_PLUS_AVERAGE, Bills.MINIMUM)

BILLS_NAMES: Mapping[str, str] = MappingProxyType(
    {
        Bills.MEASURED: "lo medido",
        Bills.AVERAGE_6: "promedio de 6 meses",
        Bills.MINIMUM: "consumo mínimo",
        Bills.PREVIOUS_PLUS_AVERAGE: "anterior más promedio",
        Bills.NOTHING: "nada",
    }
)
SEVERITY_NAMES: Mapping[str, str] = MappingProxyType(
    {Severity.HIGH: "Alta", Severity.MEDIUM: "Media", Severity.LOW: "Baja"}
)
_KINDS = {"incidencia": AnomalyKind.INCIDENT, "hallazgo": AnomalyKind.FINDING, "formato": AnomalyKind.FORMAT}
_BILLS = {
    "medido": Bills.MEASURED,
    "promedio_6": Bills.AVERAGE_6,
    "minimo": Bills.MINIMUM,
    "anterior_mas_promedio": Bills.PREVIOUS_PLUS_AVERAGE,
    "nada": Bills.NOTHING,
}
_SEVERITIES = {"alta": Severity.HIGH, "media": Severity.MEDIUM, "baja": Severity.LOW}
_FILE_KEYS = (*AUTHORISED_KEYS, "minimo_m3", "anomalias")
_ROW_KEYS = ("nombre", "tipo", "factura", "detiene", "gravedad", "liberan")
_MORE_ROW_KEYS = ("orden", "seguidas", "parametros")


class AnomalyFault(Exception):
    """What is wrong with the table of anomalies, in Spanish, naming its row."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """After so many times in a row it counts as another anomaly, whose row rules."""

    times: int
    to: str


@dataclass(frozen=True, slots=True)
class AnomalyRow:
    """An anomaly: what it lets be billed (the first is what is proposed), whether it holds the bill, who releases it.

    ``order`` is the kind of work order that it opens, blank for none; ``releases`` are posts.
    """

    code: str
    name: str
    kind: AnomalyKind
    bills: tuple[Bills, ...]
    holds: bool
    severity: Severity
    releases: frozenset[str]
    order: str = ""
    escalates: Escalation | None = None
    parameters: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnomalyRules:
    """The rows of a version of the table, by code, and the volume (whole m³) that the minimum bills."""

    rows: Mapping[str, AnomalyRow]
    minimum_m3: int

    def row(self, code: str) -> AnomalyRow:
        """The row of an anomaly; an incident that the table does not name is one out of the catalogue."""
        return self.rows.get(code) or self.rows[UNKNOWN_INCIDENT if code.startswith("INCIDENTE_") else REVIEWED]

    def codes_of(self, severity: str) -> list[str]:
        """The anomalies of a severity."""
        return [row.code for row in self.rows.values() if row.severity == severity]


def anomaly_rules(content: Mapping[str, Any]) -> AnomalyRules:
    """Read the table's file, strictly.

    :raises AnomalyFault: if something is missing, unknown or makes no sense.
    """
    _refuse_keys(content, required=_FILE_KEYS, allowed=_FILE_KEYS, where="el archivo")
    given = content["anomalias"]
    if not isinstance(given, Mapping):
        raise AnomalyFault("«anomalias» lleva un renglón por clave")
    known = {*REASONS, *FINDINGS}
    lacking = sorted(known - set(given))
    if lacking:
        raise AnomalyFault(f"falta la anomalía «{lacking[0]}»")
    rows = {str(code): _row(str(code), row) for code, row in given.items()}
    for row in rows.values():
        if row.code not in known and row.code not in {each.escalates.to for each in rows.values() if each.escalates}:
            raise AnomalyFault(f"«{row.code}» no es una anomalía que se busque, ni a la que otra pase")
        if row.escalates is not None and row.escalates.to not in rows:
            raise AnomalyFault(f"«{row.code}» pasa a «{row.escalates.to}», que no está en la tabla")
    return AnomalyRules(MappingProxyType(rows), _whole(content["minimo_m3"], "minimo_m3"))


def _row(code: str, given: Any) -> AnomalyRow:
    where = f"«{code}»"
    if not isinstance(given, Mapping):
        raise AnomalyFault(f"{where} debe llevar sus datos")
    _refuse_keys(given, required=_ROW_KEYS, allowed=(*_ROW_KEYS, *_MORE_ROW_KEYS), where=where)
    if len(code) > 24:
        raise AnomalyFault(f"{where} tiene más de 24 letras")
    kind = _one_of(_KINDS, given["tipo"], f"{where}: «tipo»")
    bills = tuple(_one_of(_BILLS, each, f"{where}: «factura»") for each in _listed(given["factura"], where, "factura"))
    if not isinstance(given["detiene"], bool):
        raise AnomalyFault(f"{where}: «detiene» es sí o no (true o false)")
    if code in REASONS and not given["detiene"]:
        raise AnomalyFault(f"{where} es un motivo del archivo de lecturas: siempre detiene")
    if (code in REASONS) is (kind is AnomalyKind.FINDING) and code in {*REASONS, *FINDINGS}:
        raise AnomalyFault(f"{where}: su «tipo» no corresponde")
    if not bills or len(set(bills)) != len(bills):
        raise AnomalyFault(f"{where}: «factura» dice qué se puede facturar, sin repetir")
    releases = frozenset(str(post) for post in _listed(given["liberan"], where, "liberan"))
    if not releases:
        raise AnomalyFault(f"{where}: «liberan» nombra al menos un puesto")
    return AnomalyRow(
        code=code,
        name=str(given["nombre"]),
        kind=kind,
        bills=bills,
        holds=given["detiene"],
        severity=_one_of(_SEVERITIES, given["gravedad"], f"{where}: «gravedad»"),
        releases=releases,
        order=str(given.get("orden") or ""),
        escalates=_escalation(given.get("seguidas"), where),
        parameters=_parameters(code, given.get("parametros") or {}, where),
    )


def _escalation(given: Any, where: str) -> Escalation | None:
    if given is None:
        return None
    if not isinstance(given, Mapping) or set(given) != {"veces", "pasa_a"}:
        raise AnomalyFault(f"{where}: «seguidas» lleva «veces» y «pasa_a»")
    times = _whole(given["veces"], f"{where}: veces")
    if times < 2:
        raise AnomalyFault(f"{where}: «veces» es al menos 2")
    return Escalation(times, str(given["pasa_a"]))


def _parameters(code: str, given: Any, where: str) -> Mapping[str, Decimal]:
    wanted = PARAMETERS.get(code, {})
    if not isinstance(given, Mapping) or set(given) != set(wanted):
        names = ", ".join(sorted(wanted)) or "ninguno"
        raise AnomalyFault(f"{where}: sus «parametros» son: {names}")
    return MappingProxyType({str(name): _number(value, f"{where}: {name}") for name, value in given.items()})


def _refuse_keys(given: Mapping[str, Any], *, required: Sequence[str], allowed: Sequence[str], where: str) -> None:
    missing = [key for key in required if key not in given]
    unknown = [key for key in given if key not in allowed]
    if missing:
        raise AnomalyFault(f"{where}: falta «{missing[0]}»")
    if unknown:
        raise AnomalyFault(f"{where}: «{unknown[0]}» no se conoce")


def _listed(value: Any, where: str, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise AnomalyFault(f"{where}: «{key}» es una lista")
    return value


def _one_of(known: Mapping[str, _Value], given: Any, where: str) -> _Value:
    if given not in known:
        raise AnomalyFault(f"{where} es una de: {', '.join(known)}")
    return known[given]


def _number(value: Any, where: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise AnomalyFault(f"{where}: «{value}» no es un número") from error
    if not number.is_finite() or number < 0:
        raise AnomalyFault(f"{where}: «{value}» no puede ser")
    return number


def _whole(value: Any, where: str) -> int:
    number = _number(value, where)
    if number != int(number):
        raise AnomalyFault(f"{where}: «{value}» no es un número entero")
    return int(number)


_EVERY_WAY = (Bills.AVERAGE_6, Bills.MEASURED, Bills.PREVIOUS_PLUS_AVERAGE, Bills.MINIMUM, Bills.NOTHING)
_MEASURED_FIRST = tuple(sorted(_EVERY_WAY, key=lambda bills: bills is not Bills.MEASURED))
_BY_DEFAULT_MEASURED = frozenset({"CONSUMO_ALTO", "CONSUMO_CERO", "VUELTA_MEDIDOR", *FINDINGS})


def _row_by_default(code: str, name: str) -> AnomalyRow:
    kind = AnomalyKind.FINDING
    if code in REASONS:
        kind = AnomalyKind.INCIDENT if code.startswith("INCIDENTE_") else AnomalyKind.FORMAT
    return AnomalyRow(
        code=code,
        name=name,
        kind=kind,
        bills=_MEASURED_FIRST if code in _BY_DEFAULT_MEASURED else _EVERY_WAY,
        holds=code in REASONS,
        severity=Severity.MEDIUM if code in REASONS else Severity.LOW,
        releases=frozenset({"facturacion", "jefe", "coordinador"}),
        parameters=PARAMETERS.get(code, {}),
    )


DEFAULT_ANOMALIES: Final = AnomalyRules(
    MappingProxyType({code: _row_by_default(code, name) for code, name in {**REASONS, **FINDINGS}.items()}), 0
)
"""What rules while no table is loaded, so that readings may be taken and decided before the office's data arrives."""
