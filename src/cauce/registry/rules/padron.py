"""The padrón of the old system: which rows enter, which do not, and what is doubtful in the ones that do.

A row is refused by the first rule it breaks, in the order of :func:`accept`; a row that enters may have several doubts:
those of :func:`doubts`, and in ``survey`` the ones that need the whole file and what is stored already.
"""

import re
from collections.abc import Container, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from operator import gt
from typing import Final, NamedTuple

from cauce.core.text import fold
from cauce.imports.rules import LONGEST_LINE, Finding, Line, Severity, quote, split_fields
from cauce.registry.rules.accounts import SHORTEST_NUMBER
from cauce.registry.rules.colonies import ColonyCatalogue
from cauce.registry.rules.contact import is_email, is_phone
from cauce.registry.rules.identity import is_curp, is_rfc

SEPARATOR: Final = "|"
PADDING: Final = " \t"
_APART: Final = f" {SEPARATOR} "

COLUMNS: Final = (
    "CUENTA", "REPARTO", "NOMBRE", "RFC", "CURP", "TELEFONO", "EMAIL", "CALLE", "NUM_EXT", "NUM_INT", "COLONIA", "CP",
    "GIRO", "TARIFA", "MEDIDOR", "DIAMETRO", "MARCA", "FECHA_INST", "LECT_INICIAL", "DRENAJE", "TRATAMIENTO", "CICLO",
    "RUTA", "SECUENCIA", "ESTATUS", "FECHA_ALTA", "LAT", "LON", "OBSERVACIONES",
)  # fmt: skip
HEADER: Final = SEPARATOR.join(COLUMNS)

TARIFF_CODES: Final = ("001", "002", "003", "004", "005", "006", "008", "013")
CYCLES: Final = ("1", "2", "3")
STATES: Final = ("A", "L", "V", "C")
YES_OR_NO: Final = ("S", "N")
ACTIVE: Final = "A"

LATITUDES: Final = (Decimal("20.3"), Decimal("20.7"))
LONGITUDES: Final = (Decimal("-101.2"), Decimal("-100.7"))

HOSTILE_STARTS: Final = ("=", "+", "-", "@")
_HOSTILE_STARTS: Final = frozenset(HOSTILE_STARTS)

PROVISIONAL_PREFIX: Final = "S/R"

LIMITS: Final = {
    "REPARTO": 10, "NOMBRE": 200, "RFC": 20, "CURP": 24, "TELEFONO": 40, "EMAIL": 160, "CALLE": 160, "NUM_EXT": 40,
    "NUM_INT": 40, "COLONIA": 120, "CP": 10, "GIRO": 120, "MEDIDOR": 24, "DIAMETRO": 20, "MARCA": 40,
}  # fmt: skip
"""Characters that the padrón keeps of each column."""
_WIDTHS: Final = tuple(LIMITS.get(column, LONGEST_LINE) for column in COLUMNS)

LONGEST_QUOTED: Final = 120
"""Characters of a value that a sentence repeats."""

SENTENCES: Final = {
    "COLUMNAS": "El renglón trae {found} columnas y deben ser {wanted}: quite o agregue los «|» que sobren o falten.",
    "CUENTA_INVALIDA": "La cuenta «{value}» no es un número de 1 a 6 dígitos: corrija el número de cuenta.",
    "CUENTA_REPETIDA": (
        "La cuenta {number} ya entró en un renglón anterior y se conserva ése: revise cuál de los dos es el bueno."
    ),
    "NOMBRE_VACIO": "La cuenta {number} no trae el nombre del titular: escríbalo.",
    "TARIFA_DESCONOCIDA": "La tarifa «{value}» no está en la ley: escriba la clave que le corresponde a la cuenta.",
    "CICLO_VACIO": "El ciclo «{value}» no es 1, 2 ni 3 y sin ciclo la cuenta no se puede facturar: escriba el suyo.",
    "FECHA_ALTA_INVALIDA": "La fecha de alta «{value}» no existe: escríbala como DD/MM/AAAA.",
    "ESTATUS_DESCONOCIDO": "El estatus «{value}» no es A, L, V ni C: escriba en qué situación está el servicio.",
    "SERVICIO_INVALIDO": "{column} dice «{value}» y debe decir S o N: anote si la cuenta tiene ese servicio.",
    "CUENTA_SIN_CEROS": "La cuenta venía como «{value}» y se completó con ceros: {number}. Confirme el número.",
    "ESPACIOS": "Traía espacios o tabuladores al inicio o al final de {columns} y se quitaron: revise el dato.",
    "RFC_INVALIDO": (
        "El RFC «{value}» no es válido (letras, fecha, homoclave o dígito verificador): "
        "pídalo como aparece en la constancia de situación fiscal."
    ),
    "CURP_INVALIDA": (
        "La CURP «{value}» no es válida (fecha, sexo, entidad o dígito verificador): "
        "pídala como aparece en la constancia de la CURP."
    ),
    "COLONIA_CP": (
        "La colonia «{value}» no está en el C.P. {postal_code}: {advice}. Corrija la colonia o el código postal."
    ),
    "COORDENADAS": (
        "Las coordenadas {latitude}, {longitude} caen fuera del municipio (suelen venir invertidas): "
        "vuelva a tomarlas en el domicilio."
    ),
    "EMAIL_INVALIDO": "«{value}» no es un correo: pida uno solo, como nombre@dominio.com, o déjelo en blanco.",
    "TELEFONO_LONGITUD": "El teléfono «{value}» no tiene 10 dígitos: pídalo completo, con su lada.",
    "TEXTO_HOSTIL": (
        "{columns} trae texto que parece una fórmula o una etiqueta y se guardó tal cual, como texto: "
        "escriba el dato correcto."
    ),
    "MEDIDOR_REPETIDO": ("El medidor {value} también está en {others}: verifique en campo en qué toma está instalado."),
    "POSIBLE_DUPLICADO": (
        "El mismo nombre y domicilio está en {others}: verifique si es la misma toma dada de alta dos veces."
    ),
    "TRATAMIENTO_SIN_DRENAJE": (
        "Trae tratamiento sin drenaje, y el tratamiento sólo va con drenaje: se guardó sin tratamiento. "
        "Verifique los servicios de la toma."
    ),
    "RUTA_VACIA": "No trae ruta y quedó en la provisional del ciclo {cycle}: asígnele la suya para leer y repartir.",
    "DATO_ILEGIBLE": "{column} dice «{value}», que no se puede leer, y se dejó en blanco: escriba el dato correcto.",
    "DATO_LARGO": "{column} trae más de {limit} caracteres y se recortó: escriba el dato en menos espacio.",
    "CUENTA_EXISTENTE": (
        "La cuenta {number} ya estaba en el padrón con otros datos y se conservó lo guardado: "
        "si el archivo tiene la razón, corrija la cuenta en pantalla."
    ),
}
"""What each reason says to a person: what happened and what to do next."""

LONGEST_ACCOUNT: Final = 6
LONGEST_DAY: Final = len("DD/MM/AAAA")
_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
LONGEST_DEGREES: Final = len("-123.123456789012345")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?")
LONGEST_WHOLE: Final = 9


class PadronFields(NamedTuple):
    """The 29 columns of a row, trimmed, in the order of the file."""

    account: str
    delivery_code: str
    name: str
    rfc: str
    curp: str
    phone: str
    email: str
    street: str
    exterior_number: str
    interior_number: str
    colony: str
    postal_code: str
    activity: str
    tariff_code: str
    meter_serial: str
    diameter: str
    brand: str
    installed_on: str
    initial_reading: str
    sewerage: str
    treatment: str
    cycle: str
    route: str
    sequence: str
    state: str
    registered_on: str
    latitude: str
    longitude: str
    remarks: str


class PadronRow(NamedTuple):
    """A row that enters. ``padded`` names the columns that carried spaces or tabs at an end."""

    line: int
    account_number: str
    registered_on: date
    fields: PadronFields
    padded: tuple[str, ...]
    text: str

    @property
    def is_active(self) -> bool:
        return self.fields.state == ACTIVE

    @property
    def duplicate_key(self) -> int:
        """What two accounts of one person at one address have in common."""
        fields = self.fields
        return duplicate_key(
            fields.name,
            fields.street,
            fields.exterior_number,
            fields.interior_number,
            fields.colony,
            fields.postal_code,
        )

    @property
    def fingerprint(self) -> bytes:
        """Sixteen bytes that tell whether a later file says the same of the account, padding aside."""
        is_as_written = not self.padded and self.account_number == self.fields.account
        content = self.text if is_as_written else SEPARATOR.join((self.account_number, *self.fields[1:]))
        return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def duplicate_key(name: str, *address: str) -> int:
    """Name and address in eight bytes, accents and case aside, so that a million of them fit in memory.

    Only this process gives the same bytes for them.
    """
    return hash(fold(_APART.join((name, *address))))


def route_number(text: str) -> str | None:
    """A route as it is written everywhere, two digits at least («7» is «07»), or None if it is not a number."""
    number = parse_whole(text)
    return f"{number:02d}" if number is not None and number <= 9999 else None


def provisional_route(cycle: int) -> str:
    """Where the accounts of a cycle that come without a route wait for theirs."""
    return f"{PROVISIONAL_PREFIX}{cycle}"


def content_changed(row: PadronRow) -> Finding:
    """The doubt about a row whose account entered from an earlier file that said something else of it."""
    return _doubt(row, "CUENTA_EXISTENTE", "CUENTA", number=row.account_number)


def parse_day(text: str) -> date | None:
    """A day written DD/MM/AAAA, or None if it is not one that exists."""
    return _remembered_day(text) if len(text) <= LONGEST_DAY else None


@lru_cache(maxsize=1 << 14)
def _remembered_day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_degrees(text: str) -> Decimal | None:
    """A coordinate in degrees, or None if it is not a number."""
    return _remembered_degrees(text) if len(text) <= LONGEST_DEGREES else None


@lru_cache(maxsize=1 << 14)
def _remembered_degrees(text: str) -> Decimal | None:
    return Decimal(text) if _DEGREES.fullmatch(text) else None


def parse_whole(text: str) -> int | None:
    """A whole number of up to nine digits, or None."""
    return int(text) if _is_digits(text, LONGEST_WHOLE) else None


def _is_digits(text: str, most: int) -> bool:
    return len(text) <= most and text.isascii() and text.isdigit()


def accept(line: Line, accepted: Container[str], tariff_codes: Container[str] = TARIFF_CODES) -> PadronRow | Finding:
    """The row, if it enters; else the first reason why not.

    ``accepted`` holds the account numbers, with their zeros, of the rows that entered before this one. After the seven
    reasons of the format come two of our own, for values that it takes for granted and without which an account
    cannot be billed: ESTATUS_DESCONOCIDO and SERVICIO_INVALIDO.
    """
    raw = split_fields(line.text, SEPARATOR)
    if len(raw) != len(COLUMNS):
        return _refusal(line, "COLUMNAS", "", found=str(len(raw)), wanted=str(len(COLUMNS)))
    # Most rows have no padding, and to look for it in the whole line is quicker than in each column.
    may_be_padded = has_padding(line.text)
    fields = PadronFields._make([value.strip(PADDING) for value in raw] if may_be_padded else raw)
    if not _is_digits(fields.account, LONGEST_ACCOUNT):
        return _refusal(line, "CUENTA_INVALIDA", "CUENTA", value=fields.account)
    number = fields.account.zfill(SHORTEST_NUMBER)
    if number in accepted:
        return _refusal(line, "CUENTA_REPETIDA", "CUENTA", number=number)
    if not fields.name:
        return _refusal(line, "NOMBRE_VACIO", "NOMBRE", number=number)
    if fields.tariff_code not in tariff_codes:
        return _refusal(line, "TARIFA_DESCONOCIDA", "TARIFA", value=fields.tariff_code)
    if fields.cycle not in CYCLES:
        return _refusal(line, "CICLO_VACIO", "CICLO", value=fields.cycle)
    registered_on = parse_day(fields.registered_on)
    if registered_on is None:
        return _refusal(line, "FECHA_ALTA_INVALIDA", "FECHA_ALTA", value=fields.registered_on)
    if fields.state not in STATES:
        return _refusal(line, "ESTATUS_DESCONOCIDO", "ESTATUS", value=fields.state)
    if fields.sewerage not in YES_OR_NO:
        return _refusal(line, "SERVICIO_INVALIDO", "DRENAJE", column="DRENAJE", value=fields.sewerage)
    if fields.treatment not in YES_OR_NO:
        return _refusal(line, "SERVICIO_INVALIDO", "TRATAMIENTO", column="TRATAMIENTO", value=fields.treatment)
    padded: tuple[str, ...] = ()
    if may_be_padded and tuple(raw) != fields:
        padded = tuple(name for name, value, bare in zip(COLUMNS, raw, fields, strict=True) if value != bare)
    return PadronRow(line.number, number, registered_on, fields, padded, line.text)


def has_padding(text: str) -> bool:
    """Whether some column of a row may have a space or a tab at an end."""
    return " |" in text or "| " in text or "\t" in text or text[:1] == " " or text[-1:] == " "


def doubts(row: PadronRow, colonies: ColonyCatalogue) -> list[Finding]:
    """What must be corrected in a row that entered, as far as the row alone can tell."""
    fields = row.fields
    found: list[Finding] = []
    if len(fields.account) < SHORTEST_NUMBER:
        found.append(_doubt(row, "CUENTA_SIN_CEROS", "CUENTA", value=fields.account, number=row.account_number))
    if row.padded:
        found.append(_doubt(row, "ESPACIOS", row.padded[0], columns=_listed(row.padded)))
    if fields.rfc and not is_rfc(fields.rfc):
        found.append(_doubt(row, "RFC_INVALIDO", "RFC", value=fields.rfc))
    if fields.curp and not is_curp(fields.curp):
        found.append(_doubt(row, "CURP_INVALIDA", "CURP", value=fields.curp))
    if not colonies.has(fields.postal_code, fields.colony):
        found.append(_colony_doubt(row, colonies))
    if not _within(fields.latitude, LATITUDES):
        found.append(_doubt(row, "COORDENADAS", "LAT", latitude=fields.latitude, longitude=fields.longitude))
    elif not _within(fields.longitude, LONGITUDES):
        found.append(_doubt(row, "COORDENADAS", "LON", latitude=fields.latitude, longitude=fields.longitude))
    if fields.email and not is_email(fields.email):
        found.append(_doubt(row, "EMAIL_INVALIDO", "EMAIL", value=fields.email))
    if fields.phone and not is_phone(fields.phone):
        found.append(_doubt(row, "TELEFONO_LONGITUD", "TELEFONO", value=fields.phone))
    starts = (fields.name[:1], fields.street[:1], fields.colony[:1], fields.activity[:1], fields.remarks[:1])
    if ("<" in row.text or not _HOSTILE_STARTS.isdisjoint(starts)) and (hostile := hostile_columns(fields)):
        found.append(_doubt(row, "TEXTO_HOSTIL", hostile[0], columns=_listed(hostile)))
    found.extend(_own_doubts(row))
    return found


def hostile_columns(fields: PadronFields) -> list[str]:
    """The columns of free text that start like a formula or hold a «<»."""
    checked = (
        ("NOMBRE", fields.name),
        ("CALLE", fields.street),
        ("COLONIA", fields.colony),
        ("GIRO", fields.activity),
        ("OBSERVACIONES", fields.remarks),
    )
    return [column for column, text in checked if is_hostile(text)]


def is_hostile(text: str) -> bool:
    """Whether a text starts like a spreadsheet's formula or holds the beginning of a tag."""
    return text.startswith(HOSTILE_STARTS) or "<" in text


def _own_doubts(row: PadronRow) -> list[Finding]:
    """Doubts about values that the format takes for granted; the row enters without the part that cannot be kept."""
    fields = row.fields
    found: list[Finding] = []
    if fields.treatment == "S" and fields.sewerage == "N":
        found.append(_doubt(row, "TRATAMIENTO_SIN_DRENAJE", "TRATAMIENTO"))
    if not fields.route:
        found.append(_doubt(row, "RUTA_VACIA", "RUTA", cycle=fields.cycle))
    if fields.installed_on and parse_day(fields.installed_on) is None:
        found.append(_doubt(row, "DATO_ILEGIBLE", "FECHA_INST", column="FECHA_INST", value=fields.installed_on))
    if fields.initial_reading and parse_whole(fields.initial_reading) is None:
        found.append(_doubt(row, "DATO_ILEGIBLE", "LECT_INICIAL", column="LECT_INICIAL", value=fields.initial_reading))
    if fields.route and route_number(fields.route) is None:
        found.append(_doubt(row, "DATO_ILEGIBLE", "RUTA", column="RUTA", value=fields.route))
    if fields.sequence and parse_whole(fields.sequence) is None:
        found.append(_doubt(row, "DATO_ILEGIBLE", "SECUENCIA", column="SECUENCIA", value=fields.sequence))
    if any(map(gt, map(len, fields), _WIDTHS)):
        for column, text in zip(COLUMNS, fields, strict=True):
            if len(text) > LIMITS.get(column, len(text)):
                found.append(_doubt(row, "DATO_LARGO", column, column=column, limit=str(LIMITS[column])))
    return found


def _colony_doubt(row: PadronRow, colonies: ColonyCatalogue) -> Finding:
    codes = colonies.postal_codes_of(row.fields.colony)
    advice = (
        f"en el catálogo está en el C.P. {' o '.join(codes)}"
        if codes
        else "en el municipio no hay colonia con ese nombre"
    )
    postal_code = row.fields.postal_code or "en blanco"
    return _doubt(row, "COLONIA_CP", "COLONIA", value=row.fields.colony, postal_code=postal_code, advice=advice)


def _within(text: str, limits: tuple[Decimal, Decimal]) -> bool:
    if not text:
        return True
    degrees = parse_degrees(text)
    return degrees is not None and limits[0] <= degrees <= limits[1]


def _refusal(line: Line, code: str, column: str, /, **facts: str) -> Finding:
    return Finding(line.number, Severity.ERROR, code, column, sentence(code, facts), quote(line.text))


def _doubt(row: PadronRow, code: str, column: str, /, **facts: str) -> Finding:
    return Finding(row.line, Severity.WARNING, code, column, sentence(code, facts), quote(row.text))


def sentence(code: str, facts: Mapping[str, str]) -> str:
    """What a reason says of the given facts; long values are cut."""
    return SENTENCES[code].format_map({name: _short(text) for name, text in facts.items()})


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTED else f"{text[: LONGEST_QUOTED - 1]}…"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} y {names[-1]}"
