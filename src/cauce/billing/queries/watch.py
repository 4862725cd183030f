"""What the rules of the watch list point at, found by one query each, and the list itself."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from cauce.billing.models import WatchFinding, WatchRule
from cauce.core.es_mx import format_long_period
from cauce.core.periods import add_months
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules import USE_CLASS_NAMES, NoLawInForce, UseClass

Found = Mapping[int, str]
"""What was seen of each account, by its id."""

_LIVE = "account.state IN ('ACTIVE', 'REDUCED') AND account.merged_into_id IS NULL"

# Accents and capitals are folded as the words of the rule are; a word counts whole.
_ACTIVITY = f"""
SELECT account.id, account.activity, code.use_class
FROM registry_account account JOIN tariffs_tariffcode code ON code.code = account.tariff_code_id
WHERE {_LIVE} AND account.activity <> '' AND NOT code.use_class = ANY(%(usos)s::text[])
  AND lower(translate(account.activity, 'ÁÉÍÓÚÜÑáéíóúüñ', 'AEIOUUNaeiouun')) ~ %(pattern)s
"""  # noqa: S608
_CONSUMPTION = f"""
SELECT account.id, round(avg(used.volume_m3)), max(toma.dwellings)
FROM registry_account account
JOIN tariffs_tariffcode code ON code.code = account.tariff_code_id
JOIN registry_connection toma ON toma.id = account.connection_id
JOIN metering_consumption used ON used.account_id = account.id AND used.superseded_at IS NULL
    AND used.period > %(since)s AND used.period <= %(until)s
WHERE {_LIVE} AND code.use_class = ANY(%(usos)s::text[])
GROUP BY account.id
HAVING count(*) >= least(3, %(meses)s) AND avg(used.volume_m3) > %(m3_por_vivienda)s * max(toma.dwellings)
"""  # noqa: S608
_PREFERENTIAL = f"""
SELECT account.id, holder.kind, holder.died_on, given.since
FROM registry_account account
JOIN registry_customer holder ON holder.id = account.holder_id
LEFT JOIN LATERAL (
    SELECT max(role.valid_from) AS since FROM registry_accountrole role
    WHERE role.account_id = account.id AND role.role = 'BENEFICIARY'
      AND (role.valid_until IS NULL OR role.valid_until > %(today)s)
) given ON true
WHERE {_LIVE} AND account.tariff_code_id = ANY(%(claves)s::text[])
  AND (holder.kind = 'COMPANY' OR holder.died_on IS NOT NULL OR given.since < %(oldest)s
       OR (given.since IS NULL AND account.opened_on < %(year_start)s AND %(is_past_law)s))
"""  # noqa: S608
_FLAT_WITH_METER = f"""
SELECT account.id, meter.serial, last.period
FROM registry_account account
JOIN metering_meterinstallation placed ON placed.account_id = account.id AND placed.removed_on IS NULL
JOIN metering_meter meter ON meter.id = placed.meter_id
JOIN LATERAL (
    SELECT bill.period, bill.volume_m3 FROM billing_bill bill
    WHERE bill.account_id = account.id AND NOT EXISTS (
        SELECT FROM billing_bill newer WHERE newer.replaces_id = bill.document_id)
    ORDER BY bill.period DESC LIMIT 1
) last ON last.volume_m3 IS NULL AND placed.installed_on < last.period
WHERE {_LIVE} AND account.has_water
"""  # noqa: S608
_VAT = f"""
SELECT DISTINCT ON (account.id) account.id, bill.period, line.concept, line.vat_percent
FROM billing_bill bill
JOIN billing_billline line ON line.bill_id = bill.document_id
JOIN registry_account account ON account.id = bill.account_id
WHERE {_LIVE} AND bill.run_id IN (SELECT run.id FROM billing_billingrun run WHERE run.period = %(last)s)
  AND NOT (line.concept || ' ' || bill.tariff_code || ' ' || trim_scale(line.vat_percent)) = ANY(%(rates)s::text[])
ORDER BY account.id, line.position
"""  # noqa: S608
_EXEMPTION = f"""
SELECT account.id, account.exemption, code.use_class
FROM registry_account account JOIN tariffs_tariffcode code ON code.code = account.tariff_code_id
WHERE {_LIVE} AND account.exemption <> ''
  AND (NOT code.use_class = ANY(%(usos)s::text[]) OR NOT account.exemption = ANY(%(known)s::text[]))
"""  # noqa: S608
_DWELLINGS = f"""
SELECT account.id, toma.dwellings, code.use_class, shared.accounts
FROM registry_account account
JOIN tariffs_tariffcode code ON code.code = account.tariff_code_id
JOIN registry_connection toma ON toma.id = account.connection_id
LEFT JOIN LATERAL (
    SELECT count(*) AS accounts FROM registry_account other
    WHERE other.connection_id = toma.id AND other.state IN ('ACTIVE', 'REDUCED') AND other.merged_into_id IS NULL
) shared ON toma.dwellings > 1
WHERE {_LIVE} AND (toma.dwellings > %(mas_de)s OR toma.dwellings < 1
    OR toma.dwellings > 1 AND (NOT code.use_class = ANY(%(usos)s::text[]) OR shared.accounts > 1))
"""  # noqa: S608


def pointed_at(rule: WatchRule, *, today: date) -> Found:
    """The accounts that a rule points at today, each with what was seen of it."""
    return _FINDERS[WatchRule.Kind(rule.kind)](rule.parameters, today)


def open_findings() -> QuerySet[WatchFinding]:
    """What the watch list shows: what is still seen and nobody set aside."""
    return WatchFinding.objects.filter(ended_at__isnull=True, dismissed_at__isnull=True)


def watch_list() -> QuerySet[WatchFinding]:
    """Every finding, with what its list shows."""
    return WatchFinding.objects.select_related(
        "rule", "account__holder", "account__tariff_code", "account__route", "dismissed_by"
    )


def _rows(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _use(use_class: str) -> str:
    return USE_CLASS_NAMES[UseClass(use_class)].lower()


def _activity(parameters: Mapping[str, Any], today: date) -> Found:
    pattern = r"\m(" + "|".join(word.lower() for word in parameters["palabras"]) + r")\M"
    rows = _rows(_ACTIVITY, {"usos": parameters["usos"], "pattern": pattern})
    return {account: f"Su giro es «{activity}» y paga como {_use(use)}." for account, activity, use in rows}


def _consumption(parameters: Mapping[str, Any], today: date) -> Found:
    until = today.replace(day=1)
    since = add_months(until, -int(parameters["meses"]))
    rows = _rows(_CONSUMPTION, {**parameters, "since": since, "until": until})
    return {
        account: f"Promedia {average:,.0f} m³ al mes"
        + (f" en {dwellings} viviendas." if dwellings > 1 else " en una vivienda.")
        for account, average, dwellings in rows
    }


def _preferential(parameters: Mapping[str, Any], today: date) -> Found:
    oldest = add_months(today, -int(parameters["vigencia_meses"]))
    # A right taken from the former system is good until the end of the law's year.
    rows = _rows(
        _PREFERENTIAL,
        {
            "claves": parameters["claves"],
            "today": today,
            "oldest": oldest,
            "year_start": date(today.year, 1, 1),
            "is_past_law": not _rules_now(today),
        },
    )
    return {account: _why_not_preferential(kind, died_on, since) for account, kind, died_on, since in rows}


def _why_not_preferential(kind: str, died_on: date | None, since: date | None) -> str:
    if kind == "COMPANY":
        return "El titular es una empresa y la tarifa preferencial es de personas."
    if died_on is not None:
        return "El titular falleció: el beneficio no se hereda."
    if since is None:
        return "Heredado del sistema anterior, sin expediente, y ya terminó el año de la ley."
    return f"Su derecho es de {format_long_period(since)} y no se ha renovado."


def _rules_now(today: date) -> bool:
    try:
        schedule_for_period(today.replace(day=1))
    except NoLawInForce:
        return False
    return True


def _flat_with_meter(parameters: Mapping[str, Any], today: date) -> Found:
    return {
        account: f"Tiene el medidor {serial} y su recibo de {format_long_period(period)} es de cuota fija."
        for account, serial, period in _rows(_FLAT_WITH_METER, {})
    }


def _vat(parameters: Mapping[str, Any], today: date) -> Found:
    rows = _rows("SELECT max(period) FROM billing_billingrun WHERE state = 'ISSUED'", {})
    last = rows[0][0]
    if last is None:
        return {}
    law = schedule_for_period(last)
    rates = []
    for concept, by_code in law.parameters.vat_percent.items():
        for code in law.tariff_codes:
            rate = by_code.of(code)
            if rate is not None:
                rates.append(f"{concept} {code} {rate.normalize():f}")
    return {
        account: f"Su recibo de {format_long_period(period)} lleva {percent.normalize():f} % de IVA en {concept}."
        for account, period, concept, percent in _rows(_VAT, {"last": last, "rates": rates})
    }


def _exemption(parameters: Mapping[str, Any], today: date) -> Found:
    try:
        known = list(schedule_for_period(today.replace(day=1)).parameters.exemptions)
    except NoLawInForce:
        return {}
    rows = _rows(_EXEMPTION, {"usos": parameters["usos"], "known": known})
    return {
        account: f"Tiene la exención «{exemption}» y su uso es {_use(use)}."
        if exemption in known
        else f"Su exención «{exemption}» no está en la ley vigente."
        for account, exemption, use in rows
    }


def _dwellings(parameters: Mapping[str, Any], today: date) -> Found:
    found = {}
    for account, dwellings, use, accounts in _rows(_DWELLINGS, parameters):
        if accounts is not None and accounts > 1:
            found[account] = f"La toma dice {dwellings} viviendas y además la pagan {accounts} cuentas."
        elif dwellings > parameters["mas_de"]:
            found[account] = f"Una sola toma con {dwellings} viviendas."
        else:
            found[account] = f"Dice {dwellings} viviendas y su uso es {_use(use)}."
    return found


_FINDERS: Mapping[WatchRule.Kind, Callable[[Mapping[str, Any], date], Found]] = {
    WatchRule.Kind.ACTIVITY: _activity,
    WatchRule.Kind.CONSUMPTION: _consumption,
    WatchRule.Kind.PREFERENTIAL: _preferential,
    WatchRule.Kind.FLAT_WITH_METER: _flat_with_meter,
    WatchRule.Kind.VAT: _vat,
    WatchRule.Kind.EXEMPTION: _exemption,
    WatchRule.Kind.DWELLINGS: _dwellings,
}
