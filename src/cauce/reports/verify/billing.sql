-- Bills and runs. What every file of this folder is: see ../queries/verification.py.

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
    WHERE transfer.reason IN ('BILL', 'ADJUSTMENT')
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
                         - bill.advance_applied - bill.discount;

-- check: bills_say_what_was_discounted
-- El descuento por pago anticipado que dice cada recibo es el que se asentó, y el de su mes pagado.
SELECT 'recibo ' || bill.document_id
FROM billing_bill bill
LEFT JOIN (
    SELECT document_id, sum(amount) AS amount FROM ledger_transfer WHERE reason = 'PREPAYMENT_DISCOUNT' GROUP BY document_id
) posted ON posted.document_id = bill.document_id
LEFT JOIN agreements_prepaidmonth month ON month.bill_id = bill.document_id
WHERE bill.discount <> coalesce(posted.amount, 0)
   OR bill.discount <> coalesce(month.discounted, 0);

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
