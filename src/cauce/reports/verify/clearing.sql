-- Money in transit, the deposits nobody identified and the vouchers. What every file of this folder is: see ../queries/verification.py.

-- check: clearing_books_are_their_things
-- Lo que hay en cada libro de dinero en tránsito es lo que suman sus fichas y formas de pago que no han llegado al banco.
WITH kinds (kind, method, book) AS (
    VALUES ('DEPOSITS', NULL, 'CLEARING_DEPOSITS'), ('CARDS', 'CARD', 'CLEARING_CARDS'),
           ('CHEQUES', 'CHEQUE', 'CLEARING_CHEQUES'), ('TRANSFERS', 'TRANSFER', 'CLEARING_TRANSFERS')
), held AS (
    SELECT book, sum(amount) AS amount
    FROM (
        SELECT debit_book AS book, amount FROM ledger_transfer WHERE debit_book IN (SELECT book FROM kinds)
        UNION ALL
        SELECT credit_book, -amount FROM ledger_transfer WHERE credit_book IN (SELECT book FROM kinds)
    ) sides
    GROUP BY book
), right_method AS (
    SELECT DISTINCT ON (tender_id) tender_id, method FROM cashier_tendercorrection ORDER BY tender_id, id DESC
), things AS (
    SELECT 'CLEARING_DEPOSITS' AS book, cash AS amount FROM cashier_bankdeposit
    UNION ALL
    SELECT kinds.book, tender.amount
    FROM cashier_tender tender
    LEFT JOIN right_method ON right_method.tender_id = tender.id
    JOIN kinds ON kinds.method = coalesce(right_method.method, tender.method)
    WHERE EXISTS (
        SELECT 1 FROM cashier_receipt receipt
        WHERE receipt.payment_id = tender.payment_id
          AND NOT EXISTS (SELECT 1 FROM cashier_receiptcancellation WHERE receipt_id = receipt.document_id)
    ) AND NOT EXISTS (SELECT 1 FROM cashier_dishonour WHERE tender_id = tender.id)
    UNION ALL
    SELECT moved.debit_book, moved.amount
    FROM cashier_dishonour dishonour
    JOIN ledger_transfer moved ON moved.posting_id = dishonour.posting_id
    WHERE moved.credit_book = 'BANK' AND moved.debit_book IN (SELECT book FROM kinds)
    UNION ALL
    SELECT kinds.book, -item.amount
    FROM cashier_clearingmatchitem item
    JOIN cashier_clearingmatch act ON act.document_id = item.match_id
    JOIN kinds ON kinds.kind = act.kind
    WHERE NOT EXISTS (SELECT 1 FROM cashier_clearingmatchreversal undone WHERE undone.match_id = item.match_id)
), told AS (
    SELECT book, sum(amount) AS amount FROM things GROUP BY book
)
SELECT 'libro ' || kinds.book || ': ' || coalesce(held.amount, 0) || ' y ' || coalesce(told.amount, 0)
FROM kinds
LEFT JOIN held USING (book)
LEFT JOIN told USING (book)
WHERE coalesce(held.amount, 0) <> coalesce(told.amount, 0);

-- check: matches_are_their_things_and_transfers
-- Toda conciliación suma sus partidas, y lo que sacó del tránsito es lo abonado, la comisión y la diferencia.
SELECT 'conciliación ' || act.document_id
FROM cashier_clearingmatch act
LEFT JOIN (SELECT match_id, sum(amount) AS amount FROM cashier_clearingmatchitem GROUP BY match_id) items
       ON items.match_id = act.document_id
LEFT JOIN (
    SELECT posting_id, sum(CASE WHEN debit_book = 'BANK' THEN amount WHEN credit_book = 'BANK' THEN -amount ELSE 0 END) AS bank,
           sum(CASE WHEN debit_book = 'BANK_FEES' THEN amount WHEN credit_book = 'BANK_FEES' THEN -amount ELSE 0 END) AS fees,
           sum(CASE WHEN debit_book LIKE 'CLEARING%' THEN -amount WHEN credit_book LIKE 'CLEARING%' THEN amount ELSE 0 END)
               AS cleared
    FROM ledger_transfer
    WHERE posting_id IN (SELECT posting_id FROM cashier_clearingmatch)
    GROUP BY posting_id
) moved ON moved.posting_id = act.posting_id
LEFT JOIN cashier_clearingmatchreversal undone ON undone.match_id = act.document_id
WHERE act.expected <> coalesce(items.amount, 0)
   OR act.expected <> act.received + act.fee + act.difference
   OR act.received <> coalesce(moved.bank, 0)
   OR act.fee <> coalesce(moved.fees, 0)
   OR act.expected <> coalesce(moved.cleared, 0)
   OR EXISTS (
       SELECT 1
       FROM ledger_transfer transfer
       LEFT JOIN ledger_transfer reversal ON reversal.reverses_id = transfer.id
       WHERE transfer.posting_id = act.posting_id
         AND (reversal.id IS NULL) <> (undone.match_id IS NULL)
   );

-- check: unidentified_money_is_told_line_by_line
-- Los depósitos no identificados son los movimientos del banco por resolver y los vales sin aplicar, ni más ni menos.
WITH held AS (
    SELECT coalesce(sum(CASE WHEN credit_book = 'UNIDENTIFIED' THEN amount ELSE -amount END), 0) AS amount
    FROM ledger_transfer
    WHERE debit_book = 'UNIDENTIFIED' OR credit_book = 'UNIDENTIFIED'
), resolved AS (
    SELECT decided.movement_id, decided.posting_id, given.payment_id
    FROM cashier_bankresolution decided
    LEFT JOIN cashier_receipt given ON given.document_id = decided.receipt_id
    WHERE decided.state = 'APPROVED' AND decided.action IN ('APPLY', 'RETURN')
), acts AS (
    SELECT movement_id, posting_id FROM resolved
    UNION
    SELECT resolved.movement_id, receipt.posting_id
    FROM resolved JOIN cashier_receipt receipt ON receipt.payment_id = resolved.payment_id
    UNION
    SELECT resolved.movement_id, gone.posting_id
    FROM resolved
    JOIN cashier_receipt receipt ON receipt.payment_id = resolved.payment_id
    JOIN cashier_receiptcancellation gone ON gone.receipt_id = receipt.document_id
), told AS (
    SELECT movement.amount
    FROM cashier_bankmovement movement
    WHERE movement.outcome <> 'APPLIED' AND movement.posting_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM cashier_creditvoucher voucher WHERE voucher.movement_id = movement.id)
    UNION ALL
    SELECT -sum(CASE WHEN moved.debit_book = 'UNIDENTIFIED' THEN moved.amount ELSE -moved.amount END)
    FROM acts
    JOIN ledger_transfer moved ON moved.posting_id = acts.posting_id
    WHERE moved.debit_book = 'UNIDENTIFIED' OR moved.credit_book = 'UNIDENTIFIED'
    UNION ALL
    SELECT amount FROM cashier_creditvoucher WHERE replaces_id IS NULL
    UNION ALL
    SELECT -moved.amount
    FROM cashier_voucheruse used
    JOIN cashier_receipt receipt ON receipt.document_id = used.receipt_id
    JOIN cashier_cashmovement moved ON moved.payment_id = receipt.payment_id AND moved.method = 'VOUCHER'
)
SELECT 'libro UNIDENTIFIED: ' || held.amount || ' y ' || coalesce(sum(told.amount), 0)
FROM held
LEFT JOIN told ON true
GROUP BY held.amount
HAVING held.amount <> coalesce(sum(told.amount), 0);

-- check: vouchers_are_used_once_and_whole
-- Todo vale es de su aclaración y su cuenta, se usa una sola vez, completo y con la fecha de su depósito.
SELECT 'vale ' || voucher.document_id
FROM cashier_creditvoucher voucher
JOIN cashier_paymentclaim claim ON claim.document_id = voucher.claim_id
LEFT JOIN cashier_bankmovement movement ON movement.id = voucher.movement_id
LEFT JOIN cashier_voucheruse used ON used.voucher_id = voucher.document_id
LEFT JOIN cashier_creditvoucher replacing ON replacing.replaces_id = voucher.document_id
LEFT JOIN cashier_creditvoucher replaced ON replaced.document_id = voucher.replaces_id
LEFT JOIN cashier_receipt receipt ON receipt.document_id = used.receipt_id
LEFT JOIN LATERAL (
    SELECT bool_and(method = 'VOUCHER') AS is_voucher, sum(amount) AS amount
    FROM cashier_tender WHERE payment_id = receipt.payment_id
) tendered ON true
WHERE voucher.account_id <> claim.account_id
   OR voucher.issued_by_id = claim.opened_by_id
   OR claim.state NOT IN ('FOUND', 'APPLIED')
   OR (replacing.document_id IS NULL AND (used.voucher_id IS NULL) <> (claim.state = 'FOUND'))
   -- One is replaced once its payment was cancelled, by another of the same money.
   OR (replacing.document_id IS NOT NULL AND (used.voucher_id IS NULL OR EXISTS (
       SELECT 1 FROM cashier_receipt live
       WHERE live.payment_id = receipt.payment_id
         AND NOT EXISTS (SELECT 1 FROM cashier_receiptcancellation gone WHERE gone.receipt_id = live.document_id))))
   OR (replaced.document_id IS NOT NULL AND (
       (replaced.claim_id, replaced.account_id, replaced.amount, replaced.effective_on)
       <> (voucher.claim_id, voucher.account_id, voucher.amount, voucher.effective_on)
       OR voucher.movement_id IS NOT NULL OR voucher.posting_id IS NOT NULL))
   OR movement.outcome = 'APPLIED'
   OR movement.amount <> voucher.amount
   OR (voucher.replaces_id IS NULL AND (movement.posting_id IS NULL) <> (voucher.posting_id IS NOT NULL))
   OR (used.voucher_id IS NOT NULL AND (
       receipt.account_id <> voucher.account_id OR receipt.amount <> voucher.amount
       OR receipt.effective_on <> voucher.effective_on OR used.used_by_id = voucher.issued_by_id
       OR NOT coalesce(tendered.is_voucher, false) OR tendered.amount <> voucher.amount))
UNION
SELECT 'vale ' || min(voucher_id) FROM cashier_voucheruse GROUP BY receipt_id HAVING count(*) > 1
UNION
SELECT 'movimiento del banco ' || movement_id
FROM cashier_creditvoucher
WHERE movement_id IS NOT NULL
GROUP BY movement_id
HAVING count(*) > 1
UNION
SELECT 'movimiento del banco ' || voucher.movement_id
FROM cashier_creditvoucher voucher
JOIN cashier_bankresolution decided ON decided.movement_id = voucher.movement_id AND decided.state <> 'REFUSED'
UNION
SELECT 'pago ' || tender.payment_id
FROM cashier_tender tender
WHERE tender.method = 'VOUCHER'
  AND NOT EXISTS (
      SELECT 1 FROM cashier_receipt receipt JOIN cashier_voucheruse used ON used.receipt_id = receipt.document_id
      WHERE receipt.payment_id = tender.payment_id
  )
  -- What was not identified is also applied by two people, without a voucher.
  AND NOT EXISTS (
      SELECT 1 FROM cashier_receipt receipt JOIN cashier_bankresolution decided ON decided.receipt_id = receipt.document_id
      WHERE receipt.payment_id = tender.payment_id AND decided.state = 'APPROVED'
  );

-- check: deposits_written_by_hand_count_once
-- El depósito de un vale capturado a mano que después trajo un archivo está una sola vez en los libros.
SELECT 'movimiento del banco ' || movement.id
FROM cashier_bankmovement movement
LEFT JOIN cashier_voucherdeposit told ON told.movement_id = movement.id
LEFT JOIN cashier_creditvoucher voucher ON voucher.document_id = told.voucher_id
WHERE (movement.code = 'ACLARACION') <> (told.movement_id IS NOT NULL)
   OR (told.movement_id IS NOT NULL AND (
       movement.posting_id IS NOT NULL OR movement.receipt_id IS NOT NULL
       OR voucher.posting_id IS NULL OR voucher.movement_id IS NOT NULL
       OR movement.amount <> voucher.amount OR movement.moved_on <> voucher.effective_on))
   OR (told.movement_id IS NOT NULL AND EXISTS (
       SELECT 1 FROM cashier_bankresolution decided
       WHERE decided.movement_id = movement.id AND decided.state <> 'REFUSED'));
