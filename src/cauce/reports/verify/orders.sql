-- The órdenes de pago. What every file of this folder is: see ../queries/verification.py.

-- check: ended_orders_charge_nothing
-- Una orden de servicios cancelada o vencida tiene deshecho todo lo que cargó, por su cancelación; una vigente, nada.
SELECT 'orden ' || paper.document_id
FROM cashier_paymentorder paper
JOIN ledger_transfer charge ON charge.posting_id = paper.posting_id AND charge.reverses_id IS NULL
LEFT JOIN cashier_paymentordercancellation ended ON ended.order_id = paper.document_id
LEFT JOIN ledger_transfer reversal ON reversal.reverses_id = charge.id
WHERE (ended.order_id IS NULL) <> (reversal.id IS NULL)
   OR reversal.posting_id <> ended.posting_id;

-- check: orders_are_received_once_and_whole
-- Cada orden se cobra a lo más una vez, sin pasar de su total ni después de terminada; sólo la de anticipo deja a favor.
WITH received AS (
    SELECT receipt.directed_to_id AS order_id, count(*) AS times, sum(receipt.amount) AS amount,
           sum(receipt.advance) AS advance
    FROM cashier_receipt receipt
    LEFT JOIN cashier_receiptcancellation undone ON undone.receipt_id = receipt.document_id
    WHERE undone.receipt_id IS NULL
    GROUP BY receipt.directed_to_id
)
SELECT 'orden ' || paper.document_id
FROM cashier_paymentorder paper
JOIN received ON received.order_id = paper.document_id
LEFT JOIN cashier_paymentordercancellation ended ON ended.order_id = paper.document_id
WHERE ended.order_id IS NOT NULL
   OR received.times > 1
   OR received.amount > paper.total
   OR received.advance <> CASE paper.kind WHEN 'ADVANCE' THEN paper.total ELSE 0 END;
