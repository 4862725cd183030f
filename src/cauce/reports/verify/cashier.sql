-- The cash desk and the bank. What every file of this folder is: see ../queries/verification.py.

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
