-- check: sessions_expect_what_moved
-- Lo que el corte esperaba de cada forma de pago es el fondo más lo que se movió en el turno menos los retiros.
WITH moved AS (
    SELECT session_id, method, sum(amount) AS amount
    FROM cashier_cashmovement
    WHERE session_id IS NOT NULL
    GROUP BY session_id, method
), drawers AS (
    SELECT session.id AS session_id, 'CASH' AS method,
           session.opening_float + coalesce(moved.amount, 0) - coalesce(taken.amount, 0) AS amount
    FROM cashier_cashsession session
    LEFT JOIN moved ON moved.session_id = session.id AND moved.method = 'CASH'
    LEFT JOIN (SELECT session_id, sum(amount) AS amount FROM cashier_cashwithdrawal GROUP BY session_id) taken
           ON taken.session_id = session.id
    UNION ALL
    SELECT session_id, method, amount FROM moved WHERE method <> 'CASH'
), expected AS (
    SELECT closing.session_id, told.key AS method, told.value::numeric AS amount
    FROM cashier_sessionclose closing
    CROSS JOIN LATERAL jsonb_each_text(closing.expected) told
), held AS (
    SELECT drawers.* FROM drawers JOIN cashier_sessionclose closing USING (session_id)
)
SELECT 'turno ' || coalesce(held.session_id, expected.session_id) || ', ' || coalesce(held.method, expected.method)
FROM held
FULL JOIN expected USING (session_id, method)
WHERE coalesce(held.amount, 0) <> coalesce(expected.amount, 0);

-- check: counts_are_their_pieces
-- Cada conteo, retiro y ficha vale lo que suman sus billetes y monedas.
WITH piles AS (
    SELECT 'conteo ' || id AS thing, denominations, total AS amount FROM cashier_cashcount
    UNION ALL
    SELECT 'retiro ' || document_id, denominations, amount FROM cashier_cashwithdrawal
    UNION ALL
    SELECT 'ficha ' || deposit.document_id, deposit.denominations, greatest(deposit.cash, 0)
    FROM cashier_bankdeposit deposit
    JOIN cashier_sessionclose closing ON closing.session_id = deposit.session_id AND closing.count_id IS NOT NULL
)
SELECT thing
FROM piles
LEFT JOIN LATERAL (
    SELECT sum(piece.key::numeric * piece.value::numeric) AS amount FROM jsonb_each_text(piles.denominations) piece
) worth ON true
WHERE coalesce(worth.amount, 0) <> piles.amount
UNION ALL
SELECT 'fondo del turno ' || session.id
FROM cashier_cashsession session
JOIN cashier_cashcount opening ON opening.session_id = session.id AND opening.kind = 'OPENING'
WHERE opening.total <> session.opening_float;

-- check: closes_say_their_difference
-- La diferencia de cada corte es lo contado menos lo esperado, y su conteo es el que se declaró.
SELECT 'turno ' || closing.session_id
FROM cashier_sessionclose closing
LEFT JOIN cashier_cashcount counted ON counted.id = closing.count_id
WHERE CASE WHEN counted.id IS NULL
           THEN closing.difference <> 0 OR closing.declared <> '{}'::jsonb
           ELSE counted.session_id <> closing.session_id OR counted.kind <> 'CLOSE'
             OR counted.expected IS DISTINCT FROM (closing.expected ->> 'CASH')::numeric
             OR counted.total IS DISTINCT FROM (closing.declared ->> 'CASH')::numeric
             OR closing.difference <> counted.total - counted.expected END;

-- check: closed_sessions_leave_no_cash
-- Un turno cerrado tiene su corte y ya no tiene efectivo en el libro de caja; uno abierto no tiene corte.
WITH moved AS (
    SELECT session_id, sum(amount) AS amount FROM cashier_cashmovement WHERE method = 'CASH' GROUP BY session_id
), sent AS (
    SELECT closing.session_id,
           sum(CASE WHEN transfer.debit_book = 'CASH' THEN transfer.amount ELSE 0 END
             - CASE WHEN transfer.credit_book = 'CASH' THEN transfer.amount ELSE 0 END) AS amount
    FROM cashier_sessionclose closing
    JOIN ledger_transfer transfer ON transfer.posting_id = closing.posting_id
    GROUP BY closing.session_id
)
SELECT 'turno ' || session.id
FROM cashier_cashsession session
LEFT JOIN cashier_sessionclose closing ON closing.session_id = session.id
LEFT JOIN moved ON moved.session_id = session.id
LEFT JOIN sent ON sent.session_id = session.id
WHERE (session.closed_at IS NULL) <> (closing.session_id IS NULL)
   OR (session.closed_at IS NOT NULL AND coalesce(moved.amount, 0) + coalesce(sent.amount, 0) <> 0);

-- check: shortages_are_owed_and_surpluses_kept
-- Todo faltante es adeudo de quien tenía la caja y todo sobrante está en su libro, con su acta; sin diferencia, nada.
SELECT 'turno ' || closing.session_id
FROM cashier_sessionclose closing
JOIN cashier_cashsession session ON session.id = closing.session_id
LEFT JOIN ledger_transfer transfer ON transfer.posting_id = closing.posting_id
      AND transfer.reason IN ('SHORTAGE', 'SURPLUS')
WHERE (closing.difference = 0) <> (closing.difference_document_id IS NULL)
   OR (closing.difference = 0) <> (transfer.id IS NULL)
   OR transfer.amount <> abs(closing.difference)
   OR transfer.document_id <> closing.difference_document_id
   OR (closing.difference < 0 AND (transfer.debit_book, transfer.credit_book) <> ('RECEIVABLE', 'CASH'))
   OR (closing.difference > 0 AND (transfer.debit_book, transfer.credit_book) <> ('CASH', 'OVER_SHORT'))
   OR (closing.difference < 0 AND NOT EXISTS (
        SELECT 1 FROM registry_stafflink link
        WHERE link.user_id = session.cashier_id AND link.customer_id = transfer.party_id AND link.kind = 'SELF'));

-- check: deposits_are_what_left_the_drawer
-- Cada ficha lleva los retiros más lo contado menos el fondo, lo mismo que salió a depósitos, y sus bolsas lo suman.
WITH taken AS (
    SELECT session_id, sum(amount) AS amount FROM cashier_cashwithdrawal GROUP BY session_id
), owed AS (
    SELECT closing.session_id, closing.posting_id,
           coalesce(taken.amount, 0) + coalesce((closing.declared ->> 'CASH')::numeric,
                                                (closing.expected ->> 'CASH')::numeric) - session.opening_float AS cash
    FROM cashier_sessionclose closing
    JOIN cashier_cashsession session ON session.id = closing.session_id
    LEFT JOIN taken ON taken.session_id = closing.session_id
), sent AS (
    SELECT posting_id, document_id,
           sum(CASE WHEN debit_book = 'CLEARING_DEPOSITS' THEN amount ELSE -amount END) AS cash
    FROM ledger_transfer
    WHERE posting_id IN (SELECT posting_id FROM cashier_sessionclose)
      AND 'CLEARING_DEPOSITS' IN (debit_book, credit_book)
    GROUP BY posting_id, document_id
)
SELECT 'turno ' || owed.session_id
FROM owed
LEFT JOIN cashier_bankdeposit deposit ON deposit.session_id = owed.session_id
LEFT JOIN sent ON sent.posting_id = owed.posting_id
LEFT JOIN LATERAL (
    SELECT sum((bag ->> 'amount')::numeric) AS amount, count(*) AS bags FROM jsonb_array_elements(deposit.bags) bag
) held ON true
WHERE owed.cash <> coalesce(deposit.cash, 0)
   OR owed.cash <> coalesce(sent.cash, 0)
   OR sent.document_id <> deposit.document_id
   OR (held.bags > 0 AND held.amount <> deposit.cash + deposit.cheques);

-- check: closes_are_reviewed_by_somebody_else
-- Nadie revisa el corte del turno en que cobró o que cerró, y todo día cerrado tiene sus turnos cerrados.
SELECT 'turno ' || review.close_id
FROM cashier_sessionreview review
JOIN cashier_sessionclose closing ON closing.session_id = review.close_id
JOIN cashier_cashsession session ON session.id = closing.session_id
WHERE review.reviewed_by_id IN (session.cashier_id, closing.closed_by_id)
UNION ALL
SELECT 'turno ' || session.id
FROM cashier_cashsession session
JOIN ledger_closedday closed ON closed.day = session.day
WHERE session.closed_at IS NULL;

-- check: contingency_folios_are_printed_ones
-- Todo recibo de contingencia es de un folio de su bloc y se recibió después de impreso y antes de capturarlo.
SELECT 'folio ' || block.series || '-' || told.number
FROM cashier_contingencyreceipt told
JOIN cashier_contingencyblock block ON block.id = told.block_id
LEFT JOIN cashier_payment payment ON payment.id = told.payment_id
WHERE told.number NOT BETWEEN block.first AND block.last
   OR told.received_at < block.printed_at
   OR told.received_at > told.captured_at
   OR payment.received_at <> told.captured_at;
