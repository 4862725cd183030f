-- What puts a payment right. What every file of this folder is: see ../queries/verification.py.

-- check: payments_hold_what_their_methods_say
-- Lo que queda de cada pago en cada forma es lo que dicen sus formas de pago corregidas, sin lo devuelto ni lo cancelado.
WITH moved AS (
    SELECT payment_id, method, sum(amount) AS amount
    FROM cashier_cashmovement
    WHERE payment_id IN (SELECT payment_id FROM cashier_cashmovement WHERE kind = 'COLLECTED')
    GROUP BY payment_id, method
), known AS (
    SELECT DISTINCT ON (tender_id) tender_id, method FROM cashier_tendercorrection ORDER BY tender_id, id DESC
), standing AS (
    SELECT DISTINCT receipt.payment_id
    FROM cashier_receipt receipt
    LEFT JOIN cashier_receiptcancellation gone ON gone.receipt_id = receipt.document_id
    WHERE gone.receipt_id IS NULL
), said AS (
    SELECT tender.payment_id, coalesce(known.method, tender.method) AS method, sum(tender.amount) AS amount
    FROM cashier_tender tender
    JOIN standing USING (payment_id)
    LEFT JOIN known ON known.tender_id = tender.id
    LEFT JOIN cashier_dishonour dishonour ON dishonour.tender_id = tender.id
    WHERE dishonour.tender_id IS NULL AND tender.payment_id IN (SELECT payment_id FROM moved)
    GROUP BY 1, 2
)
SELECT 'pago ' || coalesce(moved.payment_id, said.payment_id) || ', ' || coalesce(moved.method, said.method)
FROM moved
FULL JOIN said USING (payment_id, method)
WHERE coalesce(moved.amount, 0) <> coalesce(said.amount, 0);

-- check: corrected_methods_are_their_transfers
-- Cada corrección de forma de pago pasó todo su importe del libro de la forma anterior al de la nueva, y nada más.
WITH steps AS (
    SELECT correction.id, correction.posting_id, tender.amount, correction.method,
           coalesce(lag(correction.method) OVER (PARTITION BY tender.id ORDER BY correction.id), tender.method) AS before
    FROM cashier_tendercorrection correction
    JOIN cashier_tender tender ON tender.id = correction.tender_id
), books (method, book) AS (
    VALUES ('CASH', 'CASH'), ('CARD', 'CLEARING_CARDS'), ('CHEQUE', 'CLEARING_CHEQUES'),
           ('TRANSFER', 'CLEARING_TRANSFERS')
), expected AS (
    SELECT steps.id, steps.posting_id, steps.amount, new_book.book AS debit_book, old_book.book AS credit_book
    FROM steps
    LEFT JOIN books new_book ON new_book.method = steps.method
    LEFT JOIN books old_book ON old_book.method = steps.before
    WHERE steps.method <> steps.before
)
SELECT 'corrección ' || expected.id
FROM expected
LEFT JOIN ledger_transfer transfer
       ON transfer.posting_id = expected.posting_id AND transfer.reason = 'METHOD_CORRECTED'
      AND transfer.amount = expected.amount AND transfer.debit_book = expected.debit_book
      AND transfer.credit_book = expected.credit_book
WHERE transfer.id IS NULL
UNION
SELECT 'movimiento ' || transfer.id
FROM ledger_transfer transfer
LEFT JOIN expected ON expected.posting_id = transfer.posting_id
WHERE transfer.reason = 'METHOD_CORRECTED' AND expected.id IS NULL;

-- check: refunds_are_their_transfers
-- Cada devolución pagada salió una vez del saldo a favor, de la caja o del banco, y ninguna otra salió.
WITH paid AS (
    SELECT transfer.posting_id, transfer.document_id, sum(transfer.amount) AS amount, min(transfer.credit_book) AS book,
           count(*) AS times
    FROM ledger_transfer transfer
    WHERE transfer.reason = 'REFUND' AND transfer.debit_book = 'ADVANCES'
    GROUP BY 1, 2
), moved AS (
    SELECT posting_id, sum(amount) AS amount, min(session_id) AS session_id
    FROM cashier_cashmovement
    WHERE kind = 'REFUNDED'
    GROUP BY posting_id
)
SELECT 'devolución ' || refund.document_id
FROM cashier_refund refund
LEFT JOIN paid ON paid.document_id = refund.document_id
LEFT JOIN moved ON moved.posting_id = refund.posting_id
WHERE (refund.state = 'PAID') <> (paid.document_id IS NOT NULL)
   OR (refund.state = 'PAID') <> (refund.posting_id IS NOT NULL)
   OR refund.decided_by_id = refund.requested_by_id
   OR (refund.state <> 'REQUESTED' AND refund.decided_by_id IS NULL)
   OR (refund.state = 'PAID' AND (
           paid.posting_id IS DISTINCT FROM refund.posting_id
        OR paid.times <> 1
        OR paid.amount <> refund.amount
        OR paid.book <> CASE WHEN refund.session_id IS NULL THEN 'BANK' ELSE 'CASH' END
        OR moved.amount IS DISTINCT FROM -refund.amount
        OR moved.session_id IS DISTINCT FROM refund.session_id))
UNION ALL
SELECT 'acto ' || paid.posting_id
FROM paid
LEFT JOIN cashier_refund refund ON refund.document_id = paid.document_id
WHERE refund.document_id IS NULL;

-- check: dishonours_are_their_charges
-- Cada cheque devuelto o contracargo cobra lo que dice, canceló comprobantes de su pago y no dejó dinero en tránsito.
WITH charged AS (
    SELECT document_id, posting_id,
           coalesce(sum(amount) FILTER (WHERE concept = 'CHEQUE_INDEMNIZACION'), 0) AS compensation,
           coalesce(sum(amount) FILTER (WHERE concept = 'COMISION_BANCARIA'), 0) AS commission,
           coalesce(sum(amount) FILTER (WHERE concept = 'IVA'), 0) AS vat,
           sum(amount) AS total
    FROM ledger_transfer
    WHERE reason = 'DISHONOURED' AND debit_book = 'RECEIVABLE'
    GROUP BY document_id, posting_id
), matched AS (
    SELECT item.tender_id, sum(item.amount) AS amount
    FROM cashier_clearingmatchitem item
    LEFT JOIN cashier_clearingmatchreversal undone ON undone.match_id = item.match_id
    WHERE undone.match_id IS NULL AND item.tender_id IS NOT NULL
    GROUP BY item.tender_id
), returned AS (
    SELECT posting_id, sum(amount) AS amount
    FROM ledger_transfer
    WHERE reason = 'DISHONOURED' AND credit_book = 'BANK'
    GROUP BY posting_id
)
SELECT 'devuelto ' || dishonour.document_id
FROM cashier_dishonour dishonour
JOIN cashier_tender tender ON tender.id = dishonour.tender_id
LEFT JOIN charged ON charged.document_id = dishonour.document_id
LEFT JOIN matched ON matched.tender_id = dishonour.tender_id
LEFT JOIN returned ON returned.posting_id = dishonour.posting_id
WHERE coalesce(charged.compensation, 0) <> dishonour.compensation
   OR coalesce(charged.commission, 0) <> dishonour.commission
   OR coalesce(charged.vat, 0) <> dishonour.vat
   OR coalesce(charged.total, 0) <> dishonour.compensation + dishonour.commission + dishonour.vat
   OR charged.posting_id <> dishonour.posting_id
   OR coalesce(returned.amount, 0) <> coalesce(matched.amount, 0)
   OR NOT EXISTS (
        SELECT 1
        FROM cashier_receipt receipt
        JOIN cashier_receiptcancellation gone ON gone.receipt_id = receipt.document_id AND gone.cause = dishonour.kind
        WHERE receipt.payment_id = tender.payment_id)
UNION ALL
SELECT 'cargo de ' || charged.document_id
FROM charged
LEFT JOIN cashier_dishonour dishonour ON dishonour.document_id = charged.document_id
WHERE dishonour.document_id IS NULL;

-- check: receipts_that_replace_tie
-- Un comprobante que sustituye a otro es del mismo pago y fecha valor, por lo mismo si se trasladó y por menos si algo se devolvió.
SELECT 'comprobante ' || fresh.document_id
FROM cashier_receipt fresh
JOIN cashier_receipt replaced ON replaced.document_id = fresh.replaces_id
LEFT JOIN cashier_receiptcancellation gone ON gone.receipt_id = replaced.document_id
WHERE gone.receipt_id IS NULL
   OR gone.cause NOT IN ('MOVED', 'CHEQUE', 'CHARGEBACK')
   OR fresh.payment_id <> replaced.payment_id
   OR fresh.effective_on <> replaced.effective_on
   OR (gone.cause = 'MOVED' AND (
           fresh.amount <> replaced.amount
        OR (fresh.account_id, fresh.party_id) IS NOT DISTINCT FROM (replaced.account_id, replaced.party_id)))
   OR (gone.cause <> 'MOVED' AND (
           fresh.amount >= replaced.amount OR fresh.account_id IS DISTINCT FROM replaced.account_id))
UNION ALL
SELECT 'comprobante ' || replaced.document_id
FROM cashier_receipt replaced
JOIN cashier_receiptcancellation gone ON gone.receipt_id = replaced.document_id AND gone.cause = 'MOVED'
LEFT JOIN cashier_receipt fresh ON fresh.replaces_id = replaced.document_id
WHERE fresh.document_id IS NULL;
