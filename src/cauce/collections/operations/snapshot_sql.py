"""The statements that take the portfolio of a day from the ledger, each one going once over all the accounts."""

from typing import Final

from cauce.collections.queries.movement import MOVED
from cauce.collections.rules.ages import AGES, MONTH_BANDS, Band
from cauce.collections.rules.causes import ESTIMATED_IN_A_ROW, STOPPED_AFTER_DAYS

# So many postings before the last one are looked at for the ones still being written: they live for seconds.
_LOOKED_BACK: Final = 20_000
_LATE: Final = ("late_30", "late_60", "late_90", "late_180", "late_365", "late_more")
_SUMS: Final = "sum(debt), " + ", ".join(f"sum({column})" for column in _LATE)
_DEBTS: Final = "debt, " + ", ".join(_LATE)


def _band_of(number: str, bands: tuple[Band, ...]) -> str:
    cases = " ".join(f"WHEN {number} <= {band.last} THEN '{band.code}'" for band in bands if band.last is not None)
    return f"CASE {cases} ELSE '{bands[-1].code}' END"


def _late_within(age: Band, column: str) -> str:
    until = "" if age.last is None else f" AND %(day)s::date - due_on <= {age.last}"
    return f"coalesce(sum(pending) FILTER (WHERE %(day)s::date - due_on >= {age.first}{until}), 0) AS {column}"


_BY_AGE: Final = ",\n           ".join(_late_within(age, column) for age, column in zip(AGES, _LATE, strict=True))

# What has been posted and what is read are of the same instant, because it is one statement. A mirrored allocation is
# negative and keeps the value date of what it undoes, so the sum up to a day is what had settled the charge by then.
TAKE_LINES: Final = f"""
WITH seen AS (
    UPDATE collections_arrearssnapshot
    SET up_to_posting = coalesce((SELECT max(id) FROM ledger_posting), 0),
        unseen_postings = coalesce((
            SELECT array_agg(number ORDER BY number)
            FROM (SELECT max(id) AS id FROM ledger_posting) latest,
                 generate_series(greatest(1, latest.id - {_LOOKED_BACK}), latest.id) number
            WHERE NOT EXISTS (SELECT 1 FROM ledger_posting WHERE ledger_posting.id = number)
        ), '{{}}')
    WHERE id = %(snapshot)s
), settled AS (
    SELECT charge_id, sum(amount) AS amount
    FROM ledger_allocation
    WHERE effective_on <= %(day)s
    GROUP BY charge_id
), pending AS (
    SELECT charge.account_id, charge.due_on, charge.debit_book, charge.concept, charge.period,
           charge.amount - coalesce(settled.amount, 0) AS pending
    FROM ledger_transfer charge
    LEFT JOIN settled ON settled.charge_id = charge.id
    WHERE charge.account_id IS NOT NULL
      AND charge.debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
      AND charge.reverses_id IS NULL
      AND charge.effective_on <= %(day)s
      AND charge.due_on < %(day)s
      AND charge.amount > coalesce(settled.amount, 0)
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = charge.id)
), owed AS MATERIALIZED (
    SELECT account_id, sum(pending) AS debt,
           {_BY_AGE},
           min(due_on) AS oldest_due_on,
           count(DISTINCT coalesce(period, date_trunc('month', due_on)::date)) FILTER (
               WHERE concept = ANY(%(services)s) OR (concept = ANY(%(taxes)s) AND period IS NOT NULL)) AS months,
           coalesce(sum(pending) FILTER (WHERE debit_book = 'AGREEMENT'), 0) AS in_agreement,
           coalesce(sum(pending) FILTER (WHERE debit_book = 'FORMER_AGREEMENTS'), 0) AS in_former
    FROM pending
    GROUP BY account_id
), paid AS MATERIALIZED (
    SELECT payment.account_id, max(payment.effective_on) AS last_on
    FROM ledger_transfer payment
    WHERE payment.reason = 'PAYMENT' AND payment.account_id IS NOT NULL AND payment.reverses_id IS NULL
      AND payment.effective_on <= %(day)s
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = payment.id)
    GROUP BY payment.account_id
), returned AS (
    SELECT receipt.account_id, max(dishonour.bank_on) AS last_on
    FROM cashier_dishonour dishonour
    JOIN cashier_tender tender ON tender.id = dishonour.tender_id
    JOIN cashier_receipt receipt ON receipt.payment_id = tender.payment_id
    WHERE dishonour.bank_on <= %(day)s
    GROUP BY receipt.account_id
), agreed AS (
    SELECT account_id, bool_or(state IN ('SIGNED', 'IN_FORCE')) AS is_live, bool_or(state = 'BROKEN') AS was_broken
    FROM agreements_paymentagreement
    GROUP BY account_id
), held AS (
    SELECT account_id,
           bool_or(kind IN ('COMPLAINT', 'APPEAL', 'AMPARO', 'PAYMENT_TRACED')) AS is_disputed,
           bool_or(kind = 'DEAD_HOLDER') AS is_dead
    FROM registry_hold
    WHERE valid_from <= %(day)s AND (valid_until IS NULL OR valid_until > %(day)s)
    GROUP BY account_id
), metered AS (
    SELECT DISTINCT account_id FROM metering_meterinstallation WHERE removed_on IS NULL
)
INSERT INTO collections_arrearsline
    (snapshot_id, account_id, {_DEBTS}, oldest_due_on, months, months_band, age, cause, last_paid_on, use_class,
     tariff_code_id, state, sector_id, route_id, route_order, cycle, has_meter, with_agreement)
SELECT %(snapshot)s, account.id, {_DEBTS}, owed.oldest_due_on, owed.months,
       {_band_of("owed.months", MONTH_BANDS)},
       {_band_of("(%(day)s::date - owed.oldest_due_on)", AGES)},
       CASE
           WHEN returned.last_on IS NOT NULL AND (paid.last_on IS NULL OR returned.last_on > paid.last_on)
               THEN 'RETURNED_CHEQUE'
           WHEN agreed.was_broken AND NOT agreed.is_live THEN 'BROKEN_AGREEMENT'
           WHEN agreed.is_live AND owed.in_agreement > 0 THEN 'AGREEMENT_LATE'
           WHEN owed.in_former * 2 >= owed.debt THEN 'FORMER_AGREEMENT'
           WHEN held.is_disputed THEN 'DISPUTED'
           WHEN held.is_dead THEN 'DEAD_HOLDER'
           WHEN account.state = 'CLOSED' THEN 'CLOSED'
           WHEN account.state = 'VOLUNTARY_SUSPENSION' THEN 'SUSPENDED'
           WHEN consumed.are_estimated THEN 'ESTIMATED'
           WHEN owed.months = 0 THEN 'ONE_OFF'
           WHEN paid.last_on IS NULL THEN 'NEVER_PAID'
           WHEN %(day)s::date - paid.last_on > {STOPPED_AFTER_DAYS} THEN 'STOPPED_PAYING'
           ELSE 'LATE'
       END,
       paid.last_on, tariff.use_class, account.tariff_code_id, account.state, route.sector_id, account.route_id,
       account.route_order, account.cycle, metered.account_id IS NOT NULL, coalesce(agreed.is_live, false)
FROM owed
JOIN registry_account account ON account.id = owed.account_id
JOIN registry_route route ON route.id = account.route_id
JOIN tariffs_tariffcode tariff ON tariff.code = account.tariff_code_id
LEFT JOIN paid ON paid.account_id = account.id
LEFT JOIN returned ON returned.account_id = account.id
LEFT JOIN agreed ON agreed.account_id = account.id
LEFT JOIN held ON held.account_id = account.id
LEFT JOIN metered ON metered.account_id = account.id
LEFT JOIN LATERAL (
    SELECT count(*) = {ESTIMATED_IN_A_ROW} AND bool_and(source = 'ESTIMATED') AS are_estimated
    FROM (
        SELECT source
        FROM metering_consumption
        WHERE account_id = account.id AND superseded_at IS NULL AND period <= %(day)s
        ORDER BY period DESC
        LIMIT {ESTIMATED_IN_A_ROW}
    ) latest
) consumed ON true
"""  # noqa: S608

TAKE_FIGURES: Final = f"""
INSERT INTO collections_arrearsfigure
    (snapshot_id, sector_id, use_class, tariff_code_id, state, cause, age, months_band, has_meter, with_agreement,
     accounts, {_DEBTS})
SELECT snapshot_id, sector_id, use_class, tariff_code_id, state, cause, age, months_band, has_meter, with_agreement,
       count(*), {_SUMS}
FROM collections_arrearsline
WHERE snapshot_id = %(snapshot)s
GROUP BY snapshot_id, sector_id, use_class, tariff_code_id, state, cause, age, months_band, has_meter, with_agreement
"""  # noqa: S608

TAKE_ROUTES: Final = f"""
INSERT INTO collections_arrearsroute (snapshot_id, route_id, sector_id, accounts, {_DEBTS})
SELECT snapshot_id, route_id, sector_id, count(*), {_SUMS}
FROM collections_arrearsline
WHERE snapshot_id = %(snapshot)s
GROUP BY snapshot_id, route_id, sector_id
"""  # noqa: S608

TAKE_METERS: Final = """
INSERT INTO collections_arrearsmeter
    (snapshot_id, tariff_code_id, has_meter, brand, diameter, installed_in, accounts, debt)
SELECT line.snapshot_id, line.tariff_code_id, meter.id IS NOT NULL, coalesce(meter.brand, ''),
       coalesce(meter.diameter, ''), extract(year FROM installation.installed_on)::smallint, count(*), sum(line.debt)
FROM collections_arrearsline line
LEFT JOIN metering_meterinstallation installation
       ON installation.account_id = line.account_id AND installation.removed_on IS NULL
LEFT JOIN metering_meter meter ON meter.id = installation.meter_id
WHERE line.snapshot_id = %(snapshot)s
GROUP BY 1, 2, 3, 4, 5, 6
"""

# The first account with which what the largest ones owe reaches each share of the whole.
TAKE_CONCENTRATION: Final = """
INSERT INTO collections_arrearsconcentration (snapshot_id, use_class, percent, accounts, of_accounts, debt, smallest)
SELECT DISTINCT ON (ranked.use_class, share.percent)
       %(snapshot)s, ranked.use_class, share.percent, ranked.place, ranked.accounts, ranked.so_far, ranked.debt
FROM (
    SELECT scope.use_class, debt,
           row_number() OVER largest AS place,
           sum(debt) OVER largest AS so_far,
           count(*) OVER whole AS accounts,
           sum(debt) OVER whole AS total
    FROM collections_arrearsline line
    CROSS JOIN LATERAL (VALUES (''), (line.use_class)) AS scope (use_class)
    WHERE snapshot_id = %(snapshot)s
    WINDOW whole AS (PARTITION BY scope.use_class),
           largest AS (PARTITION BY scope.use_class ORDER BY debt DESC, id
                       ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
) ranked
JOIN (VALUES (10), (20), (30), (40), (50), (60), (70), (80), (90), (95), (100)) AS share (percent)
  ON ranked.so_far >= ranked.total * share.percent / 100
ORDER BY ranked.use_class, share.percent, ranked.place
"""

TAKE_MOVEMENT: Final = f"""
INSERT INTO collections_arrearsmovement
    (snapshot_id, since, age_before, age_now, accounts, debt_before, debt_now)
SELECT %(snapshot)s, %(since)s, moved.* FROM ({MOVED}) AS moved
"""  # noqa: S608

TOTALS: Final = """
UPDATE collections_arrearssnapshot
SET accounts = found.accounts, debt = found.debt, has_lines = true, taken_at = %(at)s, taken_by_id = %(by)s
FROM (
    SELECT count(*) AS accounts, coalesce(sum(debt), 0) AS debt
    FROM collections_arrearsline
    WHERE snapshot_id = %(snapshot)s
) found
WHERE id = %(snapshot)s
"""

# In the order in which they are taken and forgotten.
DERIVED: Final = (
    "collections_arrearsline",
    "collections_arrearsfigure",
    "collections_arrearsroute",
    "collections_arrearsmeter",
    "collections_arrearsconcentration",
    "collections_arrearsmovement",
)
