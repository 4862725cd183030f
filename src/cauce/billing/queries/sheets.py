"""What the papers of billing say: bills one by one or a whole run, and the totals of a run."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from cauce.billing.models import Bill, BillingRun, BillLine
from cauce.billing.models import RunAccount as RunAccountRow
from cauce.billing.rules import reading_note_words, rule_sentence
from cauce.core.es_mx import format_money, format_percent, format_volume
from cauce.core.periods import add_months
from cauce.documents.rules import (
    BillLine as SheetLine,
)
from cauce.documents.rules import (
    BillSheet,
    MonthConsumption,
    ProofSection,
    ProofSheet,
    ProofStep,
    RunAccount,
    RunAmount,
    RunTotalsSheet,
    payment_reference,
)
from cauce.metering.queries import consumption_last_months
from cauce.tariffs.models import TariffCode
from cauce.tariffs.queries import schedule_of
from cauce.tariffs.rules import SEWERAGE, TREATMENT, VAT, WATER, Schedule, arithmetic, explain

_SHEETS_AT_ONCE = 500
_MONTHS_OF_CHART = 12
# The parameter of the law whose legal basis orders each line.
_BASIS = {WATER: "mes_de_la_tarifa", SEWERAGE: "alcantarillado_pct", TREATMENT: "tratamiento_pct", VAT: "iva_pct"}

_BILLS = """
SELECT bill.document_id, paper.series, paper.number, account.number, bill.account_id, bill.schedule_id,
       bill.holder_name, bill.address, bill.delivery_code, route.number, account.cycle, bill.period, bill.issued_on,
       bill.due_on, bill.tariff_code, bill.meter_serial, bill.previous_value, bill.current_value, bill.previous_on,
       bill.current_on, bill.volume_m3, bill.is_estimated, bill.reading_note, bill.vat, bill.amount_due, bill.arrears,
       bill.prior_year_debt, bill.surcharges, bill.other_charges, bill.advance_applied, bill.discount,
       bill.months_overdue, bill.debt_detail, bill.proof, first.series, first.number
FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN billing_bill bill ON bill.document_id = wanted.id
JOIN documents_document paper ON paper.id = bill.document_id
LEFT JOIN documents_document first ON first.id = bill.replaces_id
JOIN registry_account account ON account.id = bill.account_id
JOIN registry_route route ON route.id = account.route_id
ORDER BY wanted.place
"""


class _BillRow(NamedTuple):
    document_id: int
    series: str
    folio_number: int
    number: str
    account_id: int
    schedule_id: int
    holder_name: str
    address: str
    delivery_code: str
    route: str
    cycle: int
    period: date
    issued_on: date
    due_on: date
    tariff_code: str
    meter_serial: str
    previous_value: int | None
    current_value: int | None
    previous_on: date | None
    current_on: date | None
    volume_m3: int | None
    is_estimated: bool
    reading_note_json: str | None
    vat: Decimal
    amount_due: Decimal
    arrears: Decimal
    prior_year_debt: Decimal
    surcharges: Decimal
    other_charges: Decimal
    advance_applied: Decimal
    discount: Decimal
    months_overdue: int
    debt_detail_json: str | None
    proof_json: str
    first_series: str | None
    first_number: int | None


class _Shared(NamedTuple):
    """What all the bills of a batch look up."""

    lines: Mapping[int, list[tuple[str, Decimal, Decimal]]]
    history: Mapping[int, list[tuple[date, int, str]]]
    code_names: Mapping[str, str]


def sheets_of_run(run: BillingRun) -> Iterator[BillSheet]:
    """The bills of a run as papers, in the order they are delivered; three queries for each five hundred."""
    ids = list(Bill.objects.filter(run=run).order_by("position").values_list("pk", flat=True))
    return sheets_of(ids)


def bill_sheet(bill_id: int) -> BillSheet:
    """One bill as paper.

    :raises Bill.DoesNotExist: there is no such bill.
    """
    sheet = next(sheets_of([bill_id]), None)
    if sheet is None:
        raise Bill.DoesNotExist
    return sheet


def sheets_of(bill_ids: Sequence[int]) -> Iterator[BillSheet]:
    """These bills as papers, in the order given; three queries for each five hundred."""
    code_names = dict(TariffCode.objects.values_list("code", "name"))
    for start in range(0, len(bill_ids), _SHEETS_AT_ONCE):
        yield from _sheets(bill_ids[start : start + _SHEETS_AT_ONCE], code_names)


def _sheets(bill_ids: Sequence[int], code_names: Mapping[str, str]) -> Iterator[BillSheet]:
    with connection.cursor() as cursor:
        cursor.execute(_BILLS, [list(bill_ids)])
        rows = [_BillRow(*row) for row in cursor.fetchall()]
    lines: dict[int, list[tuple[str, Decimal, Decimal]]] = {}
    for bill_id, concept, amount, percent in (
        BillLine.objects.filter(bill_id__in=bill_ids)
        .order_by("bill_id", "position")
        .values_list("bill_id", "concept", "amount", "vat_percent")
    ):
        lines.setdefault(bill_id, []).append((concept, amount, percent))
    histories = {
        period: consumption_last_months(
            [row.account_id for row in rows if row.period == period], period, _MONTHS_OF_CHART
        )
        for period in {row.period for row in rows}
    }
    for row in rows:
        yield _sheet(row, schedule_of(row.schedule_id), _Shared(lines, histories[row.period], code_names))


def _sheet(row: _BillRow, law: Schedule, shared: _Shared) -> BillSheet:
    detail: dict[str, Any] = json.loads(row.debt_detail_json) if row.debt_detail_json else {}
    priced = shared.lines.get(row.document_id, [])
    notes = arithmetic(json.loads(row.proof_json))
    return BillSheet(
        folio=f"{row.series}-{row.folio_number:06d}",
        account=row.number,
        holder=row.holder_name,
        address=row.address,
        delivery_code=row.delivery_code,
        route=row.route,
        cycle=row.cycle,
        period=row.period,
        issued_on=row.issued_on,
        due_on=row.due_on,
        tariff=f"{row.tariff_code} {shared.code_names.get(row.tariff_code, '')}".strip(),
        meter=row.meter_serial or None,
        previous_reading=row.previous_value,
        current_reading=row.current_value,
        read_from=row.previous_on,
        read_until=row.current_on,
        consumption_m3=row.volume_m3,
        consumption_note=_consumption_note(row),
        lines=tuple(
            SheetLine(label=_label(law, concept, row.volume_m3), amount=amount, note=notes.get(concept, ""))
            for concept, amount, _ in priced
        ),
        vat=row.vat,
        vat_note=_vat_note(priced),
        total=row.amount_due,
        reference=payment_reference(row.number, row.period),
        qr=payment_reference(row.number, row.period),
        payment_instructions=settings.UTILITY["payment_instructions"],
        history=_chart(row, shared.history),
        legends=(*_reading_legend(row.reading_note_json), *settings.BILL_LEGENDS),
        prior_debt=row.arrears,
        prior_periods=tuple(map(date.fromisoformat, detail.get("periods", ()))),
        prior_year_debt=row.prior_year_debt,
        prior_year_periods=tuple(map(date.fromisoformat, detail.get("prior_year_periods", ()))),
        surcharges=row.surcharges,
        surcharges_note=_surcharges_note(law) if row.surcharges else "",
        other_lines=tuple(
            SheetLine(label=_label(law, concept, None), amount=Decimal(amount))
            for concept, amount in detail.get("others", {}).items()
        ),
        credit_applied=row.advance_applied,
        discount=row.discount,
        months_overdue=row.months_overdue,
        advice=_advice(row.months_overdue),
        replaces="" if row.first_series is None else f"{row.first_series}-{row.first_number:06d}",
    )


def _reading_legend(note_json: str | None) -> tuple[str, ...]:
    words = reading_note_words(json.loads(note_json)) if note_json else ""
    return (f"{words[0].upper()}{words[1:]}.",) if words else ()


def _consumption_note(row: _BillRow) -> str:
    if row.is_estimated:
        return "estimado"
    if row.first_series is None or row.previous_value is None or row.current_value is None:
        return "medido"
    return "medido" if row.volume_m3 == row.current_value - row.previous_value else "ajustado"


def _label(law: Schedule, concept: str, volume_m3: int | None) -> str:
    known = law.concepts.get(concept) or law.one_off_charges.get(concept)
    name = known.name if known else concept.capitalize()
    return f"{name}, {volume_m3:,} m³" if concept == WATER and volume_m3 is not None else name


def _vat_note(priced: Sequence[tuple[str, Decimal, Decimal]]) -> str:
    rates = {concept: percent for concept, _, percent in priced}
    if len(set(rates.values())) == 1:
        return format_percent(next(iter(rates.values())))
    rest = ", ".join(format_percent(rate) for rate in sorted({rates[c] for c in rates if c != WATER}))
    return f"{format_percent(rates[WATER])} agua, {rest} lo demás" if WATER in rates else rest


def _surcharges_note(law: Schedule) -> str:
    return f"{format_percent(law.parameters.surcharge.monthly_percent)} mensual"


def _advice(months_overdue: int) -> str:
    if not months_overdue:
        return ""
    return "Acuda a ventanilla: puede solicitar convenio en parcialidades."


def _chart(row: _BillRow, history: Mapping[int, list[tuple[date, int, str]]]) -> tuple[MonthConsumption, ...]:
    known = {period: (m3, source) for period, m3, source in history.get(row.account_id, ())}
    if not known:
        return ()
    months = [add_months(row.period, offset) for offset in range(1 - _MONTHS_OF_CHART, 1)]
    return tuple(
        MonthConsumption(
            period=month,
            volume_m3=known[month][0] if month in known else None,
            estimated=month in known and known[month][1] == "ESTIMATED",
        )
        for month in months
    )


def proof_sheet(bill_id: int, *, printed_on: date) -> ProofSheet:
    """The explanation of a bill: where each of its lines comes from, its VAT line by line, and every step in words.

    :raises Bill.DoesNotExist: there is no such bill.
    """
    bill = Bill.objects.select_related("document", "account").get(pk=bill_id)
    law = schedule_of(bill.schedule_id)
    workings = arithmetic(bill.proof)
    lines = list(bill.lines.order_by("position"))
    sections = [
        ProofSection(
            concept=_label(law, line.concept, bill.volume_m3),
            legal_basis=law.parameters.legal_basis.get(_BASIS.get(line.concept, ""), f"Art. {law.article}"),
            steps=(
                ProofStep(
                    label=_label(law, line.concept, None),
                    working=workings.get(line.concept, ""),
                    result=line.amount,
                ),
            ),
            amount=line.amount,
        )
        for line in lines
    ]
    sections.append(
        ProofSection(
            concept=_label(law, VAT, None),
            legal_basis=law.parameters.legal_basis.get(_BASIS[VAT], "Ley del IVA"),
            steps=tuple(
                ProofStep(
                    label=_label(law, line.concept, None),
                    working=f"{format_percent(line.vat_percent)} de {format_money(line.amount)}",
                    result=line.vat,
                )
                for line in lines
            ),
            amount=bill.vat,
        )
    )
    code = TariffCode.objects.get(pk=bill.tariff_code)
    return ProofSheet(
        folio=bill.document.folio,
        account=bill.account.number,
        holder=bill.holder_name,
        period=bill.period,
        printed_on=printed_on,
        tariff=f"{code.code} {code.name}",
        law=f"{law.law}, {law.decree}",
        readings=_readings(bill, has_water=any(line.concept == WATER for line in lines)),
        sections=tuple(sections),
        total=bill.total,
        notes=tuple(explain(bill.proof)),
    )


def _readings(bill: Bill, *, has_water: bool) -> str:
    if not has_water:
        return "Sólo drenaje: la cuenta no recibe agua de la red."
    if bill.volume_m3 is None:
        return "Cuota fija: la cuenta no tiene medidor."
    told = reading_note_words(bill.reading_note)
    note = f" ({told})" if told else ""
    if bill.previous_value is None or bill.current_value is None:
        return f"Consumo estimado: {format_volume(bill.volume_m3)}{note}."
    return f"De {bill.previous_value:,} a {bill.current_value:,}: {format_volume(bill.volume_m3)}{note}."


def run_totals_sheet(run: BillingRun, *, printed_on: date) -> RunTotalsSheet:
    """The totals of a run by concept and tariff code, and by name every account it did not bill."""
    law = schedule_of(run.schedule_id)
    code_names = dict(TariffCode.objects.values_list("code", "name"))
    totals = run.totals
    left_out: dict[str, list[RunAccount]] = {"PARKED": [], "HELD": [], "EXEMPT": []}
    rows = (
        RunAccountRow.objects.filter(run=run)
        .exclude(outcome=RunAccountRow.Outcome.BILLED)
        .order_by("rule", "account__number")
        .values_list("outcome", "account__number", "account__holder__name", "rule", "note")
    )
    for outcome, number, holder, rule, note in rows:
        left_out[outcome].append(
            RunAccount(account=number, holder=holder, rule=rule, detail=note or rule_sentence(rule))
        )
    first = run.first_folio
    billed = totals["counts"]["BILLED"]
    return RunTotalsSheet(
        title="Corrida de facturación",
        period=run.period,
        cycle=run.cycle,
        state=run.get_state_display(),
        printed_on=printed_on,
        law=f"{law.law}, {law.decree}",
        accounts=sum(totals["counts"].values()),
        billed=billed,
        amounts=tuple(
            RunAmount(
                concept=_label(law, cell["concept"], None),
                use=f"{cell['code']} {code_names.get(cell['code'], '')}".strip(),
                bills=cell["bills"],
                amount=Decimal(cell["amount"]),
                vat=Decimal(cell["vat"]),
            )
            for cell in totals["amounts"]
        ),
        total=Decimal(totals["total"]),
        parked=tuple(left_out["PARKED"]),
        held=tuple(left_out["HELD"]),
        exempt=tuple(left_out["EXEMPT"]),
        folios="" if first is None else f"{run.folio_series}-{first:06d} a {run.folio_series}-{first + billed - 1:06d}",
        computed_by=str(run.created_by),
        approved_by=str(run.approved_by or ""),
    )
