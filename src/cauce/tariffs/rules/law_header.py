"""``ley.yaml``: the header of a law, its catalogues and its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cauce.tariffs.rules.defects import Defects
from cauce.tariffs.rules.law_desk import read_desk_rules
from cauce.tariffs.rules.law_prepayment import read_prepayment
from cauce.tariffs.rules.values import (
    SERVICES,
    SURCHARGE,
    VAT,
    ByCode,
    CodeEntry,
    Concept,
    ConceptKind,
    DrainageOnlyRule,
    DwellingsRule,
    Exemption,
    Parameters,
    SurchargeRule,
    TableKind,
    UseClass,
)
from cauce.tariffs.rules.yaml_reading import Section, compose

LAW_FILE = "ley.yaml"

_OTHERS = "otras"
_ALL = "todas"
_LONGEST_MONTH_DAYS = 31

# Said in the law's words for whoever reads it; the product knows no other way of doing these.
_STATEMENTS = (
    "moneda",
    "base_alcantarillado",
    "base_tratamiento",
    "redondeo",
    "mes_de_la_tarifa",
    "emision",
)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A printed table that goes with the law."""

    file: str
    kind: TableKind
    legal_basis: str


@dataclass(frozen=True, slots=True)
class LawHeader:
    """All that ``ley.yaml`` says."""

    municipality: str
    year: int
    law: str
    decree: str
    gazette: str
    article: str
    valid_from: date
    valid_until: date
    official: bool
    amends: str | None
    tables: tuple[TableFile, ...]
    tariff_codes: Mapping[str, CodeEntry]
    concepts: Mapping[str, Concept]
    parameters: Parameters


def read_header(text: str, defects: Defects) -> LawHeader:
    """Read ``ley.yaml``; faults are noted in ``defects``, and with any the header is not to be used."""
    top = compose(LAW_FILE, text, defects)
    tariff_codes = _tariff_codes(top.section("tariff_codes"))
    concepts = _concepts(top.section("concepts"))
    header = LawHeader(
        municipality=top.text("municipality"),
        year=top.whole("year", least=2000, most=2100),
        law=top.text("law"),
        decree=top.text("decree"),
        gazette=top.text("gazette"),
        article=top.text("article"),
        valid_from=top.day("valid_from"),
        valid_until=top.day("valid_until"),
        official=top.flag("official"),
        amends=top.text("amends") if top.has("amends") else None,
        tables=_tables(top),
        tariff_codes=tariff_codes,
        concepts=concepts,
        parameters=_parameters(top.section("parameters"), tariff_codes, concepts),
    )
    _check_validity(top, header)
    _check_ranks(top, header)
    top.close()
    return header


def _check_validity(top: Section, header: LawHeader) -> None:
    for name, day in (("valid_from", header.valid_from), ("valid_until", header.valid_until)):
        if day.day != 1:
            top.note("una ley empieza y termina con el mes: ponga el día primero.", name)
    if not header.valid_from < header.valid_until:
        top.note("debe ser posterior a valid_from.", "valid_until")
    # The tables have one column a month and no year: a validity of two years would price both alike.
    if header.valid_from.year != header.year or header.valid_until > date(header.year + 1, 1, 1):
        top.note("la vigencia debe caer dentro del ejercicio.", "valid_from")


def _check_ranks(top: Section, header: LawHeader) -> None:
    # The last step of the order is what is not yet due, whatever its concept.
    last = len(header.parameters.allocation_order) - 1
    for concept in header.concepts.values():
        if not 1 <= concept.allocation_rank <= last:
            top.note(f"el concepto {concept.code} tiene un lugar que no está en allocation_order.", "concepts")


def _tables(top: Section) -> tuple[TableFile, ...]:
    tables = []
    for item in top.sections("tables"):
        kind = item.choice("kind", tuple(TableKind))
        tables.append(
            TableFile(
                file=item.text("file"),
                kind=TableKind(kind) if kind in tuple(TableKind) else TableKind.AMOUNT_PER_M3,
                legal_basis=item.text("legal_basis"),
            )
        )
        item.close()
    files = [table.file for table in tables]
    kinds = [table.kind for table in tables]
    if len(set(files)) < len(files):
        top.note("un archivo se menciona dos veces.", "tables")
    if kinds.count(TableKind.FLAT_FEE) != 1:
        top.note("debe haber una tabla de tipo flat_fee, y sólo una.", "tables")
    if kinds.count(TableKind.ONE_OFF_CHARGES) != 1:
        top.note("debe haber una tabla de tipo one_off_charges, y sólo una.", "tables")
    return tuple(tables)


def _tariff_codes(section: Section) -> dict[str, CodeEntry]:
    entries = {}
    for code in section.names:
        entry = section.section(code)
        entries[code] = CodeEntry(code, entry.text("name"), entry.choice("use_class", tuple(UseClass)))
        entry.close()
        if len(code) > 6:
            section.note("una clave tiene a lo más 6 caracteres.", code)
    if not entries:
        section.note("no hay ninguna clave.")
    return entries


def _concepts(section: Section) -> dict[str, Concept]:
    concepts = {}
    for code in section.names:
        entry = section.section(code)
        kind = entry.choice("kind", tuple(ConceptKind))
        concepts[code] = Concept(
            code=code,
            name=entry.text("name"),
            kind=ConceptKind(kind) if kind in tuple(ConceptKind) else ConceptKind.SERVICE,
            allocation_rank=entry.whole("allocation_rank", least=1),
            bears_surcharge=entry.flag("bears_surcharge"),
        )
        entry.close()
    for code in (*SERVICES, VAT, SURCHARGE):
        if code not in concepts:
            section.note(f"falta el concepto {code}.")
    return concepts


def _parameters(section: Section, tariff_codes: Mapping[str, CodeEntry], concepts: Mapping[str, Concept]) -> Parameters:
    basis: dict[str, str] = {}
    entries: list[Section] = []

    def parameter(name: str) -> Section:
        entry = section.section(name)
        basis[name] = entry.text("legal_basis")
        entries.append(entry)
        return entry

    for name in _STATEMENTS:
        parameter(name).text("value")
    vat_percent = _vat(parameter("iva_pct"), tariff_codes)
    recargo = parameter("recargo").section("value")
    high = parameter("consumo_alto").section("value")
    parameters = Parameters(
        sewerage_percent=parameter("alcantarillado_pct").number("value", most=100),
        treatment_percent=parameter("tratamiento_pct").number("value", most=100),
        adds_base_in_table=parameter("adds_base_in_table").flag("value"),
        adds_base_above_table=parameter("adds_base_above_table").flag("value"),
        interval_days=_interval(parameter("interval_days").section("value")),
        vat_percent=vat_percent,
        dwellings=_dwellings(parameter("dwellings").section("value")),
        drainage_only=_drainage_only(parameter("drainage_only").section("value"), tariff_codes),
        m3_per_pupil=_allotment(parameter("school_allotment").section("value"), tariff_codes),
        exemptions=_exemptions(parameter("exemptions").section("value")),
        surcharge=_surcharge(recargo, vat_percent, concepts),
        allocation_order=_allocation_order(parameter("allocation_order").section("value")),
        due_days=parameter("dias_vencimiento").whole("value"),
        due_moves_to_business_day=_due_moves(parameter("due_on_rest_day")),
        cycle_days=_cycles(parameter("ciclos").section("value")),
        meter_digits=_meter_digits(parameter("medidor_digitos_por_marca").section("value")),
        high_consumption_times=high.number("veces_promedio"),
        high_consumption_minimum_m3=high.whole("minimo_m3"),
        latitude_range=_range(parameter("padron_rango_lat")),
        longitude_range=_range(parameter("padron_rango_lon")),
        legal_basis=basis,
        desk=read_desk_rules(section, parameter),
        prepayment=read_prepayment(section, parameter, tariff_codes),
    )
    for read in (high, *entries, section):
        read.close()
    return parameters


def _due_moves(entry: Section) -> bool:
    return entry.choice("value", ("keep", "next_business_day")) == "next_business_day"


def _interval(value: Section) -> tuple[int, int]:
    shortest = value.whole("minimum", least=1)
    longest = value.whole("maximum", least=_LONGEST_MONTH_DAYS)
    value.close()
    if shortest >= longest:
        value.note("minimum debe ser menor que maximum.")
    return shortest, longest


def _by_code(section: Section, tariff_codes: Mapping[str, CodeEntry], *, most: int | None = None) -> ByCode:
    """Values by clave; «otras» is for those that are not named, «todas» stands alone."""
    named: dict[str, Decimal] = {}
    others: Decimal | None = None
    for name in section.names:
        number = section.number(name, most=most)
        if name in (_OTHERS, _ALL):
            others = number
        elif name in tariff_codes:
            named[name] = number
        else:
            section.note("esa clave no está en tariff_codes.", name)
    if section.has(_ALL) and len(section.names) > 1:
        section.note("«todas» no admite otras claves a su lado.", _ALL)
    return ByCode(named, others)


def _vat(entry: Section, tariff_codes: Mapping[str, CodeEntry]) -> dict[str, ByCode]:
    value = entry.section("value")
    rates = {concept: _by_code(value.section(concept), tariff_codes, most=100) for concept in value.names}
    for concept in (*SERVICES, SURCHARGE):
        if concept not in rates:
            value.note(f"falta la tasa de {concept}.")
            continue
        for code in tariff_codes:
            if rates[concept].of(code) is None:
                value.note(f"{concept} no tiene tasa para la clave {code}.", concept)
    return rates


def _dwellings(value: Section) -> DwellingsRule:
    rule = DwellingsRule(
        share_volume=value.flag("share_volume"),
        base_per_dwelling=value.flag("base_per_dwelling"),
        flat_fee_per_dwelling=value.flag("flat_fee_per_dwelling"),
    )
    value.close()
    return rule


def _drainage_only(value: Section, tariff_codes: Mapping[str, CodeEntry]) -> DrainageOnlyRule:
    fixed = value.section("fixed")
    rule = DrainageOnlyRule(
        by_volume=value.flag("by_volume"),
        fixed={concept: _by_code(fixed.section(concept), tariff_codes) for concept in fixed.names},
    )
    for concept, amounts in rule.fixed.items():
        if concept not in SERVICES[1:]:
            fixed.note("sólo puede ser ALCANTARILLADO o TRATAMIENTO.", concept)
        for amount in (*amounts.named.values(), amounts.others):
            if amount is not None and amount != amount.quantize(Decimal("0.01")):
                fixed.note("los importes llevan dos decimales.", concept)
    value.close()
    return rule


def _allotment(value: Section, tariff_codes: Mapping[str, CodeEntry]) -> dict[str, Decimal]:
    per_pupil = {}
    for code in value.names:
        entry = value.section(code)
        per_pupil[code] = entry.number("m3_per_pupil")
        entry.close()
        if code not in tariff_codes:
            value.note("esa clave no está en tariff_codes.", code)
    return per_pupil


def _exemptions(value: Section) -> dict[str, Exemption]:
    exemptions = {}
    for code in value.names:
        entry = value.section(code)
        exemptions[code] = Exemption(
            code=code,
            name=entry.text("name"),
            percent=entry.number("percent", most=100),
            concepts=frozenset(entry.texts("concepts")),
        )
        if not exemptions[code].concepts <= set(SERVICES):
            entry.note(f"sólo puede nombrar {', '.join(SERVICES)}.", "concepts")
        entry.close()
    return exemptions


def _surcharge(value: Section, vat_percent: Mapping[str, ByCode], concepts: Mapping[str, Concept]) -> SurchargeRule:
    value.choice("tipo", ("simple",))
    for statement in ("base", "meses", "redondeo"):
        value.text(statement)
    rates = vat_percent.get(SURCHARGE)
    if rates is not None and (rates.named or rates.others is None):
        value.note("los recargos llevan una sola tasa de IVA: escríbala en «todas».")
    rule = SurchargeRule(
        monthly_percent=value.number("pct_mensual", most=100),
        bears=frozenset(concept.code for concept in concepts.values() if concept.bears_surcharge),
        cap_percent=value.number_or_none("tope"),
        vat_percent=Decimal(0) if rates is None or rates.others is None else rates.others,
    )
    value.close()
    return rule


def _allocation_order(value: Section) -> tuple[str, ...]:
    if value.names != [str(rank) for rank in range(1, len(value.names) + 1)] or len(value.names) < 2:
        value.note("los lugares van del 1 en adelante, sin saltos.")
    return tuple(value.text(name) for name in value.names)


def _cycles(value: Section) -> dict[int, tuple[int, int]]:
    cycles = {}
    for name in value.names:
        first, last = value.numbers(name, 2, least=1)
        # Every month has 28 days: a cycle may not end on a day that February lacks.
        if not (name.isascii() and name.isdigit()) or not first <= last <= 28 or first % 1 or last % 1:
            value.note("un ciclo va de un día a otro igual o posterior, a lo más el 28.", name)
            continue
        cycles[int(name)] = (int(first), int(last))
    if not cycles:
        value.note("no hay ningún ciclo.")
    return cycles


def _meter_digits(value: Section) -> dict[str, int]:
    return {brand: value.whole(brand, least=1, most=9) for brand in value.names}


def _range(entry: Section) -> tuple[Decimal, Decimal]:
    low, high = entry.numbers("value", 2)
    if low >= high:
        entry.note("el primer número debe ser menor que el segundo.", "value")
    return low, high
