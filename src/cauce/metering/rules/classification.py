"""What becomes of each line of a reading file: accepted, held for review or rejected, and under which code.

The order is the format's own: the first rule that holds decides. A line in review waits for a person and is never
billed by itself.
"""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from cauce.metering.rules.averages import Average
from cauce.metering.rules.finding_codes import FINDINGS
from cauce.metering.rules.meters import rolled_over_volume
from cauce.metering.rules.parameters import ReadingParameters
from cauce.metering.rules.reading_file import INCIDENTS, LINE_LENGTH, NORMAL_INCIDENT, ReadingLine
from cauce.metering.rules.settlement import settle

DIFFERENT_READINGS = "LECTURAS_DISTINTAS"


class LineClass(StrEnum):
    """The three fates of a line."""

    OK = "OK"
    REVIEW = "REVIEW"
    REJECTED = "REJECTED"


class Repetition(StrEnum):
    """How a valid line stands among the other valid lines of its account in the same file."""

    ONLY = "ONLY"
    DUPLICATE = "DUPLICATE"
    DIFFERENT = "DIFFERENT"


class Verdict(NamedTuple):
    """The class of a line, its code (empty when OK), the field to look at, the sentence for a person, and the volume.

    ``volume_m3`` (whole m³) is the consumption of an OK line, or what is proposed to the person who reviews.
    """

    line_class: LineClass
    code: str = ""
    field: str = ""
    sentence: str = ""
    volume_m3: int | None = None


class MeterFacts(NamedTuple):
    """What is known of an account's meter before its line is read.

    ``previous_value`` is the figure the volume is counted from and ``carried_m3`` what a removed meter measured since
    the last reading: with a change of meter in the month they are the new one's initial figure and the old one's
    closing volume. None means that last month has no usable reading. ``ahead_m3`` is what estimates billed that no
    reading has covered yet; then it is counted from the last real reading and billed from ``billed_from``.
    """

    serial: str
    digits: int
    previous_value: int | None
    previous_on: date | None
    average: Average | None
    carried_m3: int = 0
    ahead_m3: int = 0
    billed_from: date | None = None


def classify_shape(
    text: str, line: ReadingLine | None, *, is_known_account: bool, last_reading_day: date
) -> Verdict | None:
    """Refuse a line for what it says by itself; None when it is valid and its repetition is to be looked at.

    ``last_reading_day`` comes from the file's name and the cycle's days, never from the clock.
    """
    if line is None:
        return Verdict(
            LineClass.REJECTED,
            "LINEA_MALFORMADA",
            "",
            f"La línea mide {len(text)} caracteres y debe medir {LINE_LENGTH}: vuelva a descargarla de la terminal.",
        )
    if not is_known_account:
        return Verdict(
            LineClass.REJECTED,
            "CUENTA_DESCONOCIDA",
            "CUENTA",
            f"La cuenta «{line.account_number}» no está en el padrón: dela de alta o corrija el número.",
        )
    if not line.is_numeric:
        return Verdict(
            LineClass.REJECTED,
            "LECTURA_NO_NUMERICA",
            "LECTURA",
            f"La lectura «{line.value_text}» trae algo que no es dígito: captúrela de nuevo.",
        )
    if line.read_on is None:
        return Verdict(
            LineClass.REJECTED,
            "FECHA_INVALIDA",
            "FECHA",
            "La fecha de la lectura no existe (AAAAMMDD): corrija el reloj de la terminal o la línea.",
        )
    if line.read_on > last_reading_day:
        return Verdict(
            LineClass.REJECTED,
            "FECHA_FUTURA",
            "FECHA",
            f"La lectura es del {line.read_on:%d/%m/%Y}, después del último día del ciclo "
            f"({last_reading_day:%d/%m/%Y}): revise la fecha de la terminal o el nombre del archivo.",
        )
    return None


def classify_repetition(repetition: Repetition) -> Verdict | None:
    """Refuse a repeated line; hold every line of an account that has different readings; None if it is alone."""
    if repetition is Repetition.DUPLICATE:
        return Verdict(
            LineClass.REJECTED,
            "LINEA_DUPLICADA",
            "CUENTA",
            "La cuenta ya tiene una línea con la misma lectura en este archivo: vale la primera, ésta no se toma.",
        )
    if repetition is Repetition.DIFFERENT:
        return Verdict(
            LineClass.REVIEW,
            DIFFERENT_READINGS,
            "LECTURA",
            "La cuenta trae dos lecturas distintas en este archivo: ninguna se factura hasta que se elija la correcta.",
        )
    return None


def classify_reading(line: ReadingLine, facts: MeterFacts, parameters: ReadingParameters) -> Verdict:
    """Judge a valid line, alone in its file, against its meter, last month's reading and the account's average."""
    if line.serial != facts.serial:
        return _review(
            "MEDIDOR_NO_COINCIDE",
            "MEDIDOR",
            f"Se leyó el medidor «{line.serial}» y el padrón tiene «{facts.serial or 'ninguno'}»: "
            "verifique la serie en campo.",
        )
    if line.incident != NORMAL_INCIDENT:
        return _review_incident(line.incident)
    if line.value is None:
        return _review(
            "SIN_LECTURA", "LECTURA", "No trae lectura ni incidencia que la explique: mande leer de nuevo o estime."
        )
    if facts.previous_value is None:
        return _review(
            "SIN_LECTURA_ANTERIOR",
            "LECTURA",
            "No hay lectura válida del mes anterior para restar: capture la anterior o estime el consumo.",
        )
    if line.value < facts.previous_value:
        return _review_backward(line.value, facts.previous_value, facts, parameters)
    measured_m3 = line.value - facts.previous_value + facts.carried_m3
    volume_m3 = settle(measured_m3, facts.ahead_m3).volume_m3
    if measured_m3 == 0:
        return _review(
            "CONSUMO_CERO",
            "LECTURA",
            "La lectura es igual a la anterior, consumo cero: confirme si la casa está sola o el medidor parado.",
            volume_m3=0,
        )
    if not is_plausible(volume_m3, facts.average, parameters):
        return _review(
            "CONSUMO_ALTO",
            "LECTURA",
            f"Consumo de {volume_m3:,} m³, {_against_average(facts.average)}: verifique la lectura o busque una fuga.",
            volume_m3=volume_m3,
        )
    return Verdict(LineClass.OK, volume_m3=volume_m3)


def is_plausible(volume_m3: int, average: Average | None, parameters: ReadingParameters) -> bool:
    """Whether a volume needs no second look: up to the minimum, or up to so many times the account's average.

    Without an average nothing above the minimum is taken on trust.
    """
    if volume_m3 <= parameters.high_minimum_m3:
        return True
    return average is not None and volume_m3 * average.months <= parameters.high_times * average.total_m3


def choose_repetition(value: int | None, seen: Collection[int | None], *, has_different: bool) -> Repetition:
    """Tell how a valid line repeats, from the readings its account has had so far (``seen``) and in the whole file."""
    if value in seen:
        return Repetition.DUPLICATE
    return Repetition.DIFFERENT if has_different else Repetition.ONLY


def _review(code: str, field: str, sentence: str, *, volume_m3: int | None = None) -> Verdict:
    return Verdict(LineClass.REVIEW, code, field, sentence, volume_m3)


def _review_incident(incident: str) -> Verdict:
    name = INCIDENTS.get(incident)
    if name is None:
        known = incident.isascii() and incident.isdigit() and len(incident) == 2
        return _review(
            f"INCIDENTE_{incident}" if known else "INCIDENTE_INVALIDO",
            "INCIDENTE",
            f"La incidencia «{incident}» no está en el catálogo: pregunte al lecturista qué encontró.",
        )
    return _review(
        f"INCIDENTE_{incident}",
        "INCIDENTE",
        f"El lecturista reportó «{name}»: decida si la lectura sirve, si se estima o si se manda revisar.",
    )


def _review_backward(value: int, previous_value: int, facts: MeterFacts, parameters: ReadingParameters) -> Verdict:
    measured_m3 = rolled_over_volume(value, previous_value, facts.digits) + facts.carried_m3
    # A previous figure that does not fit in the register gives a volume of zero or less: no turn explains it.
    volume_m3 = settle(max(measured_m3, 0), facts.ahead_m3).volume_m3
    if measured_m3 > 0 and is_plausible(volume_m3, facts.average, parameters):
        return _review(
            "VUELTA_MEDIDOR",
            "LECTURA",
            f"La lectura ({value:,}) es menor que la anterior ({previous_value:,}); si el medidor de {facts.digits} "
            f"dígitos dio la vuelta, el consumo es de {volume_m3:,} m³: confírmelo.",
            volume_m3=volume_m3,
        )
    return _review(
        "LECTURA_RETROCEDE",
        "LECTURA",
        f"La lectura ({value:,}) es menor que la anterior ({previous_value:,}) y una vuelta del medidor no lo explica: "
        "verifique ambas lecturas.",
    )


def _against_average(average: Average | None) -> str:
    if average is None:
        return "sin promedio con qué compararlo"
    return f"con promedio de {average.monthly_m3:,} m³ al mes"


REASONS: Mapping[str, str] = {
    DIFFERENT_READINGS: "Dos lecturas distintas",
    "MEDIDOR_NO_COINCIDE": "El medidor no coincide",
    "SIN_LECTURA": "Sin lectura",
    "SIN_LECTURA_ANTERIOR": "Sin lectura anterior",
    "VUELTA_MEDIDOR": "Posible vuelta del medidor",
    "LECTURA_RETROCEDE": "La lectura retrocede",
    "CONSUMO_CERO": "Consumo cero",
    "CONSUMO_ALTO": "Consumo alto",
    "SIN_LECTURA_UTIL": "Sin lectura útil (todas sus líneas se rechazaron)",
    "SIN_LINEA": "No vino en el archivo de lecturas",
    "INCIDENTE_INVALIDO": "Incidencia fuera del catálogo",
} | {f"INCIDENTE_{code}": f"Incidencia: {name}" for code, name in INCIDENTS.items() if code != NORMAL_INCIDENT}
"""Short names of the reasons why an account has no volume to bill, for lists and filters."""


def reason_name(code: str) -> str:
    """The short name of a reason or a finding; an incident of another catalogue is shown by its own code."""
    return REASONS.get(code) or FINDINGS.get(code, code)


def keep_verdict(verdict: Verdict, stored_reason: str) -> Verdict:
    """The verdict of a line whose reading is stored: the one it got then, whatever changed since.

    ``stored_reason`` is empty for a reading that was right.
    """
    if verdict.code == stored_reason:
        return verdict
    if not stored_reason:
        return Verdict(LineClass.OK, volume_m3=verdict.volume_m3)
    return _review(stored_reason, "LECTURA", f"{reason_name(stored_reason)}: la lectura registrada sigue en revisión.")


def contradict_stored(value: int | None, stored_value: int | None) -> Verdict:
    """Refuse a line that says something else than the reading its account already has in the round."""
    return Verdict(
        LineClass.REJECTED,
        "LECTURA_YA_REGISTRADA",
        "LECTURA",
        f"La cuenta ya tiene en esta ronda {_figure(stored_value)} y esta línea trae {_figure(value)}: "
        "no se cambia sola; corríjala en la revisión de lecturas.",
    )


def contradict_consumption(source_name: str) -> Verdict:
    """Refuse a line of an account whose consumption of the period came by another way."""
    return Verdict(
        LineClass.REJECTED,
        "CONSUMO_YA_REGISTRADO",
        "CUENTA",
        f"La cuenta ya tiene consumo de este periodo ({source_name.lower()}): si esta lectura es la buena, "
        "corríjalo en la revisión de lecturas.",
    )


def contradict_closed_round(cycle: int, month: str) -> Verdict:
    """Refuse a new line of a round whose run was approved: the month is billed as it was left."""
    return Verdict(
        LineClass.REJECTED,
        "MES_YA_FACTURADO",
        "CUENTA",
        f"El ciclo {cycle} de {month} ya se aprobó para facturar: esta lectura no se toma; lo que midió entra en la "
        "próxima, que cuenta desde la última lectura real.",
    )


def _figure(value: int | None) -> str:
    return "una línea sin lectura" if value is None else f"la lectura {value:,}"
