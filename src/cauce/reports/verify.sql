-- Every invariant of the money, as SQL over the tables: nothing here goes through the code that wrote them.
-- Each check is a query that returns one row, a short text, for each thing that is broken; none is what is wanted.
-- A check starts at «-- check: its_name» and its next line says it in Spanish. Tests break each one on purpose.

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

-- check: references_lead_somewhere
-- Lo que se escribe por millares (movimientos, recibos, cuentas, lecturas, consumos) apunta a algo que existe.
SELECT 'movimiento ' || transfer.id
FROM ledger_transfer transfer
LEFT JOIN ledger_posting posting ON posting.id = transfer.posting_id
LEFT JOIN registry_customer party ON party.id = transfer.party_id
LEFT JOIN registry_account account ON account.id = transfer.account_id
LEFT JOIN documents_document document ON document.id = transfer.document_id
WHERE posting.id IS NULL
   OR (party.id IS NULL) <> (transfer.party_id IS NULL)
   OR (account.id IS NULL) <> (transfer.account_id IS NULL)
   OR (document.id IS NULL) <> (transfer.document_id IS NULL)
UNION ALL
SELECT 'recibo ' || bill.document_id
FROM billing_bill bill
LEFT JOIN documents_document document ON document.id = bill.document_id
LEFT JOIN billing_billingrun run ON run.id = bill.run_id
LEFT JOIN registry_account account ON account.id = bill.account_id
LEFT JOIN registry_customer party ON party.id = bill.party_id
LEFT JOIN tariffs_schedule schedule ON schedule.id = bill.schedule_id
WHERE document.id IS NULL OR (run.id IS NULL) <> (bill.run_id IS NULL) OR account.id IS NULL OR party.id IS NULL
   OR schedule.id IS NULL
UNION ALL
SELECT 'renglón ' || line.position || ' del recibo ' || line.bill_id
FROM billing_billline line
LEFT JOIN billing_bill bill ON bill.document_id = line.bill_id
WHERE bill.document_id IS NULL
UNION ALL
SELECT 'corrida ' || listed.run_id || ', cuenta ' || listed.account_id
FROM billing_runaccount listed
LEFT JOIN billing_billingrun run ON run.id = listed.run_id
LEFT JOIN registry_account account ON account.id = listed.account_id
WHERE run.id IS NULL OR account.id IS NULL
UNION ALL
SELECT 'cuenta ' || account.number
FROM registry_account account
LEFT JOIN registry_connection connection ON connection.id = account.connection_id
LEFT JOIN registry_premises premises ON premises.id = connection.premises_id
LEFT JOIN registry_customer holder ON holder.id = account.holder_id
LEFT JOIN registry_route route ON route.id = account.route_id
WHERE premises.id IS NULL OR holder.id IS NULL OR route.id IS NULL
UNION ALL
SELECT 'papel ' || role.id
FROM registry_accountrole role
LEFT JOIN registry_account account ON account.id = role.account_id
LEFT JOIN registry_customer customer ON customer.id = role.customer_id
WHERE account.id IS NULL OR customer.id IS NULL
UNION ALL
SELECT 'instalación de medidor ' || installation.id
FROM metering_meterinstallation installation
LEFT JOIN registry_account account ON account.id = installation.account_id
LEFT JOIN metering_meter meter ON meter.id = installation.meter_id
WHERE account.id IS NULL OR meter.id IS NULL
UNION ALL
SELECT 'lectura ' || reading.id
FROM metering_reading reading
LEFT JOIN metering_readinground round ON round.id = reading.round_id
LEFT JOIN registry_account account ON account.id = reading.account_id
WHERE round.id IS NULL OR account.id IS NULL
UNION ALL
SELECT 'lectura de apertura ' || opening.id
FROM metering_openingreading opening
LEFT JOIN registry_account account ON account.id = opening.account_id
WHERE account.id IS NULL
UNION ALL
SELECT 'consumo ' || consumption.id
FROM metering_consumption consumption
LEFT JOIN registry_account account ON account.id = consumption.account_id
LEFT JOIN metering_reading reading ON reading.id = consumption.reading_id
WHERE account.id IS NULL OR (reading.id IS NULL) <> (consumption.reading_id IS NULL)
UNION ALL
SELECT 'renglón importado ' || taken.id
FROM imports_takenrow taken
LEFT JOIN imports_importbatch batch ON batch.id = taken.batch_id
WHERE batch.id IS NULL;

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
-- El IVA que pasó a cobrado es el que los pagos aplicaron, persona por persona y cuenta por cuenta.
WITH collected AS (
    SELECT party_id, account_id,
           sum(CASE WHEN credit_book = 'VAT_COLLECTED' THEN amount ELSE -amount END) AS amount
    FROM ledger_transfer
    WHERE (debit_book = 'VAT_COLLECTED' OR credit_book = 'VAT_COLLECTED') AND reason <> 'SURCHARGE_RETURNED'
    GROUP BY party_id, account_id
), paid AS (
    SELECT charge.party_id, charge.account_id, sum(allocation.amount) AS amount
    FROM ledger_transfer charge
    JOIN ledger_allocation allocation ON allocation.charge_id = charge.id
    JOIN ledger_transfer credit ON credit.id = allocation.credit_id
    WHERE charge.credit_book = 'VAT_PENDING' AND credit.reason IN ('PAYMENT', 'ADVANCE_APPLIED')
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
    WHERE transfer.reverses_id IS NULL AND undone.id IS NULL AND transfer.debit_book = 'RECEIVABLE'
), posted AS (
    SELECT account_id, period, sum(amount) AS amount, max(effective_on) AS until
    FROM live
    WHERE concept = 'RECARGO' AND account_id IS NOT NULL
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

-- check: one_live_bill_per_account_and_period
-- Cada cuenta tiene un solo recibo vigente de cada periodo.
SELECT 'cuenta ' || bill.account_id || ', periodo ' || to_char(bill.period, 'YYYY-MM')
FROM billing_bill bill
LEFT JOIN billing_bill newer ON newer.replaces_id = bill.document_id
WHERE newer.document_id IS NULL
GROUP BY bill.account_id, bill.period
HAVING count(*) > 1;

-- check: bills_are_their_lines
-- Todo recibo suma sus renglones y su IVA.
SELECT 'recibo ' || bill.document_id
FROM billing_bill bill
LEFT JOIN (
    SELECT bill_id, sum(amount) AS amount, sum(vat) AS vat FROM billing_billline GROUP BY bill_id
) lines ON lines.bill_id = bill.document_id
WHERE coalesce(lines.amount, 0) <> bill.subtotal
   OR coalesce(lines.vat, 0) <> bill.vat
   OR bill.subtotal + bill.vat <> bill.total;

-- check: bills_are_their_charges
-- Cada concepto de un recibo está cargado a su cuenta por el mismo importe, con su periodo y su vencimiento.
WITH said AS (
    SELECT bill_id, concept, sum(amount) AS amount FROM billing_billline GROUP BY bill_id, concept
    UNION ALL
    SELECT document_id, 'IVA', vat FROM billing_bill
), charged AS (
    SELECT transfer.document_id AS bill_id, transfer.concept, sum(transfer.amount) AS amount,
           bool_and(transfer.account_id = bill.account_id AND transfer.party_id = bill.party_id
                    AND transfer.period = bill.period AND transfer.due_on = bill.due_on
                    AND transfer.debit_book = 'RECEIVABLE') AS agrees
    FROM ledger_transfer transfer
    JOIN billing_bill bill ON bill.document_id = transfer.document_id
    WHERE transfer.reason = 'BILL'
    GROUP BY transfer.document_id, transfer.concept
)
SELECT 'recibo ' || coalesce(said.bill_id, charged.bill_id) || ', ' || coalesce(said.concept, charged.concept)
FROM said
FULL JOIN charged ON charged.bill_id = said.bill_id AND charged.concept = said.concept
WHERE coalesce(said.amount, 0) <> coalesce(charged.amount, 0) OR NOT coalesce(charged.agrees, true);

-- check: bills_say_what_was_in_favour
-- El saldo a favor que dice cada recibo es el que se le aplicó, y sus recargos e importes suman su total a pagar.
SELECT 'recibo ' || bill.document_id
FROM billing_bill bill
LEFT JOIN (
    SELECT document_id, sum(amount) AS amount
    FROM ledger_transfer
    WHERE reason = 'ADVANCE_APPLIED' AND debit_book = 'ADVANCES'
    GROUP BY document_id
) applied ON applied.document_id = bill.document_id
WHERE bill.advance_applied <> coalesce(applied.amount, 0)
   OR bill.amount_due <> bill.total + bill.arrears + bill.prior_year_debt + bill.surcharges + bill.other_charges
                         - bill.advance_applied;

-- check: issued_runs_are_whole
-- Toda cuenta facturada de una corrida emitida tiene su recibo en ella, y ninguna otra lo tiene.
SELECT 'corrida ' || run.id || ', cuenta ' || coalesce(listed.account_id, bill.account_id)
FROM billing_billingrun run
JOIN billing_runaccount listed ON listed.run_id = run.id AND listed.outcome = 'BILLED'
LEFT JOIN billing_bill bill ON bill.run_id = run.id AND bill.account_id = listed.account_id
WHERE run.state = 'ISSUED' AND (bill.document_id IS NULL OR bill.total <> listed.total)
UNION
SELECT 'corrida ' || bill.run_id || ', cuenta ' || bill.account_id
FROM billing_bill bill
LEFT JOIN billing_runaccount listed
       ON listed.run_id = bill.run_id AND listed.account_id = bill.account_id AND listed.outcome = 'BILLED'
WHERE bill.run_id IS NOT NULL AND listed.id IS NULL;

-- check: every_active_account_is_in_one_cycle
-- Toda cuenta activa o limitada está en un ciclo, y en una sola corrida de cada periodo.
SELECT 'cuenta ' || id
FROM registry_account
WHERE state IN ('ACTIVE', 'REDUCED') AND coalesce(cycle, 0) NOT IN (1, 2, 3)
UNION
SELECT 'cuenta ' || listed.account_id || ', periodo ' || to_char(run.period, 'YYYY-MM')
FROM billing_runaccount listed
JOIN billing_billingrun run ON run.id = listed.run_id AND run.state <> 'CANCELLED'
GROUP BY listed.account_id, run.period
HAVING count(*) > 1;

-- check: folios_have_no_gaps
-- Cada serie va del folio 1 al último sin saltos; los de una corrida por emitir están apartados para ella.
WITH used AS (
    SELECT series, count(*) AS documents, min(number) AS first, max(number) AS last
    FROM documents_document
    GROUP BY series
), waiting AS (
    SELECT run.folio_series AS series, count(*) FILTER (WHERE bill.document_id IS NULL) AS folios
    FROM billing_billingrun run
    JOIN billing_runaccount listed ON listed.run_id = run.id AND listed.outcome = 'BILLED'
    LEFT JOIN billing_bill bill ON bill.run_id = run.id AND bill.account_id = listed.account_id
    WHERE run.state IN ('APPROVED', 'ISSUING')
    GROUP BY run.folio_series
)
SELECT 'serie ' || coalesce(series.code, used.series)
FROM documents_folioseries series
FULL JOIN used ON used.series = series.code
LEFT JOIN waiting ON waiting.series = series.code
WHERE series.code IS NULL
   OR series.next_number - 1 <> coalesce(used.documents, 0) + coalesce(waiting.folios, 0)
   OR coalesce(used.last, 0) >= series.next_number
   OR (waiting.series IS NULL AND coalesce(used.first, 1) <> 1);

-- check: receipts_are_their_transfers
-- Lo que dice cada comprobante es lo que entró por él: lo recibido, lo aplicado y lo que quedó a favor.
SELECT 'comprobante ' || receipt.document_id
FROM cashier_receipt receipt
LEFT JOIN (
    SELECT posting_id, document_id,
           coalesce(sum(amount) FILTER (
               WHERE debit_book IN ('CASH', 'BANK', 'CLEARING_CARDS', 'CLEARING_CHEQUES', 'CLEARING_TRANSFERS', 'UNIDENTIFIED',
                                    'ROUNDING')), 0)
         - coalesce(sum(amount) FILTER (WHERE credit_book = 'ROUNDING'), 0) AS received,
           sum(amount) FILTER (WHERE credit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')) AS applied,
           sum(amount) FILTER (WHERE credit_book = 'ADVANCES') AS advance
    FROM ledger_transfer
    WHERE document_id IN (SELECT document_id FROM cashier_receipt) AND reverses_id IS NULL
    GROUP BY posting_id, document_id
) moved ON moved.posting_id = receipt.posting_id AND moved.document_id = receipt.document_id
WHERE coalesce(moved.received, 0) <> receipt.amount
   OR coalesce(moved.applied, 0) <> receipt.applied
   OR coalesce(moved.advance, 0) <> receipt.advance
   OR receipt.amount <> receipt.applied + receipt.advance
UNION ALL
SELECT 'movimiento ' || transfer.id
FROM cashier_receipt receipt
JOIN ledger_posting posting ON posting.id = receipt.posting_id AND posting.operation = 'take_payment'
JOIN ledger_transfer transfer ON transfer.posting_id = posting.id
WHERE transfer.document_id IS NULL;

-- check: payments_are_their_tenders_and_receipts
-- Cada pago suma lo mismo en sus formas de pago, con su redondeo, que en sus comprobantes.
SELECT 'pago ' || payment.id
FROM cashier_payment payment
LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM cashier_tender GROUP BY payment_id) tendered
       ON tendered.payment_id = payment.id
LEFT JOIN (
    SELECT payment_id, sum(amount) AS amount FROM cashier_receipt WHERE replaces_id IS NULL GROUP BY payment_id
) received ON received.payment_id = payment.id
WHERE payment.amount + payment.rounding <> coalesce(tendered.amount, 0)
   OR payment.amount <> coalesce(received.amount, 0);

-- check: receipts_are_cancelled_whole_and_once
-- Un comprobante cancelado tiene deshecho todo lo suyo por su cancelación; uno vigente, nada.
SELECT 'comprobante ' || receipt.document_id
FROM cashier_receipt receipt
JOIN ledger_transfer transfer ON transfer.posting_id = receipt.posting_id AND transfer.document_id = receipt.document_id
LEFT JOIN cashier_receiptcancellation cancellation ON cancellation.receipt_id = receipt.document_id
LEFT JOIN ledger_transfer reversal ON reversal.reverses_id = transfer.id
WHERE (cancellation.receipt_id IS NULL) <> (reversal.id IS NULL)
   OR reversal.posting_id <> cancellation.posting_id
UNION
SELECT 'comprobante ' || min(receipt_id)
FROM cashier_receiptcancellation
GROUP BY posting_id
HAVING count(*) > 1;

-- check: cash_movements_are_their_transfers
-- Lo que se movió en cajas por cada acto, forma por forma, es lo que entró y salió de los libros del dinero.
WITH moved AS (
    SELECT posting_id, CASE method WHEN 'CASH' THEN 'CASH' WHEN 'CARD' THEN 'CLEARING_CARDS'
           WHEN 'CHEQUE' THEN 'CLEARING_CHEQUES' WHEN 'TRANSFER' THEN 'CLEARING_TRANSFERS'
           WHEN 'BANK_FILE' THEN 'BANK' WHEN 'VOUCHER' THEN 'UNIDENTIFIED' END AS book, sum(amount) AS amount
    FROM cashier_cashmovement
    GROUP BY 1, 2
), booked AS (
    SELECT posting_id, book, sum(amount) AS amount
    FROM (
        SELECT posting_id, debit_book AS book, amount FROM ledger_transfer
        UNION ALL
        SELECT posting_id, credit_book, -amount FROM ledger_transfer
    ) sides
    WHERE book IN ('CASH', 'BANK', 'CLEARING_CARDS', 'CLEARING_CHEQUES', 'CLEARING_TRANSFERS', 'UNIDENTIFIED')
      AND posting_id IN (SELECT posting_id FROM cashier_cashmovement)
    GROUP BY posting_id, book
), pieces AS (
    -- A payment for several accounts is one movement and an act for each account.
    SELECT payment.id AS payment_id, receipt.posting_id
    FROM cashier_payment payment
    JOIN cashier_receipt receipt ON receipt.payment_id = payment.id AND receipt.replaces_id IS NULL
), paid AS (
    SELECT pieces.payment_id, transfer.debit_book AS book, sum(transfer.amount) AS amount
    FROM pieces
    JOIN cashier_receipt receipt ON receipt.posting_id = pieces.posting_id AND receipt.payment_id = pieces.payment_id
         AND receipt.replaces_id IS NULL
    JOIN ledger_transfer transfer ON transfer.posting_id = receipt.posting_id
         AND transfer.document_id = receipt.document_id AND transfer.reverses_id IS NULL
    WHERE transfer.debit_book IN ('CASH', 'BANK', 'CLEARING_CARDS', 'CLEARING_CHEQUES', 'CLEARING_TRANSFERS', 'UNIDENTIFIED')
    GROUP BY pieces.payment_id, transfer.debit_book
), collected AS (
    SELECT payment_id, CASE method WHEN 'CASH' THEN 'CASH' WHEN 'CARD' THEN 'CLEARING_CARDS'
           WHEN 'CHEQUE' THEN 'CLEARING_CHEQUES' WHEN 'TRANSFER' THEN 'CLEARING_TRANSFERS'
           WHEN 'BANK_FILE' THEN 'BANK' WHEN 'VOUCHER' THEN 'UNIDENTIFIED' END AS book, sum(amount) AS amount
    FROM cashier_cashmovement
    WHERE kind = 'COLLECTED' AND payment_id IS NOT NULL
    GROUP BY 1, 2
)
SELECT 'pago ' || coalesce(paid.payment_id, collected.payment_id) || ', libro ' || coalesce(paid.book, collected.book)
FROM paid
FULL JOIN collected USING (payment_id, book)
WHERE coalesce(paid.amount, 0) <> coalesce(collected.amount, 0)
  AND coalesce(paid.payment_id, collected.payment_id) NOT IN (
      SELECT payment_id FROM cashier_receipt JOIN ledger_posting ON ledger_posting.id = cashier_receipt.posting_id
      WHERE ledger_posting.operation = 'import_bank')
UNION ALL
SELECT 'acto ' || coalesce(moved.posting_id, booked.posting_id) || ', libro ' || coalesce(moved.book, booked.book)
FROM moved
FULL JOIN booked USING (posting_id, book)
JOIN ledger_posting posting ON posting.id = coalesce(moved.posting_id, booked.posting_id)
WHERE posting.operation <> 'take_payment' AND coalesce(moved.amount, 0) <> coalesce(booked.amount, 0);

-- check: payment_orders_are_their_lines_and_charges
-- Cada orden de pago suma sus renglones, y una de servicios es lo que cargó.
SELECT 'orden ' || paper.document_id
FROM cashier_paymentorder paper
LEFT JOIN (SELECT order_id, sum(amount + vat) AS amount FROM cashier_paymentorderline GROUP BY order_id) lines
       ON lines.order_id = paper.document_id
LEFT JOIN (
    SELECT posting_id, sum(amount) AS amount
    FROM ledger_transfer
    WHERE debit_book = 'RECEIVABLE' AND reason = 'SERVICE'
    GROUP BY posting_id
) charged ON charged.posting_id = paper.posting_id
WHERE paper.total <> coalesce(lines.amount, 0)
   OR (paper.kind = 'SERVICES' AND paper.total <> coalesce(charged.amount, 0));

-- check: what_is_written_is_protected
-- Los disparadores que impiden cambiar o borrar lo escrito están puestos y encendidos.
SELECT 'tabla ' || guarded.name
FROM (VALUES
    ('ledger_posting'), ('ledger_transfer'), ('ledger_allocation'), ('ledger_closedday'), ('documents_document'),
    ('events_event'), ('billing_bill'), ('billing_billline'), ('cashier_payment'), ('cashier_tender'), ('cashier_receipt'),
    ('cashier_receiptcancellation'), ('cashier_paymentorder'), ('cashier_paymentorderline'), ('cashier_cashmovement'),
    ('cashier_cashcount'), ('cashier_cashwithdrawal'), ('cashier_sessionclose'), ('cashier_bankdeposit'),
    ('cashier_bankmovement'), ('cashier_tendercorrection'), ('cashier_dishonour'), ('cashier_clearingmatch'),
    ('cashier_creditvoucher'), ('cashier_voucheruse'), ('cashier_contingencyreceipt')) AS guarded (name)
WHERE (
    SELECT count(*)
    FROM pg_trigger
    WHERE tgrelid = to_regclass(guarded.name) AND tgenabled IN ('O', 'A') AND NOT tgisinternal
      AND (tgname LIKE '%' || guarded.name || '\_no\_change%' OR tgname LIKE '%' || guarded.name || '\_no\_truncate%')
) < 2;
