-- The ledger: transfers, allocations, balances, surcharges and days. What every file of this folder is: see ../queries/verification.py.

-- check: transfers_make_sense
-- Todo movimiento es positivo, va de un libro conocido a otro distinto y dice de quién es cuando su libro lo pide.
SELECT 'movimiento ' || id
FROM ledger_transfer
WHERE amount <= 0
   OR debit_book = credit_book
   OR debit_book NOT IN (SELECT book FROM (VALUES
        ('OPENING'), ('RECEIVABLE'), ('AGREEMENT'), ('FORMER_AGREEMENTS'), ('ADVANCES'), ('CASH'), ('BANK'), ('CLEARING_DEPOSITS'), ('CLEARING_CARDS'),
        ('CLEARING_CHEQUES'), ('CLEARING_TRANSFERS'), ('BANK_FEES'),
        ('UNIDENTIFIED'), ('REVENUE'), ('SURCHARGES'), ('VAT_PENDING'), ('VAT_COLLECTED'), ('DISCOUNTS'), ('ADJUSTMENTS'),
        ('OVER_SHORT'), ('ROUNDING'), ('UNCOLLECTABLE')) AS known (book))
   OR credit_book NOT IN (SELECT book FROM (VALUES
        ('OPENING'), ('RECEIVABLE'), ('AGREEMENT'), ('FORMER_AGREEMENTS'), ('ADVANCES'), ('CASH'), ('BANK'), ('CLEARING_DEPOSITS'), ('CLEARING_CARDS'),
        ('CLEARING_CHEQUES'), ('CLEARING_TRANSFERS'), ('BANK_FEES'),
        ('UNIDENTIFIED'), ('REVENUE'), ('SURCHARGES'), ('VAT_PENDING'), ('VAT_COLLECTED'), ('DISCOUNTS'), ('ADJUSTMENTS'),
        ('OVER_SHORT'), ('ROUNDING'), ('UNCOLLECTABLE')) AS known (book))
   OR (party_id IS NULL AND (account_id IS NOT NULL
        OR debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES')
        OR credit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES')));

-- check: balances_are_their_pending_charges
-- Lo que debe cada cuenta en cada libro es la suma de lo pendiente de sus cargos.
WITH settled AS (
    SELECT charge_id, sum(amount) AS amount FROM ledger_allocation GROUP BY charge_id
), undone AS (
    SELECT reverses_id AS id FROM ledger_transfer WHERE reverses_id IS NOT NULL
), moved AS (
    SELECT party_id, account_id, debit_book AS book, transfer.amount AS balance,
           CASE WHEN transfer.reverses_id IS NULL AND undone.id IS NULL
                THEN transfer.amount - coalesce(settled.amount, 0) ELSE 0 END AS pending
    FROM ledger_transfer transfer
    LEFT JOIN settled ON settled.charge_id = transfer.id
    LEFT JOIN undone ON undone.id = transfer.id
    WHERE debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
    UNION ALL
    SELECT party_id, account_id, credit_book, -amount, 0
    FROM ledger_transfer
    WHERE credit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
)
SELECT 'persona ' || party_id || ', cuenta ' || coalesce(account_id::text, '-') || ', libro ' || book
FROM moved
GROUP BY party_id, account_id, book
HAVING sum(balance) <> sum(pending);

-- check: charges_are_not_settled_beyond_their_amount
-- Ningún cargo recibe más de lo que vale, ni menos que nada; uno cancelado no tiene nada aplicado.
SELECT 'cargo ' || charge.id
FROM (SELECT charge_id, sum(amount) AS settled FROM ledger_allocation GROUP BY charge_id) sums
JOIN ledger_transfer charge ON charge.id = sums.charge_id
LEFT JOIN ledger_transfer reversal ON reversal.reverses_id = charge.id
WHERE sums.settled < 0
   OR sums.settled > CASE WHEN reversal.id IS NULL THEN charge.amount ELSE 0 END
   OR charge.debit_book NOT IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
   OR charge.reverses_id IS NOT NULL;

-- check: credits_are_used_whole
-- Todo abono se aplica completo; uno cancelado no tiene nada aplicado.
SELECT 'abono ' || credit.id
FROM ledger_transfer credit
LEFT JOIN (SELECT credit_id, sum(amount) AS used FROM ledger_allocation GROUP BY credit_id) sums
       ON sums.credit_id = credit.id
LEFT JOIN (SELECT reverses_id AS id FROM ledger_transfer WHERE reverses_id IS NOT NULL) undone ON undone.id = credit.id
WHERE credit.credit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
  AND credit.reverses_id IS NULL
  AND coalesce(sums.used, 0) <> CASE WHEN undone.id IS NULL THEN credit.amount ELSE 0 END;

-- check: allocations_stay_within_one_debtor
-- Un abono sólo paga cargos de su misma persona, cuenta y libro.
SELECT 'aplicación ' || allocation.id
FROM ledger_allocation allocation
JOIN ledger_transfer credit ON credit.id = allocation.credit_id
JOIN ledger_transfer charge ON charge.id = allocation.charge_id
WHERE credit.credit_book <> charge.debit_book
   OR credit.party_id IS DISTINCT FROM charge.party_id
   OR credit.account_id IS DISTINCT FROM charge.account_id;

-- check: reversals_are_whole_and_once
-- Toda cancelación de un movimiento es su contrario exacto, y ninguno se cancela dos veces.
SELECT 'movimiento ' || original.id
FROM ledger_transfer reversal
JOIN ledger_transfer original ON original.id = reversal.reverses_id
WHERE reversal.amount <> original.amount
   OR reversal.debit_book <> original.credit_book
   OR reversal.credit_book <> original.debit_book
   OR reversal.concept <> original.concept
   OR reversal.party_id IS DISTINCT FROM original.party_id
   OR reversal.account_id IS DISTINCT FROM original.account_id
   OR reversal.effective_on <> original.effective_on
   OR original.reverses_id IS NOT NULL
UNION
SELECT 'movimiento ' || reverses_id
FROM ledger_transfer
WHERE reverses_id IS NOT NULL
GROUP BY reverses_id
HAVING count(*) > 1;

-- check: allocations_are_mirrored_exactly
-- Toda aplicación cancelada tiene un solo espejo, por el mismo importe y entre los mismos movimientos.
SELECT 'aplicación ' || original.id
FROM ledger_allocation mirror
JOIN ledger_allocation original ON original.id = mirror.reverses_id
WHERE mirror.amount <> -original.amount
   OR mirror.credit_id <> original.credit_id
   OR mirror.charge_id <> original.charge_id
   OR mirror.effective_on <> original.effective_on
   OR original.reverses_id IS NOT NULL
UNION
SELECT 'aplicación ' || reverses_id
FROM ledger_allocation
WHERE reverses_id IS NOT NULL
GROUP BY reverses_id
HAVING count(*) > 1
UNION
SELECT 'aplicación ' || id
FROM ledger_allocation
WHERE (amount < 0) <> (reverses_id IS NOT NULL) OR amount = 0;

-- check: advances_are_never_overdrawn
-- Nadie ha usado más saldo a favor del que tenía.
SELECT 'persona ' || party_id || ', cuenta ' || coalesce(account_id::text, '-')
FROM ledger_transfer
WHERE debit_book = 'ADVANCES' OR credit_book = 'ADVANCES'
GROUP BY party_id, account_id
HAVING sum(CASE WHEN credit_book = 'ADVANCES' THEN amount ELSE -amount END) < 0;

-- check: vat_collected_is_vat_paid
-- El IVA que pasó a cobrado es el que los pagos aplicaron, por persona y por cuenta, también con pagarés.
WITH collected AS (
    -- What was returned of a surcharge counts apart, and so does taking it back.
    SELECT moved.party_id, moved.account_id,
           sum(CASE WHEN moved.credit_book = 'VAT_COLLECTED' THEN moved.amount ELSE -moved.amount END) AS amount
    FROM ledger_transfer moved
    LEFT JOIN ledger_transfer undone ON undone.id = moved.reverses_id
    WHERE (moved.debit_book = 'VAT_COLLECTED' OR moved.credit_book = 'VAT_COLLECTED')
      AND coalesce(undone.reason, moved.reason) <> 'SURCHARGE_RETURNED'
    GROUP BY moved.party_id, moved.account_id
), paid AS (
    SELECT charge.party_id, charge.account_id, sum(allocation.amount) AS amount
    FROM ledger_transfer charge
    JOIN ledger_allocation allocation ON allocation.charge_id = charge.id
    JOIN ledger_transfer credit ON credit.id = allocation.credit_id
    WHERE (charge.credit_book = 'VAT_PENDING' OR (charge.debit_book = 'AGREEMENT' AND charge.concept = 'IVA'))
      AND (credit.reason IN ('PAYMENT', 'ADVANCE_APPLIED')
           OR (credit.reason = 'AGREEMENT' AND credit.concept = 'CONVENIO'))
    GROUP BY charge.party_id, charge.account_id
)
SELECT 'persona ' || coalesce(collected.party_id, paid.party_id)
       || ', cuenta ' || coalesce(collected.account_id::text, paid.account_id::text, '-')
FROM collected
FULL JOIN paid ON paid.party_id = collected.party_id
    AND coalesce(paid.account_id, 0) = coalesce(collected.account_id, 0)
WHERE coalesce(collected.amount, 0) <> coalesce(paid.amount, 0);

-- check: surcharges_stay_within_the_law
-- Los recargos de un periodo no pasan del porcentaje de la ley por cada mes iniciado, sobre todo lo que se cobró de él.
WITH rule AS (
    SELECT max(substring(content ->> 'ley.yaml' FROM 'pct_mensual:\s*([0-9.]+)')::numeric) AS percent FROM tariffs_schedule
), live AS (
    SELECT transfer.*
    FROM ledger_transfer transfer
    LEFT JOIN (SELECT reverses_id AS id FROM ledger_transfer WHERE reverses_id IS NOT NULL) undone
           ON undone.id = transfer.id
    WHERE transfer.reverses_id IS NULL AND undone.id IS NULL
), posted AS (
    -- What was let go or returned when late money came may have been charged again.
    SELECT account_id, period, sum(CASE WHEN debit_book = 'RECEIVABLE' THEN amount ELSE -amount END) AS amount,
           max(effective_on) AS until
    FROM live
    WHERE concept = 'RECARGO' AND account_id IS NOT NULL
      AND (debit_book = 'RECEIVABLE' OR reason = 'SURCHARGE_RETURNED')
    GROUP BY account_id, period
    HAVING bool_or(reason = 'SURCHARGE')
), allowed AS (
    SELECT posted.account_id, posted.period,
           sum(charge.amount * rule.percent / 100 * greatest(
               (extract(year FROM posted.until) - extract(year FROM charge.due_on)) * 12
               + extract(month FROM posted.until) - extract(month FROM charge.due_on) + 1, 0)) AS amount
    FROM posted
    CROSS JOIN rule
    -- A charge undone later counts too: while it stood it earned what was posted.
    JOIN ledger_transfer charge ON charge.account_id = posted.account_id AND charge.period = posted.period
    WHERE charge.debit_book = 'RECEIVABLE' AND charge.reverses_id IS NULL
      AND charge.concept IN ('AGUA', 'ALCANTARILLADO', 'TRATAMIENTO') AND charge.due_on < posted.until
    GROUP BY posted.account_id, posted.period
)
SELECT 'cuenta ' || posted.account_id || ', periodo ' || to_char(posted.period, 'YYYY-MM')
FROM posted
LEFT JOIN allowed USING (account_id, period)
WHERE posted.amount > round(coalesce(allowed.amount, 0), 2);

-- check: surcharges_are_not_charged_before_the_due_date
-- Ningún recargo se carga el día del vencimiento o antes.
SELECT 'movimiento ' || id
FROM ledger_transfer
WHERE concept = 'RECARGO' AND reason = 'SURCHARGE' AND due_on >= effective_on;

-- check: acts_happen_once
-- Cada acto tiene su llave, distinta de las demás, y la huella de lo que se pidió.
SELECT 'acto ' || min(id)
FROM ledger_posting
GROUP BY key
HAVING count(*) > 1
UNION
SELECT 'acto ' || id
FROM ledger_posting
WHERE key = '' OR body_sha256 !~ '^[0-9a-f]{64}$';

-- check: closed_days_stay_closed
-- Nada entra en los libros de un día después de que se cerró.
SELECT 'movimiento ' || transfer.id
FROM ledger_closedday closed
JOIN ledger_transfer transfer ON transfer.booked_on = closed.day
JOIN ledger_posting posting ON posting.id = transfer.posting_id
WHERE posting.posted_at > closed.closed_at;
