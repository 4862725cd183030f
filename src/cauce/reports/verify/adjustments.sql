-- Adjustments of bills. What every file of this folder is: see ../queries/verification.py.

-- check: replaced_bills_owe_nothing
-- Un recibo sustituido ya no carga nada: sus movimientos se cancelaron todos.
SELECT 'recibo ' || first.document_id
FROM billing_bill newer
JOIN billing_bill first ON first.document_id = newer.replaces_id
JOIN ledger_transfer charge ON charge.document_id = first.document_id AND charge.reason IN ('BILL', 'ADJUSTMENT')
LEFT JOIN ledger_transfer reversal ON reversal.reverses_id = charge.id
WHERE reversal.id IS NULL
   OR newer.account_id <> first.account_id
   OR newer.period <> first.period
   OR newer.due_on <> first.due_on;

-- check: adjustments_are_their_bills
-- Todo ajuste aplicado cambia lo que cambian sus recibos, cada uno sustituido por el suyo; ningún otro recibo sustituye a otro.
SELECT 'ajuste ' || adjustment.document_id
FROM billing_adjustment adjustment
LEFT JOIN (
    SELECT row.adjustment_id, sum(newer.total - first.total) AS change,
           bool_and(newer.replaces_id = first.document_id AND row.before = first.total AND row.after = newer.total) AS agrees
    FROM billing_adjustedbill row
    JOIN billing_bill first ON first.document_id = row.bill_id
    JOIN billing_bill newer ON newer.document_id = row.corrected_id
    GROUP BY row.adjustment_id
) told ON told.adjustment_id = adjustment.document_id
WHERE adjustment.state = 'APPLIED'
  AND (told.change IS DISTINCT FROM adjustment.difference OR NOT coalesce(told.agrees, false))
UNION
SELECT 'recibo ' || newer.document_id
FROM billing_bill newer
LEFT JOIN billing_adjustedbill row ON row.corrected_id = newer.document_id
WHERE newer.replaces_id IS NOT NULL AND row.id IS NULL;

-- check: adjustments_were_authorised
-- Todo ajuste aplicado lo decidió otra persona y, si pasa del límite, lleva el acuerdo del Consejo.
SELECT 'ajuste ' || document_id
FROM billing_adjustment
WHERE state IN ('AUTHORISED', 'APPLIED')
  AND (decided_by_id IS NULL OR decided_by_id = proposed_by_id
       OR (needs_board AND (resolution = '' OR resolved_on IS NULL)));
