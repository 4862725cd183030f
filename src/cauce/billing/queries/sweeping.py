"""Recomputing what was billed: equal bills are told apart by one digest, and each lot of them is priced once."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from cauce.billing.models import Bill, BillingRun, SweepDifference
from cauce.billing.rules import division_fault
from cauce.core.bulk import id_array
from cauce.core.periods import add_months, next_period
from cauce.tariffs.queries import schedule_for_period, schedule_of
from cauce.tariffs.rules import (
    BilledUse,
    Fault,
    NoLawInForce,
    Schedule,
    StatedLine,
    SweepFaults,
    sweep_bill,
)

# A reading may reach this many months back, each perhaps by another law.
_MONTHS_BACK = 12
_LOTS_AT_ONCE = 2_000

# The bills of a run are found by it, and those of no run (corrections) by their period.
_OF_RUN = "bill.run_id = %(run)s"
_OF_NO_RUN = "bill.run_id IS NULL AND bill.period = %(period)s"

# Text of a jsonb is the same for equal values, so equal bills have equal digests.
_LOTS = """
WITH edges AS MATERIALIZED (
    SELECT min(bill.document_id) AS first_id, max(bill.document_id) AS last_id FROM billing_bill bill WHERE {scope}
), lines AS MATERIALIZED (
    SELECT line.bill_id,
           string_agg(line.concept || ' ' || line.amount || ' ' || line.vat_percent || ' ' || line.vat, ';'
                      ORDER BY line.position) AS said
    FROM billing_billline line, edges
    WHERE line.bill_id BETWEEN edges.first_id AND edges.last_id
    GROUP BY line.bill_id
), told AS (
    SELECT bill.document_id,
           md5(concat_ws('|', bill.schedule_id, bill.tariff_code, coalesce(bill.volume_m3, -1), bill.usage, bill.proof,
                         bill.subtotal, bill.vat, lines.said)) AS digest
    FROM billing_bill bill LEFT JOIN lines ON lines.bill_id = bill.document_id
    WHERE {scope}
)
"""
_COUNTED = "SELECT digest, count(*), min(document_id) FROM told GROUP BY digest"
_MEMBERS = "SELECT digest, document_id FROM told WHERE digest = ANY(%(digests)s::text[]) ORDER BY document_id"

_FACTS = """
SELECT bill.document_id, bill.schedule_id, bill.period, bill.tariff_code, bill.volume_m3, bill.usage, bill.proof,
       bill.subtotal, bill.vat,
       array(SELECT ARRAY[line.concept, line.amount::text, line.vat_percent::text, line.vat::text]
             FROM billing_billline line WHERE line.bill_id = bill.document_id ORDER BY line.position)
FROM unnest(%s::bigint[]) AS wanted (id) JOIN billing_bill bill ON bill.document_id = wanted.id
"""

# What was read may have been put right after the bill, so any consumption that the account had in the month will do.
_READINGS = """
WITH odd AS MATERIALIZED (
    SELECT bill.document_id, bill.account_id, bill.period, bill.volume_m3, bill.previous_value, bill.current_value,
           live.volume_m3 AS live_m3
    FROM billing_bill bill
    LEFT JOIN metering_consumption live
        ON live.account_id = bill.account_id AND live.period = bill.period AND live.superseded_at IS NULL
    WHERE {scope} AND bill.replaces_id IS NULL AND bill.volume_m3 IS NOT NULL
      AND NOT coalesce(bill.reading_note ?| ARRAY['of_parts', 'children'], false)
      AND (live.volume_m3 IS DISTINCT FROM bill.volume_m3 OR live.previous_value IS DISTINCT FROM bill.previous_value
           OR live.current_value IS DISTINCT FROM bill.current_value)
)
SELECT odd.document_id, odd.volume_m3, odd.live_m3 FROM odd
WHERE NOT EXISTS (
    SELECT FROM metering_consumption old
    WHERE old.account_id = odd.account_id AND old.period = odd.period AND old.superseded_at IS NOT NULL
      AND old.volume_m3 = odd.volume_m3 AND old.previous_value IS NOT DISTINCT FROM odd.previous_value
      AND old.current_value IS NOT DISTINCT FROM odd.current_value)
ORDER BY odd.document_id
"""

# What a meter that serves several accounts came to by the bill's own note, against any consumption that it had.
_DIVIDED = """
SELECT bill.document_id, bill.volume_m3, bill.reading_note,
       ARRAY(SELECT DISTINCT metered.volume_m3 FROM metering_consumption metered
             WHERE metered.period = bill.period AND metered.source <> 'HISTORY'
               AND metered.account_id IN (
                   SELECT bill.account_id
                   UNION
                   SELECT share.principal_id FROM metering_metershare share
                   WHERE share.account_id = bill.account_id AND share.valid_from <= bill.period
                     AND (share.valid_until IS NULL OR share.valid_until > bill.period)))
FROM billing_bill bill
WHERE {scope} AND bill.replaces_id IS NULL AND bill.reading_note ?| ARRAY['of_parts', 'children']
ORDER BY bill.document_id
"""

# The account as it is, or as it was before some change of its padrón.
_ACCOUNTS = """
WITH odd AS MATERIALIZED (
    SELECT bill.document_id, bill.account_id, bill.tariff_code, account.tariff_code_id AS code_now, bill.usage,
           coalesce((bill.usage ->> 'has_water')::boolean, true) AS water,
           coalesce((bill.usage ->> 'has_sewerage')::boolean, false) AS sewerage,
           coalesce((bill.usage ->> 'has_treatment')::boolean, false) AS treatment,
           coalesce(bill.usage ->> 'category', '') AS category, coalesce(bill.usage ->> 'exemption', '') AS exemption,
           (bill.usage ->> 'pupils')::integer AS pupils
    FROM billing_bill bill JOIN registry_account account ON account.id = bill.account_id
    WHERE {scope} AND bill.replaces_id IS NULL
      AND (bill.tariff_code <> account.tariff_code_id
           OR bill.usage IS NOT NULL AND (
               coalesce((bill.usage ->> 'has_water')::boolean, true) <> account.has_water
               OR coalesce((bill.usage ->> 'has_sewerage')::boolean, false) <> account.has_sewerage
               OR coalesce((bill.usage ->> 'has_treatment')::boolean, false) <> account.has_treatment
               OR coalesce(bill.usage ->> 'category', '') <> account.category
               OR coalesce(bill.usage ->> 'exemption', '') <> account.exemption
               OR (bill.usage ->> 'pupils')::integer IS DISTINCT FROM account.pupils))
)
SELECT odd.document_id, odd.tariff_code, odd.code_now FROM odd
WHERE NOT EXISTS (
    SELECT FROM registry_accountevent old
    WHERE old.pgh_obj_id = odd.account_id AND old.tariff_code_id = odd.tariff_code
      AND (odd.usage IS NULL OR (
           old.has_water = odd.water AND old.has_sewerage = odd.sewerage AND old.has_treatment = odd.treatment
           AND old.category = odd.category AND old.exemption = odd.exemption
           AND old.pupils IS NOT DISTINCT FROM odd.pupils)))
ORDER BY odd.document_id
"""

_NAMED = """
SELECT bill.document_id, bill.account_id, account.number, paper.series, paper.number, bill.period
FROM unnest(%s::bigint[]) AS wanted (id)
JOIN billing_bill bill ON bill.document_id = wanted.id
JOIN documents_document paper ON paper.id = bill.document_id
JOIN registry_account account ON account.id = bill.account_id
"""


class _Odd(NamedTuple):
    """Something of a bill that differs, before it has a name."""

    bill_id: int
    kind: str
    concept: str
    billed: Decimal | None
    expected: Decimal | None
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Something of a bill that is not what it should be, by name."""

    bill_id: int
    account_id: int
    account: str
    folio: str
    period: date
    kind: str
    concept: str
    billed: Decimal | None
    expected: Decimal | None
    why: str


@dataclass(slots=True)
class Swept:
    """What a sweep came to."""

    bills: int
    prices: int
    differences: list[Difference]


def sweep_months(first: date, last: date) -> Swept:
    """Recompute every bill issued for the periods from ``first`` to ``last``: from its proof and from its facts."""
    swept = Swept(0, 0, [])
    odds: list[_Odd] = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '128MB'")
        for scope, params in _scopes(first, last):
            _sweep_lots(scope, params, swept, odds)
            _sweep_facts(scope, params, odds)
    swept.differences = _named(odds)
    return swept


def open_year_periods(today: date) -> tuple[date, date]:
    """The first and last periods of the fiscal year that is open on ``today``."""
    return date(today.year, 1, 1), today.replace(day=1)


def _scopes(first: date, last: date) -> Iterator[tuple[str, dict[str, Any]]]:
    runs = BillingRun.objects.filter(period__gte=first, period__lte=last).order_by("period", "cycle", "pk")
    for run_id in runs.values_list("pk", flat=True):
        yield _OF_RUN, {"run": run_id}
    period = first
    while period <= last:
        yield _OF_NO_RUN, {"period": period}
        period = next_period(period)


def _sweep_lots(scope: str, params: dict[str, Any], swept: Swept, odds: list[_Odd]) -> None:
    lots = _LOTS.format(scope=scope)
    with connection.cursor() as cursor:
        cursor.execute(lots + _COUNTED, params)
        counted: list[tuple[str, int, int]] = cursor.fetchall()
    swept.bills += sum(bills for _, bills, _ in counted)
    swept.prices += len(counted)
    faulty: dict[str, list[tuple[str, Fault]]] = {}
    for start in range(0, len(counted), _LOTS_AT_ONCE):
        some = counted[start : start + _LOTS_AT_ONCE]
        digests = {one: digest for digest, _, one in some}
        for one, faults in _faults_of([one for _, _, one in some]):
            faulty[digests[one]] = faults
    if faulty:
        with connection.cursor() as cursor:
            cursor.execute(lots + _MEMBERS, {**params, "digests": list(faulty)})
            for digest, bill_id in cursor.fetchall():
                odds.extend(
                    _Odd(bill_id, kind, fault.concept, fault.stated, fault.expected, fault.why)
                    for kind, fault in faulty[digest]
                )


def _faults_of(bill_ids: Sequence[int]) -> Iterator[tuple[int, list[tuple[str, Fault]]]]:
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [id_array(bill_ids)])
        rows = cursor.fetchall()
    for bill_id, schedule_id, period, code, volume_m3, usage, proof, subtotal, vat, told in rows:
        lines = tuple(
            StatedLine(concept, Decimal(amount), Decimal(rate), Decimal(tax)) for concept, amount, rate, tax in told
        )
        billed = BilledUse(
            period=period,
            tariff_code=code,
            volume_m3=volume_m3,
            usage=None if usage is None else json.loads(usage),
            lines=lines,
            proof=json.loads(proof),
        )
        own, ruling = _laws_of_bill(schedule_id, period)
        found = sweep_bill(billed, own, ruling)
        faults = [*_of_sums(lines, subtotal, vat), *_kinds(found)]
        if faults:
            yield bill_id, faults


def _kinds(found: SweepFaults) -> Iterator[tuple[str, Fault]]:
    yield from ((SweepDifference.Kind.PROOF, fault) for fault in found.of_proof)
    yield from ((SweepDifference.Kind.PRICE, fault) for fault in found.of_price)


def _of_sums(lines: Sequence[StatedLine], subtotal: Decimal, vat: Decimal) -> Iterator[tuple[str, Fault]]:
    for concept, stated, expected in (
        ("SUBTOTAL", subtotal, sum((line.amount for line in lines), Decimal(0))),
        ("IVA", vat, sum((line.vat for line in lines), Decimal(0))),
    ):
        if stated != expected:
            yield SweepDifference.Kind.PROOF, Fault(concept, stated, expected, "No es la suma de sus renglones.")


@lru_cache(maxsize=64)
def _laws_of_bill(schedule_id: int, period: date) -> tuple[tuple[Schedule, ...], tuple[Schedule, ...]]:
    """The bill's own law and the one that rules its month, each with those of the months before."""
    own = schedule_of(schedule_id)
    before: list[Schedule] = []
    for months in range(1, _MONTHS_BACK + 1):
        try:
            earlier = schedule_for_period(add_months(period, -months))
        except NoLawInForce:
            break
        if earlier not in before:
            before.append(earlier)
    try:
        ruling = schedule_for_period(period)
    except NoLawInForce:
        ruling = own
    return tuple(_first(own, before)), tuple(_first(ruling, before))


def _first(law: Schedule, others: Sequence[Schedule]) -> Iterator[Schedule]:
    yield law
    yield from (other for other in others if other.sha256 != law.sha256)


def _sweep_facts(scope: str, params: dict[str, Any], odds: list[_Odd]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_READINGS.format(scope=scope), params)
        for bill_id, billed_m3, live_m3 in cursor.fetchall():
            kept = "no hay lectura guardada" if live_m3 is None else f"la lectura guardada da {live_m3} m³"
            why = f"El recibo cobra {billed_m3} m³ y {kept} de ese mes, o parte de otras lecturas."
            odds.append(_Odd(bill_id, SweepDifference.Kind.READING, "AGUA", None, None, why))
        cursor.execute(_DIVIDED.format(scope=scope), params)
        for bill_id, billed_m3, kept, known_m3 in cursor.fetchall():
            why = division_fault(billed_m3, json.loads(kept), known_m3)
            if why:
                odds.append(_Odd(bill_id, SweepDifference.Kind.READING, "AGUA", None, None, why))
        cursor.execute(_ACCOUNTS.format(scope=scope), params)
        for bill_id, billed_code, code_now in cursor.fetchall():
            why = (
                f"Se cobró con la tarifa {billed_code} y unos servicios que la cuenta no tiene ni tuvo "
                f"(hoy es {code_now})."
            )
            odds.append(_Odd(bill_id, SweepDifference.Kind.ACCOUNT, "AGUA", None, None, why))


def _named(odds: Sequence[_Odd]) -> list[Difference]:
    if not odds:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [id_array(sorted({odd.bill_id for odd in odds}))])
        names = {row[0]: row[1:] for row in cursor.fetchall()}
    differences = []
    for odd in odds:
        account_id, account, series, number, period = names[odd.bill_id]
        folio = f"{series}-{number:06d}"
        differences.append(
            Difference(
                odd.bill_id,
                account_id,
                account,
                folio,
                period,
                odd.kind,
                odd.concept,
                odd.billed,
                odd.expected,
                odd.why,
            )
        )
    return sorted(differences, key=lambda each: (each.period, each.account, each.folio, each.kind, each.concept))


def has_bills(period: date) -> bool:
    """Whether any bill was issued for a period."""
    return Bill.objects.filter(run__period=period).exists() or Bill.objects.filter(run=None, period=period).exists()
